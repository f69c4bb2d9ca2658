"""Parser for error details in responses of any shape."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from producer_studio.domain.signed_url import strip_url_signatures
from producer_studio.providers.http.json_parser import NOT_JSON
from producer_studio.providers.http.response import Response

TEXT_LIMIT = 2000
"""Maximum characters of a service's error text."""

_PLAIN_TEXT_LIMIT = 300
_DETAILS_DEPTH = 4
_MAX_DETAILS = 50
_PATH_STEP_LIMIT = 80


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """The parts of a response that explain an error.

    Attributes:
        text: The explanation with its details; empty when there is none, or only a web page.
        type: Such as "validation_error" (AI Music API, Producer API, §8) or "used_up"
            (.github/docs/services.md).
        code: The status that the body repeats (MusicAPI, Producer API); None when it does not.
        wire_names: The wire names of the rejected fields, most important first.
        remaining_credits: Remaining credits, where too few are left (AI Music API, Producer API,
            §8; .github/docs/services.md).
        required_credits: Credits that the request needs (.github/docs/services.md, apiframe).
        is_json: Whether the body is a JSON object at all, so that it was sent by an application and
            not by a gateway before it.
    """

    text: str = ""
    type: str = ""
    trace_id: str = ""
    code: int | None = None
    wire_names: tuple[str, ...] = ()
    remaining_credits: float | None = None
    required_credits: float | None = None
    is_json: bool = False


def parse_error_details(response: Response, part: object = None) -> ErrorDetails:
    """Parses the explanation; never fails, whatever the response contains.

    Args:
        part: The object within the body that contains it; the whole body if omitted.
    """
    trace_id = response.header("x-request-id") or response.header("x-trace-id")
    body = response.json if part is None else part
    if body is NOT_JSON:
        return ErrorDetails(text=_decode_plain_text(response.body), trace_id=_clean_line(trace_id))
    if not isinstance(body, dict):
        return ErrorDetails(trace_id=_clean_line(trace_id))
    inner = body.get("error")
    error: dict[str, Any] = inner if isinstance(inner, dict) else {}
    remarks = (
        detail
        for holder in (error, body)
        for key in ("details", "detail")
        for detail in _iterate_details(holder.get(key))
    )
    details = list(islice(remarks, _MAX_DETAILS))
    names = [error.get("param"), error.get("field"), body.get("field")]
    left = as_credits(body.get("remaining_credits"))
    return ErrorDetails(
        text=_append_details(
            _first_text(inner, error.get("message"), body.get("message")), details
        ),
        type=_first_text(body.get("type"), error.get("type"), error.get("code")),
        trace_id=_first_text(body.get("trace_id"), error.get("trace_id"), trace_id),
        code=as_status_code(body.get("code")),
        wire_names=tuple(
            _clean_line(name)
            for name in (*names, *(detail.name for detail in details))
            if isinstance(name, str) and name
        ),
        remaining_credits=as_credits(body.get("creditsAvailable")) if left is None else left,
        required_credits=as_credits(body.get("creditsRequired")),
        is_json=True,
    )


@dataclass(frozen=True, slots=True)
class _Detail:
    """One error message about one field; the name may be a path with dots, or empty."""

    name: str
    text: str


def _iterate_details(
    value: object, path: str = "", depth: int = _DETAILS_DEPTH
) -> Iterator[_Detail]:
    """Iterates over messages in all shapes that validators use: texts, lists, nested by field."""
    if isinstance(value, str):
        if value[:TEXT_LIMIT].strip():
            yield _Detail(path, value[:TEXT_LIMIT])
    elif depth == 0 or not isinstance(value, list | dict):
        return
    elif isinstance(value, list):
        for item in value[:_MAX_DETAILS]:
            yield from _iterate_details(item, path, depth - 1)
    elif text := _first_text(value.get("message"), value.get("msg")):
        field_path = next(
            (value[key] for key in ("path", "loc", "field", "param") if key in value), ""
        )
        yield _Detail(
            _join_path(field_path if isinstance(field_path, list) else [field_path]), text
        )
    else:
        for key, item in islice(value.items(), _MAX_DETAILS):
            inner = path if key in _WRAPPER_KEYS else f"{path}.{key}".strip(".")
            yield from _iterate_details(item, inner, depth - 1)


def _join_path(steps: Sequence[object]) -> str:
    known = (step for step in steps[:_MAX_DETAILS] if isinstance(step, str | int))
    return ".".join(str(step)[:_PATH_STEP_LIMIT] for step in known if step != "body")


_WRAPPER_KEYS = frozenset({"fieldErrors", "formErrors", "errors", "issues", "_errors"})


def _append_details(text: str, details: list[_Detail]) -> str:
    joined = "; ".join(
        f"{detail.name}: {detail.text}" if detail.name else detail.text for detail in details
    )
    if text and joined:
        text = f"{text.rstrip('.')}: {joined}"
    return _clean_line(text or joined)


def as_status_code(value: object) -> int | None:
    """Converts a number or a string of three digits to a status code."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599:
        return value
    return None


def as_number(value: object) -> float | None:
    """Converts a number or a string to a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


AMOUNT_LIMIT = 1e9
"""Credits; no balance is as large."""


def as_credits(value: object) -> float | None:
    """Converts a value to remaining or required credits; None when it cannot be such an amount."""
    number = as_number(value)
    return number if number is not None and abs(number) <= AMOUNT_LIMIT else None


def _first_text(*candidates: object) -> str:
    for candidate in candidates:
        if isinstance(candidate, str) and candidate.strip():
            return _clean_line(candidate)
    return ""


def _clean_line(text: str) -> str:
    """Converts text to one line without control characters, lone surrogates and URL signatures.

    It is inserted into messages that people pass on.
    """
    text = text[: 2 * TEXT_LIMIT].encode("utf-8", "replace").decode()
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", text).split())
    return strip_url_signatures(line)[:TEXT_LIMIT]


def _decode_plain_text(body: bytes) -> str:
    if len(body) > _PLAIN_TEXT_LIMIT or b"<" in body or body.lstrip()[:1] in {b"{", b"["}:
        return ""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return ""
    return _clean_line(text) if text.isprintable() or text.strip().isprintable() else ""
