"""JSON parser for untrusted bodies: a value that cannot be parsed does not affect the others.

Tolerates a byte order mark, invalid UTF-8, numbers of thousands of digits, and deep nesting: each
affects only the value that contains it.
"""

import json
import re
from typing import Final

NOT_JSON: Final = object()
"""Marker for a body that is not JSON, as None is JSON's null."""

DEPTH_LIMIT = 64
"""Maximum depth of nested containers; deeper values become null."""

VALUES_LIMIT = 200_000
"""Maximum values in a document. Parsing blocks every thread, and more than these for too long."""

_MAX_DIGITS = 400
# Also matches an unterminated text: to restart the search at each of its quotes is slow.
_TOKEN_PATTERN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parse_json(body: bytes) -> object:
    """Parses a document.

    Raises:
        ValueError: It is not JSON, or far larger than any response.
    """
    if body.count(b",") + body.count(b"[") + body.count(b"{") > VALUES_LIMIT:
        raise ValueError("The document has too many values.")
    text = body.decode(json.detect_encoding(body), "replace").removeprefix("\ufeff")
    try:
        return _parse(text)
    except RecursionError:
        return _parse(_drop_deep_values(text))


def _parse(text: str) -> object:
    return json.loads(
        text,
        parse_int=_parse_integer,
        parse_float=float,
        parse_constant=lambda _: None,
        strict=False,
    )


def _parse_integer(digits: str) -> int | None:
    """Parses an integer; None for one with more digits than any real value."""
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _drop_deep_values(text: str) -> str:
    """Replaces values that are nested too deeply by null."""
    parts: list[str] = []
    depth = done = start = 0
    for token in _TOKEN_PATTERN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == DEPTH_LIMIT:
                start = token.start()
        elif token[0] in "]}":
            if depth == DEPTH_LIMIT:
                parts += [text[done:start], "null"]
                done = token.end()
            depth -= 1
    if depth >= DEPTH_LIMIT:
        return "".join([*parts, text[done:start]])
    return "".join([*parts, text[done:]])
