"""Days and months as the studio counts and says them: by UTC, in English."""

from datetime import UTC, date, datetime, time

UNKNOWN_UNTIL = datetime(1990, 1, 1, tzinfo=UTC)
"""Services write the year 1 or the year 1970 for a time that they do not have."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def is_known_time(moment: datetime) -> bool:
    """Whether a time is one, and not the zero that stands for none."""
    return moment > UNKNOWN_UNTIL


def today() -> date:
    return datetime.now(UTC).date()


def this_month() -> date:
    """The first day of the month."""
    return today().replace(day=1)


def next_month(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def day_text(day: date) -> str:
    """Such as "21 November 2026", whatever language the computer speaks."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_text(month: date) -> str:
    """Such as "November 2026"."""
    return f"{_MONTHS[month.month - 1]} {month.year}"
