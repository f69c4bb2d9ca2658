"""Validation of the values of search fields."""

import re
from collections.abc import Callable
from datetime import datetime

from producer_studio.domain.musical_key import list_key_spellings, list_related_keys
from producer_studio.domain.operation import Operation
from producer_studio.domain.text import join_words
from producer_studio.library.field_spec import Search, SearchKind
from producer_studio.library.fields import SEARCHES
from producer_studio.library.search import dates
from producer_studio.library.search.filters import (
    DescendantFilter,
    FlagFilter,
    ListFilter,
    NearFilter,
    OneOfFilter,
    OpponentFilter,
    RangeFilter,
    SearchFilter,
    SimilarFilter,
    SubstringFilter,
    WordFilter,
)
from producer_studio.library.text_folding import fold_text, has_searchable_word
from producer_studio.translation import join_texts, mark


class SearchFieldError(ValueError):
    """Invalid value of a field, as one sentence for the user.

    Attributes:
        message: The sentence.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


_NEAR_TEMPO = 0.03
"""Largest difference of a tempo that is near another, as a fraction."""

_TRUE_WORDS = frozenset({"yes", "true", "1", "on", "y"})
_FALSE_WORDS = frozenset({"no", "false", "0", "off", "n"})

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
    search = SEARCHES.get(field.lower())
    if search is None:
        raise SearchFieldError(
            mark(
                "There is no field “{field}”; put it in quotes to search for the text.", field=field
            )
        )
    value = value.strip()
    if not value:
        raise SearchFieldError(mark("Enter a value after “{field}:”.", field=field))
    match search.kind:
        case SearchKind.WORDS:
            if not has_searchable_word(value):
                raise SearchFieldError(
                    mark("“{value}” has no letters or digits to search for.", value=value)
                )
            return WordFilter(value, search.column, exact=quoted)
        case SearchKind.NUMBER:
            return _parse_number_range(search, value, _parse_number)
        case SearchKind.TEMPO:
            return _parse_tempo(search, value)
        case SearchKind.LEVEL:
            return _parse_number_range(search, value, _parse_level)
        case SearchKind.LENGTH:
            return _parse_number_range(search, value, _parse_seconds)
        case SearchKind.DATE:
            return _parse_date_range(search, value, now)
        case _:
            return _parse_text_filter(search, value, quoted=quoted)


def _parse_text_filter(search: Search, value: str, *, quoted: bool) -> SearchFilter:
    name, column = search.names[0], search.column
    match search.kind:
        case SearchKind.OPERATION:
            return OneOfFilter(column, _parse_operations(value))
        case SearchKind.KEY:
            return OneOfFilter(column, _parse_keys(value))
        case SearchKind.PREFIX:
            return SubstringFilter(column, value, from_start=True)
        case SearchKind.DESCENDANTS:
            return DescendantFilter(value)
        case SearchKind.OPPONENT:
            return OpponentFilter(search.flag, "" if value.lower() == "yes" else value)
        case SearchKind.SIMILAR:
            return SimilarFilter(value)
        case SearchKind.LIST:
            return ListFilter(value, exact=quoted)
        case SearchKind.FLAGS:
            return _parse_flag(search, value)
        case SearchKind.YES_NO:
            return FlagFilter(search.flag if _parse_bool(name, value) else f"not-{search.flag}")
        case SearchKind.EXACT:
            return OneOfFilter(column, (value,))
        case _:
            return OneOfFilter(column, (value,)) if quoted else SubstringFilter(column, value)


def _parse_flag(search: Search, value: str) -> FlagFilter:
    word = value.lower()
    for flag in search.flags:
        if word == flag.name or word in flag.aliases:
            return FlagFilter(flag.name)
    names = [flag.name for flag in search.flags]
    raise SearchFieldError(
        mark("“{field}:” can be {words}.", field=search.names[0], words=join_words(names, "or"))
    )


def _parse_bool(field: str, value: str) -> bool:
    word = value.lower()
    if word not in _TRUE_WORDS | _FALSE_WORDS:
        raise SearchFieldError(mark("Write {field}:yes or {field}:no.", field=field))
    return word in _TRUE_WORDS


def _parse_keys(value: str) -> tuple[str, ...]:
    named = value.removeprefix("~")
    keys = list_key_spellings(named) if named == value else list_related_keys(named)
    if not keys:
        raise SearchFieldError(
            mark(
                "“{value}” is not a key; write it as in key:Fm, key:C or, with related keys, "
                "key:~Fm.",
                value=value,
            )
        )
    return keys


def _parse_operations(value: str) -> tuple[str, ...]:
    asked = fold_text(value).replace(" ", "-").replace("_", "-")
    exact = [item.value for item in Operation if item.value == asked]
    begun = [item.value for item in Operation if item.value.startswith(asked)]
    if not begun:
        known = join_texts(item.value for item in Operation)
        raise SearchFieldError(
            mark("“{value}” is not an operation; there are {known}.", value=value, known=known)
        )
    return tuple(exact or begun)


def _parse_number_range(
    search: Search, value: str, parse: Callable[[str], float | None]
) -> RangeFilter:
    def parse_bound(text: str) -> float:
        number = parse(text)
        if number is None:
            raise SearchFieldError(_unreadable(search, value))
        return number

    return _parse_range(search.column, value, parse_bound, search.tolerance)


def _parse_tempo(search: Search, value: str) -> RangeFilter | NearFilter:
    if not value.startswith("~"):
        return _parse_number_range(search, value, _parse_number)
    tempo = _parse_number(value.removeprefix("~").strip())
    if not tempo:
        raise SearchFieldError(_unreadable(search, value))
    near = [tempo * factor for factor in (0.5, 1, 2)]
    return NearFilter(
        search.column, tuple((each * (1 - _NEAR_TEMPO), each * (1 + _NEAR_TEMPO)) for each in near)
    )


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


def _parse_date_range(search: Search, value: str, now: datetime) -> RangeFilter:
    try:
        start, end = dates.parse_time_range(value, now)
    except (ValueError, OverflowError) as error:
        raise SearchFieldError(_unreadable(search, value)) from error
    return RangeFilter(search.column, start, end, with_high=False)


def _unreadable(search: Search, value: str) -> str:
    return mark(
        "“{field}:{value}” cannot be read; write it as in {example}.",
        field=search.names[0],
        value=value,
        example=search.example,
    )


def _parse_number(text: str) -> float | None:
    percent = text.endswith("%")
    plain = text.removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain.replace(",", "."))
    return number / 100 if percent else number


def _parse_level(text: str) -> float | None:
    plain = text.replace("\N{MINUS SIGN}", "-")
    number = _parse_number(plain.removeprefix("-"))
    return -number if number is not None and plain.startswith("-") else number


def _parse_seconds(text: str) -> float | None:
    plain = text.lower()
    clock = _CLOCK_TIME.fullmatch(plain) or _DURATION_WITH_UNITS.fullmatch(plain)
    if clock and any(clock.groups()):
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    return _parse_number(plain) if not plain.endswith("%") else None
