"""SQL queries for clips that sound alike. Reading runs on a read thread."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
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
_MAX_CANDIDATES = 2_000
"""Clips with the nearest vectors, of which tempo, key and loudness decide the order, too."""


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
    db: sqlite3.Connection, reference: ClipId, limit: int = MAX_SIMILAR
) -> list[SimilarClip] | None:
    """Returns the clips that are most alike, the clip itself first; None if it is not measured.

    Stems, and clips in the trash, are left out.
    """
    known = _read_clips(db, [reference])
    if not known:
        return None
    own = known[reference]
    candidates = _read_clips(db, _nearest_sounds(db, own.vector))
    found = [
        SimilarClip(ClipId(one.id), _compare(own, one, sound))
        for one, sound in zip(
            candidates.values(), _distances(own.vector, candidates.values()), strict=True
        )
        if one.is_listed and one.id != reference
    ]
    found.sort(key=lambda one: (one.likeness.distance, one.id))
    return [SimilarClip(reference, Likeness(0.0, 0.0, 0.0, 0.0)), *found[: limit - 1]]


def _nearest_sounds(db: sqlite3.Connection, vector: bytes) -> list[str]:
    """Returns the clips whose vectors are nearest, of which the rest is read then."""
    import numpy as np  # start-up cost

    cursor = db.cursor()
    cursor.row_factory = None  # plain tuples: there may be many
    rows = cursor.execute(
        "SELECT clip, vector FROM features WHERE version = ? AND length(vector) = ?",
        (FEATURE_VERSION, _VECTOR_BYTES),
    ).fetchall()
    ids, vectors = zip(*rows, strict=True)
    joined = np.frombuffer(b"".join(vectors), "<f4").reshape(-1, FEATURE_COUNT)
    distances = np.square(joined - np.frombuffer(vector, "<f4")).sum(axis=1)
    if len(ids) > _MAX_CANDIDATES:
        nearest = np.argpartition(distances, _MAX_CANDIDATES)[:_MAX_CANDIDATES]
        return [ids[place] for place in nearest]
    return list(ids)


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


def _read_clips(db: sqlite3.Connection, ids: Sequence[str]) -> dict[str, _MeasuredClip]:
    """Returns the clips that have a vector of this version."""
    rows = db.execute(
        "SELECT c.id, f.vector, coalesce(c.bpm_override, c.bpm) AS bpm, "
        "coalesce(nullif(c.key_override, ''), c.tone) AS key, c.loudness_lufs, "
        "c.trashed = 0 AND c.stem = '' AS is_listed "
        "FROM json_each(?) j JOIN clips c ON c.id = j.value JOIN features f ON f.clip = c.id "
        "WHERE f.version = ? AND length(f.vector) = ?",
        (json.dumps(list(ids)), FEATURE_VERSION, _VECTOR_BYTES),
    )
    found = [
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
    return {one.id: one for one in found}
