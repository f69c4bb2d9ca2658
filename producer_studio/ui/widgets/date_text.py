"""Formatting of dates."""

from datetime import date

from producer_studio.studio import calendar


def day_text(day: str) -> str:
    """Formats an ISO 8601 date or time as "21 November 2026"; returns any other text unchanged."""
    try:
        return calendar.day_text(date.fromisoformat(day[:10]))
    except ValueError:
        return day
