"""Inserts `[Section]` marks into lyrics."""

import re
from dataclasses import dataclass

from producer_studio.domain.lyrics import parse_section_name

_ALWAYS_NUMBERED = frozenset({"Verse"})


@dataclass(frozen=True, slots=True)
class MarkedLyrics:
    """Lyrics with a new mark, and the position of the cursor (a character offset)."""

    text: str
    cursor: int


def next_mark(text: str, name: str) -> str:
    """Returns a mark such as `[Verse 2]`; the first chorus or bridge has no number."""
    pattern = re.compile(rf"{re.escape(name)}(?:\s+(\d+))?", re.IGNORECASE)
    highest = 0
    for line in text.split("\n"):
        found = pattern.fullmatch(parse_section_name(line) or "")
        if found:
            highest = max(highest, int(found.group(1) or 1))
    if highest == 0 and name not in _ALWAYS_NUMBERED:
        return f"[{name}]"
    return f"[{name} {highest + 1}]"


def insert_mark(text: str, cursor: int, name: str) -> MarkedLyrics:
    """Inserts a mark at the cursor without ever splitting a line.

    The mark replaces an empty line, goes above the line when the cursor is at its start, and below
    it otherwise. One empty line separates it from the text before it.
    """
    lines = text.split("\n")
    row = text.count("\n", 0, cursor)
    column = cursor - (text.rfind("\n", 0, cursor) + 1)
    before, after = lines[:row], lines[row:]
    if not lines[row].strip():
        after = lines[row + 1 :]
    elif column > 0:
        before, after = lines[: row + 1], lines[row + 1 :]
    while before and not before[-1].strip():
        before.pop()
    head = [*before, ""] if before else []
    head.append(next_mark(text, name))
    cursor = len("\n".join(head)) + 1
    if not after or not after[0].strip():
        # An empty line to write on, separated from the text that follows.
        while after and not after[0].strip():
            after.pop(0)
        after = ["", "", *after] if after else [""]
    return MarkedLyrics("\n".join([*head, *after]), cursor)
