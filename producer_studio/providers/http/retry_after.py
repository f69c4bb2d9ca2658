"""Retry-After header (RFC 9110, 10.2.3)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from producer_studio.providers.http.error_details import as_number
from producer_studio.providers.http.server_time import parse_http_date, parse_server_time

MAX_RETRY_AFTER_S = 86_400.0
"""A day; timers overflow at 25 days, and no server means more."""


def parse_retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Parses the seconds to wait, from 0 to `MAX_RETRY_AFTER_S`; None when missing or invalid.

    Args:
        headers: Names in lower case, or any mapping that ignores case.
        now: The time that a date counts from, where the response itself has no Date.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = as_number(value)
    if seconds is None:
        until = parse_http_date(value)
        if until is None:
            return None
        # By the server's own clock: this computer's may be wrong.
        since = parse_server_time(headers) or now or datetime.now(UTC)
        seconds = (until - since).total_seconds()
    return min(max(0.0, seconds), MAX_RETRY_AFTER_S)
