"""Titles on a single line."""

import re

# With the spaces around them: "one \r\n two" becomes "one two".
_BREAKS = re.compile(r" *[\x00-\x1f\x7f-\x9f\u2028\u2029][ \x00-\x1f\x7f-\x9f\u2028\u2029]*")


def to_single_line(text: str) -> str:
    """A title as it is kept: line breaks, tabs and other control characters become spaces."""
    return text if text.isprintable() else _BREAKS.sub(" ", text).strip()
