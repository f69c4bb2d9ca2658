"""Fields of the query language, and validation of their values."""

import re
from collections.abc import Callable
from datetime import datetime

from producer_studio.domain.musical_key import list_key_spellings
from producer_studio.domain.operation import Operation
from producer_studio.library.search import dates
from producer_studio.library.search.filters import (
    DescendantFilter,
    FlagFilter,
    OneOfFilter,
    RangeFilter,
    SearchFilter,
    SubstringFilter,
    WordFilter,
)
from producer_studio.library.text_folding import fold_text, has_searchable_word


class SearchFieldError(ValueError):
    """Invalid value of a field, as one sentence for the user."""


_ALIASES = {
    "tags": "tag",
    "notes": "note",
    "operation": "op",
    "favourite": "fav",
    "favorite": "fav",
    "rating": "stars",
    "duration": "length",
    "date": "added",
    "style": "sound",
}
_TEXT_COLUMNS = {
    "title": "title",
    "sound": "sound",
    "lyrics": "lyrics",
    "tag": "tags",
    "note": "notes",
}
# Column, example, and the tolerance within which a plain number matches.
_NUMBER_FIELDS = {
    "bpm": ("bpm", "bpm:80..95", 0.5),
    "stars": ("stars", "stars:>3", 0.5),
    "length": ("duration_s", "length:<2:30", 0.5),
    "lyrics_strength": ("lyrics_strength", "lyrics_strength:>=0.7", 0.005),
    "sound_strength": ("sound_strength", "sound_strength:>=0.7", 0.005),
    "weirdness": ("weirdness", "weirdness:>=0.7", 0.005),
}
_HAS_FLAGS = {"video": "video", "videos": "video", "stem": "stems", "stems": "stems"} | {
    "lyrics": "lyrics",
    "cover": "cover",
}
_IS_FLAGS = {
    "instrumental": "instrumental",
    "upload": "upload",
    "uploaded": "upload",
    "trashed": "trashed",
    "missing": "missing",
    "favourite": "favourite",
    "fav": "favourite",
    "unheard": "unheard",
}
_TRUE_WORDS = frozenset({"yes", "true", "1", "on", "y"})
_FALSE_WORDS = frozenset({"no", "false", "0", "off", "n"})

SEARCH_FIELDS = (
    *_TEXT_COLUMNS, "model", "op", "account", "service", "seed", "key", "bpm", "length", "stars",
    "fav", "unheard", "added", "lyrics_strength", "sound_strength", "weirdness", "parent", "root",
    "has", "is",
)  # fmt: skip
"""Every field, for completion in the search box."""
SEARCH_FIELD_NAMES = frozenset({*SEARCH_FIELDS, *_ALIASES})
"""Every accepted name of a field."""

_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{0,6})?|[.,]\d{1,6}")
_CLOCK_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,3})?)")
_DURATION_WITH_UNITS = re.compile(
    r"(?:(\d{1,3})h)?(?:(\d{1,4})m(?:in)?)?(?:(\d{1,5}(?:\.\d{1,3})?)s)?"
)


def parse_filter(field: str, value: str, *, quoted: bool, now: datetime) -> SearchFilter:
    """Parses `field:value` to a filter.

    Raises:
        SearchFieldError: There is no such field, or it does not accept this value.
    """
    name = _ALIASES.get(field.lower(), field.lower())
    if name not in SEARCH_FIELDS:
        raise SearchFieldError(
            f"There is no field “{field}”; put it in quotes to look for the words."
        )
    value = value.strip()
    if not value:
        raise SearchFieldError(f"Say what to look for after “{field}:”.")
    if name in _TEXT_COLUMNS:
        if not has_searchable_word(value):
            raise SearchFieldError(f"“{value}” has no letters or digits to look for.")
        return WordFilter(value, _TEXT_COLUMNS[name], exact=quoted)
    if name in _NUMBER_FIELDS:
        return _parse_number_range(name, value)
    if name == "added":
        return _parse_added(value, now)
    if name == "op":
        return _parse_operation(value)
    return _parse_other_field(name, value, quoted=quoted)


