"""Tags of exported files, with texts from the user's settings."""

import logging
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from producer_studio.domain.clip import Clip
from producer_studio.domain.known_times import strip_time_tags
from producer_studio.domain.timestamps import to_local_time
from producer_studio.files.file_types import MAX_COVER_BYTES
from producer_studio.files.regular_files import read_regular
from producer_studio.studio.utc_dates import is_known_time

if TYPE_CHECKING:
    from producer_studio.audio.tag_set import TagSet
    from producer_studio.settings.preferences import Preferences


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSettings:
    """Texts of the user for the tags of every exported file; empty ones are not written.

    No other personal data is written: account names and tags of the library are private.
    """

    artist: str = ""
    album_artist: str = ""
    album: str = ""
    copyright: str = ""
    genre: str = ""
    comment: str = ""

    @classmethod
    def from_preferences(cls, preferences: "Preferences") -> Self:
        """Returns the texts from Settings → Export."""
        return cls(
            **{item.name: getattr(preferences, f"export_{item.name}") for item in fields(cls)}
        )


def local_date_text(moment: datetime) -> str:
    """Formats the day in the user's time zone as "2026-11-20"; empty for an unknown time."""
    if not is_known_time(moment):
        return ""
    return to_local_time(moment).strftime("%Y-%m-%d")


def resolve_tags(clip: Clip, settings: TagSettings) -> TagSettings:
    """Returns the texts for a clip: its own, where it has some."""
    return replace(
        settings,
        artist=clip.artist or settings.artist,
        album=clip.album or settings.album,
        genre=clip.genre or settings.genre,
        comment=clip.comment or settings.comment,
    )


def build_tags(clip: Clip, cover: Path | None, settings: TagSettings) -> "TagSet":
    """Returns the tags of an exported file; blocking, as it reads the cover."""
    # Codecs are imported at the first export.
    from producer_studio.audio.tag_set import TagSet

    settings = resolve_tags(clip, settings)
    return TagSet(
        title=clip.title,
        artist=settings.artist,
        album_artist=settings.album_artist,
        album=settings.album,
        copyright=settings.copyright,
        genre=settings.genre,
        track_number=clip.track_number,
        date=local_date_text(clip.created_at) if clip.year is None else f"{clip.year:04d}",
        bpm=clip.bpm,
        key=clip.key,
        lyrics=strip_time_tags(clip.export_lyrics or clip.lyrics),
        cover=_cover_bytes(cover),
        comment=settings.comment,
        # Local paths are private.
        recipe=clip.recipe.strip_secrets().with_changes(audio_file="").to_json(),
    )


def _cover_bytes(cover: Path | None) -> bytes | None:
    """Returns the cover in a format for tags; None if it cannot be read, which fails no export."""
    from producer_studio.audio.tag_set import convert_cover_to_jpeg

    if cover is None:
        return None
    try:
        return convert_cover_to_jpeg(read_regular(cover, MAX_COVER_BYTES))
    except OSError as error:
        log.info("Cannot read cover: %s", error)
        return None
