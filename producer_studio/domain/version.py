"""Version numbers of this program."""

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

_MAX_NUMBERS = 4
_PATTERN = re.compile(
    rf"v?(?P<numbers>\d{{1,9}}(?:\.\d{{1,9}}){{0,{_MAX_NUMBERS - 1}}})"
    r"(?:(?P<stage>a|b|rc)(?P<step>\d{1,9}))?"
    # A local version label describes the build, not the order.
    r"(?:\+[a-z0-9]+(?:[._-][a-z0-9]+)*)?",
    re.ASCII,
)
_STAGES = {"a": 0, "b": 1, "rc": 2}
_FINAL = (len(_STAGES), 0)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """Version such as 0.2.0, or 0.3.0rc1 for a release candidate; 1.2 and 1.2.0 are equal.

    Attributes:
        text: The version as written.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parses up to four numbers separated by dots, and an optional a, b or rc with a number.

        Raises:
            ValueError: The text has another format.
        """
        if _PATTERN.fullmatch(text) is None:
            raise ValueError(f"“{text[:40]}” is not a version")
        return cls(text.removeprefix("v"))

    @property
    def sort_key(self) -> tuple[tuple[int, ...], tuple[int, int]]:
        """Sort key: the numbers, then the phase of the pre-release."""
        found = _PATTERN.fullmatch(self.text)
        assert found is not None  # noqa: S101 - checked by `parse`
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
