"""SQL for the clips' rows. Functions run on a database thread, inside its transaction."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip, Registration
from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, RemoteId
from producer_studio.domain.likeness import FEATURE_VERSION
from producer_studio.domain.operation import Operation
from producer_studio.domain.takes import find_free_take
from producer_studio.library import press_sql
from producer_studio.library.clip_listing import SmartListCounts
from producer_studio.library.clip_row_mapping import (
    CLIP_COLUMNS,
    clip_columns,
    clip_from_row,
    detail_columns,
)
from producer_studio.library.column_values import (
    parse_text,
    replace_lone_surrogates,
    sequence_number,
)
from producer_studio.library.media_store import clip_folder_name
from producer_studio.library.word_index import (
    BULK_ROWS,
    INDEXED_COLUMNS,
    index_rows,
    without_triggers,
)

_FROM_CLIPS = "FROM clips c JOIN details d ON d.seq = c.seq"
_CHUNK = 500
_STATEMENTS = 4
"""Remembered: thousands of rows are inserted with the same columns."""
_MAX_PEAKS_BYTES = 64 * 1024
_SECOND_US = 1_000_000
_SAME_BATCH = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class StoredClip:
    """Clip and its folder, as an absolute path."""

    clip: Clip
    folder: Path


def add_clips(
    db: sqlite3.Connection, library: Path, clips: Sequence[Clip], *, has_own_times: bool = False
) -> list[StoredClip]:
    """Adds clips and returns the new ones; those whose id exists already are not changed.

    Args:
        has_own_times: Whether each is listed by its own time of adding. Otherwise those of the
            same second are listed in their order.
    """
    times = [clip.added_at for clip in clips]
    together = not has_own_times and bool(times) and max(times) - min(times) < _SAME_BATCH
    moment = min(times) if together else None
    if len(clips) < BULK_ROWS:
        added = _add_new_clips(db, library, clips, moment)
    else:
        with without_triggers(db, "details_added", "price_of_added_clip"):
            added = _add_new_clips(db, library, clips, moment)
            index_rows(db, [(one.seq, one.texts) for one in added])
    return [one.stored for one in added]


@dataclass(frozen=True, slots=True)
class _AddedClip:
    """Clip that was inserted, with its sequence number and the texts for the word index."""

    stored: StoredClip
    seq: int
    texts: Sequence[str]


def _add_new_clips(
    db: sqlite3.Connection, library: Path, clips: Sequence[Clip], moment: datetime | None
) -> list[_AddedClip]:
    """Inserts the clips whose ids do not exist.

    Args:
        moment: Time of adding by which all are listed; None is that of each.
    """
    known = _find_existing(db, clips)
    added: list[_AddedClip] = []
    new = _with_free_takes(db, [clip for clip in clips if _key(clip) not in known])
    # A job's first clip must be listed above the second in "newest first".
    for clip in reversed(new):
        if _key(clip) in known:
            continue  # given twice
        known.add(_key(clip))
        folder = _find_free_folder(db, clip)
        seq, texts = _insert_rows(db, library, clip, folder, moment or clip.added_at)
        added.append(_AddedClip(StoredClip(clip, library / folder), seq, texts))
    return added[::-1]


def _find_existing(db: sqlite3.Connection, clips: Sequence[Clip]) -> set[str]:
    """Returns the ids of those clips that have rows."""
    found: set[str] = set()
    for start in range(0, len(clips), _CHUNK):
        part = [_key(clip) for clip in clips[start : start + _CHUNK]]
        marks = ", ".join("?" * len(part))
        stored = db.execute(f"SELECT id FROM clips WHERE id IN ({marks})", part)  # noqa: S608 - marks only
        found.update(row["id"] for row in stored)
    return found


def _key(clip: Clip) -> str:
    """Returns the id of a clip as it is stored."""
    return str(replace_lone_surrogates(clip.id))


def _with_free_takes(db: sqlite3.Connection, clips: Sequence[Clip]) -> list[Clip]:
    """Returns new clips with take numbers that no other clips of their presses have.

    The parts of one result (stems) are one take.
    """
    used: dict[PressId, set[int]] = {}
    numbered: list[Clip] = []
    for clip in clips:
        if clip.press is None or clip.take is None or clip.operation is Operation.STEMS:
            numbered.append(clip)
            continue
        if clip.press not in used:
            used[clip.press] = press_sql.read_takes(db, clip.press)
        take = find_free_take(clip.take, used[clip.press])
        used[clip.press].add(take)
        numbered.append(clip.with_changes(take=take, takes=max(take, clip.takes)))
    return numbered


def insert_clip(
    db: sqlite3.Connection, library: Path, clip: Clip, folder: str, moment: datetime
) -> None:
    """Inserts a new clip with its folder, relative to the library, ordered by its time."""
    _insert_rows(db, library, clip, folder, moment)


def _insert_rows(
    db: sqlite3.Connection, library: Path, clip: Clip, folder: str, moment: datetime
) -> tuple[int, list[str]]:
    """Inserts the rows of a clip; returns their number and the texts for the word index."""
    seq = _find_free_sequence(db, moment)
    values = clip_columns(clip, library)
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    # With its price, as the trigger that keeps it would write the row and its indexes again.
    db.execute(
        f"INSERT INTO clips(seq, {names}, charged) VALUES (?, {marks}, "  # noqa: S608 - our names
        "(SELECT charged FROM jobs WHERE id = ?))",
        (seq, *values.values(), values["job"]),
    )
    details = detail_columns(clip, library) | {"folder": replace_lone_surrogates(folder)}
    _insert_row(db, "details", {"seq": seq} | details)
    return seq, [str(details[name]) for name in INDEXED_COLUMNS]


def update_fields(
    db: sqlite3.Connection, library: Path, ids: Iterable[ClipId], fields: dict[str, Any]
) -> list[StoredClip]:
    """Changes fields of `Clip` on the current rows; missing ids are omitted."""
    changed: list[StoredClip] = []
    for before in read_stored_clips(db, library, list(ids)):
        after = StoredClip(before.clip.with_changes(**fields), before.folder)
        write_clip(db, library, after.clip)
        changed.append(after)
    return changed


def add_registration(
    db: sqlite3.Connection, library: Path, clip_id: ClipId, registration: Registration
) -> list[StoredClip]:
    """Adds an account that knows the clip; an existing entry with the same id is not changed."""
    found = read_clips(db, library, [clip_id])
    known = {(one.account, one.remote_id) for clip in found for one in clip.registered}
    if not found or (registration.account, registration.remote_id) in known:
        return []
    return update_fields(
        db, library, [clip_id], {"registered": (*found[0].registered, registration)}
    )


def write_clip(db: sqlite3.Connection, library: Path, clip: Clip) -> StoredClip | None:
    """Overwrites a clip's row except `added_at`; returns None if the row does not exist."""
    row = db.execute(
        "SELECT c.seq, d.folder, d.added_at FROM clips c JOIN details d ON d.seq = c.seq "
        "WHERE c.id = ?",
        (clip.id,),
    ).fetchone()
    if row is None:
        return None
    _update_row(db, "clips", row["seq"], clip_columns(clip, library))
    details = detail_columns(clip, library) | {"added_at": row["added_at"]}
    _update_row(db, "details", row["seq"], details)
    return StoredClip(clip, library / parse_text(row["folder"]))


