"""Playlists as M3U8 files, for other programs and from them."""

import asyncio
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.m3u import M3uEntry, encode_m3u, entry_path, parse_m3u
from producer_studio.domain.text import decode_text, fold_name
from producer_studio.files.atomic_write import atomic_write
from producer_studio.files.paths import absolute_path
from producer_studio.files.regular_files import read_regular
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.library.library import Library
from producer_studio.studio.clips import UndoStep
from producer_studio.studio.playlists import Playlists
from producer_studio.studio.user_lists import SavedSearch, UserList
from producer_studio.translation import mark

_MAX_FILE_BYTES = 30_000_000
_CLIPS_PER_READ = 500
_SAME_LENGTH_S = 1.5


@dataclass(frozen=True, slots=True)
class SavedPlaylist:
    """Result of an export to M3U8.

    Attributes:
        count: Number of entries.
        left_out: Titles of clips without a file.
    """

    count: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportedPlaylist:
    """Result of an import from M3U8.

    Attributes:
        step: Undo step of the new playlist; None if nothing was imported.
        count: Number of clips that were found.
        missing: Entries for which no clip was found, as written in the file.
    """

    step: UndoStep | None
    count: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredSound:
    """File of a clip, with its length in seconds."""

    clip: ClipId
    path: Path
    length_s: float


class PlaylistFiles:
    """Writes playlists to files, and makes playlists of files."""

    def __init__(self, library: Library, playlists: Playlists) -> None:
        self._library = library
        self._playlists = playlists

    async def list_clips(self, one: UserList) -> Sequence[ClipId]:
        """Returns the clips of a playlist or a smart list in its order, without the trash."""
        if isinstance(one, SavedSearch):
            return await self._library.clips.list_ids(one.query, one.sort, one.smart_list)
        listed = await self._library.clips.list_playlist(one.id)
        return listed.clips_of(listed.rows)

    async def save(self, one: UserList, path: Path, *, is_absolute: bool) -> SavedPlaylist:
        """Writes a playlist or a smart list, with paths relative to the file or absolute ones.

        Raises:
            StorageError: The file cannot be written.
        """
        listed = await self.list_clips(one)
        ids = list(dict.fromkeys(listed))
        clips: dict[ClipId, Clip] = {}
        for start in range(0, len(ids), _CLIPS_PER_READ):
            part = await self._library.clips.get_many(ids[start : start + _CLIPS_PER_READ])
            clips.update((clip.id, clip) for clip in part)
        found = [clips[clip] for clip in listed if clip in clips]
        folder = absolute_path(path).parent
        entries = [
            M3uEntry(
                entry_path(clip.path, folder, is_absolute=is_absolute),
                clip.display_title,
                clip.duration_s,
            )
            for clip in found
            if clip.path is not None
        ]
        left_out = tuple(clip.display_title for clip in found if clip.path is None)
        raw = encode_m3u(one.name, entries).encode("utf-8", "replace")
        try:
            await run_on_user_disk(path, atomic_write, path, raw)
        except OSError as error:
            raise StorageError(
                mark("“{path}” could not be written.", path=path.name), service_words=str(error)
            ) from error
        return SavedPlaylist(len(entries), left_out)

    async def load(self, path: Path, name: str = "") -> ImportedPlaylist:
        """Adds a playlist with the clips that a file names: by their paths, else by file names.

        Args:
            name: In place of the name in the file.

        Raises:
            StorageError: The file cannot be read, or the library cannot be written.
        """
        try:
            raw = await run_on_user_disk(path, read_regular, path, _MAX_FILE_BYTES)
        except OSError as error:
            raise StorageError(
                mark("“{path}” cannot be read.", path=path.name), service_words=str(error)
            ) from error
        named, entries = await asyncio.to_thread(parse_m3u, decode_text(raw))
        sounds = await self._read_sounds()
        folder = absolute_path(path).parent
        matches = await asyncio.to_thread(_match_entries, entries, sounds, folder)
        clips = [clip for clip in matches if clip is not None]
        missing = [entry.path for entry, clip in zip(entries, matches, strict=True) if clip is None]
        step = await self._playlists.create(name or named or path.stem, clips) if clips else None
        return ImportedPlaylist(step, len(clips), tuple(missing))

    async def _read_sounds(self) -> list[StoredSound]:
        found = await self._library.lists.list_sound_paths()
        return [
            StoredSound(clip, self._library.folder / path, length_s)
            for clip, path, length_s in found
        ]


def _match_entries(
    entries: Sequence[M3uEntry], sounds: Sequence[StoredSound], folder: Path
) -> list[ClipId | None]:
    """Finds the clip of each entry; sounds are newest first."""
    by_path = {_path_key(sound.path): sound.clip for sound in reversed(sounds)}
    by_name: dict[str, list[StoredSound]] = {}
    for sound in sounds:
        by_name.setdefault(fold_name(sound.path.name), []).append(sound)

    def find(entry: M3uEntry) -> ClipId | None:
        try:
            exact = by_path.get(_path_key(folder / entry.path))
        except ValueError:  # a null character
            return None
        if exact is not None:
            return exact
        same = by_name.get(fold_name(entry.file_name), [])
        parent = [fold_name(one) for one in entry.path.replace("\\", "/").split("/")[-2:-1]]
        for sound in same:
            if [fold_name(sound.path.parent.name)] == parent:
                return sound.clip
        for sound in same:
            if entry.length_s and abs(sound.length_s - entry.length_s) < _SAME_LENGTH_S:
                return sound.clip
        return same[0].clip if same else None

    return [find(entry) for entry in entries]


def _path_key(path: Path) -> str:
    # Names from a Mac come with decomposed accents.
    return unicodedata.normalize("NFC", os.path.normpath(path))
