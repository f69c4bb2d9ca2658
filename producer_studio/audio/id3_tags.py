# mypy: untyped-calls-exclude=mutagen
"""ID3v2.4 frames, for MP3 and for the id3 chunk of WAV."""

from typing import Any

from mutagen.id3 import (
    APIC,
    COMM,
    ID3,
    TALB,
    TBPM,
    TCON,
    TCOP,
    TDRC,
    TIT2,
    TKEY,
    TPE1,
    TPE2,
    TRCK,
    TSSE,
    TXXX,
    USLT,
    Encoding,
    PictureType,
    TextFrame,
)

from producer_studio.audio.tag_set import (
    RECIPE_TAG,
    SOFTWARE,
    TagSet,
    contains_url,
    parse_recipe_text,
)

_LANGUAGE = "XXX"  # ID3 for "not specified"


def set_frames(frames: ID3, tags: TagSet) -> None:
    """Replaces every frame that a tag set can contain; others stay unless they contain URLs."""
    texts: dict[type[TextFrame], str] = {
        TIT2: tags.title,
        TPE1: tags.artist,
        TPE2: tags.album_artist,
        TALB: tags.album,
        TCOP: tags.copyright,
        TCON: tags.genre,
        TDRC: tags.date,
        TRCK: str(tags.track_number or ""),
        TBPM: str(tags.rounded_bpm or ""),
        TKEY: tags.id3_key,
        TSSE: SOFTWARE,
    }
    for name in (*(kind.__name__ for kind in texts), "USLT", "COMM", "APIC"):
        frames.delall(name)
    frames.delall(f"TXXX:{RECIPE_TAG}")
    for key in [key for key, frame in frames.items() if contains_url([key, frame])]:
        del frames[key]
    frames.unknown_frames = [raw for raw in frames.unknown_frames if not contains_url(raw)]
    for kind, text in texts.items():
        if text:
            frames.add(kind(encoding=Encoding.UTF8, text=[text]))
    if tags.lyrics:
        frames.add(USLT(encoding=Encoding.UTF8, lang=_LANGUAGE, desc="", text=tags.lyrics))
    if tags.comment:
        frames.add(COMM(encoding=Encoding.UTF8, lang=_LANGUAGE, desc="", text=[tags.comment]))
    if tags.cover_mime_type:
        frames.add(
            APIC(
                encoding=Encoding.UTF8,
                mime=tags.cover_mime_type,
                type=PictureType.COVER_FRONT,
                desc="Cover",
                data=tags.cover,
            )
        )
    if tags.recipe:
        frames.add(TXXX(encoding=Encoding.UTF8, desc=RECIPE_TAG, text=[tags.recipe_text]))


def find_recipe(frames: ID3 | None) -> dict[str, Any] | None:
    found = frames.getall(f"TXXX:{RECIPE_TAG}") if frames else []
    return parse_recipe_text(str(found[0].text[0])) if found and found[0].text else None
