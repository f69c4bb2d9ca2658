"""Conversion between clips and database rows."""

import json
import logging
import math
import sqlite3
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.field_reader import FieldReader, believable_length_s
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId
from producer_studio.domain.musical_key import normalise_key
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe_reader import parse_recipe
from producer_studio.domain.tempo import validate_bpm
from producer_studio.domain.timestamps import parse_timestamp
from producer_studio.library.clip_reader import parse_clip, parse_links, parse_registrations
from producer_studio.library.column_values import (
    format_time,
    normalize_tags,
    parse_time,
    path_from_column,
    path_to_column,
    replace_lone_surrogates,
    sequence_time,
)
from producer_studio.library.text_folding import fold_text

log = logging.getLogger(__name__)

RowValues = sqlite3.Row | dict[str, Any]

CLIP_COLUMNS = """
    c.seq, c.id, c.remote_id, c.account, c.service, c.operation, c.model, c.seed, c.parent, c.job,
    c.position, c.stem, c.duration_s, c.bpm, c.tone, c.bpm_override, c.key_override, c.media,
    c.stars, c.favourite, c.heard,
    d.title, d.sound, d.lyrics, d.tags, d.notes, d.folder, d.path, d.cover, d.video, d.media_note,
    d.links, d.recipe, d.loudness_lufs, d.peak_dbfs, d.created_at, d.added_at, d.trashed_at,
    d.registered, d.bpm_confidence
"""

LATER_COLUMN_DEFAULTS: dict[str, Any] = {
    "registered": "[]",
    "bpm_override": None,
    "key_override": "",
    "bpm_confidence": None,
}
"""Default values of columns added after the first schema version, for older rows."""


def clip_columns(clip: Clip) -> dict[str, Any]:
    """Returns the values for `clips`, except `seq`."""
    values = {
        "id": clip.id,
        "remote_id": clip.remote_id,
        "account": clip.account,
        "service": clip.service,
        "title_key": fold_text(clip.title),
        "operation": str(clip.operation),
        "model": clip.model,
        "seed": clip.seed,
        "parent": clip.parent,
        "job": clip.job,
        "position": clip.position,
        "stem": clip.stem,
        "duration_s": float(clip.measured.duration_s),
        "bpm": clip.measured.bpm,
        "tone": clip.measured.key,
        "bpm_override": clip.bpm_override,
        "key_override": clip.key_override,
        "media": str(clip.media),
        "stars": clip.stars,
        "favourite": int(clip.favourite),
        "heard": int(clip.heard),
        "instrumental": int(clip.recipe.instrumental),
        "lyrics_strength": clip.recipe.lyrics_strength,
        "sound_strength": clip.recipe.sound_strength,
        "weirdness": clip.recipe.weirdness,
        "has_lyrics": int(bool(clip.lyrics.strip())),
        "has_cover": int(clip.cover is not None),
        "has_video": int(clip.video is not None),
        "trashed": int(clip.trashed_at is not None),
    }
    return {name: replace_lone_surrogates(value) for name, value in values.items()}


def detail_columns(clip: Clip, library: Path) -> dict[str, Any]:
    """Returns the values for `details`, except `seq` and `folder`."""
    values = {
        "title": clip.title,
        "sound": clip.sound,
        "lyrics": clip.lyrics,
        "tags": "\n".join(normalize_tags(clip.tags)),
        "notes": clip.notes,
        "path": path_to_column(clip.path, library),
        "cover": path_to_column(clip.cover, library),
        "video": path_to_column(clip.video, library),
        "media_note": clip.media_note,
        "links": json.dumps({k: v for k, v in asdict(clip.links).items() if v}),
        "recipe": json.dumps(clip.recipe.to_json(), ensure_ascii=False),
        "loudness_lufs": clip.measured.loudness_lufs,
        "peak_dbfs": clip.measured.peak_dbfs,
        "bpm_confidence": clip.measured.bpm_confidence,
        "created_at": format_time(clip.created_at),
        "added_at": format_time(clip.added_at),
        "trashed_at": format_time(clip.trashed_at) if clip.trashed_at else None,
        "registered": json.dumps(registrations_to_json(clip), ensure_ascii=False),
    }
    return {name: replace_lone_surrogates(value) for name, value in values.items()}


