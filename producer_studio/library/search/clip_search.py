"""SQL queries for clip lists. Functions run on a read thread."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, cast

from producer_studio.domain.clip_list import ClipList, group_key
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.library.clip_groups import group_takes
from producer_studio.library.clip_listing import (
    BY_ADDED,
    NEWEST_FIRST,
    ClipPage,
    PageCursor,
    SmartList,
    SortOrder,
)
from producer_studio.library.column_values import parse_text, replace_lone_surrogates
from producer_studio.library.fields import SORTS
from producer_studio.library.id_lines import split_ids
from producer_studio.library.search.filters import SimilarFilter
from producer_studio.library.search.list_terms import parse_with_lists
from producer_studio.library.search.parser import Query, parse_query
from producer_studio.library.search.sql import SqlValue, query_to_sql

_SMART_LIST_CONDITIONS = {
    SmartList.FAVOURITES: "c.favourite",
    SmartList.UNHEARD: "NOT c.heard",
    SmartList.UPLOADS: "c.operation = 'upload'",
    SmartList.LYRICS: "c.operation = 'lyrics'",
    SmartList.VIDEOS: "c.has_video",
}
_PRESS = (
    "CASE WHEN c.takes > 1 AND c.take IS NOT NULL AND c.operation <> 'stems' "
    "THEN coalesce(c.press, '') ELSE '' END"
)
"""Press whose group a clip belongs to; empty for none. The parts of one take are no takes."""
_GROUPED_COLUMNS = f"SELECT c.id, {_PRESS} AS press, CAST(coalesce(c.take, 0) AS INTEGER) AS take"
_NO_PRESS = PressId("")
_LINES = 2_000
_WORD_INDEX_JOIN = "words CROSS JOIN"
_KEPT = "likelihood(c.trashed = 0, 0.99)"
"""Clips that are not in the trash, for an index of the order or of a condition."""
_KEPT_BY_SCAN = "+c.trashed = 0"
"""The same for a scan of all rows: SQLite would look up nearly every row by an index otherwise."""
_Values = list[SqlValue | int]


def list_ids(db: sqlite3.Connection, text: str, sort: SortOrder, smart: SmartList) -> list[ClipId]:
    """Returns all ids in order."""
    query = parse_with_lists(db, text)
    order = _Order.of(query, sort)
    is_whole = not query.terms and smart in {SmartList.ALL, SmartList.TRASH}
    source, values = _from_clause(query, smart, scans=not (is_whole and order.has_index))
    order_by = _order_clause(order, source)
    # SQLite concatenates the ids, without acquiring the interpreter's lock for each row.
    in_order = f"SELECT c.id {source} ORDER BY {order_by}"
    joined, count = db.execute(
        f"SELECT group_concat(id, char(10)), count(*) FROM ({in_order})",  # noqa: S608
        values,
    ).fetchone()
    ids = joined.split("\n") if joined else []
    if len(ids) != count:  # a damaged id with a line break, or an empty one
        return [ClipId(parse_text(row["id"])) for row in db.execute(in_order, values)]
    # Converting each of 100,000 ids to ClipId would hold that lock as long again.
    return cast("list[ClipId]", ids)


def list_groups(db: sqlite3.Connection, sort: SortOrder, smart: SmartList) -> ClipList:
    """Returns all rows of a list in order, the takes of each press as one group."""
    query = parse_query("")
    # No index has presses and takes, so that a scan is faster even than an index of the order.
    source, values = _from_clause(query, smart, scans=True)
    order = _order_clause(_Order.of(query, sort), source)
    joined = db.execute(
        "SELECT group_concat(id, char(10)), "  # noqa: S608
        "group_concat(iif(press = '', '', ?1 || press), char(10)), "
        "group_concat(take, char(10)), count(*) FROM "
        f"({_GROUPED_COLUMNS} {source} ORDER BY {order})",
        [group_key(_NO_PRESS), *values],
    ).fetchone()
    texts = [text or "" for text in tuple(joined)[:3]]
    if {text.count("\n") + 1 for text in texts} != {joined[3]}:
        # No clip, or a damaged id: see `list_ids`.
        return ClipList(list_ids(db, "", sort, smart))
    ids = split_ids(texts[0], joined[3])
    return group_takes(ids, _iter_lines(texts[1]), map(int, _iter_lines(texts[2])))


def _iter_lines(text: str) -> Iterator[str]:
    """Yields the lines of a long text; few exist at a time, as memory stays with the process."""
    rest: str | None = text
    while rest is not None:
        lines = rest.split("\n", _LINES)
        rest = lines.pop() if len(lines) > _LINES else None
        yield from lines


def list_takes(db: sqlite3.Connection, press: PressId) -> list[ClipId]:
    """Returns the takes of a press that are not in the trash, in their order."""
    found = db.execute(
        f"SELECT c.id FROM clips c WHERE c.press = ?1 AND {_PRESS} = ?1 AND c.trashed = 0 "  # noqa: S608
        "ORDER BY c.take",
        [replace_lone_surrogates(press)],
    )
    return [ClipId(parse_text(row["id"])) for row in found]


def group_page(db: sqlite3.Connection, page: ClipPage, smart: SmartList) -> ClipList:
    """Groups the takes of a page, with those that belong to later pages."""
    source, values = _from_clause(parse_query(""), smart)
    own = {
        ClipId(row["id"]): (row["id"], parse_text(row["press"]), row["take"])
        for row in db.execute(
            f"{_GROUPED_COLUMNS} FROM clips c WHERE c.id IN (SELECT value FROM json_each(?))",  # noqa: S608
            [json.dumps(page.ids)],
        )
    }
    presses = {press for _, press, _ in own.values()} - {""}
    # By the index of presses: the rows of a list are no sequence of presses.
    others = db.execute(
        f"{_GROUPED_COLUMNS} {source} AND c.seq IN (SELECT seq FROM clips "  # noqa: S608
        "WHERE press IN (SELECT value FROM json_each(?)))",
        [*values, json.dumps(sorted(presses))],
    )
    later = [
        (ClipId(parse_text(row["id"])), parse_text(row["press"]), row["take"])
        for row in others
        if row["press"] and row["id"] not in own
    ]
    found = [own[clip] for clip in page.ids if clip in own] + later
    return group_takes(
        [clip for clip, _, _ in found],
        [group_key(PressId(press)) if press else "" for _, press, _ in found],
        [take for _, _, take in found],
        len(found) - len(later),
    )


def read_page(
    db: sqlite3.Connection,
    text: str,
    sort: SortOrder,
    smart: SmartList,
    limit: int,
    after: PageCursor | None,
) -> ClipPage:
    """Returns up to `limit` ids after `after`."""
    query = parse_with_lists(db, text)
    order = _Order.of(query, sort)
    behind = _cursor_condition(order, after)
    source, values = _from_clause(query, smart, behind, scans=not order.has_index)
    found = db.execute(
        f"SELECT c.id, c.seq, {order.key} AS key {source} "
        f"ORDER BY {_order_clause(order, source)} LIMIT ?",
        [*values, limit],
    ).fetchall()
    full = len(found) == limit and limit > 0
    return ClipPage(
        [ClipId(parse_text(row["id"])) for row in found],
        PageCursor(found[-1]["key"], found[-1]["seq"]) if full else None,
        query.problem,
    )


def count_clips(db: sqlite3.Connection, text: str, smart: SmartList) -> int:
    source, values = _from_clause(parse_with_lists(db, text), smart)
    number: int = db.execute(f"SELECT count(*) {source}", values).fetchone()[0]
    return number


def _from_clause(
    query: Query,
    smart: SmartList,
    behind: tuple[str, _Values] = ("", []),
    *,
    scans: bool = False,
) -> tuple[str, _Values]:
    """Returns FROM and WHERE of a list, and their bound values.

    Args:
        behind: Condition on rows after a cursor, and its values.
        scans: Whether a scan of all rows is faster than an index on the trash.
    """
    wanted = query_to_sql(query)
    values: _Values = []
    where: list[str] = []
    if wanted.match:
        # CROSS makes the index the outer loop: its own order is "newest first".
        tables = f"{_WORD_INDEX_JOIN} clips c ON c.seq = words.rowid"
        where.append("words MATCH ?")
        values.append(wanted.match)
    else:
        tables = "clips c"
    if smart is SmartList.TRASH:
        where.append("c.trashed = 1")
    elif not query.includes_trash:
        where.append(_KEPT_BY_SCAN if scans else _KEPT)
    if smart in _SMART_LIST_CONDITIONS:
        where.append(_SMART_LIST_CONDITIONS[smart])
    where.extend(wanted.where)
    values.extend(wanted.values)
    if behind[0]:
        where.append(behind[0].replace("c.seq", "words.rowid") if wanted.match else behind[0])
        values.extend(behind[1])
    source = f"FROM {tables} WHERE {' AND '.join(where or ['1'])}"
    return source, values


@dataclass(frozen=True, slots=True)
class _Order:
    """Order of a list: SQL of the value that decides, direction, and whether it has an index."""

    key: str
    is_descending: bool
    has_index: bool

    @classmethod
    def of(cls, query: Query, sort: SortOrder) -> Self:
        """Returns an order; the default one is that of likeness where a query asks for it."""
        similar = next(
            (
                group[0].condition.found
                for group in query.groups
                if len(group) == 1
                and isinstance(group[0].condition, SimilarFilter)
                and not group[0].negated
            ),
            None,
        )
        if similar is None or sort != NEWEST_FIRST:
            by = SORTS[sort.by]
            return cls(by.expression, sort.descending, by.has_index)
        ids = " ".join(similar).replace("'", "''")
        return cls(f"instr(' {ids} ', ' ' || c.id || ' ')", is_descending=False, has_index=False)


_BY_SEQUENCE = SORTS[BY_ADDED].expression


def _order_clause(order: _Order, source: str) -> str:
    direction = "DESC" if order.is_descending else "ASC"
    if order.key == _BY_SEQUENCE:
        # The word index then stops at the page's end instead of sorting all matches.
        return f"{'words.rowid' if _WORD_INDEX_JOIN in source else 'c.seq'} {direction}"
    return f"{order.key} {direction}, c.seq DESC"


def _cursor_condition(order: _Order, after: PageCursor | None) -> tuple[str, _Values]:
    if after is None:
        return "", []
    sign = "<" if order.is_descending else ">"
    if order.key == _BY_SEQUENCE:
        return f"c.seq {sign} ?", [after.seq]
    return (
        f"{order.key} {sign}= ? AND ({order.key} {sign} ? OR c.seq < ?)",
        [after.key, after.key, after.seq],
    )
