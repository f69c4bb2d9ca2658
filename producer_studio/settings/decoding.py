"""Decoding of stored values, each by its own type: an invalid one costs nothing but itself."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def decode(value: object, kind: Any) -> Any:  # noqa: ANN401 - types of many kinds
    """Converts a value parsed from JSON to a type, which may have a range (`msgspec.Meta`).

    Raises:
        ValueError: It has another type, or is out of range.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        # Not a ValueError in every version of msgspec.
        raise ValueError(str(error)) from error


def decode_or(value: object, kind: Any, default: T) -> T:  # noqa: ANN401 - types of many kinds
    """Converts a value like `decode`; returns the default for an invalid one."""
    try:
        decoded: T = decode(value, kind)
    except ValueError:
        return default
    return decoded
