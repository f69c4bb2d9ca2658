"""Days as they are read."""

from datetime import date

from producer_studio.studio import calendar


def day_text(day: str) -> str:
    """Such as "21 November 2026", of a day or time in ISO 8601; what is none stays as it is."""
    try:
        return calendar.day_text(date.fromisoformat(day[:10]))
    except ValueError:
        return day
