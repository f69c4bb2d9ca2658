"""Import of files from elsewhere: copies, and clips that are added with their files."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind
from producer_studio.files.atomic_write import sync_handle
from producer_studio.files.checksum import ReadingCancelled, compute_sha256
from producer_studio.files.regular_files import open_regular
from producer_studio.library import clip_sql, file_sql
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.context import LibraryContext
from producer_studio.library.media_store import MediaKind, MediaStore
from producer_studio.library.path_confinement import open_new_file, require_inside
from producer_studio.translation import mark

_CHUNK = 500
_BLOCK_BYTES = 1 << 20

MAX_FILE_BYTES = 8_000_000_000
"""Size of the largest file that is copied: twelve hours of CD quality.

A sparse file of any size takes no room where it is, but all of it in a copy.
"""

_UNREADABLE_MESSAGE = mark("“{name}” cannot be read: {reason}.")
_TOO_LARGE_MESSAGE = mark("“{name}” is larger than 8 GB, and was not copied.")
_CHANGED_MESSAGE = mark("“{name}” was changed while it was read.")


class SourceUnreadable(StorageError):
    """A file elsewhere cannot be read; nothing is wrong with the library."""


@dataclass(frozen=True, slots=True)
class KnownSound:
    """Clip whose sound has a certain checksum."""

    clip: ClipId
    is_trashed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFiles:
    """New clip with its files, which are copied but not in their places yet.

    Attributes:
        clip: The clip without paths; `sha256` and `size_bytes` are those of its sound.
        sound: Unfinished file in the library's folder.
        suffix: Suffix of its format as decoded, with the dot.
        cover: Unfinished file of the cover; None for none.
    """

    clip: Clip
    sound: Path
    suffix: str
    cover: Path | None = None


class ImportRepository:
    """Copies files into the library and adds their clips."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def find_by_checksum(self, checksums: Sequence[str]) -> dict[str, KnownSound]:
        """Returns the clips, also in the trash, whose sounds have these checksums."""
        return await self._context.database.read(_find_by_checksum, checksums)

    async def compute_checksum(
        self, path: Path, is_cancelled: Callable[[], bool]
    ) -> tuple[str, int]:
        """Returns the checksum and the size of a file anywhere.

        Raises:
            ReadingCancelled: `is_cancelled` returned true.
            SourceUnreadable: It cannot be read.
        """

        def work() -> tuple[str, int]:
            with reading(path):
                _require_size(path, path.stat().st_size)
                return compute_sha256(path, is_cancelled)

        return await self._context.database.run_foreign_work(work)

    async def copy(self, source: Path, target: Path, sha256: str) -> None:
        """Copies a file into the folder of unfinished files; it is on the disk at return.

        Raises:
            SourceUnreadable: It cannot be read, or was changed since its checksum was computed.
            StorageError: The disk is full.
        """
        self._context.require_writable()
        await self._context.database.run_foreign_work(_copy, source, target, sha256)

    async def remove(self, paths: Iterable[Path]) -> None:
        """Removes unfinished files."""

        def work() -> None:
            for path in paths:
                path.unlink(missing_ok=True)

        await self._context.database.run_file_work(work)

    async def add(self, items: Sequence[ImportedFiles]) -> list[Clip]:
        """Adds clips with their files in one transaction: each is there with its row, or not.

        Clips whose id exists already are not changed, and omitted from the result.

        Raises:
            StorageError: The disk is full, or the library cannot be written.
        """
        context = self._context
        context.require_writable()
        moved: list[Path] = []

        def work(db: sqlite3.Connection) -> list[StoredClip]:
            by_id = {one.clip.id: one for one in items}
            stored: list[StoredClip] = []
            clips = [one.clip for one in items]
            for added in clip_sql.add_clips(db, context.folder, clips, has_own_times=True):
                files = _move_files(context.media, by_id[added.clip.id], added.folder, moved)
                file_sql.write_checksums(db, added.clip.id, _checksums(files, added.clip))
                fields = {**files, "media": MediaState.READY}
                stored += clip_sql.update_fields(db, context.folder, [added.clip.id], fields)
            context.record(db, stored, ChangeKind.ADDED)
            return stored

        try:
            stored = await context.database.write(work)
        except StorageError:
            await context.database.run_file_work(remove_moved, moved, context.folder)
            raise
        await context.write_sidecars(stored)
        return [one.clip for one in stored]


