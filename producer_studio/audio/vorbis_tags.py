# mypy: untyped-calls-exclude=mutagen
"""Vorbis comments and pictures of FLAC."""

import struct
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.id3 import PictureType

from producer_studio.audio.tag_set import (
    RECIPE_TAG,
    SOFTWARE,
    TagSet,
    contains_url,
    parse_recipe_text,
)


def set_comments(flac: FLAC, tags: TagSet) -> None:
    """Replaces pictures, and every comment that a tag set can contain or that contains a URL."""
    if flac.tags is None:
        flac.add_tags()
    texts = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "genre": tags.genre,
        "albumartist": tags.album_artist,
        "copyright": tags.copyright,
        "date": tags.date,
        "tracknumber": str(tags.track_number or ""),
        "bpm": str(tags.rounded_bpm or ""),
        "initialkey": tags.id3_key,
        "lyrics": tags.lyrics,
        "comment": tags.comment,
        "encoded-by": SOFTWARE,
        "encoder": SOFTWARE,
        RECIPE_TAG: tags.recipe_text,
    }
    for name in [name for name, value in flac.items() if contains_url([name, value])]:
        del flac[name]
    for name, text in texts.items():
        flac.pop(name, None)
        if text:
            flac[name] = [text]
    flac.clear_pictures()
    if tags.cover is not None and tags.cover_mime_type:
        flac.add_picture(_picture(tags.cover, tags.cover_mime_type))


def find_recipe(flac: FLAC) -> dict[str, Any] | None:
    found = flac.get(RECIPE_TAG)
    return parse_recipe_text(found[0]) if found else None


def _picture(data: bytes, mime: str) -> Picture:
    picture = Picture()
    picture.type = PictureType.COVER_FRONT
    picture.mime = mime
    picture.desc = "Cover"
    picture.data = data
    if mime == "image/png":
        # Width and height are the first fields of a PNG; for a JPEG, 0 means "not stated".
        picture.width, picture.height = struct.unpack(">II", data[16:24].ljust(8, b"\0"))
        picture.depth = 24
    return picture
