"""Ways to spoil a body."""

import json
import random

#: Bytes that are neither JSON nor text nor audio.
NOISE = b"\x00\xff\xfe{]" + random.Random(8).randbytes(180)


def half_of(body: bytes) -> bytes:
    """The first half, so that JSON ends in mid-air."""
    return body[: len(body) // 2]


def of_other_types(body: bytes) -> bytes:
    """The same JSON with every value of another type, its top level kept."""
    answer = json.loads(body)
    if isinstance(answer, dict):
        return json.dumps({name: _other(value) for name, value in answer.items()}).encode()
    return json.dumps(_other(answer)).encode()


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