def clip_from_row(row: RowValues, library: Path) -> Clip:
    """Parses a clip from the columns in `CLIP_COLUMNS`; a damaged one affects its field only."""
    reader = FieldReader(
        {
            "recipe": _parse_json(row["recipe"]),
            "links": _parse_json(row["links"]),
            "registered": _parse_json(row["registered"]),
        }
    )
    try:
        clip = Clip(
            id=ClipId(row["id"]),
            remote_id=RemoteId(row["remote_id"]) if row["remote_id"] is not None else None,
            title=row["title"],
            sound=row["sound"],
            lyrics=row["lyrics"],
            operation=Operation(row["operation"]),
            model=row["model"],
            service=row["service"],
            account=AccountName(row["account"]),
            seed=row["seed"],
            recipe=parse_recipe(reader.mapping("recipe"))[0],
            parent=ClipId(row["parent"]) if row["parent"] is not None else None,
            job=JobId(row["job"]) if row["job"] is not None else None,
            position=row["position"],
            stem=row["stem"],
            registered=parse_registrations(reader),
            measured=_parse_measurement(row),
            bpm_override=validate_bpm(row["bpm_override"]),
            key_override=normalise_key(row["key_override"]),
            media=MediaState(row["media"]),
            media_note=row["media_note"],
            path=path_from_column(row["path"], library),
            cover=path_from_column(row["cover"], library),
            video=path_from_column(row["video"], library),
            links=parse_links(reader),
            stars=max(0, min(5, row["stars"])),
            favourite=bool(row["favourite"]),
            heard=bool(row["heard"]),
            tags=tuple(row["tags"].split("\n")) if row["tags"] else (),
            notes=row["notes"],
            created_at=parse_time(row["created_at"]),
            added_at=_added_at(row),
            trashed_at=parse_time(row["trashed_at"]) if row["trashed_at"] else None,
        )
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        clip, unread = parse_clip(_sidecar_fields(row), library)
        clip = clip.with_changes(id=ClipId(row["id"]))
        log.warning("Clip %s: %s; not read: %s", clip.id, error, ", ".join(unread))
    return clip


def _parse_json(text: object) -> object:
    """Parses a column's JSON; returns unreadable text unchanged, which no field accepts."""
    try:
        return json.loads(text)  # type: ignore[arg-type]
    except (ValueError, TypeError, RecursionError):
        return text


_NUMBER_FIELDS = ("duration_s", "loudness_lufs", "peak_dbfs", "bpm", "bpm_confidence")


def _parse_measurement(row: RowValues) -> AudioMeasurements:
    numbers = [row[name] for name in _NUMBER_FIELDS]
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise ValueError("an endless number")
    duration_s, loudness_lufs, peak_dbfs, bpm, confidence = numbers
    return AudioMeasurements(
        duration_s=believable_length_s(duration_s),
        loudness_lufs=loudness_lufs,
        peak_dbfs=peak_dbfs,
        bpm=bpm,
        key=row["tone"],
        bpm_confidence=confidence,
    )


def _added_at(row: RowValues) -> datetime:
    """Returns when a clip was added: as stored, or from its sequence number."""
    return parse_timestamp(row["added_at"]) or sequence_time(row["seq"])


def _sidecar_fields(row: RowValues) -> dict[str, Any]:
    """Converts a row to the fields of a sidecar."""
    data = dict(row)
    for name in ("recipe", "links", "registered"):
        data[name] = _parse_json(data[name])
    data["measured"] = data | {"key": data["tone"]}
    data["tags"] = data["tags"].split("\n") if isinstance(data["tags"], str) else []
    data |= {name: bool(data[name]) for name in ("favourite", "heard")}
    data["created_at"] = format_time(parse_time(row["created_at"]))
    data["added_at"] = format_time(_added_at(row))
    return data


def registrations_to_json(clip: Clip) -> list[dict[str, str]]:
    """Returns the accounts that know the clip, as JSON values."""
    return [
        {"account": one.account, "remote_id": one.remote_id, "at": format_time(one.at)}
        for one in clip.registered
    ]
