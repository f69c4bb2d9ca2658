"""Permanent deletion of clips: the only library module that deletes files of the user.

A folder is first moved into `deleting/`, then the row is deleted, then the moved folder. Deletion
of everything in `deleting/` was confirmed by the user; the next process finishes it after a kill.
Only the folder of a clip that another process restored meanwhile is put back: its new name ends in
the clip's id.
"""

import logging
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.files.filenames import safe_filename
from producer_studio.files.locks import FileLock
from producer_studio.library import clip_sql, job_sql
from producer_studio.library.change_log import ChangeLog
from producer_studio.library.clip_folders import is_clip_folder
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.database import Database
from producer_studio.library.errors import NOT_A_FOLDER
from producer_studio.library.internal_files import DELETING
from producer_studio.library.media_store import LYRICS_NAME, MediaStore
from producer_studio.library.path_confinement import exists_without_following, is_plain_folder
from producer_studio.library.sidecar import SIDECAR_NAME
from producer_studio.translation import mark

T = TypeVar("T")
log = logging.getLogger(__name__)

_DELETION_IN_PROGRESS = mark(
    "Another program is deleting clips of this library. Try again in a moment; nothing was changed."
)
_ID_SEPARATOR = " "
_WRITTEN_ANEW = frozenset({SIDECAR_NAME, LYRICS_NAME})
"""Files whose content is in the database as well."""

_BATCH_SIZE = 100
_CHUNK = 500

_MAX_DEPTH = 8
"""Maximum depth of folders for one deletion.

`shutil.rmtree` is recursive, and deeper paths may exceed the path limit of the system.
"""


@dataclass(frozen=True, slots=True)
class DeletionResult:
    """Result of deleting clips.

    Attributes:
        clips: The deleted clips.
        freed_bytes: Size of the deleted files.
        remaining: Clips that stay in the trash, because a file is in use or cannot be moved.
        untouched_folders: Folders outside the library, or shared with another clip; not changed.
        in_use: Clips that stay in the trash, because an unfinished job makes a file of them.
    """

    clips: tuple[ClipId, ...] = ()
    freed_bytes: int = 0
    remaining: tuple[ClipId, ...] = ()
    untouched_folders: tuple[Path, ...] = ()
    in_use: tuple[ClipId, ...] = ()

    def __add__(self, other: "DeletionResult") -> "DeletionResult":
        return DeletionResult(
            self.clips + other.clips,
            self.freed_bytes + other.freed_bytes,
            self.remaining + other.remaining,
            self.untouched_folders + other.untouched_folders,
            self.in_use + other.in_use,
        )


@dataclass(slots=True)
class MovedFolder:
    """Clip folder that is being deleted.

    Attributes:
        moved_to: Its new path; None if it did not exist or is not deleted.
        is_untouched: Whether it is outside the library or shared with another clip.
    """

    clip: ClipId
    folder: Path
    moved_to: Path | None = None
    is_untouched: bool = False


