"""The fields of the query language, and what their values may look like."""

import re
from collections.abc import Callable
from datetime import datetime

from producer_studio.domain.musical_key import spellings
from producer_studio.domain.operation import Operation
from producer_studio.library.search import dates
from producer_studio.library.search.filters import (
    Condition,
    Descends,
    Flag,
    OneOf,
    Part,
    Range,
    Words,
)
from producer_studio.library.search.text import folded, has_word


class FieldMistake(ValueError):
    """A value that a field cannot take, as one sentence for the user."""


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
_WORD_COLUMNS = {
    "title": "title",
    "sound": "sound",
    "lyrics": "lyrics",
    "tag": "tags",
    "note": "notes",
}
# Column, example, and how far from a plain number still counts as that number.
_NUMBERS = {
    "bpm": ("bpm", "bpm:80..95", 0.5),
    "stars": ("stars", "stars:>3", 0.5),
    "length": ("duration_s", "length:<2:30", 0.5),
    "lyrics_strength": ("lyrics_strength", "lyrics_strength:>=0.7", 0.005),
    "sound_strength": ("sound_strength", "sound_strength:>=0.7", 0.005),
    "weirdness": ("weirdness", "weirdness:>=0.7", 0.005),
}
_HAS = {"video": "video", "videos": "video", "stem": "stems", "stems": "stems"} | {
    "lyrics": "lyrics",
    "cover": "cover",
}
_IS = {
    "instrumental": "instrumental",
    "upload": "upload",
    "uploaded": "upload",
    "trashed": "trashed",
    "missing": "missing",
    "favourite": "favourite",
    "fav": "favourite",
    "unheard": "unheard",
}
_YES = frozenset({"yes", "true", "1", "on", "y"})
_NO = frozenset({"no", "false", "0", "off", "n"})

FIELDS = (
    *_WORD_COLUMNS, "model", "op", "account", "service", "seed", "key", "bpm", "length", "stars",
    "fav", "unheard", "added", "lyrics_strength", "sound_strength", "weirdness", "parent", "root",
    "has", "is",
)  # fmt: skip
"""Every field, for completion in the search box."""
FIELD_NAMES = frozenset({*FIELDS, *_ALIASES})
"""Every name that a field can be called by."""

_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{0,6})?|[.,]\d{1,6}")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,3})?)")
_SPOKEN = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m(?:in)?)?(?:(\d{1,5}(?:\.\d{1,3})?)s)?")


def condition_for(field: str, value: str, *, quoted: bool, now: datetime) -> Condition:
    """What `field:value` asks for.

    Raises:
        FieldMistake: There is no such field, or it cannot take this value.
    """
    name = _ALIASES.get(field.lower(), field.lower())
    if name not in FIELDS:
        raise FieldMistake(f"There is no field “{field}”; put it in quotes to look for the words.")
    value = value.strip()
    if not value:
        raise FieldMistake(f"Say what to look for after “{field}:”.")
    if name in _WORD_COLUMNS:
        if not has_word(value):
            raise FieldMistake(f"“{value}” has no letters or digits to look for.")
        return Words(value, _WORD_COLUMNS[name], exact=quoted)
    if name in _NUMBERS:
        return _number_range(name, value)
    if name == "added":
        return _added(value, now)
    if name == "op":
        return _operation(value)
    return _other(name, value, quoted=quoted)


def _other(name: str, value: str, *, quoted: bool) -> Condition:
    match name:
        case "model" | "account" | "service":
            return OneOf(name, (value,)) if quoted else Part(name, value)
        case "seed":
            return OneOf("seed", (value,))
        case "key":
            names = spellings(value)
            if not names:
                raise FieldMistake(f"“{value}” is not a key; write it as in key:Fm or key:C.")
            return OneOf("tone", names)
        case "parent":
            return Part("parent", value, from_start=True)
        case "root":
            return Descends(value)
        case "has":
            return _flag(_HAS, "has", value)
        case "is":
            return _flag(_IS, "is", value)
        case _:
            flag = "favourite" if name == "fav" else "unheard"
            return Flag(flag if _truth(name, value) else f"not-{flag}")


def _flag(known: dict[str, str], field: str, value: str) -> Flag:
    name = known.get(value.lower())
    if name is None:
        names = list(dict.fromkeys(known.values()))
        raise FieldMistake(f"“{field}:” knows {', '.join(names[:-1])} and {names[-1]}.")
    return Flag(name)


def _truth(field: str, value: str) -> bool:
    word = value.lower()
    if word not in _YES | _NO:
        raise FieldMistake(f"Write {field}:yes or {field}:no.")
    return word in _YES


def _operation(value: str) -> OneOf:
    asked = folded(value).replace(" ", "-").replace("_", "-")
    exact = [item.value for item in Operation if item.value == asked]
    begun = [item.value for item in Operation if item.value.startswith(asked)]
    if not begun:
        known = ", ".join(item.value for item in Operation)
        raise FieldMistake(f"“{value}” is not an operation; there are {known}.")
    return OneOf("operation", tuple(exact or begun))


def _number_range(name: str, value: str) -> Range:
    column, example, near = _NUMBERS[name]
    read = _seconds if name == "length" else _number

    def side(text: str) -> float:
        number = read(text)
        if number is None:
            raise FieldMistake(f"“{name}:{value}” cannot be read; write it as in {example}.")
        return number

    return _range(column, value, side, near)


def _range(column: str, value: str, side: Callable[[str], float], near: float) -> Range:
    low, dots, high = value.partition("..")
    if dots:
        if low and high:
            first, last = sorted((side(low), side(high)))
            return Range(column, first, last)
        return Range(column, low=side(low)) if low else Range(column, high=side(high))
    for sign in (">=", "<=", ">", "<", "="):
        if value.startswith(sign):
            number = side(value.removeprefix(sign).strip())
            match sign[0]:
                case ">":
                    return Range(column, low=number, with_low=sign == ">=")
                case "<":
                    return Range(column, high=number, with_high=sign == "<=")
            return Range(column, number - near, number + near, with_high=False)
    number = side(value)
    return Range(column, number - near, number + near, with_high=False)


def _added(value: str, now: datetime) -> Range:
    try:
        start, end = dates.span(value, now)
    except (ValueError, OverflowError) as error:
        raise FieldMistake(
            f"“added:{value}” cannot be read; write it as in added:<7d, added:today or "
            "added:2026-02."
        ) from error
    return Range("seq", start, end, with_high=False)


def _number(text: str) -> float | None:
    percent = text.endswith("%")
    plain = text.removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain.replace(",", "."))
    return number / 100 if percent else number


def _seconds(text: str) -> float | None:
    plain = text.lower()
    clock = _CLOCK.fullmatch(plain) or _SPOKEN.fullmatch(plain)
    if clock and any(clock.groups()):
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    return _number(plain) if not plain.endswith("%") else None
