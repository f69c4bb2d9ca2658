"""Fields of an answer, read one by one: texts, numbers, links and times in whatever form they come.

Services change the JSON type of a field without notice. A field that cannot be read is left empty
and logged; it never hides the fields beside it.
"""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

from producer_studio.domain.errors import UnknownTask
from producer_studio.domain.field_reader import MAX_LENGTH_S, MAX_LINK_LENGTH, MAX_TITLE_LENGTH
from producer_studio.domain.ids import TaskId
from producer_studio.providers.http.error_details import as_number

log = logging.getLogger(__name__)

TASK_ID_LIMIT = 200
TEXT_LIMIT = 50_000
"""Characters of lyrics; services take 5,000 at most."""

SOUND_LIMIT = 20_000
"""Characters of a prompt; services take 5,000 at most."""

ITEMS_LIMIT = 2_000
"""Entries of a list that are looked at."""

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EARLIEST_YEAR = 2000
_LATEST_YEAR = 2200
_MILLISECONDS_THRESHOLD = 1e11
_MAX_INTEGER = 1e15

Value = TypeVar("Value")


class JsonFields:
    """The fields of one JSON object; of anything else, none."""

    __slots__ = ("_name", "_values")

    def __init__(self, value: object, name: str) -> None:
        """Takes a parsed value.

        Args:
            name: What the object is called in the log.
        """
        self._values: dict[str, object] = value if isinstance(value, dict) else {}
        self._name = name

    def __contains__(self, name: object) -> bool:
        return self._values.get(str(name)) is not None

    def raw(self, name: str) -> object:
        """The value as it was parsed; None where there is none."""
        return self._values.get(name)

    def text(self, *names: str, joined_by: str = " ", limit: int = MAX_TITLE_LENGTH) -> str:
        """The first of these fields that has a text; empty when none has.

        Args:
            joined_by: Goes between the parts where the text came as a list.
            limit: Characters that are kept of it.
        """
        text = self._first_value(names, lambda value: as_text(value, joined_by)) or ""
        return text[:limit].rstrip()

    def scalar_text(self, *names: str) -> str:
        """The first of these fields that has a text of its own, to be compared with another."""
        return self._first_value(names, lambda v: None if isinstance(v, list) else as_text(v)) or ""

    def identifier(self, *names: str) -> str:
        """The first of these fields that names something: a text, or a whole number."""
        return self._first_value(names, _as_identifier) or ""

    def link(self, *names: str) -> str:
        """The first of these fields that has an address; of a list its first."""
        return self._first_value(names, _as_link) or ""

    def number(self, name: str) -> float | None:
        """A finite number that came as one or as a text."""
        return self._first_value((name,), as_number)

    def duration_s(self, name: str) -> float | None:
        """A length in seconds, above 0."""
        return self._first_value((name,), as_duration_s)

    def time(self, *names: str) -> datetime | None:
        """The first of these fields that has a time: ISO 8601, or Unix seconds or less."""
        return self._first_value(names, as_time)

    def flag(self, name: str) -> bool | None:
        """True or false, also as a text or as 1 and 0."""
        return self._first_value((name,), _as_flag)

    def nested(self, name: str) -> "JsonFields":
        """The fields of an object within."""
        return JsonFields(
            self._first_value((name,), lambda value: value if _is_object(value) else None), name
        )

    def nested_list(self, name: str) -> "list[JsonFields]":
        """The objects of a list within; an object that stands alone counts as a list of one."""
        value = self._values.get(name)
        entries = value[:ITEMS_LIMIT] if isinstance(value, list) else [value]
        found = [JsonFields(entry, name) for entry in entries if isinstance(entry, dict)]
        if len(found) < len(entries) and value is not None:
            log.info("%s.%s has entries that cannot be read", self._name, name)
        return found

    def _first_value(
        self, names: tuple[str, ...], convert: Callable[[object], Value | None]
    ) -> Value | None:
        for name, value in self._present_values(names):
            found = convert(value)
            if found is None:
                log.info("%s.%s cannot be read: %s", self._name, name, type(value).__name__)
            elif found != "":
                return found
        return None

    def _present_values(self, names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        for name in names:
            value = self._values.get(name)
            if value is not None:
                yield name, value


_TASK_HOLDERS = ("data", "error", "details", "result")
"""Objects in which an answer may name a task that it does not name at its top."""


def find_task_id(document: object, *names: str) -> TaskId | None:
    """The task that an answer to a submit names, at its top or in an object of it.

    Whatever else the answer says, the service made that task: it is asked after, never made again.
    """
    top = JsonFields(document, "submit")
    inner = (top.raw(holder) for holder in _TASK_HOLDERS)
    for fields in (top, *(JsonFields(one, "submit") for one in inner if isinstance(one, dict))):
        if is_task_id(found := fields.identifier(*names)):
            return TaskId(found)
    return None


def quote_task_id(task: TaskId) -> str:
    """A task's name as one segment of a path.

    Raises:
        UnknownTask: It would be none, but a step to another path.
    """
    if not is_task_id(task):
        raise UnknownTask("This task has no name that the service could know it by.")
    return quote(task, safe="")


def is_task_id(text: str) -> bool:
    """Whether a task can be asked after by this name; one of dots alone is a step in a path."""
    return 0 < len(text) <= TASK_ID_LIMIT and text.isprintable() and bool(text.strip("."))


def clean_text(value: str | None) -> str:
    """Without control characters and halves of characters, which no title or lyrics have."""
    whole = (value or "")[:TEXT_LIMIT].encode("utf-8", "replace").decode()
    return _CONTROL_CHARACTERS.sub("", whole).strip()


def as_text(value: object, joined_by: str = " ") -> str | None:
    """A text that came as one, as a number, or as a list of both; None where it is neither."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        parts = [as_text(part) for part in value[:ITEMS_LIMIT] if not isinstance(part, list)]
        known = [part for part in parts if part is not None]
        return clean_text(joined_by.join(known)) if known or not value else None
    if isinstance(value, bool) or as_number(value) is None:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < _MAX_INTEGER:
        value = int(value)
    return str(value)


def as_duration_s(value: object) -> float | None:
    """A length in seconds that came as a number or as a text."""
    number = as_number(value)
    return number if number is not None and 0 < number <= MAX_LENGTH_S else None


def as_time(value: object) -> datetime | None:
    """A time from ISO 8601, in UTC where it names no zone, or from Unix seconds or milliseconds."""
    number = as_number(value)
    try:
        if number is not None:
            while abs(number) >= _MILLISECONDS_THRESHOLD:
                number /= 1000
            time = datetime.fromtimestamp(number, UTC)
        elif isinstance(value, str):
            time = datetime.fromisoformat(value.strip())
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    # Year 1 and the like stand for "no time" in many languages.
    return time if _EARLIEST_YEAR <= time.year <= _LATEST_YEAR else None


def _as_identifier(value: object) -> str | None:
    if isinstance(value, str):
        name = value.strip()
        return name if not name or (len(name) <= TASK_ID_LIMIT and name.isprintable()) else None
    number = as_number(value)
    if number is None or not number.is_integer() or abs(number) >= _MAX_INTEGER:
        return None
    return str(int(number))


def _as_link(value: object) -> str | None:
    if isinstance(value, list):
        found = (_as_link(one) for one in value[:ITEMS_LIMIT] if not isinstance(one, list))
        return next(filter(None, found), None if value else "")
    if isinstance(value, dict):
        # Some services wrap an address in an object of its own.
        return _as_link(value.get("url"))
    if not isinstance(value, str) or len(value) > MAX_LINK_LENGTH:
        return None
    return clean_text(value)


def _as_flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else value
    if word in ("true", 1, "1"):
        return True
    return False if word in ("false", 0, "0") else None


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
