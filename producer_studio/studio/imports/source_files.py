"""Files to import: audio files of folders, and what lies beside them. All functions block."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.domain.song_details import SongDetails, read_json_details
from producer_studio.domain.text import decode_text
from producer_studio.files.file_types import (
    AUDIO_SUFFIXES,
    HEAD_BYTES,
    MAX_COVER_BYTES,
    ContentKind,
    detect_file_type,
)
from producer_studio.files.path_checks import is_error_of_drive, is_file, is_folder, path_exists
from producer_studio.files.paths import absolute_path
from producer_studio.files.regular_files import open_regular, read_regular
from producer_studio.library.internal_files import DATABASE

_MAX_TEXT_BYTES = 8 * 1024 * 1024
_SHARED_JSON = ("recipe.json", "metadata.json", "info.json", "song.json", "task.json")
"""Names of files that describe the only song of their folder."""

_COVER_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_COVER_STEMS = ("cover", "folder", "front", "artwork")
_TIME_MARK = re.compile(r"\[\d+:\d+(?:[.:]\d+)?\]\s*|^\[[a-z]+:[^\]\n]*\]\s*", re.MULTILINE)
"""Times and headers of LRC lyrics.

A header ends on its line: one that is looked for to the end of the file takes hours where many are
open, and a search stops every other thread.
"""


@dataclass(frozen=True, slots=True)
class FoundSources:
    """Content of the files and folders that are to be imported.

    Attributes:
        songs: Audio files, by their names alone, and folders that cannot be read.
        size_bytes: Their size.
        libraries: Folders that are libraries of this program; their files are not in `songs`.
        others: Number of files given one by one that are neither.
        folders: Number of folders that the songs are in.
    """

    songs: tuple[Path, ...]
    size_bytes: int
    libraries: tuple[Path, ...]
    others: int = 0
    folders: int = 1


class FoundInside(Exception):
    """A path that is to be imported is inside the library's own folder."""


def find_sources(paths: Iterable[Path], own: Path) -> FoundSources:
    """Finds the audio files of files and folders; hidden ones and links in folders are skipped.

    Args:
        own: Folder of the library, which is skipped inside a folder.

    Raises:
        FoundInside: One of the paths is in it.
        FileNotFoundError: One of the paths does not exist.
    """
    root = _without_links(own)
    songs: dict[Path, int] = {}
    libraries: list[Path] = []
    others = 0
    for path in map(absolute_path, paths):
        try:
            resolved = _without_links(path)
        except ValueError as error:  # a null character, from a URL that was dragged here
            raise FileNotFoundError(path) from error
        if resolved.is_relative_to(root):
            raise FoundInside(path)
        if is_folder(path):
            for found in _walk(path, root, libraries):
                songs.setdefault(found, _size_bytes(found))
        elif not path_exists(path):
            raise FileNotFoundError(path)
        elif path.suffix.lower() in AUDIO_SUFFIXES:
            songs.setdefault(path, path.stat().st_size)
        else:
            others += 1
    folders = len({song.parent for song in songs})
    return FoundSources(tuple(songs), sum(songs.values()), tuple(libraries), others, folders)


def _without_links(path: Path) -> Path:
    # Until Python 3.12 Path.resolve raises RuntimeError for links in a circle.
    return Path(os.path.realpath(path))


def _walk(top: Path, own: Path, libraries: list[Path]) -> Iterator[Path]:
    # Imported like files, so that it is said why they cannot be read.
    unread: list[Path] = []
    for place, folders, names in os.walk(top, onerror=lambda fault: unread.append(fault.filename)):
        if DATABASE in names:
            folders.clear()
            if _without_links(Path(place)) != own:
                libraries.append(Path(place))
            continue
        folders[:] = sorted((one for one in folders if not one.startswith(".")), key=_natural)
        for name in sorted(names, key=_natural):
            path = Path(place, name)
            is_audio = path.suffix.lower() in AUDIO_SUFFIXES and not name.startswith(".")
            if is_audio and _may_be_song(path):
                yield path
    yield from map(Path, unread)


def _may_be_song(path: Path) -> bool:
    try:
        return is_file(path) and not path.is_symlink()
    except OSError:
        return True  # its import says why it cannot be read


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # likewise


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Returns a sort key by which “2” is before “10”."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((int(part[:18]), "") if part.isdecimal() else (0, part) for part in parts)


def read_details_beside(song: Path) -> SongDetails:
    """Reads JSON and lyrics that belong to a song by their names.

    Raises:
        OSError: The drive does not deliver one of them.
    """
    details = SongDetails()
    for path in _json_files(song):
        if (text := _read_text(path)) is not None:
            details = details.with_missing(read_json_details(text, song.name))
    for suffix in (".txt", ".lrc"):
        text = None if details.lyrics else _read_text(song.with_suffix(suffix))
        if text:
            plain = _TIME_MARK.sub("", text) if suffix == ".lrc" else text
            # Whole, it would be laid out in the form: minutes for a log that has the song's name.
            lyrics = plain.strip()[:MAX_FIELD_LENGTH]
            details = details.with_missing(SongDetails(lyrics=lyrics))
    return details


def _json_files(song: Path) -> Iterator[Path]:
    yield song.with_suffix(".json")
    yield song.with_name(f"{song.name}.json")
    yield song.with_name(f"{song.stem}.info.json")
    for name in _SHARED_JSON:
        path = song.with_name(name)
        if is_file(path) and _is_only_song(song):
            yield path


def _is_only_song(song: Path) -> bool:
    names = (one.name for one in song.parent.iterdir())
    stems = {Path(name).stem for name in names if Path(name).suffix.lower() in AUDIO_SUFFIXES}
    return stems == {song.stem}


def _read_text(path: Path) -> str | None:
    try:
        return decode_text(read_regular(path, _MAX_TEXT_BYTES))
    except OSError as error:
        if is_error_of_drive(error):
            raise  # the song would be imported without its words, and never again with them
        return None  # mostly since there is none


def find_cover_beside(song: Path) -> Path | None:
    """Returns the picture that belongs to a song by its name, or to its folder.

    Raises:
        OSError: The drive cannot tell.
    """
    for stem in (song.stem, *_COVER_STEMS):
        for suffix in _COVER_SUFFIXES:
            path = song.with_name(f"{stem}{suffix}")
            if is_picture(path):
                return path
    return None


def is_picture(path: Path) -> bool:
    """Whether a file is a picture of a size that a cover can have.

    Raises:
        OSError: The drive cannot tell.
    """
    try:
        with open_regular(path) as file:
            found = detect_file_type(file.read(HEAD_BYTES))
            is_small = os.fstat(file.fileno()).st_size <= MAX_COVER_BYTES
    except OSError as error:
        if is_error_of_drive(error):
            raise
        return False
    return found is not None and found.content is ContentKind.IMAGE and is_small
