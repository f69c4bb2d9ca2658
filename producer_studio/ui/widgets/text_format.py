"""Formatting of counts, dates, times and names for the window."""

import re
from datetime import date

from producer_studio.domain.account import Service
from producer_studio.translation import ntr
from producer_studio.translation.active import language
from producer_studio.translation.dates import format_date, format_month
from producer_studio.translation.numbers import format_count


def count_text(count: int) -> str:
    """Formats a number such as "1 482", with a thin space that does not break."""
    return format_count(count)


def clips_text(count: int) -> str:
    """Formats a number of clips, such as "1 clip" or "1 482 clips"."""
    return ntr("{count} clip", "{count} clips", count)


def day_text(day: str) -> str:
    """Formats an ISO 8601 date or time as "21 November 2026"; returns any other text unchanged."""
    try:
        return format_date(date.fromisoformat(day[:10]))
    except ValueError:
        return day


_TIME = re.compile(r"(?:(\d{1,3}):)?(?:(\d{1,3}):)?(\d{1,5}(?:[.,]\d*)?)")

LONGEST_S = 9_999 * 3600.0
"""Longest time that is shown: a row or a sidecar may contain any number of seconds."""


def format_time(seconds: float) -> str:
    """Formats seconds as "2:44" or "1:02:03", without fraction; at most `LONGEST_S`."""
    whole = int(max(0.0, min(seconds, LONGEST_S)))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_time_tenths(seconds: float) -> str:
    """Formats seconds as "1:30.5", in German "1:30,5", for times that can be set."""
    tenths = round(max(0.0, min(seconds, LONGEST_S)) * 10)
    return f"{format_time(tenths // 10)}{language().decimal_point}{tenths % 10}"


def parse_time(text: str) -> float | None:
    """Parses a time such as "1:30.5", "90" or "1:30,5" to seconds; None for an empty text.

    Raises:
        ValueError: It is not a time.
    """
    text = text.strip()
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first, second, rest = found.groups()
    seconds = float(rest.replace(",", "."))
    parts = [int(part) for part in (first, second) if part is not None]
    if parts and seconds >= 60:
        raise ValueError(text)
    for place, part in enumerate(reversed(parts), 1):
        seconds += part * 60**place
    return round(seconds, 1)


def literal_text(text: str) -> str:
    """Escapes a text so that a button or menu shows it unchanged and without a mnemonic.

    A tag such as "R&B" would else lose a character, and Alt+B would press its button; a tab would
    begin the column of shortcuts in a menu.
    """
    return text.replace("&", "&&").replace("\t", " ")


def version_text(profile: str) -> str:
    """Formats a profile, such as "MusicAPI, May 2026" for "musicapi-2026-05"; others unchanged."""
    name, _, month = profile.partition("-")
    label = next((one.label for one in Service if one == name), "")
    if not label:
        return profile
    try:
        return f"{label}, {format_month(date.fromisoformat(f'{month}-01'))}" if month else label
    except ValueError:
        return profile
