"""Differences between two texts, word by word."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

_WORD = re.compile(r"\S+")
_MAX_WORDS = 3_000
"""Words of a text that are compared one by one; the rest is one part."""
_MAX_COST = 200_000_000
"""Worst cost, in steps, of a comparison that takes a second or two; songs are far below."""
_FEW_WORDS = 1_000
"""Words of texts that could take minutes: the same word again and again between others."""


class PartKind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class DiffPart:
    """Part of a text.

    Attributes:
        text: With the white space before its words.
        kind: Whether it is in both texts, or only in the later or the earlier one.
    """

    text: str
    kind: PartKind


def diff_words(before: str, after: str) -> list[DiffPart]:
    """Returns the parts that turn one text into another, in their order.

    Words are equal if they are the same characters, whatever space is before them; the space is
    that of the later text.
    """
    old, new = _split(before, _MAX_WORDS), _split(after, _MAX_WORDS)
    if is_costly := _worst_cost(old, new) > _MAX_COST:
        old, new = _split(before, _FEW_WORDS), _split(after, _FEW_WORDS)
    old_words, new_words = [one.strip() for one in old], [one.strip() for one in new]
    if old_words == new_words:
        return [DiffPart("".join(new), PartKind.SAME)] if new else []
    # Words that are everywhere are then left out of the search.
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=is_costly)
    parts: list[DiffPart] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            parts.append(DiffPart("".join(new[new_from:new_to]), PartKind.SAME))
            continue
        if old_to > old_from:
            parts.append(DiffPart("".join(old[old_from:old_to]), PartKind.REMOVED))
        if new_to > new_from:
            parts.append(DiffPart("".join(new[new_from:new_to]), PartKind.ADDED))
    return parts


def fold_same_lines(parts: list[DiffPart], context: int = 1) -> list[DiffPart]:
    """Shortens what is the same to the lines next to a difference, with "…" for the others.

    A text without any difference is shortened to its first lines.

    Args:
        context: Number of lines that are kept on each side.
    """
    folded = []
    for place, part in enumerate(parts):
        lines = part.text.split("\n")
        before = context + 1 if place or len(parts) == 1 else 0
        after = context + 1 if place < len(parts) - 1 else 0
        if part.kind is not PartKind.SAME or len(lines) <= before + after + 1:
            folded.append(part)
            continue
        head, tail = lines[:before], lines[len(lines) - after :]
        folded.append(DiffPart("\n".join([*head, "…", *tail]), PartKind.SAME))
    return folded


def _split(text: str, limit: int) -> list[str]:
    # Not `\s*\S+`: at the end of a text that takes minutes with some ten thousand spaces.
    ends = [0, *(found.end() for found in _WORD.finditer(text))]
    words = [text[start:end] for start, end in pairwise(ends)]
    if len(words) > limit:
        words[limit:] = ["".join(words[limit:])]
    return words


def _worst_cost(old: list[str], new: list[str]) -> int:
    """Returns the largest number of steps that the comparison may take.

    Each match that is found costs as many as there are pairs of equal words.
    """
    counts = Counter(word.strip() for word in old)
    pairs = sum(counts[word.strip()] for word in new)
    return pairs * min(len(old), len(new))