def _find_by_checksum(db: sqlite3.Connection, checksums: Sequence[str]) -> dict[str, KnownSound]:
    found: dict[str, KnownSound] = {}
    for start in range(0, len(checksums), _CHUNK):
        part = checksums[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        for row in db.execute(
            "SELECT sha256, id, trashed FROM clips "  # noqa: S608 - marks only
            f"WHERE sha256 <> '' AND sha256 IN ({marks}) ORDER BY trashed DESC, seq DESC",
            part,
        ):
            # The last one is the oldest of those that are not in the trash.
            found[row["sha256"]] = KnownSound(ClipId(row["id"]), bool(row["trashed"]))
    return found


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Converts errors of a file elsewhere: it is not the library that cannot be read."""
    try:
        yield
    except OSError as error:
        raise SourceUnreadable(
            _UNREADABLE_MESSAGE.with_values(name=path.name, reason=(error.strerror or "?").lower()),
            service_words=str(error),
        ) from error


def copy_file(source: Path, target: Path) -> tuple[str, int]:
    """Copies a file from elsewhere; returns its checksum and size. Blocking.

    Raises:
        SourceUnreadable: It cannot be read, or is too large.
        OSError: The target cannot be written.
    """
    digest = hashlib.sha256()
    with reading(source):
        _require_size(source, source.stat().st_size)
        file = open_regular(source)
    with file, os.fdopen(open_new_file(target), "wb") as writing:
        while True:
            with reading(source):
                block = file.read(_BLOCK_BYTES)
            if not block:
                break
            digest.update(block)
            writing.write(block)
            # It may be written to at this time.
            _require_size(source, writing.tell())
        writing.flush()
        sync_handle(writing.fileno())
        return digest.hexdigest(), writing.tell()


def _require_size(path: Path, size_bytes: int) -> None:
    if size_bytes > MAX_FILE_BYTES:
        raise SourceUnreadable(_TOO_LARGE_MESSAGE.with_values(name=path.name))


def _copy(source: Path, target: Path, sha256: str) -> None:
    if copy_file(source, target)[0] != sha256:
        target.unlink(missing_ok=True)
        raise SourceUnreadable(_CHANGED_MESSAGE.with_values(name=source.name))


def _move_files(
    media: MediaStore, item: ImportedFiles, folder: Path, moved: list[Path]
) -> dict[str, Path]:
    """Moves the files of a clip into its folder; returns their paths by the attribute of a clip."""
    title = item.clip.display_title
    files = {
        "path": media.store_media_file(item.sound, folder, title, MediaKind.AUDIO, item.suffix)
    }
    moved.append(files["path"])
    if item.cover is not None:
        files["cover"] = media.store_media_file(item.cover, folder, title, MediaKind.COVER)
        moved.append(files["cover"])
    return files


def _checksums(files: dict[str, Path], clip: Clip) -> list[FileChecksum]:
    found = [FileChecksum(files["path"].name, clip.sha256, clip.size_bytes or 0)]
    if "cover" in files:
        found.append(FileChecksum(files["cover"].name, *compute_sha256(files["cover"])))
    return found


def remove_moved(paths: Sequence[Path], library: Path) -> None:
    """Removes files that were moved by a transaction that failed, with their empty folders."""
    for path in paths:
        with suppress(OSError):
            require_inside(path, library)
            path.unlink()
            path.parent.rmdir()


__all__ = [
    "ImportRepository",
    "ImportedFiles",
    "KnownSound",
    "ReadingCancelled",
    "SourceUnreadable",
]
