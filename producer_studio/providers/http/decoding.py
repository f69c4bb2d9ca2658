"""Tolerant decoder for fields of a response: texts, numbers, links and times in any form.

Services change the JSON type of a field without notice. A field that cannot be parsed is left empty
and logged; it never affects the other fields.
"""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import TypeVar
from urllib.parse import quote

from producer_studio.domain.errors import UnknownTask
from producer_studio.domain.field_reader import MAX_LENGTH_S, MAX_LINK_LENGTH, MAX_TITLE_LENGTH
from producer_studio.domain.ids import TaskId
from producer_studio.providers.http.error_details import as_number
from producer_studio.providers.http.json_parser import parse_json
from producer_studio.translation import mark

log = logging.getLogger(__name__)

TASK_ID_LIMIT = 200
TEXT_LIMIT = 50_000
"""Characters of lyrics; services accept 5,000 at most."""

SOUND_LIMIT = 20_000
"""Characters of a prompt; services accept 5,000 at most."""

ITEMS_LIMIT = 2_000
"""Entries of a list that are parsed."""

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINK_PATTERN = re.compile(r"(https?:)?//", re.IGNORECASE)
_EARLIEST_YEAR = 2000
_LATEST_YEAR = 2200
_MILLISECONDS_THRESHOLD = 1e11
_MAX_INTEGER = 1e15

Value = TypeVar("Value")


