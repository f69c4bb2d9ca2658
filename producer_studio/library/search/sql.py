"""Translation of queries to SQL: a match of the word index, and conditions for the rest."""

import json
from dataclasses import dataclass

from producer_studio.library.field_spec import SearchKind
from producer_studio.library.fields import SEARCHES
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
from producer_studio.library.search.parser import Query, Term
from producer_studio.library.text_folding import build_match_phrase, fold_text

_FLAG_CONDITIONS = {
    flag.name: flag.condition for search in SEARCHES.values() for flag in search.flags
}
_EXPRESSIONS = {search.column: search.expression for search in SEARCHES.values()}
_UNKNOWN = {search.column: search.unknown for search in SEARCHES.values()}
_FOLDED_COLUMNS = frozenset(
    search.column for search in SEARCHES.values() if search.kind is SearchKind.CONTAINS_FOLDED
)
_DESCENDANTS = """c.id IN (
    WITH RECURSIVE made(id) AS (
        SELECT id FROM clips WHERE id LIKE ? ESCAPE '\\'
        UNION SELECT x.id FROM clips x JOIN made ON x.parent = made.id
    ) SELECT id FROM made)"""

# Outcomes other than these two have no opponent.
_OPPONENTS = """c.id IN (
    SELECT own.clip FROM judged_clips own JOIN judged_clips other
    ON other.judgement = own.judgement AND other.outcome <> own.outcome
    WHERE own.outcome = ? AND other.clip LIKE ? ESCAPE '\\')"""

# There are few different names, and each is folded once.
_FOLDED_CONDITION = """c.{column} IN (
    WITH names AS MATERIALIZED (SELECT DISTINCT {column} AS name FROM clips)
    SELECT name FROM names WHERE folded(CAST(name AS BLOB)) LIKE ? ESCAPE '\\')"""

_WORDS_CONDITION = "c.seq IN (SELECT rowid FROM words WHERE words MATCH ?)"
_PLAYLIST_CONDITION = """c.id IN (
    SELECT i.clip FROM playlist_items i JOIN playlists p ON p.id = i.playlist
    WHERE folded(CAST(p.name AS BLOB)) LIKE ? ESCAPE '\\')"""

SqlValue = str | float


@dataclass(frozen=True, slots=True)
class SqlFilter:
    """SQL conditions of a query.

    Attributes:
        match: An FTS5 expression that all rows match; empty if there are no words.
        where: Conditions on the row `c`; empty if there are none.
        values: Bound to the question marks in `where`.
    """

    match: str
    where: tuple[str, ...]
    values: tuple[SqlValue, ...]

    def without_match(self) -> "SqlFilter":
        """Returns the same with the match as one of the conditions, for part of another query."""
        if not self.match:
            return self
        return SqlFilter("", (*self.where, _WORDS_CONDITION), (*self.values, self.match))


def query_to_sql(query: Query) -> SqlFilter:
    """Translates a query to SQL, regardless of the smart list."""
    wanted: list[str] = []
    unwanted: list[str] = []
    where: list[str] = []
    values: list[SqlValue] = []
    rest: list[list[Term]] = []
    for group in query.groups:
        words = [term.condition for term in group if isinstance(term.condition, WordFilter)]
        if len(words) < len(group):
            rest.append(group)
        elif not any(term.negated for term in group):
            wanted.append(" OR ".join(_match_expression(word) for word in words))
        elif len(group) == 1:
            unwanted.append(_match_expression(words[0]))
        else:
            rest.append(group)
    if unwanted and not wanted:
        where.append("c.seq NOT IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(" OR ".join(unwanted))
        unwanted = []
    for group in rest:
        sides = [_term_sql(term, values) for term in group]
        where.append(f"({' OR '.join(sides)})")
    match = " AND ".join(f"({item})" for item in wanted)
    if unwanted:
        match = f"({match}) NOT ({' OR '.join(unwanted)})"
    return SqlFilter(match, tuple(where), tuple(values))


def _term_sql(term: Term, values: list[SqlValue]) -> str:
    if term.condition is None:
        raise ValueError(term.text)
    sql = _filter_sql(term.condition, values)
    # A negated term matches if the value is unknown.
    return f"NOT coalesce({sql}, 0)" if term.negated else sql


def _filter_sql(condition: SearchFilter, values: list[SqlValue]) -> str:
    match condition:
        case WordFilter():
            values.append(_match_expression(condition))
            return _WORDS_CONDITION
        case RangeFilter():
            return _range_sql(condition, values)
        case NearFilter():
            column = _EXPRESSIONS[condition.column]
            values.extend(bound for limits in condition.ranges for bound in limits)
            return f"({' OR '.join([f'{column} BETWEEN ? AND ?'] * len(condition.ranges))})"
        case OneOfFilter():
            values.extend(condition.values)
            marks = ", ".join("?" * len(condition.values))
            return f"{_EXPRESSIONS[condition.column]} COLLATE NOCASE IN ({marks})"
        case SubstringFilter(column=column) if column in _FOLDED_COLUMNS:
            values.append(f"%{_escape_like(fold_text(condition.text))}%")
            return _FOLDED_CONDITION.format(column=column)
        case SubstringFilter():
            head = "" if condition.from_start else "%"
            values.append(f"{head}{_escape_like(condition.text)}%")
            return f"{_EXPRESSIONS[condition.column]} LIKE ? ESCAPE '\\'"
        case DescendantFilter():
            values.append(f"{_escape_like(condition.start)}%")
            return _DESCENDANTS
        case OpponentFilter():
            values += [condition.outcome, f"{_escape_like(condition.opponent)}%"]
            return _OPPONENTS
        case SimilarFilter():
            values.append(json.dumps(condition.found))
            return "c.id IN (SELECT value FROM json_each(?))"
        case ListFilter():
            return _list_sql(condition, values)
        case FlagFilter():
            return _flag_sql(condition.name)


def _list_sql(condition: ListFilter, values: list[SqlValue]) -> str:
    values.append(build_name_pattern(condition))
    parts = [_PLAYLIST_CONDITION]
    for where, bound in condition.searches:
        parts.append(where)
        values.extend(bound)
    return f"({' OR '.join(parts)})"


def build_name_pattern(condition: ListFilter) -> str:
    """Returns a LIKE pattern for the folded names of lists."""
    name = _escape_like(fold_text(condition.name))
    return name if condition.exact else f"%{name}%"


def _range_sql(condition: RangeFilter, values: list[SqlValue]) -> str:
    column = _EXPRESSIONS[condition.column]
    unknown = _UNKNOWN[condition.column]
    parts = []
    if unknown is None:
        parts.append(f"{column} IS NOT NULL")
    elif condition.low is None or condition.low <= unknown:
        parts.append(f"{column} > {unknown}")
    if condition.low is not None:
        parts.append(f"{column} {'>=' if condition.with_low else '>'} ?")
        values.append(condition.low)
    if condition.high is not None:
        parts.append(f"{column} {'<=' if condition.with_high else '<'} ?")
        values.append(condition.high)
    return f"({' AND '.join(parts)})"


def _flag_sql(name: str) -> str:
    if name in _FLAG_CONDITIONS:
        return f"({_FLAG_CONDITIONS[name]})"
    return f"(NOT {_FLAG_CONDITIONS[name.removeprefix('not-')]})"


def _match_expression(words: WordFilter) -> str:
    phrase = build_match_phrase(words.text, prefix=not words.exact)
    return f"{words.column} : {phrase}" if words.column else phrase


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
