"""Ids of a long list as one text, which takes a third of the memory of a list of texts."""

from collections.abc import Sequence
from typing import overload

from producer_studio.domain.ids import ClipId

_LENGTH = 32
"""Characters of the ids that are made here."""


def split_ids(text: str, count: int) -> Sequence[ClipId]:
    """Returns the ids of a text that has one in each line.

    They are cut from the text when they are asked for, if all of them are as long as those that
    are made here.
    """
    regular = len(text) == (_LENGTH + 1) * count - 1 and text.isascii()
    if regular and text[_LENGTH :: _LENGTH + 1] == "\n" * (count - 1):
        return _IdLines(text, count)
    return [ClipId(line) for line in text.split("\n")]


class _IdLines(Sequence[ClipId]):
    def __init__(self, text: str, count: int) -> None:
        self._text = text
        self._count = count

    @overload
    def __getitem__(self, place: int) -> ClipId: ...
    @overload
    def __getitem__(self, place: slice) -> list[ClipId]: ...
    def __getitem__(self, place: int | slice) -> ClipId | list[ClipId]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._count))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        start = place * (_LENGTH + 1)
        return ClipId(self._text[start : start + _LENGTH])

    def __len__(self) -> int:
        return self._count
