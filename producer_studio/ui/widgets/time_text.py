"""Formatting and parsing of times within a clip."""

import re

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
    """Formats seconds as "1:30.5", for times that can be set."""
    tenths = round(max(0.0, min(seconds, LONGEST_S)) * 10)
    return f"{format_time(tenths // 10)}.{tenths % 10}"


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
