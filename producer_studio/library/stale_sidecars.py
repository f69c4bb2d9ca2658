"""Marks of the clips whose `recipe.json` is older than their row; set by the schema's triggers."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from producer_studio.domain.ids import ClipId
from producer_studio.library.column_values import parse_text

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class StaleMark:
    """Last change of a clip that its sidecar does not contain yet.

    Attributes:
        keeps_old: Whether the existing file must be preserved under another name.
    """

    clip: ClipId
    mark_value: int
    keeps_old: bool


def mark_clip(db: sqlite3.Connection, clip_id: ClipId, *, keeps_old: bool = False) -> None:
    """Marks a clip without changing its row."""
    db.execute(
        "INSERT INTO stale_sidecars(clip, mark, keeps_old) VALUES (?, random(), ?) "
        "ON CONFLICT(clip) DO UPDATE SET mark = excluded.mark, keeps_old = excluded.keeps_old",
        (clip_id, int(keeps_old)),
    )


def mark_changed(db: sqlite3.Connection, clip_id: ClipId) -> None:
    """Marks a clip as the triggers do: an existing file that must be preserved stays so."""
    db.execute(
        "INSERT INTO stale_sidecars(clip, mark) SELECT id, random() FROM clips WHERE id = ? "
        "ON CONFLICT(clip) DO UPDATE SET mark = excluded.mark",
        (clip_id,),
    )


def mark_all_clips(db: sqlite3.Connection) -> None:
    """Marks every clip that is not marked yet."""
    db.execute("INSERT OR IGNORE INTO stale_sidecars(clip, mark) SELECT id, random() FROM clips")


def clear_all_marks(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM stale_sidecars")


def clear_marks(db: sqlite3.Connection, written: Iterable[StaleMark]) -> None:
    """Removes marks whose files were written; a clip that was changed since stays marked."""
    db.executemany(
        "DELETE FROM stale_sidecars WHERE clip = ? AND mark = ?",
        [(one.clip, one.mark_value) for one in written],
    )


def read_marks(db: sqlite3.Connection, ids: Sequence[ClipId] | None = None) -> list[StaleMark]:
    """Reads the marks of some clips, or all marks."""
    if ids is None:
        found = db.execute("SELECT * FROM stale_sidecars ORDER BY rowid").fetchall()
    else:
        found = []
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            places = ", ".join("?" * len(part))
            query = f"SELECT * FROM stale_sidecars WHERE clip IN ({places})"  # noqa: S608 - places only
            found += db.execute(query, part).fetchall()
    return [
        StaleMark(ClipId(parse_text(row["clip"])), row["mark"], bool(row["keeps_old"]))
        for row in found
    ]
