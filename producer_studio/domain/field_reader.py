"""Reader for untrusted JSON objects: each field is validated separately."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

from producer_studio.domain.timestamps import parse_timestamp

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

MAX_TEXT_LENGTH = 1_000_000
"""Characters; no lyrics, notes or descriptions are as long."""

MAX_TITLE_LENGTH = 500
"""Characters; services accept 80, and users write a little more."""

MAX_NAME_LENGTH = 200
"""Characters of a model, a seed, an id and the like."""

MAX_LINK_LENGTH = 8_000

MAX_LENGTH_S = 24 * 3600.0
"""Maximum length of a piece of music, in seconds; a longer value counts as unknown."""

MAX_INTEGER = 2**53
"""Maximum integer: JSON numbers above it are not exact, and SQLite's limit is 2**63."""

_INT_DIGITS = 4_000
"""Python itself rejects integers with more digits."""


class FieldReader:
    """Reads fields of known types from an object.

    A field that is missing or null gets its default. So does one with an invalid value; its name is
    then in `invalid_fields`, as is that of a truncated text.

    Attributes:
        invalid_fields: Names of the invalid fields, in the order of reading.
    """

    def __init__(self, data: Mapping[str, object]) -> None:
        self._data = data
        self.invalid_fields: list[str] = []

    def text(self, name: str, default: str = "", *, limit: int = MAX_TEXT_LENGTH) -> str:
        """Returns a text of at most `limit` characters; a longer one is cut and marked invalid."""
        value = self._data.get(name)
        if not isinstance(value, str):
            return self._default(name, default)
        if len(value) > limit:
            self.mark_invalid(name)
        return value[:limit]

    def identifier(self, name: str, *, limit: int = MAX_NAME_LENGTH) -> str:
        """Returns a text that must not be truncated; a longer one is invalid."""
        value = self._data.get(name)
        if isinstance(value, str) and len(value) <= limit:
            return value
        return self._default(name, "")

    def optional_identifier(self, name: str) -> str | None:
        """Returns the same as `identifier`; None when it is empty or missing."""
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

    def optional_integer(self, name: str, *, high: int = MAX_INTEGER) -> int | None:
        """Returns a whole number from 0 on; None when missing or invalid."""
        value = self.integer(name, -1, high=high)
        return None if value < 0 else value

    def number(self, name: str) -> float | None:
        """Returns a finite number; None when missing or invalid."""
        value = self._data.get(name)
        return float(value) if is_finite_number(value) else self._default(name, None)

    def bounded_number(self, name: str, low: float, high: float) -> float | None:
        """Returns a number within bounds; None when missing or invalid."""
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
        """Returns an aware time parsed from ISO 8601; UTC is assumed when no zone is given."""
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
        """Records a field whose value the caller could not use."""
        if name not in self.invalid_fields:
            self.invalid_fields.append(name)

    def _default(self, name: str, default: T) -> T:
        if self._data.get(name) is not None:
            self.mark_invalid(name)
        return default


def is_finite_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def believable_length_s(seconds: float) -> float:
    """Returns a plausible length in seconds; 0, which stands for unknown, for any other."""
    return seconds if 0 < seconds <= MAX_LENGTH_S else 0.0


def parse_json_object(text: str) -> dict[str, Any]:
    """Parses one JSON object; a number with too many digits invalidates only its own field.

    Raises:
        ValueError: The text is not JSON, not an object, or nested too deeply.
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
