"""SQL query for the items of a playlist. Runs on a read thread."""

import sqlite3
from typing import cast

from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import ClipId, PlaylistId, PlaylistItemId
from producer_studio.library.clip_listing import SortOrder
from producer_studio.library.column_values import replace_lone_surrogates
from producer_studio.library.fields import SORTS
from producer_studio.library.search.list_terms import parse_with_lists
from producer_studio.library.search.sql import SqlValue, query_to_sql


def list_playlist(
    db: sqlite3.Connection, playlist: PlaylistId, text: str, sort: SortOrder | None
) -> ClipList:
    """Returns the items whose clips are not in the trash and match a query.

    Args:
        sort: Order in place of the playlist's own; equal clips are in that of the playlist.
    """
    found = query_to_sql(parse_with_lists(db, text)).without_match()
    where = ["i.playlist = ?", "c.trashed = 0", *found.where]
    values: list[SqlValue] = [replace_lone_surrogates(playlist), *found.values]
    order = "i.position, i.rowid"
    if sort is not None:
        order = f"{SORTS[sort.by].expression} {'DESC' if sort.descending else 'ASC'}, {order}"
    in_order = (
        "SELECT i.id, i.clip FROM playlist_items i CROSS JOIN clips c ON c.id = i.clip "  # noqa: S608
        f"WHERE {' AND '.join(where)} ORDER BY {order}"
    )
    # As in `list_ids`: the interpreter's lock is not needed for each row.
    joined = db.execute(
        "SELECT group_concat(id, char(10)), group_concat(clip, char(10)), count(*) "  # noqa: S608
        f"FROM ({in_order})",
        values,
    ).fetchone()
    items, clips = (text.split("\n") if text else [] for text in tuple(joined)[:2])
    if not len(items) == len(clips) == joined[2]:  # a damaged id with a line break
        rows = db.execute(in_order, values).fetchall()
        items, clips = [row["id"] for row in rows], [row["clip"] for row in rows]
    ids = cast("list[PlaylistItemId]", items)
    return ClipList(ids, items=dict(zip(ids, cast("list[ClipId]", clips), strict=True)))