class ClipDeleter:
    """Deletes clips that are in the trash, in batches of a hundred."""

    def __init__(
        self, library: Path, database: Database, media: MediaStore, changes: ChangeLog
    ) -> None:
        self._library = library
        self._changes = changes
        self._database = database
        self._media = media
        self._lock = FileLock(library / "deleting.lock")

    async def total_size_bytes(self, ids: Sequence[ClipId]) -> int:
        """Returns the size of these clips' files, in bytes; only clips in the trash count."""
        items = await self._database.read(read_trashed_clips, self._library, ids)
        total = 0
        for part in _batches([item.folder for item in items]):
            total += await self._database.run_file_work(_total_size_bytes, self._library, part)
        return total

    async def delete(self, ids: Sequence[ClipId]) -> DeletionResult:
        """Implements `ClipRepository.delete`."""
        if not await self._database.run_file_work(self._lock.acquire):
            raise StorageError(_DELETION_IN_PROGRESS)
        try:
            done = DeletionResult()
            for part in _batches(ids):
                done += await self._delete_batch(part)
            return done
        finally:
            self._lock.release()

    async def finish_interrupted(self) -> None:
        """Finishes interrupted deletions; does nothing while another process deletes."""
        if await self._database.run_file_work(self._lock.acquire):
            try:
                found = await self._database.run_file_work(_list_deleting_folder, self._library)
                ids = list(found.values())
                stored = await self._database.read(clip_sql.read_stored_clips, self._library, ids)
                await self._database.run_file_work(
                    _empty_deleting_folder, self._library, found, stored
                )
            finally:
                self._lock.release()

    async def _delete_batch(self, ids: Sequence[ClipId]) -> DeletionResult:
        items = await self._database.read(read_trashed_clips, self._library, ids)
        working = await self._database.read(job_sql.find_clips_in_use)
        in_use = tuple(item.clip.id for item in items if item.clip.id in working)
        items = [item for item in items if item.clip.id not in working]
        shared = await self._database.read(find_shared_folders, self._library, items)
        moved, kept = await self._database.run_file_work(self._move_folders_out, items, shared)
        try:
            wanted = [one.clip for one in moved]
            gone = set(await self._database.write(self._delete_rows, wanted))
        except Exception:
            # Not on cancellation: the deletion of the rows continues in its thread, and confirmed
            # deletions are finished at the next start, as after a kill.
            await self._database.run_file_work(_restore_folders, moved)
            raise
        # A clip that was restored meanwhile gets its folder back.
        await self._database.run_file_work(
            _restore_folders, [one for one in moved if one.clip not in gone]
        )
        away = [one for one in moved if one.clip in gone]
        freed = await self._database.run_file_work(self._delete_files, away)
        left = tuple(one.folder for one in away if one.is_untouched)
        return DeletionResult(tuple(one.clip for one in away), freed, tuple(kept), left, in_use)

    def _delete_rows(self, db: sqlite3.Connection, ids: Sequence[ClipId]) -> list[ClipId]:
        gone = delete_clip_rows(db, ids)
        self._changes.record(db, LibraryChange(frozenset(gone), ChangeKind.REMOVED))
        return gone

    def _move_folders_out(
        self, items: Sequence[StoredClip], shared: set[Path]
    ) -> tuple[list[MovedFolder], list[ClipId]]:
        out: list[MovedFolder] = []
        kept: list[ClipId] = []
        for item in items:
            one = MovedFolder(item.clip.id, item.folder)
            try:
                if item.folder in shared or not is_clip_folder(self._library, item.folder):
                    one.is_untouched = True
                else:
                    one.moved_to = move_to_deleting(self._library, item.folder, item.clip.id)
                out.append(one)
            except OSError as error:
                log.warning("Cannot delete clip now: %s", error)
                kept.append(item.clip.id)
            except StorageError:
                # The next start would delete them, although their rows stay.
                _restore_folders(out)
                raise
        return out, kept

    def _delete_files(self, gone: Sequence[MovedFolder]) -> int:
        for one in gone:
            try:
                self._media.delete_partial_files(one.clip)
            except OSError as error:
                log.warning("Cannot delete unfinished downloads of a deleted clip: %s", error)
        return sum(delete_moved_folder(one.moved_to) for one in gone if one.moved_to is not None)


def read_trashed_clips(
    db: sqlite3.Connection, library: Path, ids: Sequence[ClipId]
) -> list[StoredClip]:
    """Returns those of the clips that are in the trash."""
    found = clip_sql.read_stored_clips(db, library, ids)
    return [item for item in found if item.clip.trashed_at is not None]


