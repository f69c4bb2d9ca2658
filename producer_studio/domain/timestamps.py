"""Times that somebody else may have written, and times as the user's clock shows them."""

from datetime import UTC, datetime

UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)
"""Stands for a time that nobody knows, where there has to be one."""

_YEARS = range(1970, 9000)
"""Outside of them a time zone can lead out of the calendar."""


def parse_timestamp(text: object) -> datetime | None:
    """A time in ISO 8601, aware; one without a zone is taken for UTC.

    Returns:
        None where it is no time, or one that cannot be compared with others or shown.
    """
    try:
        moment = datetime.fromisoformat(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if moment.year not in _YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_local_time(moment: datetime) -> datetime:
    """A time in the user's zone; as it is where that zone, or the system, has no such time."""
    try:
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return moment


def from_unix_time(seconds: float) -> datetime:
    """A time in UTC from seconds since 1970, such as a file's; not known where it is none.

    Disks keep times far beyond the calendar, and a clock that was wrong writes them.
    """
    try:
        return parse_timestamp(datetime.fromtimestamp(seconds, UTC).isoformat()) or UNKNOWN_TIME
    except (TypeError, ValueError, OverflowError, OSError):
        return UNKNOWN_TIME
