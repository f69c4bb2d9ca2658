"""Sections of lyrics as parts of the text that are moved, copied, renamed and removed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.translation import mark

SECTION_KINDS = (
    mark("Intro"),
    mark("Verse"),
    "Pre-Chorus",
    mark("Chorus"),
    mark("Hook"),
    mark("Bridge"),
    mark("Instrumental"),
    mark("Outro"),
)
_ALWAYS_NUMBERED = frozenset({mark("Verse")})
_NUMBER = re.compile(r"\s+(\d+)$")


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A section: its mark, if it has one, and the lines below it.

    Attributes:
        name: Text of the mark; empty before the first one.
        first_row: Row of the text in which it begins.
        lines: Its lines, with the mark and without empty ones at its end.
        gap: Number of empty lines after it.
    """

    name: str
    first_row: int
    lines: tuple[str, ...]
    gap: int

    @property
    def sung_lines(self) -> int:
        """Number of lines that are sung."""
        return sum(bool(line.strip()) for line in self.lines) - bool(self.name)


@dataclass(frozen=True, slots=True)
class EditedLyrics:
    """Lyrics after a change, and the position of the cursor (a character offset)."""

    text: str
    cursor: int


def parse_outline(text: str) -> list[OutlinePart]:
    """Returns the sections in order; what stands before the first mark is one without a name."""
    rows = text.split("\n")
    starts = [row for row, line in enumerate(rows) if parse_section_name(line) is not None]
    if not starts or any(line.strip() for line in rows[: starts[0]]):
        starts.insert(0, 0)
    if not text.strip():
        return []
    parts = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        last = end
        while last > start and not rows[last - 1].strip():
            last -= 1
        lines = tuple(rows[start:last])
        name = parse_section_name(rows[start]) or ""
        parts.append(OutlinePart(name, start, lines, end - last))
    return parts


def part_at(parts: Sequence[OutlinePart], row: int) -> int:
    """Returns the index of the section that a row belongs to; 0 above the first one."""
    return max((index for index, part in enumerate(parts) if part.first_row <= row), default=0)


def move_part(text: str, index: int, to: int) -> EditedLyrics:
    """Moves a section to another place; the empty lines between the places stay.

    Args:
        index: Place of the section.
        to: Its new place.
    """
    parts = parse_outline(text)
    order = [*parts[:index], *parts[index + 1 :]]
    order.insert(to, parts[index])
    # A last section without an empty line after it gets one, if another follows it now.
    gaps = [max(part.gap, 1) for part in parts[:-1]] + [parts[-1].gap]
    placed = [replace(part, gap=gap) for part, gap in zip(order, gaps, strict=True)]
    return _join(text, placed, to)


def duplicate_part(text: str, index: int) -> EditedLyrics:
    """Copies a section behind itself; a numbered one gets the next number."""
    parts = parse_outline(text)
    part = parts[index]
    lines = part.lines
    if number := _NUMBER.search(part.name):
        lines = (next_mark(text, part.name[: number.start()]), *lines[1:])
    parts[index : index + 1] = [replace(part, gap=1), replace(part, lines=lines)]
    return _join(text, parts, index + 1)


def remove_part(text: str, index: int) -> EditedLyrics:
    """Removes a section with its lines."""
    parts = parse_outline(text)
    del parts[index]
    if not parts:
        return EditedLyrics("", 0)
    return _join(text, parts, min(index, len(parts) - 1))


def rename_part(text: str, index: int, name: str) -> EditedLyrics:
    """Gives a section another mark, or one without a mark its first."""
    parts = parse_outline(text)
    part = parts[index]
    below = part.lines[1:] if part.name else part.lines
    mark = f"[{_clean_name(name)}]"
    parts[index] = replace(part, lines=(mark, *below))
    return _join(text, parts, index)


def next_mark(text: str, name: str) -> str:
    """Returns a mark such as `[Verse 2]`; the first chorus or bridge has no number."""
    name = _clean_name(name)
    pattern = re.compile(rf"{re.escape(name)}(?:\s+(\d+))?", re.IGNORECASE)
    highest = 0
    for line in text.split("\n"):
        found = pattern.fullmatch(parse_section_name(line) or "")
        if found:
            highest = max(highest, int(found.group(1) or 1))
    if highest == 0 and name not in _ALWAYS_NUMBERED:
        return f"[{name}]"
    return f"[{name} {highest + 1}]"


def insert_mark(text: str, cursor: int, name: str) -> EditedLyrics:
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
    return EditedLyrics("\n".join([*head, *after]), cursor)


def _join(text: str, parts: Sequence[OutlinePart], current: int) -> EditedLyrics:
    """Writes sections one below the other, with the cursor at the beginning of one of them."""
    old = parse_outline(text)
    rows = text.split("\n")[: old[0].first_row] if old else []
    start = 0
    for index, part in enumerate(parts):
        if index == current:
            start = len(rows)
        rows += [*part.lines, *[""] * part.gap]
    return EditedLyrics("\n".join(rows), len("\n".join([*rows[:start], ""])) if start else 0)


def _clean_name(name: str) -> str:
    return " ".join(re.sub(r"[\[\]]", " ", name).split())[:50]
