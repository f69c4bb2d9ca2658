"""Mixes of stems: settings, exported files, and new clips of the library."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName, ClipId, new_clip_id
from producer_studio.domain.track_mix import MixFile, TrackMix, heard_tracks
from producer_studio.library.library import Library
from producer_studio.studio.clips import Clips
from producer_studio.studio.export.tag_settings import TagSettings, build_tags
from producer_studio.studio.export_folders import ExportFolders
from producer_studio.studio.made_clips import MadeClip, MadeClips, run_cancellably
from producer_studio.studio.stems.stem_names import mix_file_name, stem_file_names
from producer_studio.studio.stems.stem_set import StemSet, find_stems
from producer_studio.translation import join_texts, mark

StemLevels = Mapping[ClipId, TrackMix]
"""How the stems of a song are heard; those that are missing as they are."""


class StemMixes:
    """Finds, exports and mixes the stems of songs; files are written outside the loop's thread."""

    def __init__(
        self,
        library: Library,
        clips: Clips,
        made_clips: MadeClips,
        pool: Executor,
        folders: ExportFolders,
    ) -> None:
        self._library = library
        self._clips = clips
        self._made_clips = made_clips
        self._pool = pool
        self._folders = folders

    async def find(self, clip_id: ClipId) -> StemSet | None:
        """Returns the stems of a song, or those that a stem belongs to; None if there are none."""
        return await find_stems(self._clips, clip_id)

    async def load_levels(self, song: ClipId) -> dict[ClipId, TrackMix]:
        """Returns the levels that were saved for a song's stems."""
        saved = await self._library.drafts.load(_draft_name(song)) or {}
        return {ClipId(stem): TrackMix.from_json(value) for stem, value in saved.items()}

    async def save_levels(self, song: ClipId, levels: StemLevels) -> None:
        """Saves the levels of a song's stems; not in a library that cannot be written."""
        if not self._library.read_only:
            saved = {str(stem): mix.to_json() for stem, mix in levels.items()}
            await self._library.drafts.save(_draft_name(song), saved)

    async def export_stems(
        self, stem_set: StemSet, folder: Path, tags: TagSettings | None = None
    ) -> list[Path]:
        """Writes all stems as WAV files of one length; all of them, or none.

        Raises:
            RequestRejected: The sound of a stem is not on this computer.
            MediaRejected: A stem cannot be decoded.
            StorageError: The disk rejects a file.
        """
        sources = [_require_path(stem) for stem in stem_set.stems]
        targets = [folder / name for name in stem_file_names(stem_set)]
        song = stem_set.song

        def work(is_cancelled: Callable[[], bool]) -> list[Path]:
            # Codecs take 100 ms to import, which must not delay the start of the window.
            from producer_studio.audio.mix_files import write_stems

            self._folders.remember(folder)
            made = [
                build_tags(_with_song_facts(stem, song), stem.cover, tags or TagSettings())
                for stem in stem_set.stems
            ]
            return write_stems(sources, targets, made, is_cancelled)

        return await run_cancellably(self._pool, work)

    async def export_mix(
        self,
        stem_set: StemSet,
        levels: StemLevels,
        folder: Path,
        tags: TagSettings | None = None,
    ) -> MixFile:
        """Writes the mix as a WAV file; raises as `export_stems` does."""
        await asyncio.to_thread(self._folders.remember, folder)
        return await self._write_mix(
            stem_set, levels, folder / mix_file_name(stem_set.song), tags or TagSettings()
        )

    async def add_mix(self, stem_set: StemSet, levels: StemLevels) -> MadeClip:
        """Adds the mix to the library as a version of the song, and to the undo history.

        Raises:
            RequestRejected: The sound of a stem is not on this computer, or none is heard.
            MediaRejected: A stem cannot be decoded.
            StorageError: The library cannot be written.
        """
        mixes = [levels.get(stem.id, TrackMix()) for stem in stem_set.stems]
        if not any(heard_tracks(mixes)):
            raise RequestRejected(mark("All stems are muted: this mix would be silent."))
        return await self._made_clips.add(
            _new_clip(stem_set, levels),
            lambda target: self._write_mix(stem_set, levels, target, TagSettings()),
        )

    async def _write_mix(
        self, stem_set: StemSet, levels: StemLevels, target: Path, tags: TagSettings
    ) -> MixFile:
        sources = [_require_path(stem) for stem in stem_set.stems]
        mixes = [levels.get(stem.id, TrackMix()) for stem in stem_set.stems]
        song = stem_set.song

        def work(is_cancelled: Callable[[], bool]) -> MixFile:
            from producer_studio.audio.mix_files import write_mix

            tag_set = build_tags(song, song.cover, tags)
            return write_mix(sources, mixes, target, tag_set, is_cancelled)

        return await run_cancellably(self._pool, work)


def describe_levels(stem_set: StemSet, levels: StemLevels) -> str:
    """Returns the levels of a mix as text, such as "Vocals −1.5 dB, Bass muted, Drums 0.0 dB"."""
    mixes = [levels.get(stem.id, TrackMix()) for stem in stem_set.stems]
    parts: list[str] = []
    for stem, mix, heard in zip(stem_set.stems, mixes, heard_tracks(mixes), strict=True):
        if not heard:
            parts.append(mark("{stem} muted", stem=stem.stem))
            continue
        text = mark("{stem} {level}", stem=stem.stem, level=mix.gain_text)
        place = mark("pan {place}", place=mix.pan_text) if mix.pan else ""
        parts.append(join_texts((text, place)))
    return join_texts(parts, "; ")


def _new_clip(stem_set: StemSet, levels: StemLevels) -> Clip:
    """Returns a version of the song that was made here, so that no account knows it."""
    song, now = stem_set.song, datetime.now(UTC)
    return Clip(
        id=new_clip_id(),
        title=f"{song.display_title} · mix",
        sound=song.sound,
        lyrics=song.lyrics,
        operation=song.operation,
        account=AccountName(""),
        recipe=song.recipe,
        parent=song.id,
        measured=AudioMeasurements(),
        bpm_override=song.bpm_override,
        key_override=song.key_override,
        tags=song.tags,
        notes=mark("Mix of its stems: {levels}.", levels=describe_levels(stem_set, levels)),
        created_at=now,
        added_at=now,
    )


def _with_song_facts(stem: Clip, song: Clip) -> Clip:
    """Returns a stem with the tempo and key of its song: what is measured of a part is not sure."""
    return stem.with_changes(
        bpm_override=song.bpm or stem.bpm_override, key_override=song.key or stem.key_override
    )


def _draft_name(song: ClipId) -> str:
    return f"stem mix {song}"


def _require_path(stem: Clip) -> Path:
    if not stem.playable or stem.path is None:
        raise RequestRejected(
            mark("The sound of “{stem}” is not on this computer.", stem=stem.stem)
        )
    return stem.path
