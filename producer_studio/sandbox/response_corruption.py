"""Ways to spoil a body."""

import json
import random
from collections.abc import Callable
from typing import Any

#: Bytes that are neither JSON nor text nor audio.
NOISE = b"\x00\xff\xfe{]" + random.Random(8).randbytes(180)


def truncate_body(body: bytes) -> bytes:
    """The first half, so that JSON ends in mid-air."""
    return body[: len(body) // 2]


def change_value_types(body: bytes) -> bytes:
    """The same JSON with every value of another type, its top level kept."""
    return _edit_json(body, _change_top_level_types)


def _edit_json(body: bytes, change: Callable[[Any], object]) -> bytes:
    """The JSON after a change; what is no JSON, as a file, stays as it is."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    return json.dumps(change(answer)).encode()


def _change_top_level_types(answer: object) -> object:
    if isinstance(answer, dict):
        return {name: _change_type(value) for name, value in answer.items()}
    return _change_type(answer)


def _change_type(value: object) -> object:
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


def drop_fields(body: bytes) -> bytes:
    """The same JSON, in every object only the first plain value left beside what holds others."""
    return _edit_json(body, _drop_plain_fields)


def _drop_plain_fields(value: object) -> object:
    match value:
        case dict():
            holders = {
                name: _drop_plain_fields(held)
                for name, held in value.items()
                if _is_container(held)
            }
            plain = [pair for pair in value.items() if not _is_container(pair[1])]
            return {**dict(plain[:1]), **holders}
        case list():
            return [_drop_plain_fields(item) for item in value]
        case _:
            return value


def _is_container(value: object) -> bool:
    return isinstance(value, dict | list)


_OPTIONAL_FIELDS = frozenset(
    {"title", "sound", "created_at", "createdAt", "image_url", "imageUrl", "seed", "duration"}
    | {"mv", "model", "tags", "style"}
)
"""Fields without which a result is still a song."""


def change_optional_field_types(body: bytes) -> bytes:
    """The same JSON with every optional field of another type, however deep it stands."""
    return _edit_json(body, _change_optional_types)


def _change_optional_types(value: object) -> object:
    match value:
        case dict():
            return {
                name: _change_type(held)
                if name in _OPTIONAL_FIELDS
                else _change_optional_types(held)
                for name, held in value.items()
            }
        case list():
            return [_change_optional_types(item) for item in value]
        case _:
            return value


def replace_price(body: bytes, price: float) -> bytes:
    """The same JSON with another price, under the name that the dialects use for one."""

    def set_price(answer: object) -> object:
        return {**answer, "creditCost": price} if isinstance(answer, dict) else answer

    return _edit_json(body, set_price)


def empty_data(body: bytes) -> bytes:
    """The same JSON, every list and every `data` in it emptied."""
    return _edit_json(body, _empty_containers)


def _empty_containers(value: object) -> object:
    match value:
        case dict():
            return {
                name: {} if name == "data" and isinstance(held, dict) else _empty_containers(held)
                for name, held in value.items()
            }
        case list():
            return []
        case _:
            return value


def add_error(body: bytes, error: object) -> bytes:
    """The same JSON with an error beside its data, where the dialect keeps its errors."""

    def add(answer: object) -> object:
        if isinstance(answer, dict):
            response = answer.get("response")
            (response if isinstance(response, dict) else answer)["error"] = error
        return answer

    return _edit_json(body, add)
