"""Normalisation of titles to a single line."""

import re

# Includes the spaces around them: "one \r\n two" becomes "one two".
_BREAKS = re.compile(r" *[\x00-\x1f\x7f-\x9f\u2028\u2029][ \x00-\x1f\x7f-\x9f\u2028\u2029]*")


def to_single_line(text: str) -> str:
    """Replaces line breaks, tabs and other control characters of a title with spaces."""
    return text if text.isprintable() else _BREAKS.sub(" ", text).strip()
