# mypy: untyped-calls-exclude=mutagen
"""Reads a song from elsewhere: whether it is audio, its length, and all of its tags as texts."""

import base64
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mutagen
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3, PictureType
from mutagen.mp4 import MP4

from producer_studio.audio.compressed_metadata import reject_large_metadata
from producer_studio.audio.container import open_media
from producer_studio.audio.decode import Decoder
from producer_studio.domain.errors import MediaRejected, ServiceError
from producer_studio.domain.song_details import RECIPE_KEY
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_ID3_NAMES = {
    "TIT2": "title", "TPE1": "artist", "TPE2": "album_artist", "TALB": "album", "TRCK": "track",
    "TCON": "genre",
    "TDRC": "date", "TDRL": "date", "TBPM": "bpm", "TKEY": "key",
}  # fmt: skip
_MP4_NAMES = {
    "\xa9nam": "title", "\xa9ART": "artist", "aART": "album_artist", "\xa9alb": "album",
    "\xa9gen": "genre", "\xa9day": "date", "\xa9lyr": "lyrics", "\xa9cmt": "comment",
    "tmpo": "bpm",
}  # fmt: skip
_FREE = "----:"
_MAX_TEXT_LENGTH = 60_000
"""Characters of all tags together: they are one line of the measuring process's output."""


@dataclass(frozen=True, slots=True)
class SongFile:
    """An audio file that can be imported.

    Attributes:
        suffix: File name suffix of its format, with the dot.
        duration_s: As declared; 0 if the file declares none.
        texts: Tags by their names in lower case.
        cover: Embedded picture; None if there is none.
    """

    suffix: str
    duration_s: float
    texts: dict[str, str] = field(default_factory=dict)
    cover: bytes | None = None


def read_song(path: Path) -> SongFile:
    """Opens a file, decodes its beginning, and reads its tags; blocking.

    Raises:
        MediaRejected: It is not audio, is damaged at its beginning, or too long.
        StorageError: It does not exist or cannot be read.
    """
    with Decoder(path) as decoder:
        info = decoder.media_info
        if info.declared_hours:
            raise MediaRejected(
                mark(
                    "The file claims to be {hours} hours long: too long.",
                    hours=round(info.declared_hours),
                )
            )
        next(iter(decoder))
    texts: dict[str, str] = {}
    cover: bytes | None = None
    try:
        reject_large_metadata(path)
        texts, cover = _read_tags(path)
        texts = texts or _read_metadata(path)
    except ServiceError as fault:
        log.info("Cannot read the tags of %s: %s", path.name, fault)
    except Exception as error:  # noqa: BLE001 - malformed files can raise anything in parsers
        # The sound was decoded: a song with damaged tags is imported without them.
        log.info("Cannot read the tags of %s: %r", path.name, error)
    return SongFile(info.suffix, info.duration_s or 0.0, _limited(texts), cover)


def _read_tags(path: Path) -> tuple[dict[str, str], bytes | None]:
    found = mutagen.File(path)
    if found is None or found.tags is None:
        return {}, None
    tags = found.tags
    if isinstance(tags, ID3):
        return dict(_id3_texts(tags)), _id3_cover(tags)
    if isinstance(found, MP4):
        return dict(_mp4_texts(tags)), bytes(tags["covr"][0]) if tags.get("covr") else None
    texts = {str(name).lower(): _join(value) for name, value in dict(tags).items()}
    pictures = found.pictures if isinstance(found, FLAC) else list(_vorbis_pictures(texts))
    for name in ("metadata_block_picture", "coverart"):
        texts.pop(name, None)
    return texts, pictures[0].data if pictures else None


def _id3_texts(tags: ID3) -> Iterator[tuple[str, str]]:
    frames: list[Any] = list(tags.values())
    for frame in frames:
        match frame.FrameID:
            case "USLT":
                yield "lyrics", str(frame.text)
            case "COMM":
                yield "comment", _join(frame.text)
            case "TXXX":
                yield str(frame.desc).lower(), _join(frame.text)
            case name if name in _ID3_NAMES:
                yield _ID3_NAMES[name], _join(frame.text)


def _id3_cover(tags: ID3) -> bytes | None:
    pictures: list[Any] = tags.getall("APIC")
    pictures.sort(key=lambda one: one.type != PictureType.COVER_FRONT)
    return bytes(pictures[0].data) if pictures else None


def _mp4_texts(tags: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in tags.items():
        if name == "trkn":
            yield "track", str(value[0][0]) if value else ""
        elif name in _MP4_NAMES:
            yield _MP4_NAMES[name], _join(value)
        elif name.startswith(_FREE):
            yield (
                name.rpartition(":")[2].lower(),
                b", ".join(map(bytes, value)).decode("utf-8", "replace"),
            )


def _vorbis_pictures(texts: Mapping[str, str]) -> Iterator[Picture]:
    for text in texts.get("metadata_block_picture", "").split(", ")[:1]:
        if text:
            yield Picture(base64.b64decode(text))


def _read_metadata(path: Path) -> dict[str, str]:
    """Returns what FFmpeg knows of the tags, for formats without a reader of their own."""
    with open_media(path) as container:
        streams = [one.metadata for one in container.streams.audio[:1]]
        return {
            str(name).lower(): str(value)
            for one in (*streams, container.metadata)
            for name, value in one.items()
        }


def _join(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _limited(texts: Mapping[str, str]) -> dict[str, str]:
    """Returns as many texts as fit; the recipe and short ones first."""
    kept: dict[str, str] = {}
    left = _MAX_TEXT_LENGTH
    for name, text in sorted(texts.items(), key=lambda one: (one[0] != RECIPE_KEY, len(one[1]))):
        if name == RECIPE_KEY and len(text) > left:
            continue
        if left > 0 and len(name) < 100:
            kept[name] = text[:left]
            left -= len(text)
    return kept
