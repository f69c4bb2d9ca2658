"""SQL for the checksums of the clips' files. Functions run on a database thread."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from producer_studio.domain.file_checksum import FileChecksum, is_sha256
from producer_studio.domain.ids import ClipId
from producer_studio.library import stale_sidecars
from producer_studio.library.column_values import parse_text, replace_lone_surrogates
from producer_studio.library.path_confinement import resolve_inside

_CHUNK = 500
_ANY_FOLDER = Path()


def write_checksums(
    db: sqlite3.Connection, clip_id: ClipId, checksums: Iterable[FileChecksum]
) -> None:
    """Stores checksums in place of those of the same names; a deleted clip gets none."""
    db.executemany(
        "INSERT INTO files(clip, name, sha256, size_bytes) SELECT id, ?, ?, ? FROM clips "
        "WHERE id = ? ON CONFLICT(clip, name) DO UPDATE SET sha256 = excluded.sha256, "
        "size_bytes = excluded.size_bytes",
        _rows(clip_id, checksums),
    )
    stale_sidecars.mark_changed(db, clip_id)


def add_missing_checksums(
    db: sqlite3.Connection, clip_id: ClipId, checksums: Iterable[FileChecksum]
) -> None:
    """Stores checksums of files that have none yet: another process may have recorded them."""
    db.executemany(
        "INSERT OR IGNORE INTO files(clip, name, sha256, size_bytes) "
        "SELECT id, ?, ?, ? FROM clips WHERE id = ?",
        _rows(clip_id, checksums),
    )
    stale_sidecars.mark_changed(db, clip_id)


def add_missing_of_clips(
    db: sqlite3.Connection, checksums: Mapping[ClipId, Sequence[FileChecksum]]
) -> None:
    """Stores checksums of several clips; see `add_missing_checksums`."""
    for clip_id, found in checksums.items():
        add_missing_checksums(db, clip_id, found)


def delete_checksum(db: sqlite3.Connection, clip_id: ClipId, name: str) -> None:
    """Deletes the checksum of a file that is about to be replaced.

    Until the new one is stored, the file counts as not recorded, and never as changed.
    """
    db.execute("DELETE FROM files WHERE clip = ? AND name = ?", (clip_id, name))


def delete_checksums(db: sqlite3.Connection, clip_id: ClipId) -> None:
    """Deletes all checksums of a clip."""
    db.execute("DELETE FROM files WHERE clip = ?", (clip_id,))


def read_checksums(
    db: sqlite3.Connection, ids: Sequence[ClipId]
) -> dict[ClipId, list[FileChecksum]]:
    """Reads the checksums of clips, by name; damaged rows are omitted.

    So are names that lead out of the clip's folder, in a library from somebody else.
    """
    found: dict[ClipId, list[FileChecksum]] = {}
    for start in range(0, len(ids), _CHUNK):
        part = [replace_lone_surrogates(one) for one in ids[start : start + _CHUNK]]
        marks = ", ".join("?" * len(part))
        for row in db.execute(
            "SELECT clip, name, sha256, size_bytes FROM files "  # noqa: S608 - marks only
            f"WHERE clip IN ({marks}) ORDER BY clip, name",
            part,
        ):
            name = parse_text(row["name"])
            is_inside = resolve_inside(_ANY_FOLDER, name) is not None
            if is_inside and is_sha256(row["sha256"]) and row["size_bytes"] >= 0:
                found.setdefault(ClipId(row["clip"]), []).append(
                    FileChecksum(name, row["sha256"], row["size_bytes"])
                )
    return found


def list_unrecorded(db: sqlite3.Connection, before: int, limit: int) -> list[tuple[int, ClipId]]:
    """Returns sequence numbers and ids of clips that have more files than checksums."""
    found = db.execute(
        "SELECT c.seq, c.id FROM clips c JOIN details d ON d.seq = c.seq WHERE c.seq < ? "
        "AND (d.path IS NOT NULL) + (d.cover IS NOT NULL) + (d.video IS NOT NULL) "
        "> (SELECT count(*) FROM files f WHERE f.clip = c.id) ORDER BY c.seq DESC LIMIT ?",
        (before, limit),
    )
    return [(row["seq"], ClipId(row["id"])) for row in found.fetchall()]


def list_clips(db: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, ClipId]]:
    """Returns sequence numbers and ids of clips, also of those in the trash, oldest first."""
    found = db.execute(
        "SELECT seq, id FROM clips WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [(row["seq"], ClipId(row["id"])) for row in found.fetchall()]


def list_folders(db: sqlite3.Connection) -> list[str]:
    """Returns the folders of all clips, relative to the library's."""
    return [row["folder"] for row in db.execute("SELECT folder FROM details")]


def mark_texts(db: sqlite3.Connection, clip_id: ClipId, *, keeps_old: bool) -> None:
    """Marks the `recipe.json` of a clip, if the clip still exists, to be written anew."""
    if db.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone() is not None:
        stale_sidecars.mark_clip(db, clip_id, keeps_old=keeps_old)


def count_clips(db: sqlite3.Connection, after: int) -> int:
    """Counts the clips, also those in the trash, from a sequence number on."""
    count: int = db.execute("SELECT count(*) FROM clips WHERE seq > ?", (after,)).fetchone()[0]
    return count


def read_totals(db: sqlite3.Connection) -> tuple[int, int, int]:
    """Returns the number of clips, and number and size in bytes of their recorded files."""
    clips: int = db.execute("SELECT count(*) FROM clips").fetchone()[0]
    files, size_bytes = db.execute("SELECT count(*), total(size_bytes) FROM files").fetchone()
    return clips, files, int(size_bytes)


def _rows(clip_id: ClipId, checksums: Iterable[FileChecksum]) -> list[tuple[str, str, int, ClipId]]:
    return [
        (str(replace_lone_surrogates(one.name)), one.sha256, one.size_bytes, clip_id)
        for one in checksums
    ]
