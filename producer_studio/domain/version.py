"""Versions of this program, and which of two is the newer one."""

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

_MAX_NUMBERS = 4
_PATTERN = re.compile(
    rf"v?(?P<numbers>\d{{1,9}}(?:\.\d{{1,9}}){{0,{_MAX_NUMBERS - 1}}})"
    r"(?:(?P<stage>a|b|rc)(?P<step>\d{1,9}))?"
    # What a packager adds says how it was built, and not how new it is.
    r"(?:\+[a-z0-9]+(?:[._-][a-z0-9]+)*)?",
    re.ASCII,
)
_STAGES = {"a": 0, "b": 1, "rc": 2}
_FINAL = (len(_STAGES), 0)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """Such as 0.2.0, or 0.3.0rc1 before it is final; 1.2 and 1.2.0 are the same one.

    Attributes:
        text: As it was written.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Takes up to four numbers with dots between them, and a, b or rc with a number.

        Raises:
            ValueError: It is not written so.
        """
        if _PATTERN.fullmatch(text) is None:
            raise ValueError(f"“{text[:40]}” is not a version")
        return cls(text.removeprefix("v"))

    @property
    def sort_key(self) -> tuple[tuple[int, ...], tuple[int, int]]:
        """What is compared: the numbers, then how near to final it is."""
        found = _PATTERN.fullmatch(self.text)
        assert found is not None  # noqa: S101 - `read` looked
        numbers = [int(one) for one in found["numbers"].split(".")]
        numbers += [0] * (_MAX_NUMBERS - len(numbers))
        if found["stage"] is None:
            return tuple(numbers), _FINAL
        return tuple(numbers), (_STAGES[found["stage"]], int(found["step"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.sort_key == other.sort_key

    def __lt__(self, other: "Version") -> bool:
        return self.sort_key < other.sort_key

    def __hash__(self) -> int:
        return hash(self.sort_key)

    def __str__(self) -> str:
        return self.text
