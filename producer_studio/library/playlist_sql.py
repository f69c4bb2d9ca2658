"""SQL of playlists and their items."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from producer_studio.domain.ids import ClipId, PlaylistId, PlaylistItemId
from producer_studio.domain.playlist import Playlist, PlaylistItem, PlaylistTotal
from producer_studio.library.column_values import format_time, parse_time, replace_lone_surrogates
from producer_studio.library.compared_table import ComparedTable

ItemChange = tuple[PlaylistItem | None, PlaylistItem | None]
"""An item before a change (None for a new one), and after it (None removes it)."""


def _columns(playlist: Playlist) -> dict[str, Any]:
    return {
        "id": playlist.id,
        "name": playlist.name,
        "position": playlist.position,
        "notes": playlist.notes,
        "created_at": format_time(playlist.created_at),
        "changed_at": format_time(datetime.now(UTC)),
    }


def _parse(row: Any) -> Playlist:  # noqa: ANN401 - a row or its columns
    return Playlist(
        id=PlaylistId(row["id"]),
        name=row["name"],
        position=row["position"],
        notes=row["notes"],
        created_at=parse_time(row["created_at"]),
    )


PLAYLISTS: ComparedTable[Playlist] = ComparedTable("playlists", _columns, _parse)


def list_items(db: sqlite3.Connection, playlist: PlaylistId) -> list[PlaylistItem]:
    """Returns the items of a playlist in their order, those of clips in the trash included."""
    rows = db.execute(
        "SELECT id, clip, position, added_at FROM playlist_items WHERE playlist = ? "
        "ORDER BY position, rowid",
        (replace_lone_surrogates(playlist),),
    )
    return [
        PlaylistItem(
            PlaylistItemId(row["id"]),
            playlist,
            ClipId(row["clip"]),
            row["position"],
            parse_time(row["added_at"]),
        )
        for row in rows
    ]


def read_totals(db: sqlite3.Connection) -> dict[PlaylistId, PlaylistTotal]:
    """Returns number and length of each playlist that has clips, without the trash."""
    rows = db.execute(
        "SELECT i.playlist, count(*), sum(c.duration_s) "
        "FROM playlist_items i JOIN clips c ON c.id = i.clip WHERE c.trashed = 0 "
        "GROUP BY i.playlist"
    )
    return {PlaylistId(one): PlaylistTotal(count, length_s) for one, count, length_s in rows}


def list_sound_paths(db: sqlite3.Connection) -> list[tuple[ClipId, str, float]]:
    """Returns clip, stored path and length of every sound, newest first, without the trash."""
    rows = db.execute(
        "SELECT c.id, d.path, c.duration_s FROM clips c JOIN details d ON d.seq = c.seq "
        "WHERE c.trashed = 0 AND d.path IS NOT NULL ORDER BY c.seq DESC"
    )
    return [(ClipId(clip), path, length_s) for clip, path, length_s in rows]


def are_items_included(
    db: sqlite3.Connection,
    playlists: Sequence[tuple[Playlist | None, Playlist | None]],
    items: Sequence[ItemChange],
) -> bool:
    """Whether all items of the playlists that are deleted are removed, too."""
    removed = {before.id for before, after in items if before is not None and after is None}
    return all(
        item.id in removed
        for before, after in playlists
        if before is not None and after is None
        for item in list_items(db, before.id)
    )


def apply_item_changes(db: sqlite3.Connection, changes: Sequence[ItemChange]) -> int:
    """Adds, moves or removes items; returns how many.

    Items that are no longer as they were are skipped, as those whose clip was deleted for good.
    """
    added = [after for before, after in changes if before is None and after is not None]
    removed = [before for before, after in changes if before is not None and after is None]
    moved = [(one, other) for one, other in changes if one is not None and other is not None]
    count = db.executemany(
        "DELETE FROM playlist_items WHERE id = ? AND playlist = ?",
        [(item.id, item.playlist) for item in removed],
    ).rowcount
    count += db.executemany(
        "UPDATE playlist_items SET position = ? WHERE id = ? AND position = ?",
        [(after.position, before.id, before.position) for before, after in moved],
    ).rowcount
    count += db.executemany(
        "INSERT OR IGNORE INTO playlist_items(id, playlist, position, clip, added_at) "
        "SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM clips WHERE id = ?4) "
        "AND EXISTS (SELECT 1 FROM playlists WHERE id = ?2)",
        [
            (
                item.id,
                replace_lone_surrogates(item.playlist),
                item.position,
                replace_lone_surrogates(item.clip),
                format_time(item.added_at),
            )
            for item in added
        ],
    ).rowcount
    touched = {item.playlist for change in changes for item in change if item is not None}
    now = format_time(datetime.now(UTC))
    db.executemany(
        "UPDATE playlists SET changed_at = ? WHERE id = ?", [(now, one) for one in touched]
    )
    return count
