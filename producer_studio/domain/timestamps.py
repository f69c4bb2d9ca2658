"""Timestamps: parser for untrusted values, and conversion to the user's local time."""

from datetime import UTC, datetime

UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)
"""Placeholder for an unknown time, where a value is required."""

_YEARS = range(1970, 9000)
"""Outside these years a time zone conversion can leave the range of the calendar."""


def parse_timestamp(text: object) -> datetime | None:
    """Parses a time in ISO 8601; UTC is assumed when no zone is given.

    Returns:
        An aware time; None when the value is not a time, or is outside the years that can be
            compared and displayed.
    """
    try:
        moment = datetime.fromisoformat(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if moment.year not in _YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_local_time(moment: datetime) -> datetime:
    """Converts a time to the user's zone; unchanged where the system cannot represent it there."""
    try:
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return moment


def from_unix_time(seconds: float) -> datetime:
    """Converts seconds since 1970 to a time in UTC; `UNKNOWN_TIME` when out of range.

    File systems store times far beyond the calendar, and a wrong clock writes them.
    """
    try:
        return parse_timestamp(datetime.fromtimestamp(seconds, UTC).isoformat()) or UNKNOWN_TIME
    except (TypeError, ValueError, OverflowError, OSError):
        return UNKNOWN_TIME
