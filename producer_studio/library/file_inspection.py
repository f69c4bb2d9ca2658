"""Comparison of a clip's folder with what the library knows of its files; blocking."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.file_checksum import FileChecksum, is_sha256
from producer_studio.domain.file_problem import FileProblem, FileRole, FileState
from producer_studio.files.checksum import compute_sha256
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.media_store import (
    EXPORT_SUFFIX,
    LYRICS_NAME,
    UNREADABLE_SIDECAR_NAME,
)
from producer_studio.library.path_confinement import is_plain_file
from producer_studio.library.sidecar import SIDECAR_NAME, UnreadableSidecar, read_sidecar
from producer_studio.translation import mark

_UNREADABLE_PREFIX = UNREADABLE_SIDECAR_NAME.partition("{")[0]


@dataclass(frozen=True, slots=True)
class RecordedFiles:
    """Clip with its folder and the checksums of its files."""

    stored: StoredClip
    checksums: tuple[FileChecksum, ...]


@dataclass(slots=True)
class FolderInspection:
    """Result of comparing a clip's folder.

    Attributes:
        problems: Files that are missing, changed or foreign.
        unrecorded: Checksums of files that had none.
        files: Number of files that belong to the clip and are there.
        size_bytes: Their total size.
    """

    problems: list[FileProblem] = field(default_factory=list)
    unrecorded: list[FileChecksum] = field(default_factory=list)
    files: int = 0
    size_bytes: int = 0


def find_unrecorded(item: RecordedFiles, is_cancelled: Callable[[], bool]) -> list[FileChecksum]:
    """Returns the checksums of a clip's files that have none yet.

    Raises:
        ReadingCancelled: `is_cancelled` returned true.
        OSError: A file cannot be read.
    """
    recorded = {one.name for one in item.checksums}
    present = _list_folder(item.stored.folder)
    return [
        _first_checksum(item.stored.clip, item.stored.folder / name, is_cancelled)
        for name in _files_of_clip(item.stored)
        if name not in recorded and present.get(name)
    ]


def inspect_folder(
    library: Path, item: RecordedFiles, is_cancelled: Callable[[], bool]
) -> FolderInspection:
    """Compares every file of a clip's folder with its checksum.

    Raises:
        ReadingCancelled: `is_cancelled` returned true.
        OSError: The folder or a file cannot be read.
    """
    return _Inspector(library, item, is_cancelled).inspect()


class _Inspector:
    def __init__(
        self, library: Path, item: RecordedFiles, is_cancelled: Callable[[], bool]
    ) -> None:
        self._library = library
        self._clip = item.stored.clip
        self._folder = item.stored.folder
        self._is_cancelled = is_cancelled
        self._roles = _files_of_clip(item.stored)
        self._checksums = {one.name: one for one in item.checksums}
        self._present = _list_folder(self._folder)
        self._result = FolderInspection()

    def inspect(self) -> FolderInspection:
        for name, checksum in self._checksums.items():
            self._compare(name, checksum)
        for name in self._roles.keys() - self._checksums.keys():
            self._record(name)
        self._check_texts()
        self._find_foreign_files()
        return self._result

    def _compare(self, name: str, checksum: FileChecksum) -> None:
        size_bytes = self._present.get(name)
        if size_bytes is None or (size_bytes == 0 and checksum.size_bytes):
            self._add(FileState.MISSING, name)
            return
        self._count(size_bytes)
        if size_bytes != checksum.size_bytes:
            self._add(FileState.CHANGED, name)
            return
        sha256, _ = compute_sha256(self._folder / name, self._is_cancelled)
        if sha256 != checksum.sha256:
            self._add(FileState.CHANGED, name)

    def _record(self, name: str) -> None:
        if not self._present.get(name):
            is_sound = self._roles[name] is FileRole.SOUND
            # A download that was not accepted is shown at the clip itself.
            if not is_sound or self._clip.media in {MediaState.READY, MediaState.MISSING}:
                self._add(FileState.MISSING, name)
            return
        path = self._folder / name
        first = _first_checksum(self._clip, path, self._is_cancelled)
        self._result.unrecorded.append(first)
        self._compare(name, first)

    def _check_texts(self) -> None:
        if SIDECAR_NAME not in self._present:
            self._add(FileState.MISSING, SIDECAR_NAME)
        else:
            self._count(self._present[SIDECAR_NAME])
            try:
                read_sidecar(self._folder)
            except UnreadableSidecar:
                self._add(FileState.CHANGED, SIDECAR_NAME, mark("It cannot be read any more."))
        if LYRICS_NAME in self._present:
            self._count(self._present[LYRICS_NAME])
        elif self._clip.lyrics.strip():
            self._add(FileState.MISSING, LYRICS_NAME)

    def _find_foreign_files(self) -> None:
        own = {SIDECAR_NAME, LYRICS_NAME, *self._roles, *self._checksums}
        copies = {
            _identity(self._folder / name)
            for name in self._roles
            if self._present.get(name) is not None
        }
        for name in sorted(self._present.keys() - own):
            if name.startswith((".", _UNREADABLE_PREFIX)):
                continue  # temporary, or preserved by this program
            # A second name of the sound, for a drag.
            if _identity(self._folder / name) not in copies:
                self._add(FileState.FOREIGN, name)

    def _count(self, size_bytes: int | None) -> None:
        self._result.files += 1
        self._result.size_bytes += size_bytes or 0

    def _add(self, state: FileState, name: str, detail: str = "") -> None:
        role = _TEXTS.get(name) or self._roles.get(name) or _role_of_name(name)
        path = (self._folder / name).relative_to(self._library).as_posix()
        self._result.problems.append(
            FileProblem(state, path, role, self._clip.id, self._clip.display_title, detail)
        )


_TEXTS = {SIDECAR_NAME: FileRole.RECIPE, LYRICS_NAME: FileRole.LYRICS}


def _files_of_clip(stored: StoredClip) -> dict[str, FileRole]:
    """Returns the names of the files that a clip refers to, or a service made of it."""
    clip = stored.clip
    roles = {
        name: FileRole.EXPORT
        for name in _list_folder(stored.folder)
        if _role_of_name(name) is FileRole.EXPORT
    }
    for path, role in (
        (clip.cover, FileRole.COVER),
        (clip.video, FileRole.VIDEO),
        (clip.path, FileRole.SOUND),
    ):
        if path is not None and path.parent == stored.folder:
            roles[path.name] = role
    return roles


def _role_of_name(name: str) -> FileRole:
    is_export = Path(name).stem.endswith(EXPORT_SUFFIX) and not name.startswith(".")
    return FileRole.EXPORT if is_export else FileRole.OTHER


def _list_folder(folder: Path) -> dict[str, int | None]:
    """Returns the names in a folder with their sizes; None for what is not a regular file."""
    try:
        with os.scandir(folder) as entries:
            return dict(_list_entries(entries))
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _list_entries(entries: "Iterator[os.DirEntry[str]]") -> Iterator[tuple[str, int | None]]:
    for entry in entries:
        is_file = entry.is_file(follow_symlinks=False)
        yield entry.name, entry.stat(follow_symlinks=False).st_size if is_file else None


def _first_checksum(clip: Clip, path: Path, is_cancelled: Callable[[], bool]) -> FileChecksum:
    """Returns the checksum of a file that has none; that of a sound when it arrived, if known."""
    if path == clip.path and is_sha256(clip.sha256) and clip.size_bytes is not None:
        return FileChecksum(path.name, clip.sha256, clip.size_bytes)
    return FileChecksum(path.name, *compute_sha256(path, is_cancelled))


def _identity(path: Path) -> tuple[int, int] | None:
    """Returns size and time of a file, which a copy for a drag has as well."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return (status.st_size, int(status.st_mtime)) if stat.S_ISREG(status.st_mode) else None


def find_foreign_paths(
    library: Path, known_folders: Sequence[str], clip_folders: Sequence[Path], names: Sequence[str]
) -> list[FileProblem]:
    """Returns folders that no clip has, and names that are not this program's."""
    known = set(known_folders)
    found = [folder.relative_to(library).as_posix() for folder in clip_folders]
    problems = [
        FileProblem(FileState.FOREIGN, path, detail=_folder_detail(library / path))
        for path in found
        if path not in known
    ]
    return problems + [FileProblem(FileState.FOREIGN, name) for name in names]


def _folder_detail(folder: Path) -> str:
    try:
        has_recipe = is_plain_file(folder / SIDECAR_NAME)
    except OSError:
        return ""  # the folder itself is reported
    if has_recipe:
        return mark("A clip that the library does not list; rebuilding the database adds it.")
    return ""
