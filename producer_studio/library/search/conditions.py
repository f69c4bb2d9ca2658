"""Queries as rows of field, comparison and value: what a builder shows, and writes as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from producer_studio.domain.operation import Operation
from producer_studio.library.field_spec import SearchKind
from producer_studio.library.fields import CLIP_FIELDS, SEARCHES
from producer_studio.library.search.parser import Query, Term, parse_query, split_term
from producer_studio.translation import mark, pmark

ANY_TEXT = ""
"""Field of words that match title, sound, lyrics, tags or notes."""


class Comparator(StrEnum):
    """How a field is compared with a value."""

    IS = "is"
    IS_NOT = "is not"
    HAS = "contains"
    HAS_NOT = "does not contain"
    HAS_PHRASE = "contains exactly"
    HAS_NOT_PHRASE = "does not contain exactly"
    IS_EXACTLY = "is exactly"
    IS_NOT_EXACTLY = "is not exactly"
    LESS = "is less than"
    AT_MOST = "is at most"
    MORE = "is more than"
    AT_LEAST = "is at least"
    BETWEEN = "is between"
    NEAR = "is near, with half and double"
    RELATED = "is or is related to"
    WITHIN = "in the last"
    LONGER_AGO = "longer ago than"
    BEFORE = "before"
    AFTER = "after"

    @property
    def label(self) -> str:
        """Text between the label of the field and the value."""
        return _COMPARATOR_LABELS[self]


_COMPARATOR_LABELS: Mapping[Comparator, str] = {
    Comparator.IS: pmark("search", "is"),
    Comparator.IS_NOT: pmark("search", "is not"),
    Comparator.HAS: pmark("search", "contains"),
    Comparator.HAS_NOT: pmark("search", "does not contain"),
    Comparator.HAS_PHRASE: pmark("search", "contains exactly"),
    Comparator.HAS_NOT_PHRASE: pmark("search", "does not contain exactly"),
    Comparator.IS_EXACTLY: pmark("search", "is exactly"),
    Comparator.IS_NOT_EXACTLY: pmark("search", "is not exactly"),
    Comparator.LESS: pmark("search", "is less than"),
    Comparator.AT_MOST: pmark("search", "is at most"),
    Comparator.MORE: pmark("search", "is more than"),
    Comparator.AT_LEAST: pmark("search", "is at least"),
    Comparator.BETWEEN: pmark("search", "is between"),
    Comparator.NEAR: pmark("search", "is near, with half and double"),
    Comparator.RELATED: pmark("search", "is or is related to"),
    Comparator.WITHIN: pmark("search", "in the last"),
    Comparator.LONGER_AGO: pmark("search", "longer ago than"),
    Comparator.BEFORE: pmark("search", "before"),
    Comparator.AFTER: pmark("search", "after"),
}

_NEGATIVE = frozenset(
    {
        Comparator.IS_NOT,
        Comparator.HAS_NOT,
        Comparator.HAS_NOT_PHRASE,
        Comparator.IS_NOT_EXACTLY,
    }
)
_QUOTED = frozenset(
    {
        Comparator.HAS_PHRASE,
        Comparator.HAS_NOT_PHRASE,
        Comparator.IS_EXACTLY,
        Comparator.IS_NOT_EXACTLY,
    }
)
_SIGNS: Mapping[Comparator, str] = {
    Comparator.LESS: "<",
    Comparator.AT_MOST: "<=",
    Comparator.MORE: ">",
    Comparator.AT_LEAST: ">=",
    Comparator.NEAR: "~",
    Comparator.RELATED: "~",
    Comparator.WITHIN: "<",
    Comparator.LONGER_AGO: ">",
    Comparator.BEFORE: "<",
    Comparator.AFTER: ">",
}
_NUMBERS = (
    *(Comparator.IS, Comparator.IS_NOT, Comparator.MORE, Comparator.AT_LEAST),
    *(Comparator.LESS, Comparator.AT_MOST, Comparator.BETWEEN),
)
_WORDS = (
    *(Comparator.HAS, Comparator.HAS_NOT),
    *(Comparator.HAS_PHRASE, Comparator.HAS_NOT_PHRASE),
)
_TEXTS = (
    *(Comparator.HAS, Comparator.HAS_NOT),
    *(Comparator.IS_EXACTLY, Comparator.IS_NOT_EXACTLY),
)
_EQUALITY = (Comparator.IS, Comparator.IS_NOT)
_COMPARISONS: Mapping[SearchKind, tuple[Comparator, ...]] = {
    SearchKind.WORDS: _WORDS,
    SearchKind.NUMBER: _NUMBERS,
    SearchKind.LEVEL: _NUMBERS,
    SearchKind.LENGTH: _NUMBERS,
    SearchKind.TEMPO: (Comparator.NEAR, *_NUMBERS),
    SearchKind.KEY: (Comparator.IS, Comparator.RELATED, Comparator.IS_NOT),
    SearchKind.DATE: (
        *(Comparator.IS, Comparator.WITHIN, Comparator.LONGER_AGO, Comparator.BEFORE),
        *(Comparator.AFTER, Comparator.BETWEEN, Comparator.IS_NOT),
    ),
    SearchKind.CONTAINS: _TEXTS,
    SearchKind.CONTAINS_FOLDED: _TEXTS,
    SearchKind.LIST: _TEXTS,
}

_EXAMPLES: Mapping[SearchKind, str] = {
    SearchKind.NUMBER: "3",
    SearchKind.TEMPO: "84",
    SearchKind.LEVEL: "-14",
    SearchKind.LENGTH: "2:30",
    SearchKind.DATE: "2026-02",
    SearchKind.KEY: "F minor",
}
_LISTED_KINDS = frozenset(
    {
        SearchKind.CONTAINS,
        SearchKind.CONTAINS_FOLDED,
        SearchKind.KEY,
        SearchKind.LIST,
        SearchKind.DATE,
        SearchKind.EXACT,
    }
)
_LISTED_FIELDS = frozenset({"tag", "stars"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One row.

    Attributes:
        field: Name of a search field; `ANY_TEXT` for words.
        value: As in the query language, without quotes and signs.
        high: Upper end of what is BETWEEN `value` and it.
    """

    field: str
    comparison: Comparator
    value: str
    high: str = ""

    @property
    def text(self) -> str:
        """The term; without a value it is empty, as nothing can be searched for."""
        value = self.value.strip().replace('"', " ")
        high = self.high.strip()
        if self.comparison is Comparator.BETWEEN:
            value = f"{value}..{high}" if value or high else ""
        if not value:
            return ""
        value = f"{_SIGNS.get(self.comparison, '')}{value}"
        if self.comparison in _QUOTED or any(sign in value for sign in " \t|"):
            value = f'"{value}"'
        field = f"{self.field}:" if self.field else ""
        return f"{'-' if self.comparison in _NEGATIVE else ''}{field}{value}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """A query as rows.

    Attributes:
        rows: Every clip that is found matches all of them.
        rest: What rows cannot show, such as alternatives, as text.
    """

    rows: tuple[Condition, ...] = ()
    rest: str = ""

    @property
    def text(self) -> str:
        """The query."""
        return " ".join(part for part in (*(row.text for row in self.rows), self.rest) if part)


def list_comparisons(field: str) -> tuple[Comparator, ...]:
    """Returns the comparisons that a field has."""
    return _COMPARISONS.get(SEARCHES[field].kind, _EQUALITY) if field else _WORDS


def fixed_values(field: str) -> tuple[str, ...]:
    """Returns the only values that a field can have; empty if there are others."""
    search = SEARCHES.get(field)
    if search is None:
        return ()
    if search.kind is SearchKind.YES_NO:
        return ("yes", "no")
    if search.kind is SearchKind.OPERATION:
        return tuple(operation.value for operation in Operation)
    return tuple(flag.name for flag in search.flags)


def value_example(field: str, comparison: Comparator) -> str:
    """Returns how a value is written, such as "80"; empty where any text is one."""
    if comparison in {Comparator.WITHIN, Comparator.LONGER_AGO}:
        return "7d"
    search = SEARCHES.get(field)
    return _EXAMPLES.get(search.kind, "") if search is not None else ""


def has_listed_values(field: str) -> bool:
    """Whether `count_values` may know values of a field, beside fixed ones."""
    return bool(field) and (SEARCHES[field].kind in _LISTED_KINDS or field in _LISTED_FIELDS)


def field_labels() -> dict[str, str]:
    """Returns every field by its name in queries, with its label."""
    labels: dict[str, str] = {ANY_TEXT: mark("Any text")}
    for spec in CLIP_FIELDS:
        if spec.search is not None:
            labels[spec.search.names[0]] = spec.search.label or spec.label
    return labels


def read_conditions(text: str, now: datetime | None = None) -> Conditions:
    """Reads a query; a term that rows would write with another meaning stays text.

    Args:
        now: For ages; the present by default.
    """
    moment = now or datetime.now().astimezone()
    query = parse_query(text, moment)
    rows: list[Condition] = []
    rest: list[str] = []
    for number, term in enumerate(query.terms):
        row = None if _is_alternative(query, number) else _read_term(term)
        if row is not None and _has_meaning_of(row, term, moment):
            rows.append(row)
        elif term.either and rest:
            rest.append(f"| {term.text}")
        else:
            rest.append(term.text)
    ignored = text[query.terms[-1].end :].strip(" |") if query.terms else text.strip(" |")
    return Conditions(tuple(rows), " ".join([*rest, *([ignored] if ignored else [])]))


def _is_alternative(query: Query, number: int) -> bool:
    following = query.terms[number + 1 : number + 2]
    return query.terms[number].either or any(term.either for term in following)


def _has_meaning_of(row: Condition, term: Term, now: datetime) -> bool:
    written = parse_query(row.text, now)
    return (
        not term.problem
        and not written.problem
        and [(one.condition, one.negated) for one in written.terms]
        == [(term.condition, term.negated)]
    )


def _read_term(term: Term) -> Condition | None:
    parts = split_term(term.text)
    if parts.field is None:
        pair = _WORDS[2:] if parts.is_quoted else _WORDS[:2]
        return Condition(ANY_TEXT, pair[parts.is_negated], parts.value)
    search = SEARCHES.get(parts.field.lower())
    if search is None:
        return None
    field, known = search.names[0], list_comparisons(search.names[0])
    low, dots, high = parts.value.partition("..")
    if dots and Comparator.BETWEEN in known:
        return None if parts.is_negated else Condition(field, Comparator.BETWEEN, low, high)
    for comparison in sorted(known, key=lambda one: -len(_SIGNS.get(one, ""))):
        sign = _SIGNS.get(comparison, "")
        if sign and parts.value.startswith(sign) and _is_meant(comparison, parts.value):
            value = parts.value.removeprefix(sign).strip()
            return None if parts.is_negated else Condition(field, comparison, value)
    fitting = [
        one
        for one in known
        if one not in _SIGNS
        and one is not Comparator.BETWEEN
        and (one in _NEGATIVE) == parts.is_negated
    ]
    is_exact = parts.is_quoted and any(one in _QUOTED for one in fitting)
    chosen = next((one for one in fitting if (one in _QUOTED) == is_exact), None)
    return None if chosen is None else Condition(field, chosen, parts.value)


def _is_meant(comparison: Comparator, value: str) -> bool:
    """Whether a sign before an age or a date means this comparison."""
    plain = value.lstrip("<>=")
    is_age = plain[:1].isdigit() and plain[-1:].isalpha()
    if comparison in {Comparator.WITHIN, Comparator.LONGER_AGO}:
        return is_age
    return comparison not in {Comparator.BEFORE, Comparator.AFTER} or not is_age
