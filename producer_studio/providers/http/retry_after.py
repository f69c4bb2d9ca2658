"""Retry-After header (RFC 9110, 10.2.3): how long a server asks to be left alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from producer_studio.providers.http.error_details import as_number

MAX_RETRY_AFTER_S = 86_400.0
"""A day; timers overflow at 25 of them, and nobody means more."""


def parse_retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from 0 to `LONGEST_S`; None where no readable time is given.

    Args:
        headers: Names in lower case, or any mapping that ignores case.
        now: The time that a date counts from, where the answer itself has no Date.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = as_number(value)
    if seconds is None:
        until = _parse_date(value)
        if until is None:
            return None
        # By the server's own clock: this computer's may be off.
        since = parse_server_time(headers) or now or datetime.now(UTC)
        seconds = (until - since).total_seconds()
    return min(max(0.0, seconds), MAX_RETRY_AFTER_S)


def parse_server_time(headers: Mapping[str, str]) -> datetime | None:
    """The time of an answer by its server's own clock; None where it gives none."""
    return _parse_date(headers.get("date", ""))


def _parse_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