def _parse_other_field(name: str, value: str, *, quoted: bool) -> SearchFilter:
    match name:
        case "model" | "account" | "service":
            return OneOfFilter(name, (value,)) if quoted else SubstringFilter(name, value)
        case "seed":
            return OneOfFilter("seed", (value,))
        case "key":
            names = list_key_spellings(value)
            if not names:
                raise SearchFieldError(f"“{value}” is not a key; write it as in key:Fm or key:C.")
            return OneOfFilter("tone", names)
        case "parent":
            return SubstringFilter("parent", value, from_start=True)
        case "root":
            return DescendantFilter(value)
        case "has":
            return _parse_flag(_HAS_FLAGS, "has", value)
        case "is":
            return _parse_flag(_IS_FLAGS, "is", value)
        case _:
            flag = "favourite" if name == "fav" else "unheard"
            return FlagFilter(flag if _parse_bool(name, value) else f"not-{flag}")


def _parse_flag(known: dict[str, str], field: str, value: str) -> FlagFilter:
    name = known.get(value.lower())
    if name is None:
        names = list(dict.fromkeys(known.values()))
        raise SearchFieldError(f"“{field}:” knows {', '.join(names[:-1])} and {names[-1]}.")
    return FlagFilter(name)


def _parse_bool(field: str, value: str) -> bool:
    word = value.lower()
    if word not in _TRUE_WORDS | _FALSE_WORDS:
        raise SearchFieldError(f"Write {field}:yes or {field}:no.")
    return word in _TRUE_WORDS


def _parse_operation(value: str) -> OneOfFilter:
    asked = fold_text(value).replace(" ", "-").replace("_", "-")
    exact = [item.value for item in Operation if item.value == asked]
    begun = [item.value for item in Operation if item.value.startswith(asked)]
    if not begun:
        known = ", ".join(item.value for item in Operation)
        raise SearchFieldError(f"“{value}” is not an operation; there are {known}.")
    return OneOfFilter("operation", tuple(exact or begun))


def _parse_number_range(name: str, value: str) -> RangeFilter:
    column, example, tolerance = _NUMBER_FIELDS[name]
    read = _parse_seconds if name == "length" else _parse_number

    def side(text: str) -> float:
        number = read(text)
        if number is None:
            raise SearchFieldError(f"“{name}:{value}” cannot be read; write it as in {example}.")
        return number

    return _parse_range(column, value, side, tolerance)


def _parse_range(
    column: str, value: str, parse_bound: Callable[[str], float], tolerance: float
) -> RangeFilter:
    low, dots, high = value.partition("..")
    if dots:
        if low and high:
            first, last = sorted((parse_bound(low), parse_bound(high)))
            return RangeFilter(column, first, last)
        return (
            RangeFilter(column, low=parse_bound(low))
            if low
            else RangeFilter(column, high=parse_bound(high))
        )
    for sign in (">=", "<=", ">", "<", "="):
        if value.startswith(sign):
            number = parse_bound(value.removeprefix(sign).strip())
            match sign[0]:
                case ">":
                    return RangeFilter(column, low=number, with_low=sign == ">=")
                case "<":
                    return RangeFilter(column, high=number, with_high=sign == "<=")
            return RangeFilter(column, number - tolerance, number + tolerance, with_high=False)
    number = parse_bound(value)
    return RangeFilter(column, number - tolerance, number + tolerance, with_high=False)


def _parse_added(value: str, now: datetime) -> RangeFilter:
    try:
        start, end = dates.parse_time_range(value, now)
    except (ValueError, OverflowError) as error:
        raise SearchFieldError(
            f"“added:{value}” cannot be read; write it as in added:<7d, added:today or "
            "added:2026-02."
        ) from error
    return RangeFilter("seq", start, end, with_high=False)


def _parse_number(text: str) -> float | None:
    percent = text.endswith("%")
    plain = text.removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain.replace(",", "."))
    return number / 100 if percent else number


def _parse_seconds(text: str) -> float | None:
    plain = text.lower()
    clock = _CLOCK_TIME.fullmatch(plain) or _DURATION_WITH_UNITS.fullmatch(plain)
    if clock and any(clock.groups()):
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    return _parse_number(plain) if not plain.endswith("%") else None
