"""Lists of clips in SQL. Every function here runs on a reader."""

import sqlite3
from typing import cast

from producer_studio.domain.ids import ClipId
from producer_studio.library.clip_listing import Cursor, Page, Smart, Sort, SortKey
from producer_studio.library.search.parser import Query, parse
from producer_studio.library.search.sql import Value, translate

_KEYS = {
    SortKey.ADDED: "c.seq",
    SortKey.TITLE: "c.title_key",
    SortKey.MODEL: "c.model",
    SortKey.LENGTH: "c.duration_s",
    SortKey.RATING: "c.stars",
}
_SMART = {
    Smart.FAVOURITES: "c.favourite",
    Smart.UNHEARD: "NOT c.heard",
    Smart.UPLOADS: "c.operation = 'upload'",
    Smart.LYRICS: "c.operation = 'lyrics'",
    Smart.VIDEOS: "c.has_video",
}
_WORDS = "words CROSS JOIN"
_Values = list[Value | int]


def ids(db: sqlite3.Connection, text: str, sort: Sort, smart: Smart) -> list[ClipId]:
    """All ids in order."""
    source, values = _source(parse(text), smart)
    order = _order(sort, source)
    # One long text is made inside SQLite, without the interpreter's lock for each row.
    joined = db.execute(
        f"SELECT group_concat(id, char(10)) FROM (SELECT c.id {source} ORDER BY {order})",  # noqa: S608 - our columns; values are bound
        values,
    ).fetchone()[0]
    # Naming each of 100,000 ids a ClipId would hold that lock as long again.
    return cast("list[ClipId]", joined.split("\n")) if joined else []


def page(
    db: sqlite3.Connection, text: str, sort: Sort, smart: Smart, limit: int, after: Cursor | None
) -> Page:
    """The ids behind `after`, as many as `limit`."""
    query = parse(text)
    key = _KEYS[sort.key]
    source, values = _source(query, smart, _behind(sort, after))
    found = db.execute(
        f"SELECT c.id, c.seq, {key} AS key {source} ORDER BY {_order(sort, source)} LIMIT ?",
        [*values, limit],
    ).fetchall()
    full = len(found) == limit and limit > 0
    return Page(
        [ClipId(row["id"]) for row in found],
        Cursor(found[-1]["key"], found[-1]["seq"]) if full else None,
        query.problem,
    )


def count(db: sqlite3.Connection, text: str, smart: Smart) -> int:
    source, values = _source(parse(text), smart)
    number: int = db.execute(f"SELECT count(*) {source}", values).fetchone()[0]
    return number


def _source(
    query: Query, smart: Smart, behind: tuple[str, _Values] = ("", [])
) -> tuple[str, _Values]:
    """FROM and WHERE of a list, and the values bound in them."""
    wanted = translate(query)
    values: _Values = []
    where: list[str] = []
    if wanted.match:
        # CROSS keeps the index outside: it is in the order of "newest first" by itself.
        tables = f"{_WORDS} clips c ON c.seq = words.rowid"
        where.append("words MATCH ?")
        values.append(wanted.match)
    else:
        tables = "clips c"
    if smart is Smart.TRASH:
        where.append("c.trashed = 1")
    elif not query.asks_for_trash:
        where.append("c.trashed = 0")
    if smart in _SMART:
        where.append(_SMART[smart])
    where.extend(wanted.where)
    values.extend(wanted.values)
    if behind[0]:
        where.append(behind[0].replace("c.seq", "words.rowid") if wanted.match else behind[0])
        values.extend(behind[1])
    source = f"FROM {tables} WHERE {' AND '.join(where or ['1'])}"
    return source, values


def _order(sort: Sort, source: str) -> str:
    direction = "DESC" if sort.descending else "ASC"
    if sort.key is SortKey.ADDED:
        # The word index then stops at the page's end instead of sorting all it finds.
        return f"{'words.rowid' if _WORDS in source else 'c.seq'} {direction}"
    return f"{_KEYS[sort.key]} {direction}, c.seq DESC"


def _behind(sort: Sort, after: Cursor | None) -> tuple[str, _Values]:
    if after is None:
        return "", []
    sign = "<" if sort.descending else ">"
    if sort.key is SortKey.ADDED:
        return f"c.seq {sign} ?", [after.seq]
    key = _KEYS[sort.key]
    return (
        f"{key} {sign}= ? AND ({key} {sign} ? OR c.seq < ?)",
        [after.key, after.key, after.seq],
    )
