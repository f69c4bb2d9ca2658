"""Validation of options against an account, before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.session import Session
from producer_studio.domain.account import Account
from producer_studio.domain.generate_command import option_for
from producer_studio.domain.operation import Operation
from producer_studio.domain.text import CONTROL_CHARACTERS, join_quoted
from producer_studio.translation import mark, nmark, sentences

_LOCAL_FIELDS = frozenset({"title"})
"""Stored as the clip's name in the library even where the service does not accept it."""

USE_EXPORT_MESSAGE = mark(
    "To get a file made by the service, use “producer-studio export CLIP --format mp3 --to "
    "DIR --by-service”."
)
FORGET_REFUSALS_MESSAGE = mark(
    "To allow it again: “producer-studio accounts set {name} --forget-refusals”."
)


def check_options(
    session: Session, account: Account, operation: Operation, values: Mapping[str, Any]
) -> None:
    """Rejects options that would not be sent, and an operation that is not available.

    Args:
        values: Values by recipe field; unset ones are None, empty or false.

    Raises:
        CommandError: The account lacks the operation, or does not accept an option for it.
    """
    offers = session.studio.offers
    reason = offers.unavailable_reason(account.name, operation)
    if reason:
        raise CommandError(ExitCode.USAGE, reason)
    capability = offers.capabilities(account.name).get(operation)
    for field, value in values.items():
        left_out = value is None or value is False or value == ""
        if left_out or field in capability.fields | _LOCAL_FIELDS:
            continue
        option = option_for(field)
        takers = [
            one.name
            for one in offers.alternatives(operation, exclude=account.name)
            if field in offers.capabilities(one.name).get(operation).fields
        ]
        raise CommandError(
            ExitCode.USAGE,
            sentences(
                mark(
                    "“{name}” does not support {option} for {operation}, so it would be ignored.",
                    name=account.name,
                    option=option,
                    operation=operation,
                ),
                _takers_text(takers),
                mark("Nothing was sent."),
            ),
        )


def check_texts(values: Mapping[str, Any]) -> None:
    """Rejects text with control characters or lone surrogates, which would waste credits.

    Args:
        values: Values by recipe field.

    Raises:
        CommandError: A text contains such characters.
    """
    for field, value in values.items():
        if isinstance(value, str) and CONTROL_CHARACTERS.search(value):
            raise CommandError(
                ExitCode.USAGE,
                mark(
                    "{field} contains invalid characters, such as terminal control characters. "
                    "Nothing was sent.",
                    field=option_for(field),
                ),
            )


def _takers_text(names: Sequence[str]) -> str:
    if not names:
        return ""
    return nmark("{names} does.", "{names} do.", len(names), names=join_quoted(names))
