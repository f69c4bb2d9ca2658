"""Playlists as M3U8 files, for other programs and from them."""

import asyncio
import math
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
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
_SECONDS_APART = 2
"""By how much the whole seconds of two such lengths differ at most."""


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
    # A library may have thousands of files of the same name, and a playlist thousands of entries.
    by_name: dict[str, StoredSound] = {}
    by_folder: dict[tuple[str, str], StoredSound] = {}
    by_second: dict[tuple[str, int], list[tuple[int, StoredSound]]] = {}
    for number, sound in enumerate(sounds):
        name = fold_name(sound.path.name)
        by_name.setdefault(name, sound)
        by_folder.setdefault((fold_name(sound.path.parent.name), name), sound)
        by_second.setdefault((name, _whole_second(sound.length_s)), []).append((number, sound))

    def find(entry: M3uEntry) -> ClipId | None:
        try:
            exact = by_path.get(_path_key(folder / entry.path))
        except ValueError:  # a null character
            return None
        if exact is not None:
            return exact
        name = fold_name(entry.file_name)
        folder_name = "".join(entry.path.replace("\\", "/").split("/")[-2:-1])
        found = by_folder.get((fold_name(folder_name), name))
        if found is None and entry.length_s:
            found = find_of_length(entry.length_s, name)
        found = found or by_name.get(name)
        return found.clip if found is not None else None

    def find_of_length(length_s: float, name: str) -> StoredSound | None:
        """Returns the newest sound of this name and length."""
        second = int(length_s)
        near = (
            next((one for one in by_second.get((name, at), ()) if _is_near(one[1], length_s)), None)
            for at in range(second - _SECONDS_APART, second + _SECONDS_APART + 1)
        )
        newest = min((one for one in near if one is not None), key=itemgetter(0), default=None)
        return newest[1] if newest is not None else None

    return [find(entry) for entry in entries]


def _whole_second(length_s: float) -> int:
    return int(length_s) if math.isfinite(length_s) else 0  # of a damaged row


def _is_near(sound: StoredSound, length_s: float) -> bool:
    return abs(sound.length_s - length_s) < _SAME_LENGTH_S


def _path_key(path: Path) -> str:
    # Names from a Mac come with decomposed accents.
    return unicodedata.normalize("NFC", os.path.normpath(path))