class JsonFields:
    """The fields of one JSON object; any other value has no fields."""

    __slots__ = ("_name", "_values")

    def __init__(self, value: object, name: str) -> None:
        """Wraps a parsed value.

        Args:
            name: Name of the object in the log.
        """
        self._values: dict[str, object] = value if isinstance(value, dict) else {}
        self._name = name

    def __contains__(self, name: object) -> bool:
        return self._values.get(str(name)) is not None

    def raw(self, name: str) -> object:
        """Returns the value as parsed; None when it is missing."""
        return self._values.get(name)

    def document(self, name: str) -> object:
        """Returns the value; of a text that is an object or a list in JSON, its content."""
        value = self._values.get(name)
        if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
            return value
        try:
            return parse_json(value.encode("utf-8", "replace"))
        except ValueError:
            return value

    def text(self, *names: str, joined_by: str = " ", limit: int = MAX_TITLE_LENGTH) -> str:
        """Returns the first of these fields that has a text; empty when none has.

        Args:
            joined_by: Separator of the parts where the text is a list.
            limit: Maximum number of characters.
        """
        text = self._first_value(names, lambda value: as_text(value, joined_by)) or ""
        return text[:limit].rstrip()

    def scalar_text(self, *names: str) -> str:
        """Returns the first of these fields that is a single text, to be compared with another."""
        return self._first_value(names, lambda v: None if isinstance(v, list) else as_text(v)) or ""

    def identifier(self, *names: str) -> str:
        """Returns the first of these fields that is an identifier: a text, or an integer."""
        return self._first_value(names, _as_identifier) or ""

    def link(self, *names: str) -> str:
        """Returns the first of these fields that is a URL; of a list its first."""
        return self._first_value(names, _as_link) or ""

    def named_links(self, name: str) -> list[tuple[str, str]]:
        """Returns all URLs of a field with their names: of one URL, a list, or an object of them.

        A name is empty except in an object, where it is the key. A URL is returned once.
        """
        found: dict[str, str] = {}
        for part, value in _named_values(self._values.get(name)):
            if link := _as_link(value):
                found.setdefault(link, part)
        return [(part, link) for link, part in found.items()]

    def number(self, name: str) -> float | None:
        """Returns a finite number that is encoded as a number or as a text."""
        return self._first_value((name,), as_number)

    def duration_s(self, name: str) -> float | None:
        """Returns a length in seconds, above 0."""
        return self._first_value((name,), as_duration_s)

    def time(self, *names: str) -> datetime | None:
        """Returns the first of these fields that is a time: ISO 8601, Unix s or ms."""
        return self._first_value(names, as_time)

    def flag(self, name: str) -> bool | None:
        """Returns a boolean, also encoded as a text or as 1 and 0."""
        return self._first_value((name,), _as_flag)

    def nested(self, name: str) -> "JsonFields":
        """Returns the fields of a nested object."""
        return JsonFields(
            self._first_value((name,), lambda value: value if _is_object(value) else None), name
        )

    def nested_list(self, name: str) -> "list[JsonFields]":
        """Returns the objects of a nested list; a single object counts as a list of one."""
        value = self.document(name)
        entries = value[:ITEMS_LIMIT] if isinstance(value, list) else [value]
        found = [JsonFields(entry, name) for entry in entries if isinstance(entry, dict)]
        if len(found) < len(entries) and value is not None:
            log.info("Skipped unreadable entries of %s.%s", self._name, name)
        return found

    def inner_objects(self) -> "list[JsonFields]":
        """Returns the objects among the values, and in lists among them; at most `ITEMS_LIMIT`."""
        values = (self.document(name) for name in list(self._values)[:ITEMS_LIMIT])
        entries = chain.from_iterable(
            value[:ITEMS_LIMIT] if isinstance(value, list) else [value] for value in values
        )
        objects = (JsonFields(entry, self._name) for entry in entries if isinstance(entry, dict))
        return list(islice(objects, ITEMS_LIMIT))

    def _first_value(
        self, names: tuple[str, ...], convert: Callable[[object], Value | None]
    ) -> Value | None:
        for name, value in self._present_values(names):
            found = convert(value)
            if found is None:
                log.info(
                    "Skipped unreadable field %s.%s: %s", self._name, name, type(value).__name__
                )
            elif found != "":
                return found
        return None

    def _present_values(self, names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        for name in names:
            value = self._values.get(name)
            if value is not None:
                yield name, value


_TASK_HOLDERS = ("data", "error", "details", "result")
"""Nested objects in which a response may name a task that it does not name at the top level."""


def find_task_id(document: object, *names: str) -> TaskId | None:
    """Finds the task id in a response to a submit, at the top level or in a nested object.

    Whatever else the response contains, the service created that task: it is polled, never
    submitted again.
    """
    top = JsonFields(document, "submit")
    inner = (top.raw(holder) for holder in _TASK_HOLDERS)
    for fields in (top, *(JsonFields(one, "submit") for one in inner if isinstance(one, dict))):
        if is_task_id(found := fields.identifier(*names)):
            return TaskId(found)
    return None


def quote_task_id(task: TaskId) -> str:
    """Encodes a task's id as one segment of a path.

    Raises:
        UnknownTask: It would change the path instead of being a segment of it.
    """
    if not is_task_id(task):
        raise UnknownTask(mark("This task has no id that the service would recognise."))
    return quote(task, safe="")


def is_task_id(text: str) -> bool:
    """Whether a task can be polled by this id; one of dots alone is a path traversal."""
    return 0 < len(text) <= TASK_ID_LIMIT and text.isprintable() and bool(text.strip("."))


def clean_text(value: str | None) -> str:
    """Removes control characters and lone surrogates, which no title or lyrics contain."""
    whole = (value or "")[:TEXT_LIMIT].encode("utf-8", "replace").decode()
    return _CONTROL_CHARACTERS.sub("", whole).strip()


def as_text(value: object, joined_by: str = " ") -> str | None:
    """Converts a text, a number, or a list of both to a text; None for any other value."""
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
    """Converts a number or a text to a length in seconds."""
    number = as_number(value)
    return number if number is not None and 0 < number <= MAX_LENGTH_S else None


def as_time(value: object) -> datetime | None:
    """Parses ISO 8601, in UTC when no zone is given, or Unix seconds or milliseconds."""
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
    # Year 1 and similar values mean "no time" in many languages.
    return time if _EARLIEST_YEAR <= time.year <= _LATEST_YEAR else None


def _as_identifier(value: object) -> str | None:
    if isinstance(value, str):
        name = value.strip()
        return name if not name or (len(name) <= TASK_ID_LIMIT and name.isprintable()) else None
    if isinstance(value, int) and not isinstance(value, bool):
        # Exact: many services number their tasks with 18 or 19 digits, more than a float has.
        return str(value) if abs(value) < 10**TASK_ID_LIMIT else None
    number = as_number(value)
    if number is None or not number.is_integer() or abs(number) >= _MAX_INTEGER:
        return None
    return str(int(number))


def _as_link(value: object) -> str | None:
    if isinstance(value, list):
        found = (_as_link(one) for one in value[:ITEMS_LIMIT] if not isinstance(one, list))
        return next(filter(None, found), None if value else "")
    if isinstance(value, dict):
        # Some services wrap a URL in an object of its own.
        return _as_link(value.get("url"))
    if not isinstance(value, str) or len(value) > MAX_LINK_LENGTH:
        return None
    link = clean_text(value)
    # Services also write "null", "None" or "pending" where there is no link yet.
    if link and not _LINK_PATTERN.match(link):
        return None
    return f"https:{link}" if link.startswith("//") else link


def _named_values(value: object) -> list[tuple[str, object]]:
    if isinstance(value, list):
        return [("", one) for one in value[:ITEMS_LIMIT]]
    if isinstance(value, dict) and _as_link(value) is None:
        return [(clean_text(str(key)), one) for key, one in list(value.items())[:ITEMS_LIMIT]]
    return [("", value)]


def _as_flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else value
    if word in ("true", 1, "1"):
        return True
    return False if word in ("false", 0, "0") else None


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
