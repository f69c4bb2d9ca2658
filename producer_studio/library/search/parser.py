"""Query parser: splits a text into terms; invalid terms are reported and ignored.

Plain words match as prefixes (`lof` finds "lofi"); `"a phrase"` matches exactly; `-` negates a
term; `a | b` matches either of its two neighbours, so that `piano rain | snow` means piano, and
rain or snow; `field:value` is documented in `filter_parser`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from producer_studio.library.column_values import replace_lone_surrogates
from producer_studio.library.search.filter_parser import SearchFieldError, parse_filter
from producer_studio.library.search.filters import FlagFilter, SearchFilter, WordFilter
from producer_studio.library.text_folding import has_searchable_word
from producer_studio.translation import mark

MAX_CHARACTERS = 2_000
MAX_TERMS = 64

_TERM = re.compile(
    r"""(?P<minus>-?)
    (?:(?P<field>[^\W\d]\w*):)?
    (?:"(?P<quoted>[^"]*)(?P<closing>"?)|(?P<bare>[^\s|"]*))""",
    re.VERBOSE,
)
_SEPARATOR = re.compile(r"[\s|]*")


@dataclass(frozen=True, slots=True)
class Term:
    """Term of a query, shown as one chip.

    Attributes:
        text: As written.
        start: Offset of its start in the query, in characters.
        end: Offset of its end.
        negated: Whether it is negated.
        condition: Its filter; None if the term is ignored.
        problem: Why it is ignored, or how it was interpreted; empty if it is valid.
        either: Whether it is an alternative to the previous term.
    """

    text: str
    start: int
    end: int
    negated: bool = False
    condition: SearchFilter | None = None
    problem: str = ""
    either: bool = False


@dataclass(frozen=True, slots=True)
class TermParts:
    """Parts of a term as written; `field` is None for words."""

    is_negated: bool
    field: str | None
    value: str
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Query:
    """Parsed query.

    Attributes:
        text: As written.
        terms: Every term, including ignored ones.
        problem: The first error as one plain sentence; empty if there is none.
    """

    text: str
    terms: tuple[Term, ...] = ()
    problem: str = ""

    @property
    def groups(self) -> list[list[Term]]:
        """Terms as a conjunction of alternatives: at least one term of every group must match."""
        groups: list[list[Term]] = []
        open_group = False
        for term in self.terms:
            if term.condition is None:
                # An invalid alternative does not remove the others.
                open_group = open_group and term.either
            elif term.either and open_group:
                groups[-1].append(term)
            else:
                groups.append([term])
                open_group = True
        return groups

    @property
    def includes_trash(self) -> bool:
        return any(
            term.condition == FlagFilter("trashed") and not term.negated for term in self.terms
        )

    def remove_term(self, index: int) -> str:
        """Returns the text without one term, and without a dangling `|`."""
        term = self.terms[index]
        before, after = self.text[: term.start].rstrip(), self.text[term.end :].lstrip()
        if before.endswith("|"):
            before = before[:-1].rstrip()
        elif after.startswith("|"):
            after = after[1:].lstrip()
        return f"{before} {after}".strip()


def parse_query(text: str, now: datetime | None = None) -> Query:
    """Parses a query; never raises.

    Args:
        text: The text as entered.
        now: For ages and "today"; the present by default.
    """
    moment = (now or datetime.now().astimezone()).astimezone()
    # Has the length of the entered text, so that offsets in one are offsets in the other.
    used = replace_lone_surrogates(text[:MAX_CHARACTERS])
    terms: list[Term] = []
    place = 0
    while len(terms) < MAX_TERMS:
        gap = _SEPARATOR.match(used, place)
        start = gap.end() if gap else place
        either = bool(terms) and "|" in used[place:start]
        found = _TERM.match(used, start)
        if start >= len(used) or found is None:
            break
        place = max(found.end(), start + 1)
        term = _parse_term(found, lambda: moment)
        terms.append(replace(term, text=text[start:place], end=place, either=either))
    problem = next((term.problem for term in terms if term.problem), "")
    if not problem and (used[place:].strip(" |") or len(text) > MAX_CHARACTERS):
        problem = mark("The search is too long; its end was ignored.")
    return Query(text, tuple(terms), problem)


def split_term(text: str) -> TermParts:
    """Splits the text of one term; its field need not exist."""
    found = _TERM.match(text)
    if found is None:  # the expression matches any text
        raise ValueError(text)
    is_quoted = found["quoted"] is not None
    value = found["quoted"] if is_quoted else found["bare"]
    return TermParts(bool(found["minus"]), found["field"], value, is_quoted)


def term_at(text: str, position: int) -> tuple[int, int]:
    """Returns start and end of the term that ends at a position, or contains it.

    Both are the position where no term is.
    """
    place = 0
    while place < min(position, MAX_CHARACTERS):
        gap = _SEPARATOR.match(text, place)
        start = gap.end() if gap else place
        found = _TERM.match(text, start)
        if found is None or start >= position:
            break
        end = max(found.end(), start + 1)
        if position <= end:
            return start, end
        place = end
    return position, position


def _parse_term(found: re.Match[str], now: Callable[[], datetime]) -> Term:
    parts = split_term(found.group())
    term = Term(found.group(), found.start(), found.end(), negated=parts.is_negated)
    try:
        if parts.field is not None:
            condition = parse_filter(parts.field, parts.value, quoted=parts.is_quoted, now=now())
        else:
            condition = _parse_words(parts.value, quoted=parts.is_quoted)
    except SearchFieldError as mistake:
        return replace(term, problem=mistake.message)
    open_quote = parts.is_quoted and not found["closing"]
    problem = mark("The closing quotation mark is missing.") if open_quote else ""
    return replace(term, condition=condition, problem=problem)


def _parse_words(value: str, *, quoted: bool) -> WordFilter:
    if not has_searchable_word(value):
        raise SearchFieldError(
            mark("“{value}” has no letters or digits to search for.", value=value)
            if value.strip()
            else mark("That has no letters or digits to search for.")
        )
    return WordFilter(value, exact=quoted)
