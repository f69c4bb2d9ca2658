"""Corruption of response bodies for fault injection."""

import json
import random
from collections.abc import Callable
from typing import Any

#: Bytes that are neither JSON nor text nor audio.
NOISE = b"\x00\xff\xfe{]" + random.Random(8).randbytes(180)


def truncate_body(body: bytes) -> bytes:
    """Returns the first half of a body, so that JSON is incomplete."""
    return body[: len(body) // 2]


def change_value_types(body: bytes) -> bytes:
    """Changes the type of every value in JSON, except the top level."""
    return _edit_json(body, _change_top_level_types)


def _edit_json(body: bytes, change: Callable[[Any], object]) -> bytes:
    """Applies a change to JSON; returns any other body, such as a file, unchanged."""
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
    """Removes all but the first plain value of every object in JSON; preserves nested values."""
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
"""Fields that a valid result may lack."""


def change_optional_field_types(body: bytes) -> bytes:
    """Changes the type of every optional field in JSON, at any depth."""
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
    """Replaces the price in JSON, under the names that the dialects use."""

    def set_price(answer: object) -> object:
        return {**answer, "creditCost": price} if isinstance(answer, dict) else answer

    return _edit_json(body, set_price)


def empty_data(body: bytes) -> bytes:
    """Empties every list and every `data` in JSON."""
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
    """Adds an error beside the data in JSON, at the position that the dialect uses."""

    def add(answer: object) -> object:
        if isinstance(answer, dict):
            response = answer.get("response")
            (response if isinstance(response, dict) else answer)["error"] = error
        return answer

    return _edit_json(body, add)
