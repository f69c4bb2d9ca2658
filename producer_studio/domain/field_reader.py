"""Reading of JSON that somebody else may have written: each field stands for itself."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from producer_studio.domain.timestamps import parse_timestamp

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

MAX_TEXT_LENGTH = 1_000_000
"""Characters; no lyrics, notes or descriptions are as long."""

MAX_TITLE_LENGTH = 500
"""Characters; services take 80, and users write a little more."""

MAX_NAME_LENGTH = 200
"""Characters of a model, a seed, an id and the like."""

MAX_LINK_LENGTH = 8_000

MAX_LENGTH_S = 24 * 3600.0
"""Of a piece of music, in seconds; what claims to be longer has no length that can be believed."""

MAX_INTEGER = 2**53
"""Beyond it JSON's numbers are not exact, and a database takes no more than 2**63."""

_INT_DIGITS = 4_000
"""Python itself refuses longer ones."""


class FieldReader:
    """Takes fields of known types out of an object.

    A field that is missing or null is at its default. So is one whose value does not fit; its name
    is then in `invalid_fields`, as is that of a text that was cut.

    Attributes:
        invalid_fields: The names of the fields that did not fit, in the order of reading.
    """

    def __init__(self, data: Mapping[str, object]) -> None:
        self._data = data
        self.invalid_fields: list[str] = []

    def text(self, name: str, default: str = "", *, limit: int = MAX_TEXT_LENGTH) -> str:
        """A text of so many characters; a longer one is cut."""
        value = self._data.get(name)
        if not isinstance(value, str):
            return self._default(name, default)
        if len(value) > limit:
            self.mark_invalid(name)
        return value[:limit]

    def identifier(self, name: str, *, limit: int = MAX_NAME_LENGTH) -> str:
        """A text that means something else when it is cut: a longer one does not fit."""
        value = self._data.get(name)
        if isinstance(value, str) and len(value) <= limit:
            return value
        return self._default(name, "")

    def optional_identifier(self, name: str) -> str | None:
        """The same; None where it is empty or missing."""
        return self.identifier(name) or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._data.get(name)
        return value if isinstance(value, bool) else self._default(name, default)

    def integer(self, name: str, default: int = 0, *, low: int = 0, high: int = MAX_INTEGER) -> int:
        value = self._data.get(name)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if is_whole and low <= value <= high:  # type: ignore[operator]
            return value  # type: ignore[return-value]
        return self._default(name, default)

    def number(self, name: str) -> float | None:
        """A finite number; None where there is none."""
        value = self._data.get(name)
        return float(value) if is_finite_number(value) else self._default(name, None)  # type: ignore[arg-type]

    def bounded_number(self, name: str, low: float, high: float) -> float | None:
        """A number within bounds; None where there is none."""
        number = self.number(name)
        if number is None or low <= number <= high:
            return number
        return self._default(name, None)

    def choice(self, name: str, kind: type[E], default: E) -> E:
        value = self._data.get(name)
        if isinstance(value, str) and value in {str(one) for one in kind}:
            return kind(value)
        return self._default(name, default)

    def timestamp(self, name: str) -> datetime | None:
        """A time in ISO 8601, aware; one without a zone is taken for UTC."""
        value = self._data.get(name)
        moment = parse_timestamp(value)
        return self._default(name, None) if moment is None else moment

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self._data.get(name)
        return value if isinstance(value, Mapping) else self._default(name, {})

    def items(self, name: str) -> Sequence[object]:
        value = self._data.get(name)
        return value if isinstance(value, list | tuple) else self._default(name, ())

    def mark_invalid(self, name: str) -> None:
        """Names a field that the caller could not use."""
        if name not in self.invalid_fields:
            self.invalid_fields.append(name)

    def _default(self, name: str, default: T) -> T:
        if self._data.get(name) is not None:
            self.mark_invalid(name)
        return default


def is_finite_number(value: object) -> bool:
    """Whether a value is a number that a calculation can use."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def believable_length_s(seconds: float) -> float:
    """A length in seconds; 0, which stands for unknown, in place of an absurd one."""
    return seconds if 0 < seconds <= MAX_LENGTH_S else 0.0


def parse_json_object(text: str) -> dict[str, Any]:
    """Reads one JSON object; a number with absurdly many digits spoils its own field alone.

    Raises:
        ValueError: It is no JSON, no object, or nested too deeply.
    """
    try:
        value = json.loads(text, parse_int=_parse_integer)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a value of the file, not of a caller
    return value


def _parse_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _INT_DIGITS else math.inf
