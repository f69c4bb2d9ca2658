"""Options of commands: bounded numbers, secrets from standard input, checks against an account."""

import math
import re
import sys
from collections.abc import Mapping
from typing import Any

import click

from producer_studio.cli.launch import CommandError, ExitCode
from producer_studio.cli.session import Session
from producer_studio.domain.account import Account
from producer_studio.domain.operation import Operation
from producer_studio.domain.text import clean_secret, decode_text
from producer_studio.studio.accounts.offers import join_quoted


class NumberOption(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on alone
    """Finite number between two bounds.

    Args:
        low: Smallest accepted value; None for no bound.
        high: Largest accepted value; None for no bound.
    """

    name = "number"

    def __init__(self, low: float | None = None, high: float | None = None) -> None:
        self._low = low
        self._high = high

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = float(str(value))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"“{value}” is not a number.", param, ctx)
        low, high = self._low, self._high
        if low is not None and high is not None and not low <= number <= high:
            self.fail(f"It must be between {low:g} and {high:g}.", param, ctx)
        if low is not None and number < low:
            self.fail(f"It must be at least {low:g}.", param, ctx)
        return number


_MAX_LINE_BYTES = 64 * 1024


def read_secret_from_stdin(requested: Mapping[str, bool]) -> dict[str, str]:
    """Reads the one requested secret; returns it by its name, or nothing if none is requested.

    Args:
        requested: Names such as "key", and whether their option was set.

    Raises:
        CommandError: Several were requested, or none was received.
    """
    names = [name for name, given in requested.items() if given]
    if not names:
        return {}
    if len(names) > 1:
        raise CommandError(
            ExitCode.USAGE,
            "Standard input accepts one secret at a time. Add the others afterwards with "
            "“producer-studio accounts set”.",
        )
    secret = _read_first_line()
    if not secret:
        raise CommandError(
            ExitCode.USAGE, f"No {names[0].replace('_', ' ')} was read from standard input."
        )
    return {names[0]: secret}


def _read_first_line() -> str:
    """Reads the first non-empty line in any encoding."""
    if sys.stdin is None:
        return ""
    while line := sys.stdin.buffer.readline(_MAX_LINE_BYTES):
        if text := clean_secret(decode_text(line)):
            return text
    return ""


_OPTIONS = {
    "starts_at_s": "--from",
    "ends_at_s": "--to",
    "length_s": "--length",
    "webhook_url": "--webhook-url",
    "source": "--source",
    "audio_url": "--source",
    "prompt": "--sound",
}
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LOCAL_FIELDS = frozenset({"title"})
"""Stored as the clip's name in the library even where the service does not accept it."""


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
        option = _option_name(field)
        takers = [
            one.name
            for one in offers.alternatives(operation, exclude=account.name)
            if field in offers.capabilities(one.name).get(operation).fields
        ]
        does = "does" if len(takers) == 1 else "do"
        others = f" {join_quoted(takers)} {does}." if takers else ""
        raise CommandError(
            ExitCode.USAGE,
            f"“{account.name}” does not support {option} for {operation}, so it would be "
            f"ignored.{others} Nothing was sent.",
        )


def check_texts(values: Mapping[str, Any]) -> None:
    """Rejects text with control characters or lone surrogates, which would waste credits.

    Args:
        values: Values by recipe field.

    Raises:
        CommandError: A text contains such characters.
    """
    for field, value in values.items():
        if isinstance(value, str) and _CONTROL_CHARACTERS.search(value):
            raise CommandError(
                ExitCode.USAGE,
                f"{_option_name(field)} contains invalid characters, such as terminal control "
                "characters. Nothing was sent.",
            )


def _option_name(field: str) -> str:
    return _OPTIONS.get(field, f"--{field.replace('_', '-')}")
