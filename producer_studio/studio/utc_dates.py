"""Days and months in UTC, and their English text."""

from datetime import UTC, date, datetime, time

from producer_studio.translation.dates import format_date
from producer_studio.translation.languages import ENGLISH

UNKNOWN_UNTIL = datetime(1990, 1, 1, tzinfo=UTC)
"""Latest unknown time: services send the year 1 or 1970 for a missing time."""


def is_known_time(moment: datetime) -> bool:
    """Whether a time is known, and not a zero value."""
    return moment > UNKNOWN_UNTIL


def today() -> date:
    return datetime.now(UTC).date()


def this_month() -> date:
    """Returns the first day of this month."""
    return today().replace(day=1)


def next_month(month: date) -> date:
    """Returns the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def day_text(day: date) -> str:
    """Formats a day in English, such as "21 November 2026"."""
    return format_date(day, ENGLISH)
