"""Types of stored clip fields that are numbers."""

# ruff: noqa: ARG002 - a type uses those of the folders that it needs

import math
from pathlib import Path

from producer_studio.domain.field_reader import (
    MAX_INTEGER,
    MAX_LENGTH_S,
    FieldReader,
    believable_length_s,
)
from producer_studio.domain.tempo import validate_bpm
from producer_studio.library.field_types import FieldType, PlainType, SqlValue

MAX_STARS = 5


class Integer(PlainType[int]):
    """Whole number from 0 to a maximum."""

    def __init__(self, high: int = MAX_INTEGER) -> None:
        super().__init__("INTEGER NOT NULL", 0)
        self._high = high

    def from_column(self, stored: SqlValue, library: Path) -> int:
        if not isinstance(stored, int):
            raise TypeError("not a whole number")
        return self.normalize(stored)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> int:
        return reader.integer(key, high=self._high)

    def normalize(self, value: int) -> int:
        return max(0, min(self._high, value))


class OptionalInteger(PlainType[int | None]):
    """Whole number from 0 to a maximum, or none."""

    def __init__(self, high: int = MAX_INTEGER) -> None:
        super().__init__("INTEGER")
        self._high = high

    def from_column(self, stored: SqlValue, library: Path) -> int | None:
        if stored is None:
            return None
        if not isinstance(stored, int):
            raise TypeError("not a whole number")
        return max(0, min(self._high, stored))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> int | None:
        return reader.optional_integer(key, high=self._high)


class OptionalCount(OptionalInteger):
    """Whole number from 1 to a maximum, or none; another one that is edited becomes none."""

    def from_column(self, stored: SqlValue, library: Path) -> int | None:
        return self.normalize(super().from_column(stored, library))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> int | None:
        return self.normalize(super().from_json(reader, key, base))

    def normalize(self, value: int | None) -> int | None:
        return value if value is not None and 1 <= value <= self._high else None


class Number(PlainType[float | None]):
    """Finite number within bounds, or none."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__("REAL")
        self._low, self._high = low, high

    def from_column(self, stored: SqlValue, library: Path) -> float | None:
        if stored is None:
            return None
        number = _require_finite(stored)
        if not self._low <= number <= self._high:
            raise ValueError("out of bounds")
        return number

    def from_json(self, reader: FieldReader, key: str, base: Path) -> float | None:
        return reader.bounded_number(key, self._low, self._high)


class Length(FieldType[float]):
    """Length in seconds; 0 when it is unknown."""

    def __init__(self) -> None:
        super().__init__("REAL NOT NULL", 0.0)

    def to_column(self, value: float, library: Path) -> SqlValue:
        return float(value)

    def from_column(self, stored: SqlValue, library: Path) -> float:
        return believable_length_s(_require_finite(stored))

    def from_json(self, reader: FieldReader, key: str, base: Path) -> float:
        return reader.bounded_number(key, 0, MAX_LENGTH_S) or 0.0


class Tempo(PlainType[float | None]):
    """Beats per minute chosen by the user; none for another number."""

    def __init__(self) -> None:
        super().__init__("REAL")

    def from_column(self, stored: SqlValue, library: Path) -> float | None:
        return validate_bpm(stored)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> float | None:
        number = reader.number(key)
        bpm = validate_bpm(number)
        if number is not None and bpm is None:
            reader.mark_invalid(key)
        return bpm

    def normalize(self, value: float | None) -> float | None:
        return validate_bpm(value)


def _require_finite(stored: SqlValue) -> float:
    if not isinstance(stored, int | float) or not math.isfinite(stored):
        raise ValueError("not a finite number")
    return stored