def read_clips(db: sqlite3.Connection, library: Path, ids: Sequence[ClipId]) -> list[Clip]:
    return [item.clip for item in read_stored_clips(db, library, ids)]


def read_stored_clips(
    db: sqlite3.Connection, library: Path, ids: Sequence[ClipId]
) -> list[StoredClip]:
    """Returns clips in the order of `ids`; missing ones are omitted."""
    found: dict[str, StoredClip] = {}
    for start in range(0, len(ids), _CHUNK):
        part = [replace_lone_surrogates(item) for item in ids[start : start + _CHUNK]]
        marks = ", ".join("?" * len(part))
        for row in db.execute(f"SELECT {CLIP_COLUMNS} {_FROM_CLIPS} WHERE c.id IN ({marks})", part):
            found[row["id"]] = StoredClip(
                clip_from_row(row, library), library / parse_text(row["folder"])
            )
    return [found[item] for item in ids if item in found]


def read_family(db: sqlite3.Connection, library: Path, clip_id: ClipId) -> list[Clip]:
    """Returns the oldest known ancestor and all of its descendants, oldest first."""
    ids = db.execute(
        """
        WITH RECURSIVE
            up(id, parent, depth) AS (
                SELECT id, parent, 0 FROM clips WHERE id = ?
                UNION
                SELECT c.id, c.parent, up.depth + 1 FROM clips c JOIN up ON c.id = up.parent
                WHERE up.depth < 1000
            ),
            down(id) AS (
                SELECT id FROM (SELECT id FROM up ORDER BY depth DESC LIMIT 1)
                UNION
                SELECT c.id FROM clips c JOIN down ON c.parent = down.id
            )
        SELECT c.id FROM down JOIN clips c ON c.id = down.id ORDER BY c.seq
        """,
        (clip_id,),
    )
    return read_clips(db, library, [ClipId(parse_text(row["id"])) for row in ids.fetchall()])


def find_by_remote_id(
    db: sqlite3.Connection, library: Path, account: AccountName, remote_id: RemoteId
) -> Clip | None:
    """Returns the first clip that an account's service knows under this id."""
    row = db.execute(
        f"SELECT {CLIP_COLUMNS} {_FROM_CLIPS} WHERE c.account = ? AND c.remote_id = ? ORDER BY "
        f"c.seq",
        (account, remote_id),
    ).fetchone()
    return clip_from_row(row, library) if row else None


