"""Terms whose meaning is in the database: `list:"Night drive"` and `similar:CLIP`."""

import sqlite3
from collections.abc import Collection
from dataclasses import replace

from producer_studio.library.clip_listing import SmartList
from producer_studio.library.list_repository import SEARCHES
from producer_studio.library.saved_search import SavedSearch
from producer_studio.library.search.filters import ListFilter, SimilarFilter
from producer_studio.library.search.parser import Query, Term, parse_query
from producer_studio.library.search.sql import SqlValue, build_name_pattern, query_to_sql
from producer_studio.library.similar_sql import find_clip, find_similar
from producer_studio.translation import mark

_SMART_LIST_TERMS = {
    SmartList.ALL: "",
    SmartList.FAVOURITES: "is:favourite",
    SmartList.UNHEARD: "is:unheard",
    SmartList.UPLOADS: "is:upload",
    SmartList.LYRICS: "op:lyrics",
    SmartList.VIDEOS: "has:video",
    SmartList.TRASH: "is:trashed",
}


def parse_with_lists(db: sqlite3.Connection, text: str) -> Query:
    """Parses a query; its terms know the saved searches that they name, and similar clips."""
    return _resolve(db, parse_query(text), ())


def _resolve(db: sqlite3.Connection, query: Query, within: Collection[str]) -> Query:
    """Returns a query whose `list:` terms have the queries of the saved searches that they name,
    and whose `similar:` terms have the clips that they find.

    Args:
        within: Saved searches of which the query is a part: none contains itself.
    """
    if not any(isinstance(term.condition, ListFilter | SimilarFilter) for term in query.terms):
        return query
    terms = tuple(_resolve_term(db, term, within) for term in query.terms)
    problem = query.problem or next((term.problem for term in terms if term.problem), "")
    return replace(query, terms=terms, problem=problem)


def _resolve_term(db: sqlite3.Connection, term: Term, within: Collection[str]) -> Term:
    condition = term.condition
    if isinstance(condition, SimilarFilter):
        return _resolve_similar(db, term, condition)
    if not isinstance(condition, ListFilter):
        return term
    named = db.execute(
        "SELECT id FROM saved_searches WHERE folded(CAST(name AS BLOB)) LIKE ? ESCAPE '\\'",
        [build_name_pattern(condition)],
    )
    ids = {row["id"] for row in named} - set(within)
    searches = [one for one in SEARCHES.list_all(db) if one.id in ids] if ids else []
    return replace(
        term,
        condition=replace(
            condition, searches=tuple(_search_condition(db, one, within) for one in searches)
        ),
    )


def _resolve_similar(db: sqlite3.Connection, term: Term, condition: SimilarFilter) -> Term:
    clip = find_clip(db, condition.start)
    if clip is None:
        problem = mark(
            "No clip, or more than one, has an id that begins with “{id}”.", id=condition.start
        )
        return replace(term, condition=None, problem=problem)
    found = find_similar(db, clip)
    if found is None:
        problem = mark("This clip is not measured yet; it is, while the program is open and idle.")
        return replace(term, condition=None, problem=problem)
    return replace(term, condition=replace(condition, found=tuple(one.id for one in found)))


def _search_condition(
    db: sqlite3.Connection, search: SavedSearch, within: Collection[str]
) -> tuple[str, tuple[SqlValue, ...]]:
    queries = (
        _resolve(db, parse_query(search.query), {*within, search.id}),
        parse_query(_SMART_LIST_TERMS[search.smart_list]),
    )
    parts = [query_to_sql(query).without_match() for query in queries]
    where = [condition for part in parts for condition in part.where]
    values = tuple(value for part in parts for value in part.values)
    return f"({' AND '.join(where or ['1'])})", values
