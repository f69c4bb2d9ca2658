"""Ways to spoil a body."""

import json
import random
from collections.abc import Callable
from typing import Any

#: Bytes that are neither JSON nor text nor audio.
NOISE = b"\x00\xff\xfe{]" + random.Random(8).randbytes(180)


def half_of(body: bytes) -> bytes:
    """The first half, so that JSON ends in mid-air."""
    return body[: len(body) // 2]


def of_other_types(body: bytes) -> bytes:
    """The same JSON with every value of another type, its top level kept."""
    return _changed(body, _others)


def _changed(body: bytes, change: Callable[[Any], object]) -> bytes:
    """The JSON after a change; what is no JSON, as a file, stays as it is."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    return json.dumps(change(answer)).encode()


def _others(answer: object) -> object:
    if isinstance(answer, dict):
        return {name: _other(value) for name, value in answer.items()}
    return _other(answer)


def _other(value: object) -> object:
    match value:
        case str():
            return {"text": value}
        case bool() | None:
            return [value]
        case int() | float():
            return f"about {value}"
        case list():
            return {str(at): item for at, item in enumerate(value)}
        case _:
            return [value]


def of_few_fields(body: bytes) -> bytes:
    """The same JSON, in every object only the first plain value left beside what holds others."""
    return _changed(body, _few)


def _few(value: object) -> object:
    match value:
        case dict():
            holders = {name: _few(held) for name, held in value.items() if _holds(held)}
            plain = [pair for pair in value.items() if not _holds(pair[1])]
            return {**dict(plain[:1]), **holders}
        case list():
            return [_few(item) for item in value]
        case _:
            return value


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)


_OPTIONAL = frozenset(
    {"title", "sound", "created_at", "createdAt", "image_url", "imageUrl", "seed", "duration"}
    | {"mv", "model", "tags", "style"}
)
"""Fields without which a result is still a song."""


def of_odd_fields(body: bytes) -> bytes:
    """The same JSON with every optional field of another type, however deep it stands."""
    return _changed(body, _odd)


def _odd(value: object) -> object:
    match value:
        case dict():
            return {
                name: _other(held) if name in _OPTIONAL else _odd(held)
                for name, held in value.items()
            }
        case list():
            return [_odd(item) for item in value]
        case _:
            return value


def with_price(body: bytes, price: float) -> bytes:
    """The same JSON with another price, under the name that the dialects use for one."""

    def set_price(answer: object) -> object:
        return {**answer, "creditCost": price} if isinstance(answer, dict) else answer

    return _changed(body, set_price)


def without_data(body: bytes) -> bytes:
    """The same JSON, every list and every `data` in it emptied."""
    return _changed(body, _emptied)


def _emptied(value: object) -> object:
    match value:
        case dict():
            return {
                name: {} if name == "data" and isinstance(held, dict) else _emptied(held)
                for name, held in value.items()
            }
        case list():
            return []
        case _:
            return value


def with_error(body: bytes, error: object) -> bytes:
    """The same JSON with an error beside its data, where the dialect keeps its errors."""

    def add(answer: object) -> object:
        if isinstance(answer, dict):
            response = answer.get("response")
            (response if isinstance(response, dict) else answer)["error"] = error
        return answer

    return _changed(body, add)
