"""Reading the bodies of answers: shapes, texts, lengths and times, in whatever form they come.

Importing this builds decoders; providers do it in a thread at their first request.
"""

import json
import re
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from producer_studio.providers.words import as_number

TASK_ID_LIMIT = 200

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Shape = TypeVar("Shape", bound=msgspec.Struct)


def decode(body: bytes, shape: type[Shape]) -> Shape | str:
    """The shape, or why the body does not have it."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        problem = str(error)
    # A broken character in a title must not cost the user the song that carries it.
    try:
        return msgspec.convert(json.loads(body.decode("utf-8", "replace")), type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return problem


def is_task_id(text: str) -> bool:
    """Whether a task can be asked after by this name."""
    return 0 < len(text) <= TASK_ID_LIMIT and text.isprintable()


def clean(value: str | None) -> str:
    """Without control characters and halves of characters, which no title or lyrics have."""
    whole = (value or "").encode("utf-8", "replace").decode()
    return _UNWANTED.sub("", whole).strip()


def length_s(value: float | str | None) -> float | None:
    """A length in seconds that arrived as a number or as a string."""
    number = as_number(value)
    return number if number is not None and number > 0 else None


def moment(value: str | None) -> datetime | None:
    """An ISO 8601 time; without a zone it is taken as UTC."""
    try:
        time = datetime.fromisoformat(value or "")
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
