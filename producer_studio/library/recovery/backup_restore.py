"""Restores a backup of the library database; the replaced database is preserved beside it.

A backup is older than the library: purchases since then must not be lost. Jobs, responses and the
ledger are copied from the replaced database if it can be read, and clips that exist only as folders
are added. All else is restored from the backup.
"""

import logging
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.timestamps import from_unix_time
from producer_studio.files.atomic_write import (
    delete_stale_temporary_files,
    sync_file,
    sync_folder,
    temporary_file,
)
from producer_studio.files.locks import FileLock
from producer_studio.library import press_sql, stale_sidecars
from producer_studio.library.backups import list_backup_files
from producer_studio.library.connection import connect, create_private_file, transaction
from producer_studio.library.errors import UNREADABLE, system_error, to_storage_error
from producer_studio.library.internal_files import (
    BACKUPS,
    DATABASE,
    IN_USE_LOCK,
    OPENING_LOCK,
    clear_lock_path,
    move_foreign_files_aside,
)
from producer_studio.library.migration_to_version_6 import add_presses
from producer_studio.library.migrations import migrate
from producer_studio.library.path_confinement import file_type, list_matching, move_aside
from producer_studio.library.recovery.backup_archive import (
    extract_archive,
    is_archive,
    is_cut_off_archive,
)
from producer_studio.library.recovery.inspection import find_damage, open_untrusted
from producer_studio.library.recovery.rebuild import add_clips_from_folders, remove_database
from producer_studio.library.recovery.salvage import copy_purchases, mark_unsent_jobs_unknown
from producer_studio.translation import join_texts, mark

log = logging.getLogger(__name__)

_READY_NAME_FORMAT = "restoring {stamp}.db"
_READY_NAME_PATTERN = re.compile(r"restoring (?P<stamp>.+)\.db")
_UNFINISHED_NAME = "restoring.db.part"
_REPLACED_NAME_FORMAT = "library replaced {stamp}.db"
_LOG_SUFFIXES = ("", "-wal", "-shm", "-journal")

