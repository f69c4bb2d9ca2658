"""A secret from standard input: never from the arguments, which everybody can read."""

import sys
from collections.abc import Mapping

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.domain.secret_input import clean_secret, decoded

_LONGEST = 64 * 1024


def secret_from_stdin(wanted: Mapping[str, bool]) -> dict[str, str]:
    """The one secret that was asked for, by the name it was asked for under.

    Args:
        wanted: Names such as "key", and whether their option was given.

    Raises:
        Stopped: Several were asked for, or none arrived.
    """
    asked = [name for name, given in wanted.items() if given]
    if not asked:
        return {}
    if len(asked) > 1:
        raise Stopped(
            Exit.USAGE,
            "Standard input carries one secret at a time. Give the others afterwards, with "
            "“producer-studio accounts set”.",
        )
    secret = _first_line()
    if not secret:
        raise Stopped(Exit.USAGE, f"No {asked[0].replace('_', ' ')} arrived on standard input.")
    return {asked[0]: secret}


def _first_line() -> str:
    """The first line with something in it, in whatever encoding it was written."""
    if sys.stdin is None:
        return ""
    while line := sys.stdin.buffer.readline(_LONGEST):
        if text := clean_secret(decoded(line)):
            return text
    return ""
