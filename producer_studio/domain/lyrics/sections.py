"""Sections of lyrics: `[Name]` lines, what is sung below them, and its words."""

import re
from dataclasses import dataclass

from producer_studio.domain.lyrics.words import is_cjk, split_words

_SECTION = re.compile(r"^\s*\[([^\[\]]{1,60})\]\s*$")


@dataclass(frozen=True, slots=True)
class LyricsSection:
    """Section of lyrics: its `[Name]` and sung lines; the name is empty before the first mark."""

    name: str
    lines: tuple[str, ...]


def parse_section_name(line: str) -> str | None:
    """Parses a section mark such as `[Chorus]`; returns None for any other line."""
    found = _SECTION.match(line)
    return found.group(1).strip() if found else None


def parse_sections(text: str) -> list[LyricsSection]:
    """Splits lyrics at their section marks; empty lines are dropped."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        name = parse_section_name(line)
        if name is not None:
            parts.append((name, []))
        elif line.strip():
            parts[-1][1].append(line.strip())
    return [LyricsSection(name, tuple(lines)) for name, lines in parts if name or lines]


def count_words(text: str) -> int:
    """Counts the sung words: section marks are ignored, each CJK character counts as a word."""
    count = 0
    for line in text.splitlines():
        if parse_section_name(line) is not None:
            continue
        words = split_words(line)
        if line.isascii():
            count += len(words)
        else:
            count += sum(len(word) if is_cjk(word[0]) else 1 for word in words)
    return count
