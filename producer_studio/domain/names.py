"""Names that users give, such as those of presets and lists."""

import re
from collections.abc import Iterable

from producer_studio.domain.text import TERMINAL_CONTROLS, to_single_line

_NOT_IN_NAMES = re.compile(f"[{TERMINAL_CONTROLS}]")


def clean_name(name: str, max_length: int) -> str:
    """Returns a name on one line, without what no name has, cut to a number of characters."""
    text = to_single_line(_NOT_IN_NAMES.sub(" ", name[: 2 * max_length]))
    return " ".join(text.split())[:max_length].rstrip()


def unique_name(clean: str, others: Iterable[str], max_length: int) -> str:
    """Returns a name that no other has, so that it is enough to find one; with a number if need be.

    Args:
        clean: The name, as `clean_name` returns it.
        others: Names that others have, in any case.
    """
    known = {one.casefold() for one in others}
    unique = clean
    number = 1
    while unique.casefold() in known:
        number += 1
        suffix = f" {number}"
        unique = f"{clean[: max_length - len(suffix)].rstrip()}{suffix}"
    return unique
