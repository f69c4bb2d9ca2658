"""SQL queries for clips that sound alike. Reading runs on a read thread."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from producer_studio.domain.ids import ClipId
from producer_studio.domain.likeness import (
    FEATURE_COUNT,
    FEATURE_VERSION,
    Likeness,
    key_distance,
    loudness_distance,
    tempo_distance,
)
from producer_studio.library.column_values import parse_text

MAX_SIMILAR = 150
"""The clips that are most alike; others are not found."""

_VECTOR_BYTES = 4 * FEATURE_COUNT
_VECTORS_AT_ONCE = 50_000
_MAX_CANDIDATES = 2_000
"""Clips with the nearest vectors, of which tempo, key and loudness decide the order, too."""


# SQLite joins the vectors byte by byte, without an object of Python for each.
_VECTORS = f"""
SELECT group_concat(rowid), CAST(group_concat(vector, '') AS BLOB), max(rowid) FROM (
    SELECT rowid, vector FROM features
    WHERE rowid > ? AND version = ? AND length(vector) = {_VECTOR_BYTES}
    ORDER BY rowid LIMIT ?
)"""  # noqa: S608 - our numbers


@dataclass(frozen=True, slots=True)
class _MeasuredClip:
    id: str
    vector: bytes
    bpm: float | None
    key: str
    loudness_lufs: float | None
    is_listed: bool


@dataclass(frozen=True, slots=True)
class SimilarClip:
    """A clip, and how alike it is to another."""

    id: ClipId
    likeness: Likeness


def write_features(db: sqlite3.Connection, clip_id: ClipId, vector: bytes) -> None:
    """Stores a clip's feature vector, unless the clip has been deleted."""
    db.execute(
        "INSERT INTO features(clip, version, vector) SELECT id, ?, ? FROM clips WHERE id = ? "
        "ON CONFLICT(clip) DO UPDATE SET version = excluded.version, vector = excluded.vector",
        (FEATURE_VERSION, vector, clip_id),
    )


def find_clip(db: sqlite3.Connection, start: str) -> ClipId | None:
    """Returns the clip whose id begins with a text; None if there is none, or more than one."""
    found = db.execute(
        "SELECT id FROM clips WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) LIMIT 2", (start,)
    ).fetchall()
    return ClipId(parse_text(found[0]["id"])) if len(found) == 1 else None


def find_similar(
    db: sqlite3.Connection,
    reference: ClipId,
    limit: int = MAX_SIMILAR,
    vectors_at_once: int = _VECTORS_AT_ONCE,
) -> list[SimilarClip] | None:
    """Returns the clips that are most alike, the clip itself first; None if it is not measured.

    Stems, and clips in the trash, are left out.

    Args:
        vectors_at_once: Vectors that are in memory at a time.
    """
    known = _read_clips(db, "c.id = ?", reference)
    if not known:
        return None
    own = known[0]
    nearest = json.dumps(_nearest_rows(db, own.vector, vectors_at_once))
    candidates = _read_clips(db, "f.rowid IN (SELECT value FROM json_each(?))", nearest)
    found = [
        SimilarClip(ClipId(one.id), _compare(own, one, sound))
        for one, sound in zip(candidates, _distances(own.vector, candidates), strict=True)
        if one.is_listed and one.id != reference
    ]
    found.sort(key=lambda one: (one.likeness.distance, one.id))
    return [SimilarClip(reference, Likeness(0.0, 0.0, 0.0, 0.0)), *found[: limit - 1]]


def _nearest_rows(db: sqlite3.Connection, vector: bytes, at_once: int) -> list[int]:
    """Returns the rows of `features` with the nearest vectors, of which the rest is read then."""
    import numpy as np  # start-up cost

    own = np.frombuffer(vector, "<f4")
    rows, distances = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    last = 0
    while True:
        numbers, joined, last = db.execute(_VECTORS, (last, FEATURE_VERSION, at_once)).fetchone()
        if last is None:
            break
        differences = np.frombuffer(joined, "<f4").reshape(-1, FEATURE_COUNT) - own
        distances.append(np.einsum("ij,ij->i", differences, differences))
        rows.append(np.array(json.loads(f"[{numbers}]"), np.int64))
    all_rows, all_distances = np.concatenate(rows), np.concatenate(distances)
    if len(all_rows) > _MAX_CANDIDATES:
        all_rows = all_rows[np.argpartition(all_distances, _MAX_CANDIDATES)[:_MAX_CANDIDATES]]
    return [int(row) for row in all_rows]


def _distances(vector: bytes, others: Iterable[_MeasuredClip]) -> list[float]:
    import numpy as np  # start-up cost

    joined = np.frombuffer(b"".join(one.vector for one in others), "<f4")
    differences = joined.reshape(-1, FEATURE_COUNT) - np.frombuffer(vector, "<f4")
    return [float(one) for one in np.sqrt(np.square(differences).mean(axis=1))]


def _compare(own: _MeasuredClip, other: _MeasuredClip, sound: float) -> Likeness:
    return Likeness(
        sound,
        tempo_distance(own.bpm, other.bpm),
        key_distance(own.key, other.key),
        loudness_distance(own.loudness_lufs, other.loudness_lufs),
    )


def _read_clips(db: sqlite3.Connection, condition: str, value: str) -> list[_MeasuredClip]:
    """Returns the clips that match a condition and have a vector of this version."""
    rows = db.execute(
        "SELECT c.id, f.vector, coalesce(c.bpm_override, c.bpm) AS bpm, "  # noqa: S608 - our conditions
        "coalesce(nullif(c.key_override, ''), c.tone) AS key, c.loudness_lufs, "
        "c.trashed = 0 AND c.stem = '' AS is_listed "
        "FROM features f JOIN clips c ON c.id = f.clip "
        f"WHERE {condition} AND f.version = ? AND length(f.vector) = {_VECTOR_BYTES}",
        (value, FEATURE_VERSION),
    )
    return [
        _MeasuredClip(
            parse_text(row["id"]),
            row["vector"],
            row["bpm"],
            parse_text(row["key"]),
            row["loudness_lufs"],
            bool(row["is_listed"]),
        )
        for row in rows
    ]
