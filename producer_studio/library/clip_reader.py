"""Clip parser for JSON that is not trusted: a `recipe.json` of another program, a damaged row."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import (
    AudioMeasurements,
    Clip,
    MediaLinks,
    MediaState,
    Registration,
)
from producer_studio.domain.field_reader import (
    MAX_LENGTH_S,
    MAX_LINK_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TEXT_LENGTH,
    MAX_TITLE_LENGTH,
    FieldReader,
)
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId, new_clip_id
from producer_studio.domain.musical_key import normalise_key
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe_reader import MAX_FIELD_LENGTH, parse_recipe
from producer_studio.domain.tempo import validate_bpm
from producer_studio.library.path_confinement import resolve_inside

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_MAX_STARS = 5
_MAX_POSITION = 1_000_000
_MAX_TAGS = 500
_MAX_REGISTRATIONS = 1_000
_MAX_MEASURE = 1_000.0
_TEXT_LIMITS = {
    "title": MAX_TITLE_LENGTH,
    "sound": MAX_FIELD_LENGTH,
    "lyrics": MAX_TEXT_LENGTH,
    "model": MAX_NAME_LENGTH,
    "service": MAX_NAME_LENGTH,
    "seed": MAX_NAME_LENGTH,
    "stem": MAX_NAME_LENGTH,
    "media_note": 10 * MAX_NAME_LENGTH,
    "notes": MAX_TEXT_LENGTH,
}
_PATH_FIELDS = ("path", "cover", "video")
_TIME_FIELDS = ("created_at", "added_at", "trashed_at")
_LINK_FIELDS = ("audio", "wav", "image", "video", "archive")
FIELDS = frozenset(
    (*_TEXT_LIMITS, *_PATH_FIELDS, *_TIME_FIELDS, "format", "id", "remote_id",
     "operation", "account", "parent",
     "job", "media", "tags", "measured", "links", "recipe", "registered", "position", "stars",
     "favourite", "heard", "bpm_override", "key_override")
)  # fmt: skip
"""Every field that is parsed; others come from a later version."""


def parse_clip(data: Mapping[str, Any], base: Path) -> tuple[Clip, list[str]]:
    """Parses a clip field by field, using defaults for invalid fields; never raises.

    Args:
        data: As written by `serialize_sidecar`.
        base: The folder that its files' paths are relative to; paths outside of it are rejected.

    Returns:
        The clip, and the names of the fields that have their default because they are invalid. A
        clip without a usable id has a new one.
    """
    reader = FieldReader(data)
    values: dict[str, Any] = {
        name: reader.text(name, limit=limit) for name, limit in _TEXT_LIMITS.items()
    }
    values |= {
        name: moment for name in _TIME_FIELDS if (moment := reader.timestamp(name)) is not None
    }
    values |= {name: _parse_path(reader, name, base) for name in _PATH_FIELDS}
    remote_id, parent = (
        reader.optional_identifier("remote_id"),
        reader.optional_identifier("parent"),
    )
    job = reader.optional_identifier("job")
    recipe, unread = parse_recipe(reader.mapping("recipe"))
    clip = Clip(
        id=_parse_clip_id(reader),
        remote_id=RemoteId(remote_id) if remote_id else None,
        operation=reader.choice("operation", Operation, Operation.CREATE),
        account=AccountName(reader.identifier("account")),
        parent=ClipId(parent) if parent else None,
        job=JobId(job) if job else None,
        media=reader.choice("media", MediaState, MediaState.READY),
        tags=_parse_tags(reader),
        recipe=recipe,
        registered=parse_registrations(reader),
        links=parse_links(reader),
        measured=parse_measurement(reader),
        bpm_override=_parse_bpm(reader),
        key_override=_parse_key(reader),
        position=reader.integer("position", high=_MAX_POSITION),
        stars=reader.integer("stars", high=_MAX_STARS),
        favourite=reader.flag("favourite"),
        heard=reader.flag("heard"),
        **values,
    )
    return clip, reader.invalid_fields + [f"recipe.{name}" for name in unread]


def parse_links(reader: FieldReader) -> MediaLinks:
    inner = FieldReader(reader.mapping("links"))
    links = MediaLinks(
        **{name: inner.identifier(name, limit=MAX_LINK_LENGTH) for name in _LINK_FIELDS}
    )
    _reject_if_unread(reader, "links", inner)
    return links


def parse_measurement(reader: FieldReader) -> AudioMeasurements:
    inner = FieldReader(reader.mapping("measured"))
    measured = AudioMeasurements(
        duration_s=inner.bounded_number("duration_s", 0, MAX_LENGTH_S) or 0.0,
        loudness_lufs=inner.bounded_number("loudness_lufs", -_MAX_MEASURE, _MAX_MEASURE),
        peak_dbfs=inner.bounded_number("peak_dbfs", -_MAX_MEASURE, _MAX_MEASURE),
        bpm=inner.bounded_number("bpm", 0, _MAX_MEASURE),
        key=inner.text("key", limit=MAX_NAME_LENGTH),
        bpm_confidence=inner.bounded_number("bpm_confidence", 0, 1),
    )
    _reject_if_unread(reader, "measured", inner)
    return measured


def parse_registrations(reader: FieldReader) -> tuple[Registration, ...]:
    """Parses the accounts that a clip is registered with; omits each invalid entry."""
    found: list[Registration] = []
    entries = reader.items("registered")
    if len(entries) > _MAX_REGISTRATIONS:
        reader.mark_invalid("registered")
    for entry in entries[:_MAX_REGISTRATIONS]:
        inner = FieldReader(entry if isinstance(entry, Mapping) else {})
        account, remote_id = inner.identifier("account"), inner.identifier("remote_id")
        at = inner.timestamp("at")
        if account and remote_id:
            moment = {} if at is None else {"at": at}
            known = Registration(
                account=AccountName(account), remote_id=RemoteId(remote_id), **moment
            )
            found.append(known)
        if inner.invalid_fields or at is None or not account or not remote_id:
            reader.mark_invalid("registered")
    return tuple(found)


def _parse_clip_id(reader: FieldReader) -> ClipId:
    found = reader.identifier("id")
    if _ID.fullmatch(found):
        return ClipId(found)
    reader.mark_invalid("id")
    return new_clip_id()


def _parse_path(reader: FieldReader, name: str, base: Path) -> Path | None:
    text = reader.identifier(name, limit=MAX_LINK_LENGTH)
    if not text:
        return None
    path = resolve_inside(base, text)
    if path is None:
        reader.mark_invalid(name)
    return path


def _parse_bpm(reader: FieldReader) -> float | None:
    number = reader.number("bpm_override")
    bpm = validate_bpm(number)
    if number is not None and bpm is None:
        reader.mark_invalid("bpm_override")
    return bpm


def _parse_key(reader: FieldReader) -> str:
    text = reader.identifier("key_override")
    name = normalise_key(text)
    if text and not name:
        reader.mark_invalid("key_override")
    return name


def _parse_tags(reader: FieldReader) -> tuple[str, ...]:
    found = reader.items("tags")
    tags = tuple(tag[:MAX_NAME_LENGTH] for tag in found[:_MAX_TAGS] if isinstance(tag, str))
    if tags != tuple(found):
        reader.mark_invalid("tags")
    return tags


def _reject_if_unread(reader: FieldReader, name: str, inner: FieldReader) -> None:
    if inner.invalid_fields:
        reader.mark_invalid(name)
