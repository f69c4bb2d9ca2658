"""Secrets from standard input instead of arguments, which every process can read."""

import sys
from collections.abc import Mapping

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.domain.pasted_secret import clean_secret
from producer_studio.domain.text import decode_text
from producer_studio.translation import mark

_MAX_LINE_BYTES = 64 * 1024


_MISSING = {
    "key": mark("No key was read from standard input."),
    "secret": mark("No secret was read from standard input."),
    "webhook_secret": mark("No webhook secret was read from standard input."),
    "platform_token": mark("No platform token was read from standard input."),
}


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
            mark(
                "Standard input accepts one secret at a time. Add the others afterwards with "
                "“producer-studio accounts set”."
            ),
        )
    secret = _read_first_line()
    if not secret:
        raise CommandError(
            ExitCode.USAGE,
            _MISSING[names[0]],
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
