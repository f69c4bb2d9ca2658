"""Options that an account does not take for an operation: said before anything is sent."""

import re
from collections.abc import Mapping
from typing import Any

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.session import Session
from producer_studio.domain.account import Account
from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.operation import Operation
from producer_studio.studio.accounts.offers import model_refused, quoted

_OPTIONS = {
    "starts_at_s": "--from",
    "ends_at_s": "--to",
    "length_s": "--length",
    "webhook_url": "--webhook-url",
    "source": "--source",
    "audio_url": "--source",
    "prompt": "--sound",
}
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_KEPT_HERE = frozenset({"title"})
"""Where it is not sent, it is still the clip's name in the library."""


def check_options(
    session: Session, account: Account, operation: Operation, given: Mapping[str, Any]
) -> None:
    """Refuses the options that would be left out, and an operation that is not offered.

    Args:
        given: Values by the recipe's field; those that were not given are None, empty or false.

    Raises:
        Stopped: The account does not offer it, or does not take an option for it.
    """
    own = session.studio.accounts
    reason = own.why_not(account.name, operation)
    if reason:
        raise Stopped(Exit.USAGE, reason)
    offer = own.capabilities(account.name).of(operation)
    for field, value in given.items():
        left_out = value is None or value is False or value == ""
        if left_out or field in offer.fields | _KEPT_HERE:
            continue
        option = _option(field)
        takers = [
            one.name
            for one in own.alternatives(operation, without=account.name)
            if field in own.capabilities(one.name).of(operation).fields
        ]
        does = "does" if len(takers) == 1 else "do"
        others = f" {quoted(takers)} {does}." if takers else ""
        raise Stopped(
            Exit.USAGE,
            f"“{account.name}” takes no {option} for {operation}, so it would be left out.{others} "
            "Nothing was sent.",
        )


def check_texts(given: Mapping[str, Any]) -> None:
    """Refuses what is no text: a service would be paid for something that nobody has written.

    Args:
        given: Values by the recipe's field.

    Raises:
        Stopped: One has control characters or halves of characters.
    """
    for field, value in given.items():
        if isinstance(value, str) and _NO_TEXT.search(value):
            raise Stopped(
                Exit.USAGE,
                f"{_option(field)} has characters that are no text, such as those that steer a "
                "terminal. Nothing was sent.",
            )


def _option(field: str) -> str:
    return _OPTIONS.get(field, f"--{field.replace('_', '-')}")


def chosen_model(account: Account, offer: Capabilities, asked: str) -> str:
    """The model that was asked for, or the usual one.

    Raises:
        Stopped: The account has no such model, or its service has refused it.
    """
    if asked and asked not in offer.models:
        raise Stopped(Exit.USAGE, f"{account.name} has no model “{asked}”: {_listed(offer.models)}")
    refused = model_refused(account, asked)
    if refused:
        raise Stopped(
            Exit.USAGE,
            f"{refused} Choose another one, or let it be tried again with “producer-studio "
            f"accounts set {account.name} --forget-refusals”.",
        )
    return asked or offer.default_model


def chosen_preset(account: Account, offer: Capabilities, asked: str) -> str:
    """The look that was asked for; empty for the usual one.

    Raises:
        Stopped: The account has no such look.
    """
    if asked and offer.presets and asked not in offer.presets:
        raise Stopped(
            Exit.USAGE, f"{account.name} has no preset “{asked}”: {_listed(offer.presets)}"
        )
    return asked


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names)}."
