"""Clips from objects that somebody else may have written: a `recipe.json`, a damaged row."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip, MediaLinks, MediaState, Registration, Sound
from producer_studio.domain.field_reader import FieldReader
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId, new_clip_id
from producer_studio.domain.musical_key import key_name
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe_reader import read_recipe
from producer_studio.domain.tempo import usable_bpm
from producer_studio.library.path_confinement import confined

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_MOST_STARS = 5
_LAST_POSITION = 1_000_000
_TEXTS = (
    "title", "sound", "lyrics", "model", "service", "seed", "stem", "media_note", "notes",
)  # fmt: skip
_FILES = ("path", "cover", "video")
_TIMES = ("created_at", "added_at", "trashed_at")
_LINKS = ("audio", "wav", "image", "video", "archive")
FIELDS = frozenset(
    (*_TEXTS, *_FILES, *_TIMES, "format", "id", "remote_id", "operation", "account", "parent",
     "job", "media", "tags", "measured", "links", "recipe", "registered", "position", "stars",
     "favourite", "heard", "bpm_override", "key_override")
)  # fmt: skip
"""Every field that is read; others come from a later version."""


def read_clip(data: Mapping[str, Any], base: Path) -> tuple[Clip, list[str]]:
    """Takes what fits of a clip, field by field; nothing in `data` makes this fail.

    Args:
        data: As `sidecar_text` writes it.
        base: The folder that its files' paths count from; none of them leads out of it.

    Returns:
        The clip, and the names of the fields that are at their default because they do not fit.
        A clip without a usable id has a new one.
    """
    reader = FieldReader(data)
    values: dict[str, Any] = {name: reader.text(name) for name in _TEXTS}
    values |= {name: moment for name in _TIMES if (moment := reader.moment(name)) is not None}
    values |= {name: _file(reader, name, base) for name in _FILES}
    remote_id, parent = reader.maybe_text("remote_id"), reader.maybe_text("parent")
    job = reader.maybe_text("job")
    recipe, unread = read_recipe(reader.mapping("recipe"))
    clip = Clip(
        id=_clip_id(reader),
        remote_id=RemoteId(remote_id) if remote_id else None,
        operation=reader.choice("operation", Operation, Operation.CREATE),
        account=AccountName(reader.text("account")),
        parent=ClipId(parent) if parent else None,
        job=JobId(job) if job else None,
        media=reader.choice("media", MediaState, MediaState.READY),
        tags=_tags(reader),
        recipe=recipe,
        registered=read_registered(reader),
        links=read_links(reader),
        measured=read_measured(reader),
        bpm_override=_bpm(reader),
        key_override=_key(reader),
        position=reader.whole("position", high=_LAST_POSITION),
        stars=reader.whole("stars", high=_MOST_STARS),
        favourite=reader.flag("favourite"),
        heard=reader.flag("heard"),
        **values,
    )
    return clip, reader.unread + [f"recipe.{name}" for name in unread]


def read_links(reader: FieldReader) -> MediaLinks:
    inner = FieldReader(reader.mapping("links"))
    links = MediaLinks(**{name: inner.text(name) for name in _LINKS})
    _reject(reader, "links", inner)
    return links


def read_measured(reader: FieldReader) -> Sound:
    inner = FieldReader(reader.mapping("measured"))
    measured = Sound(
        duration_s=max(0.0, inner.number("duration_s") or 0.0),
        loudness_lufs=inner.number("loudness_lufs"),
        peak_dbfs=inner.number("peak_dbfs"),
        bpm=inner.number("bpm"),
        key=inner.text("key"),
        bpm_confidence=inner.number("bpm_confidence"),
    )
    _reject(reader, "measured", inner)
    return measured


def read_registered(reader: FieldReader) -> tuple[Registration, ...]:
    """The accounts that know a clip; an entry that cannot be read is left out alone."""
    found: list[Registration] = []
    for entry in reader.items("registered"):
        inner = FieldReader(entry if isinstance(entry, Mapping) else {})
        account, remote_id = inner.text("account"), inner.text("remote_id")
        at = inner.moment("at")
        if account and remote_id:
            moment = {} if at is None else {"at": at}
            known = Registration(
                account=AccountName(account), remote_id=RemoteId(remote_id), **moment
            )
            found.append(known)
        if inner.unread or at is None or not account or not remote_id:
            reader.reject("registered")
    return tuple(found)


def _clip_id(reader: FieldReader) -> ClipId:
    found = reader.text("id")
    if _ID.fullmatch(found):
        return ClipId(found)
    reader.reject("id")
    return new_clip_id()


def _file(reader: FieldReader, name: str, base: Path) -> Path | None:
    text = reader.text(name)
    if not text:
        return None
    path = confined(base, text)
    if path is None:
        reader.reject(name)
    return path


def _bpm(reader: FieldReader) -> float | None:
    number = reader.number("bpm_override")
    bpm = usable_bpm(number)
    if number is not None and bpm is None:
        reader.reject("bpm_override")
    return bpm


def _key(reader: FieldReader) -> str:
    text = reader.text("key_override")
    name = key_name(text)
    if text and not name:
        reader.reject("key_override")
    return name


def _tags(reader: FieldReader) -> tuple[str, ...]:
    found = reader.items("tags")
    tags = tuple(tag for tag in found if isinstance(tag, str))
    if len(tags) != len(found):
        reader.reject("tags")
    return tags


def _reject(reader: FieldReader, name: str, inner: FieldReader) -> None:
    if inner.unread:
        reader.reject(name)
