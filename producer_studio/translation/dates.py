"""Dates and times as the language of the process writes them."""

from datetime import date, datetime

from producer_studio.translation.active import language
from producer_studio.translation.languages import DisplayLanguage


def format_date(day: date, chosen: DisplayLanguage | None = None) -> str:
    """Formats a day such as "21 November 2026"."""
    chosen = chosen or language()
    return _format(chosen.date_pattern, chosen.months, day)


def format_date_time(moment: datetime, chosen: DisplayLanguage | None = None) -> str:
    """Formats a local time such as "21 November 2026, 14:05"."""
    return f"{format_date(moment, chosen)}, {format_clock(moment)}"


def format_month(month: date) -> str:
    """Formats a month such as "November 2026"."""
    return _format(language().month_pattern, language().months, month)


def format_short_date(day: date) -> str:
    """Formats a day without its year, such as "21 Nov"."""
    return _format(language().short_date_pattern, language().short_months, day)


def format_short_month(month: date) -> str:
    """Formats a month such as "Nov 2026"."""
    return _format(language().short_month_pattern, language().short_months, month)


def format_weekday(day: date) -> str:
    """Formats a day of the week, such as "Tue"."""
    return language().short_days[day.weekday()]


def format_numeric_date(day: date) -> str:
    """Formats a day in digits of equal width, for tables, such as "2026-11-21"."""
    return _format(language().numeric_date_pattern, language().months, day)


def format_clock(moment: datetime) -> str:
    """Formats the time of day, such as "14:05"; all languages have 24 hours."""
    return f"{moment:%H:%M}"


def _format(pattern: str, names: tuple[str, ...], day: date) -> str:
    return pattern.format(day=day.day, month=day.month, name=names[day.month - 1], year=day.year)
