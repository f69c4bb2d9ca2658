# mypy: untyped-calls-exclude=mutagen
"""MP4 metadata atoms, as used by music players."""

from typing import Any

from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm

from producer_studio.audio.tag_set import (
    RECIPE_TAG,
    SOFTWARE,
    TagSet,
    contains_url,
    parse_recipe_text,
)

_FREE = "----:com.apple.iTunes:"


def set_atoms(mp4: MP4, tags: TagSet) -> None:
    """Replaces every atom that a tag set can contain; others stay unless they contain URLs."""
    if mp4.tags is None:
        mp4.add_tags()
    texts = {
        "\xa9nam": tags.title,
        "\xa9ART": tags.artist,
        "\xa9alb": tags.album,
        "\xa9gen": tags.genre,
        "aART": tags.album_artist,
        "cprt": tags.copyright,
        "\xa9day": tags.date,
        "\xa9lyr": tags.lyrics,
        "\xa9cmt": tags.comment,
        "\xa9too": SOFTWARE,
    }
    values: dict[str, list[Any]] = {name: [text] if text else [] for name, text in texts.items()}
    values["tmpo"] = [tags.rounded_bpm] if tags.rounded_bpm else []
    values["trkn"] = [(tags.track_number, 0)] if tags.track_number else []
    values["covr"] = [_cover(tags)] if tags.cover_mime_type else []
    for name, text in (("initialkey", tags.id3_key), (RECIPE_TAG, tags.recipe_text)):
        content = text.encode("utf-8")
        values[_FREE + name] = [MP4FreeForm(content, AtomDataType.UTF8)] if text else []
    for name in [name for name, value in mp4.items() if contains_url([name, value])]:
        del mp4[name]
    for name, value in values.items():
        mp4.pop(name, None)
        if value:
            mp4[name] = value


def find_recipe(mp4: MP4) -> dict[str, Any] | None:
    found = mp4.get(_FREE + RECIPE_TAG)
    return parse_recipe_text(bytes(found[0])) if found else None


def _cover(tags: TagSet) -> MP4Cover:
    kind = MP4Cover.FORMAT_PNG if tags.cover_mime_type == "image/png" else MP4Cover.FORMAT_JPEG
    return MP4Cover(tags.cover, kind)
