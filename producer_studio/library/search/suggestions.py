"""Completion of queries: field names, and the values that clips have, with counts."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from producer_studio.library.column_values import parse_text
from producer_studio.library.field_spec import Search, SearchKind
from producer_studio.library.fields import CLIP_FIELDS, SEARCHES
from producer_studio.library.search.dates import PERIODS
from producer_studio.library.search.list_terms import parse_with_lists
from producer_studio.library.search.parser import parse_query, term_at
from producer_studio.library.search.sql import query_to_sql
from producer_studio.library.text_folding import build_match_phrase, fold_text, has_searchable_word
from producer_studio.translation import mark

MAX_SUGGESTIONS = 12
_MIN_WORD = 2
"""Characters of a plain word from which tags and models are suggested, too."""
_NEEDS_QUOTES = re.compile(r"[\s|]")
_VALUE_COLUMNS = {
    SearchKind.OPERATION,
    SearchKind.CONTAINS,
    SearchKind.CONTAINS_FOLDED,
    SearchKind.KEY,
}
"""Kinds of which every stored value can be asked for."""
_LABELS = {
    spec.search.names[0]: spec.search.label or spec.label
    for spec in CLIP_FIELDS
    if spec.search is not None
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Completion of a term.

    Attributes:
        term: The whole term; one that ends with a colon still needs a value.
        label: Explanation of a field, such as "Tempo", or of a value without a count.
        count: Number of clips outside of the trash that it finds; None for a field, and for a
            saved search, which would have to be searched for.
    """

    term: str
    label: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Completions of the term at a position of a query.

    Attributes:
        start: Offset in the query of the text that a suggestion replaces.
        end: Offset of its end.
        items: Values by their counts, largest first; then fields, short names first.
        example: How values of the field are written, if there is nothing to choose from.
    """

    start: int
    end: int
    items: tuple[Suggestion, ...] = ()
    example: str = ""


def suggest_terms(db: sqlite3.Connection, text: str, position: int, now: datetime) -> Suggestions:
    """Completes the term that ends at a position of a query, or contains it."""
    start, end = term_at(text, position)
    typed = text[start:position]
    minus = "-" if typed.startswith("-") else ""
    field, colon, value = typed.removeprefix("-").partition(":")
    if colon:
        search = SEARCHES.get(field.lower())
        if search is None:
            return Suggestions(start, end)
        if search.kind is SearchKind.LIST:
            lists = _suggest_lists(db, search, value.strip('"'), minus)
            return Suggestions(start, end, lists[:MAX_SUGGESTIONS])
        found = _with_values(db, search, value.strip('"'), now)
        items = _named(search, found, minus)
        return Suggestions(start, end, items, "" if items else search.example)
    word = field.strip('"')
    values: list[Suggestion] = []
    if len(word) >= _MIN_WORD and has_searchable_word(word):
        for name in ("tag", "model"):
            values += _named(SEARCHES[name], _with_values(db, SEARCHES[name], word, now), minus)
    values.sort(key=lambda item: -(item.count or 0))
    items = (*values[: MAX_SUGGESTIONS // 2], *_suggest_fields(word, minus))
    return Suggestions(start, end, items[:MAX_SUGGESTIONS])


def count_values(db: sqlite3.Connection, field: str, now: datetime) -> list[tuple[str, int]]:
    """Returns the values of a search field with the number of their clips, largest first.

    Empty for a field whose values are numbers or free text.

    Raises:
        KeyError: There is no such field.
    """
    search = SEARCHES[field.lower()]
    if search.kind is SearchKind.LIST:
        return _count_lists(db)
    return _with_values(db, search, "", now)


def _suggest_lists(
    db: sqlite3.Connection, search: Search, begun: str, minus: str
) -> tuple[Suggestion, ...]:
    """Suggests playlists by their numbers of clips, and then saved searches in their order."""
    counted = db.execute(
        "SELECT p.name, (SELECT count(DISTINCT c.id) FROM playlist_items i "
        "JOIN clips c ON c.id = i.clip WHERE i.playlist = p.id AND c.trashed = 0) AS clips "
        "FROM playlists p ORDER BY clips DESC, p.position"
    )
    found = [(parse_text(name), "", count) for name, count in counted]
    searches = db.execute("SELECT name FROM saved_searches ORDER BY position")
    found += [(parse_text(name), mark("Saved search"), None) for (name,) in searches]
    folded = fold_text(begun)
    return tuple(
        Suggestion(f"{minus}{search.names[0]}:{_quoted(name)}", label, count)
        for name, label, count in found
        if f" {folded}" in f" {fold_text(name)}"
    )


def _count_lists(db: sqlite3.Connection) -> list[tuple[str, int]]:
    names = db.execute("SELECT name FROM playlists UNION SELECT name FROM saved_searches")
    counted = []
    for name in [parse_text(row["name"]) for row in names.fetchall()]:
        plain = name.replace('"', " ")
        found = query_to_sql(parse_with_lists(db, f'list:"{plain}"'))
        where = " AND ".join(["c.trashed = 0", *found.where])
        sql = f"SELECT count(*) FROM clips c WHERE {where}"  # noqa: S608 - our conditions
        counted.append((name, db.execute(sql, found.values).fetchone()[0]))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def _suggest_fields(word: str, minus: str) -> list[Suggestion]:
    """Suggests the fields with a name that begins so, short ones first, those by alias last."""
    plain = word.lower()
    begun = dict.fromkeys(
        search.names[0]
        for search in SEARCHES.values()
        if any(name.startswith(plain) for name in search.names)
    )
    if plain:
        begun = dict.fromkeys(
            sorted(begun, key=lambda name: (not name.startswith(plain), len(name)))
        )
    return [Suggestion(f"{minus}{name}:", _LABELS.get(name, "")) for name in begun]


def _named(search: Search, values: Iterable[tuple[str, int]], minus: str) -> tuple[Suggestion, ...]:
    name = search.names[0]
    return tuple(
        Suggestion(f"{minus}{name}:{_quoted(value)}", count=count)
        for value, count in list(values)[:MAX_SUGGESTIONS]
    )


def _quoted(value: str) -> str:
    plain = value.replace('"', " ")
    return f'"{plain}"' if _NEEDS_QUOTES.search(plain) else plain


def _with_values(
    db: sqlite3.Connection, search: Search, begun: str, now: datetime
) -> list[tuple[str, int]]:
    """Returns values that begin with a text, or have a word that does."""
    match search.kind:
        case SearchKind.WORDS if search.column == "tags":
            found: Mapping[str, int] = _count_tags(db, begun)
        case SearchKind.FLAGS:
            names = [flag.name for flag in search.flags if flag.name.startswith(begun.lower())]
            return _count_queries(db, search, names, now)
        case SearchKind.YES_NO:
            names = [name for name in ("yes", "no") if name.startswith(begun.lower())]
            return _count_queries(db, search, names, now)
        case SearchKind.DATE:
            names = [name for name in PERIODS if name.startswith(begun.lower())]
            return _count_queries(db, search, names, now)
        case SearchKind.EXACT:
            found = _count_repeated(db, search, begun)
        case kind if kind in _VALUE_COLUMNS:
            found = _count_column(db, search)
        case _ if search.names[0] == "stars":
            found = {
                value: count
                for value, count in _count_column(db, search).items()
                if value.startswith(begun)
            }
        case _:
            return []
    folded = fold_text(begun)
    matching = [
        (value, count)
        for value, count in found.items()
        if value and (not folded or f" {folded}" in f" {fold_text(value)}")
    ]
    return sorted(matching, key=lambda pair: (-pair[1], pair[0]))


def _count_tags(db: sqlite3.Connection, begun: str) -> Counter[str]:
    """Counts tags; a beginning narrows the rows by the word index."""
    where, values = "d.tags <> ''", []
    if has_searchable_word(begun):
        where = "d.seq IN (SELECT rowid FROM words WHERE words MATCH ?)"
        values = [f"tags : {build_match_phrase(begun, prefix=True)}"]
    # There are fewer combinations of tags than clips.
    rows = db.execute(
        f"SELECT d.tags, count(*) FROM details d JOIN clips c ON c.seq = d.seq "  # noqa: S608
        f"WHERE {where} AND c.trashed = 0 GROUP BY d.tags",
        values,
    )
    tags: Counter[str] = Counter()
    for joined, count in rows:
        for tag in joined.split("\n"):
            tags[tag] += count
    return tags


def _count_column(db: sqlite3.Connection, search: Search) -> dict[str, int]:
    rows = db.execute(
        f"SELECT {search.expression}, count(*) FROM clips c "  # noqa: S608 - our expressions
        "WHERE c.trashed = 0 GROUP BY 1"
    )
    return {str(value): count for value, count in rows if value is not None}


def _count_repeated(db: sqlite3.Connection, search: Search, begun: str) -> dict[str, int]:
    """Counts values that several clips have: of seeds, nearly every clip has its own."""
    rows = db.execute(
        f"SELECT {search.expression} AS value, count(*) AS clips FROM clips c "  # noqa: S608
        "WHERE c.trashed = 0 AND substr(value, 1, length(?1)) = ?1 "
        "GROUP BY value HAVING clips > 1 ORDER BY clips DESC, value LIMIT ?2",
        (begun, MAX_SUGGESTIONS),
    )
    return dict(rows.fetchall())


def _count_queries(
    db: sqlite3.Connection, search: Search, values: Iterable[str], now: datetime
) -> list[tuple[str, int]]:
    """Counts what each value finds; those that find nothing are left out."""
    counted = []
    for value in values:
        wanted = query_to_sql(parse_query(f"{search.names[0]}:{value}", now))
        where = (
            " AND ".join(wanted.where)
            if value == "trashed"
            else " AND ".join(["c.trashed = 0", *wanted.where])
        )
        count: int = db.execute(
            f"SELECT count(*) FROM clips c WHERE {where}",  # noqa: S608 - our conditions
            wanted.values,
        ).fetchone()[0]
        if count:
            counted.append((value, count))
    return counted
