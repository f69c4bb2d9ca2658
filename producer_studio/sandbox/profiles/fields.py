"""Typed access to the fields of a JSON body; null counts as not set."""

import json
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from producer_studio.sandbox.outbound_http import is_loopback

URL_LIMIT = 1024


class FieldError(Exception):
    """A field is missing or invalid.

    Attributes:
        field: Name in the JSON body.
        problem: Rest of a sentence that begins with the field.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"The '{field}' field {problem}")
        self.field = field
        self.problem = problem


def parse_json_object(body: bytes) -> dict[str, Any]:
    """Parses a JSON object. Raises FieldError for any other body."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FieldError("body", "is not valid JSON.") from error
    if not isinstance(value, dict):
        raise FieldError("body", "must be a JSON object.")
    return value


class RequestFields:
    """Typed view of one body. Every method raises FieldError."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    def text(self, name: str, *, limit: int | None = None) -> str | None:
        """Returns a string of at most `limit` characters; blank counts as not set."""
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise FieldError(name, "must be a string.")
        if limit is not None and len(value) > limit:
            raise FieldError(name, f"must not be longer than {limit} characters.")
        return value if value.strip() else None

    def required_text(self, name: str, *, limit: int | None = None) -> str:
        value = self.text(name, limit=limit)
        if value is None:
            raise FieldError(name, "is required.")
        return value

    def choice(self, name: str, allowed: Collection[str], default: str, noun: str) -> str:
        """Returns one of the allowed values; `noun` describes them in the error message."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            raise FieldError(name, f"is invalid. Allowed {noun}: {', '.join(allowed)}.")
        return value

    def text_list(self, name: str) -> list[str] | None:
        """Returns a list of strings."""
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise FieldError(name, "must be a list of strings.")
        return value

    def flag(self, name: str) -> bool:
        value = self._body.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise FieldError(name, "must be a boolean.")
        return value

    def number(self, name: str, low: float, high: float | None = None) -> float | None:
        """Returns a number from low to high, both included."""
        value = self._body.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FieldError(name, "must be a number.")
        # This form rejects NaN, too, which JSON parsers accept.
        if high is None and not low <= value < float("inf"):
            raise FieldError(name, f"must be at least {low:g}.")
        if high is not None and not low <= value <= high:
            raise FieldError(name, f"must be between {low:g} and {high:g}.")
        return float(value)

    def web_address(self, name: str) -> str | None:
        """Returns an absolute http or https URL."""
        value = self.text(name)
        if value is not None and (
            _scheme(value) not in {"http", "https"} or not urlsplit(value).hostname
        ):
            raise FieldError(name, "must be an absolute http or https URL.")
        return value

    def webhook_address(self, name: str) -> str | None:
        """Returns an HTTPS URL of at most 1024 characters; http only on the loopback, for tests."""
        value = self.text(name, limit=URL_LIMIT)
        if value is None:
            return None
        scheme = _scheme(value)
        if scheme == "https" and urlsplit(value).hostname:
            return value
        if scheme == "http" and is_loopback(value):
            return value
        raise FieldError(name, "must use HTTPS.")


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""