_IN_USE = mark(
    "The library is open. Close all windows and commands of Producer Studio, then try again. "
    "Nothing was changed."
)
_CUT_OFF = mark("it is a ZIP file whose end is missing")
_UNUSABLE = mark("“{name}” cannot be restored: {reason}. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Backup:
    """Backup, with the reason if it cannot be restored.

    Attributes:
        problem: Error message of SQLite or of this program; empty if the backup is valid.
    """

    path: Path
    made_at: datetime
    size_bytes: int
    clips: int = 0
    jobs: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """Result of restoring a backup.

    Attributes:
        replaced_database: The replaced database; None if there was none.
        newer_clips: How many of the clips were not in the backup.
    """

    backup: Path
    replaced_database: Path | None
    clips: int
    jobs: int
    newer_clips: int

    @property
    def text(self) -> str:
        """Description of the present contents of the library, for the user."""
        text = mark("{clips} clips, {jobs} jobs", clips=self.clips, jobs=self.jobs)
        if not self.newer_clips:
            return text
        newer = mark("clips newer than the backup: {number}", number=self.newer_clips)
        return join_texts((text, newer), "; ")


def list_backups(folder: Path) -> list[Backup]:
    """Lists the backups of a library, newest first, each checked completely; blocking."""
    examined = (_inspect_backup(path) for path in list_backup_files(folder / BACKUPS))
    return [one for one in examined if one is not None]


def restore_backup(folder: Path, source: Path) -> RestoreResult:
    """Restores a backup; blocking. A kill at any time leaves the old database or the new one.

    The files of a backup with media are restored first, so that a restore that was killed goes on
    where it was when it is repeated.

    Raises:
        StorageError: The library is in use, or the backup is damaged or cannot be read; the
            database was not changed.
        LibraryTooNew: A later version made it.
    """
    with exclusive_library(folder):
        try:
            finish_restore(folder)
            delete_stale_temporary_files(folder)
            if not is_archive(source):
                if is_cut_off_archive(source):
                    raise StorageError(_UNUSABLE.with_values(name=source.name, reason=_CUT_OFF))
                return _restore_unlocked(folder, source)
            with temporary_file(folder) as database:
                extract_archive(source, folder, database, _find_problem)
                result = _restore_unlocked(folder, database, has_media=True)
            return replace(result, backup=source)
        finally:
            remove_database(folder / _UNFINISHED_NAME)


@contextmanager
def exclusive_library(folder: Path) -> Iterator[None]:
    """Excludes all other processes from a library that is not open; blocking.

    Raises:
        StorageError: The library is open, or its folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear_lock_path(folder / OPENING_LOCK)
        opening, in_use = FileLock(folder / OPENING_LOCK), FileLock(folder / IN_USE_LOCK)
        if not opening.acquire():
            raise StorageError(_IN_USE)
        try:
            move_foreign_files_aside(folder)
            if not in_use.acquire():
                raise StorageError(_IN_USE)
            yield
        finally:
            in_use.release()
            opening.release()
    except OSError as error:
        raise system_error(error) from error
    except sqlite3.Error as error:
        known = to_storage_error(error)
        if known is None:
            raise
        raise known from error


def finish_restore(folder: Path) -> Path | None:
    """Swaps in a prepared backup; called while no process has the library open.

    Returns:
        The path of the replaced database; None if there was nothing to do.
    """
    remove_database(folder / _UNFINISHED_NAME)
    for ready in list_matching(folder, _READY_NAME_FORMAT.format(stamp="*")):
        named = _READY_NAME_PATTERN.fullmatch(ready.name)
        if named is None:
            continue
        if not _is_usable(ready):
            _move_unused_aside(folder, ready)
            continue
        kept = folder / _REPLACED_NAME_FORMAT.format(stamp=named["stamp"])
        # The log is renamed with its database: it would be replayed into the next one of that name.
        # The name is the same if this is repeated after a kill.
        for log in _LOG_SUFFIXES:
            old = folder / f"{DATABASE}{log}"
            if file_type(old) is not None:
                old.rename(kept.with_name(f"{kept.name}{log}"))
        sync_folder(folder)
        ready.rename(folder / DATABASE)
        sync_folder(folder)
        return kept
    return None


def _restore_unlocked(folder: Path, source: Path, *, has_media: bool = False) -> RestoreResult:
    if problem := _find_problem(source):
        raise StorageError(_UNUSABLE.with_values(name=source.name, reason=problem))
    current = folder / DATABASE
    making = folder / _UNFINISHED_NAME
    create_private_file(making)
    # Not in WAL mode yet: such a database rejects pages of another size than its own.
    with open_untrusted(source) as old, closing(sqlite3.connect(making)) as copy:
        old.backup(copy)
    with closing(connect(making, writes=True)) as db:
        migrate(db, None)
        with transaction(db):
            in_backup = _count_rows(db, "clips")
            mark_unsent_jobs_unknown(db)
            # They may have been finished since, and would be made again.
            db.execute("DELETE FROM exports WHERE finished_at IS NULL")
            if file_type(current) == stat.S_IFREG:
                copy_purchases(db, current, replaces_checksums=not has_media)
                # The jobs of a database that was not migrated have none.
                add_presses(db)
            add_clips_from_folders(db, folder)
            press_sql.add_missing_presses(db)
            stale_sidecars.mark_all_clips(db)
        clips, jobs = _count_rows(db, "clips"), _count_rows(db, "jobs")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if problem := _find_problem(making):
        raise StorageError(_UNUSABLE.with_values(name=source.name, reason=problem))
    sync_file(making)
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
    ready = folder / _READY_NAME_FORMAT.format(stamp=stamp)
    making.rename(ready)
    sync_folder(folder)
    had_catalogue = file_type(current) is not None
    kept = finish_restore(folder)
    if kept is None:
        # It was whole just now.
        raise StorageError(UNREADABLE)
    return RestoreResult(
        source,
        kept if had_catalogue else None,
        clips=clips,
        jobs=jobs,
        newer_clips=max(0, clips - in_backup),
    )


def _count_rows(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our tables


def _move_unused_aside(folder: Path, ready: Path) -> None:
    """Renames a restored database that is not used, if there is another one.

    A later start could use it otherwise, and take back all changes until then.
    """
    if file_type(folder / DATABASE) == stat.S_IFREG:
        move_aside(ready)


def _is_usable(ready: Path) -> bool:
    try:
        return not _find_problem(ready, whole=False)
    except (StorageError, OSError) as error:
        # Of a later version, or unreadable: no reason not to open the current database.
        log.warning("Cannot move restored database %s into place: %s", ready.name, error)
        return False


def _find_problem(path: Path, *, whole: bool = True) -> str:
    if file_type(path) != stat.S_IFREG:
        return mark("it does not exist, or is not a file")
    return find_damage(path, whole=whole, in_use=False)


def _inspect_backup(path: Path) -> Backup | None:
    """Checks a backup; returns None if another process has just removed it."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    made = from_unix_time(status.st_mtime)
    backup = Backup(path, made, status.st_size)
    try:
        problem = _find_problem(path)
        if problem:
            return Backup(path, made, status.st_size, problem=problem)
        with open_untrusted(path) as db:
            clips, jobs = _count_rows(db, "clips"), _count_rows(db, "jobs")
    except FileNotFoundError:
        return None
    except (StorageError, sqlite3.Error, OSError) as error:
        return Backup(path, backup.made_at, backup.size_bytes, problem=str(error))
    return Backup(path, made, status.st_size, clips, jobs)
