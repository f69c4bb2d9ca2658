"""Date and age parser of the query language."""

import re
from datetime import datetime, timedelta

from producer_studio.library.column_values import sequence_number

_AGE_PATTERN = re.compile(r"(\d{1,5})\s*(h|d|w|mo|m|y)")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "mo": timedelta(days=30),
    "y": timedelta(days=365),
}
_PERIOD_PATTERN = re.compile(r"(this|last)[\s_-]?(week|month|year)")
_DATE_PATTERN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")

PERIODS = (
    *("today", "yesterday", "this-week", "last-week"),
    *("this-month", "last-month", "this-year", "last-year"),
)
"""Names of periods, for completion."""

TimeRange = tuple[float | None, float | None]
"""From (inclusive) and to (exclusive), in microseconds since 1970; None is unbounded."""


def parse_time_range(value: str, now: datetime) -> TimeRange:
    """Parses the time range of `added:value`.

    An age counts back from now, so `<7d` means "less than seven days ago".

    Raises:
        ValueError: It is neither an age nor a date.
        OverflowError: It is out of the calendar.
    """
    text = value.lower()
    first, dots, second = text.partition("..")
    if dots:
        return _range_between(first, second, now)
    sign = re.match(r"[<>]?=?", text)
    operator = sign.group() if sign else ""
    rest = text[len(operator) :].strip()
    age = _AGE_PATTERN.fullmatch(rest)
    if age:
        moment = _to_microseconds(now - int(age[1]) * _UNITS[age[2]])
        return (None, moment) if operator.startswith(">") else (moment, None)
    start, end = _parse_date(rest, now)
    match operator:
        case ">":
            return end, None
        case ">=":
            return start, None
        case "<":
            return None, start
        case "<=":
            return None, end
    return start, end


def _range_between(first: str, second: str, now: datetime) -> TimeRange:
    ends: list[tuple[float, float]] = []
    for text in (first, second):
        if not text:
            continue
        age = _AGE_PATTERN.fullmatch(text)
        if age:
            moment = _to_microseconds(now - int(age[1]) * _UNITS[age[2]])
            ends.append((moment, moment))
        else:
            ends.append(_parse_date(text, now))
    if not ends:
        raise ValueError(first)
    start, end = min(a for a, _ in ends), max(b for _, b in ends)
    if not first:
        return None, end
    if not second:
        return start, None
    return start, end


def _parse_date(text: str, now: datetime) -> tuple[float, float]:
    """Returns start and end of a local day, week, month or year."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    day = timedelta(days=1)
    if text == "today":
        return _to_microseconds(midnight), _to_microseconds(midnight + day)
    if text == "yesterday":
        return _to_microseconds(midnight - day), _to_microseconds(midnight)
    period = _PERIOD_PATTERN.fullmatch(text)
    if period:
        return _parse_period(period[2], midnight, is_last=period[1] == "last")
    date = _DATE_PATTERN.fullmatch(text)
    if date is None:
        raise ValueError(text)
    year, month, day_of_month = (int(part) if part else None for part in date.groups())
    start = datetime(year or 1, month or 1, day_of_month or 1)  # noqa: DTZ001 - local on purpose
    if day_of_month:
        end = start + day
    elif month:
        end = (start + 32 * day).replace(day=1)
    else:
        end = start.replace(year=start.year + 1)
    return _to_microseconds(start), _to_microseconds(end)


def _parse_period(unit: str, midnight: datetime, *, is_last: bool) -> tuple[float, float]:
    """Returns start and end of this or the last calendar week (from Monday), month or year."""
    day = timedelta(days=1)
    match unit:
        case "week":
            start = midnight - midnight.weekday() * day
            end, before = start + 7 * day, start - 7 * day
        case "month":
            start = midnight.replace(day=1)
            end, before = (start + 32 * day).replace(day=1), (start - day).replace(day=1)
        case _:
            start = midnight.replace(month=1, day=1)
            end, before = start.replace(year=start.year + 1), start.replace(year=start.year - 1)
    return (
        (_to_microseconds(before), _to_microseconds(start))
        if is_last
        else (_to_microseconds(start), _to_microseconds(end))
    )


def _to_microseconds(moment: datetime) -> float:
    return sequence_number(moment.astimezone())