def find_shared_folders(
    db: sqlite3.Connection, library: Path, items: Sequence[StoredClip]
) -> set[Path]:
    """Returns folders that a damaged database assigns to more than one clip."""
    inside = [item.folder for item in items if item.folder.is_relative_to(library)]
    names = [folder.relative_to(library).as_posix() for folder in inside]
    found: set[Path] = set()
    for start in range(0, len(names), _CHUNK):
        part = names[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        rows = db.execute(
            f"SELECT folder FROM details WHERE folder IN ({marks}) "  # noqa: S608 - marks only
            "GROUP BY folder HAVING count(*) > 1",
            part,
        )
        found |= {library / row["folder"] for row in rows}
    return found


def delete_clip_rows(db: sqlite3.Connection, ids: Sequence[ClipId]) -> list[ClipId]:
    """Deletes the rows of clips that are still in the trash; returns the deleted ids."""
    delete = "DELETE FROM clips WHERE id = ? AND trashed"
    return [clip for clip in ids if db.execute(delete, (clip,)).rowcount]


def folder_size_bytes(folder: Path) -> int:
    """Returns the total size of files below a folder, counting links themselves; 0 if missing."""
    return sum(status.st_size for status in _iter_statuses(folder))


def move_to_deleting(library: Path, folder: Path, clip: ClipId) -> Path | None:
    """Moves a clip's folder into `deleting/`; returns None if it does not exist.

    A link under its name is moved itself, and its target is not changed.

    Raises:
        OSError: It cannot be moved.
        StorageError: Something other than a folder exists as `deleting/`.
    """
    if not exists_without_following(folder):
        return None
    place = library / DELETING
    place.mkdir(mode=0o700, exist_ok=True)
    if not is_plain_folder(place):
        raise StorageError(NOT_A_FOLDER.with_values(path=place))
    target = place / f"{uuid4().hex}{_ID_SEPARATOR}{safe_filename(clip, max_bytes=80)}"
    folder.rename(target)
    return target


def delete_moved_folder(path: Path) -> int:
    """Deletes a moved folder; returns the freed bytes. Links inside are deleted, not followed.

    What cannot be deleted now is deleted at the next start.
    """
    try:
        return _delete_folder(path)
    except OSError as error:
        log.warning("Cannot delete the folder of a deleted clip now: %s", error)
        return 0


def _delete_folder(path: Path) -> int:
    before = folder_size_bytes(path)
    if not is_plain_folder(path):
        path.unlink()
        return before
    remaining = 0
    waiting = [path]
    while waiting:
        part = waiting.pop()
        waiting += _move_deep_folders_out(part)
        shutil.rmtree(part, onerror=_log_delete_error)
        if exists_without_following(part):
            remaining += folder_size_bytes(part)
    return max(0, before - remaining)


def _list_deleting_folder(library: Path) -> dict[Path, ClipId]:
    """Lists what killed processes left in `deleting/`, with the clip of each; "" if unknown."""
    place = library / DELETING
    if not is_plain_folder(place):
        return {}
    return {path: ClipId(path.name.partition(_ID_SEPARATOR)[2]) for path in place.iterdir()}


def _empty_deleting_folder(
    library: Path, found: Mapping[Path, ClipId], stored: Sequence[StoredClip]
) -> None:
    """Deletes the remains of killed processes, and puts the folders of restored clips back.

    Args:
        stored: Those of the clips that have rows.
    """
    folders = {item.clip.id: item.folder for item in stored if item.clip.trashed_at is None}
    for path, clip in found.items():
        folder = folders.get(clip)
        try:
            is_restored = folder is not None and is_clip_folder(library, folder)
        except OSError as error:
            log.warning("Cannot look up the folder of a restored clip now: %s", error)
            continue
        if folder is not None and is_restored:
            _put_back(path, folder)
        else:
            delete_moved_folder(path)


def _restore_folders(moved_folders: Sequence[MovedFolder]) -> None:
    for one in moved_folders:
        if one.moved_to is not None:
            _put_back(one.moved_to, one.folder)


def _put_back(moved: Path, folder: Path) -> None:
    """Moves a folder back to its place, where its `recipe.json` may have been written meanwhile.

    One that cannot be moved now stays; the next start tries again.
    """
    try:
        if not exists_without_following(folder):
            moved.rename(folder)
            return
        if not (is_plain_folder(folder) and is_plain_folder(moved)):
            return
        for path in list(moved.iterdir()):
            target = folder / path.name
            if not (path.name in _WRITTEN_ANEW and exists_without_following(target)):
                path.replace(target)
        delete_moved_folder(moved)
    except OSError as error:
        log.warning("Cannot put the folder of a restored clip back now: %s", error)


def _total_size_bytes(library: Path, folders: Sequence[Path]) -> int:
    return sum(folder_size_bytes(folder) for folder in folders if is_clip_folder(library, folder))


def _batches(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), _BATCH_SIZE):
        yield whole[start : start + _BATCH_SIZE]


def _iter_statuses(path: Path) -> Iterator[os.stat_result]:
    """Yields the status of all files below a path; not recursive, to support any depth."""
    waiting = [path]
    while waiting:
        current = waiting.pop()
        try:
            status = current.lstat()
            if stat.S_ISDIR(status.st_mode):
                waiting += current.iterdir()
            else:
                yield status
        except (OSError, ValueError) as error:
            log.warning("Cannot read file size: %s", error)


def _move_deep_folders_out(path: Path) -> list[Path]:
    """Moves deeply nested folders out of a moved folder; returns their new paths."""
    out: list[Path] = []
    waiting = [(path, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            for inside in _list_plain_folders(folder):
                if depth + 1 < _MAX_DEPTH:
                    waiting.append((inside, depth + 1))
                else:
                    out.append(inside.rename(path.with_name(uuid4().hex)))
        except OSError as error:
            log.warning("Cannot list folder of deleted clip: %s", error)
    return out


def _list_plain_folders(folder: Path) -> list[Path]:
    """Lists the folders in a folder, without links and junctions, which lead elsewhere."""
    with os.scandir(folder) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if entry.is_dir(follow_symlinks=False)
            and not getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
        ]


def _log_delete_error(_function: object, path: str, error: object) -> None:
    log.warning("Cannot delete file of deleted clip now: %s: %s", path, error)
