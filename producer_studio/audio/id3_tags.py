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
    TSSE,
    TXXX,
    USLT,
    Encoding,
    PictureType,
    TextFrame,
)

from producer_studio.audio.foreign_tags import holds_address
from producer_studio.audio.tag_set import RECIPE_NAME, SOFTWARE, TagSet, recipe_of

_LANGUAGE = "XXX"  # ID3 for "not said"


def fill(frames: ID3, tags: TagSet) -> None:
    """Replaces every frame that a tag set can speak of; others stay unless they hold addresses."""
    texts: dict[type[TextFrame], str] = {
        TIT2: tags.title,
        TPE1: tags.artist,
        TPE2: tags.album_artist,
        TALB: tags.album,
        TCOP: tags.copyright,
        TCON: tags.genre,
        TDRC: tags.date,
        TBPM: str(tags.whole_bpm or ""),
        TKEY: tags.id3_key,
        TSSE: SOFTWARE,
    }
    for name in (*(kind.__name__ for kind in texts), "USLT", "COMM", "APIC"):
        frames.delall(name)
    frames.delall(f"TXXX:{RECIPE_NAME}")
    for key in [key for key, frame in frames.items() if holds_address([key, frame])]:
        del frames[key]
    frames.unknown_frames = [raw for raw in frames.unknown_frames if not holds_address(raw)]
    for kind, text in texts.items():
        if text:
            frames.add(kind(encoding=Encoding.UTF8, text=[text]))
    if tags.lyrics:
        frames.add(USLT(encoding=Encoding.UTF8, lang=_LANGUAGE, desc="", text=tags.lyrics))
    if tags.comment:
        frames.add(COMM(encoding=Encoding.UTF8, lang=_LANGUAGE, desc="", text=[tags.comment]))
    if tags.cover_type:
        frames.add(
            APIC(
                encoding=Encoding.UTF8,
                mime=tags.cover_type,
                type=PictureType.COVER_FRONT,
                desc="Cover",
                data=tags.cover,
            )
        )
    if tags.recipe:
        frames.add(TXXX(encoding=Encoding.UTF8, desc=RECIPE_NAME, text=[tags.recipe_text]))


def recipe_in(frames: ID3 | None) -> dict[str, Any] | None:
    found = frames.getall(f"TXXX:{RECIPE_NAME}") if frames else []
    return recipe_of(str(found[0].text[0])) if found and found[0].text else None