def list_clips_of_job(db: sqlite3.Connection, library: Path, job: JobId) -> list[Clip]:
    """Returns the clips that were made by a job, in the order of the service."""
    found = db.execute(
        f"SELECT {CLIP_COLUMNS} {_FROM_CLIPS} WHERE c.job = ? ORDER BY c.position, c.seq",
        (replace_lone_surrogates(job),),
    )
    return [clip_from_row(row, library) for row in found.fetchall()]


def count_smart_lists(db: sqlite3.Connection) -> SmartListCounts:
    row = db.execute(
        """
        SELECT
            count(*) FILTER (WHERE NOT trashed),
            count(*) FILTER (WHERE favourite AND NOT trashed),
            count(*) FILTER (WHERE NOT heard AND NOT trashed),
            count(*) FILTER (WHERE operation = 'upload' AND NOT trashed),
            count(*) FILTER (WHERE operation = 'lyrics' AND NOT trashed),
            count(*) FILTER (WHERE has_video AND NOT trashed),
            count(*) FILTER (WHERE trashed)
        FROM clips
        """
    ).fetchone()
    return SmartListCounts(*row)


def list_outdated_clips(
    db: sqlite3.Connection, version: int, before: int, limit: int
) -> list[tuple[int, ClipId]]:
    """Returns sequence numbers and ids of clips that were measured by an earlier version.

    Those without a feature vector of this version are among them, as after a rebuild.
    """
    found = db.execute(
        "SELECT seq, id FROM clips c WHERE (measure_version < ? OR NOT EXISTS ("
        "SELECT 1 FROM features f WHERE f.clip = c.id AND f.version >= ?)) "
        "AND seq < ? AND media = 'ready' AND NOT trashed ORDER BY seq DESC LIMIT ?",
        (version, FEATURE_VERSION, before, limit),
    )
    return [(row["seq"], ClipId(parse_text(row["id"]))) for row in found.fetchall()]


def write_peaks(db: sqlite3.Connection, clip_id: ClipId, bins: bytes) -> None:
    """Stores a clip's waveform, unless the clip has been deleted."""
    db.execute(
        "INSERT INTO peaks(clip, bins) SELECT id, ? FROM clips WHERE id = ? "
        "ON CONFLICT(clip) DO UPDATE SET bins = excluded.bins",
        (bins, clip_id),
    )


def read_peaks(db: sqlite3.Connection, ids: Sequence[ClipId]) -> dict[ClipId, bytes]:
    """Returns the stored waveforms; damaged ones, which may be huge, are omitted unread."""
    found: dict[ClipId, bytes] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        for row in db.execute(
            f"SELECT clip, bins FROM peaks WHERE clip IN ({marks}) "  # noqa: S608 - marks only
            f"AND length(bins) <= {_MAX_PEAKS_BYTES}",
            part,
        ):
            found[ClipId(row["clip"])] = row["bins"]
    return found


def read_charges(db: sqlite3.Connection, ids: Sequence[ClipId]) -> dict[ClipId, float]:
    """Returns what was charged for the request of each clip, where it is known."""
    found = db.execute(
        "SELECT id, charged FROM clips "
        "WHERE id IN (SELECT value FROM json_each(?)) AND charged IS NOT NULL",
        [json.dumps(ids)],
    )
    return {ClipId(row["id"]): row["charged"] for row in found if is_finite_number(row["charged"])}


def _insert_row(db: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    db.execute(_insert_statement(table, tuple(values)), tuple(values.values()))


@lru_cache(_STATEMENTS)
def _insert_statement(table: str, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our names


def _update_row(db: sqlite3.Connection, table: str, seq: int, values: dict[str, Any]) -> None:
    pairs = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(f"UPDATE {table} SET {pairs} WHERE seq = :seq", values | {"seq": seq})  # noqa: S608 - our names


def _find_free_sequence(db: sqlite3.Connection, moment: datetime) -> int:
    seq = sequence_number(moment)
    if db.execute("SELECT 1 FROM clips WHERE seq = ?", (seq,)).fetchone() is None:
        return seq
    last: int = db.execute(
        "SELECT max(seq) FROM clips WHERE seq BETWEEN ? AND ?", (seq, seq + _SECOND_US)
    ).fetchone()[0]
    return last + 1


def _find_free_folder(db: sqlite3.Connection, clip: Clip) -> str:
    """Returns a folder that no other clip uses; the id is extended only if necessary."""
    for shown in (8, 16, 64):
        folder = clip_folder_name(clip.display_title, clip.id, clip.created_at, shown)
        if not db.execute("SELECT 1 FROM details WHERE folder = ?", (folder,)).fetchone():
            return folder
    return clip_folder_name(clip.display_title, clip.id, clip.added_at, 64)
