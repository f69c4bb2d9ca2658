"""Setting a `[Section]` mark into lyrics."""

import re
from dataclasses import dataclass

from producer_studio.domain.lyrics import parse_section_name

_ALWAYS_NUMBERED = frozenset({"Verse"})


@dataclass(frozen=True, slots=True)
class MarkedLyrics:
    """Lyrics with a new mark, and where the cursor goes on (a character offset)."""

    text: str
    cursor: int


def next_mark(text: str, name: str) -> str:
    """Such as `[Verse 2]`; the first chorus or bridge goes without a number."""
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
    """Puts a mark where the cursor is, without ever splitting a line.

    On an empty line the mark takes its place, at the start of a line it goes above, elsewhere
    below. One empty line parts it from what comes before.
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
        # A line of its own to write on, parted from what follows.
        while after and not after[0].strip():
            after.pop(0)
        after = ["", "", *after] if after else [""]
    return MarkedLyrics("\n".join([*head, *after]), cursor)
