"""Puts a backup in the place of the catalogue; what it replaces is kept beside it.

A backup is older than the library: what was bought since it was made is not given up. Jobs, answers
and the ledger come from the catalogue that is replaced where that can be read, and clips that only
their folders know are added. All else is as it was when the backup was made.
"""

import logging
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.errors import StorageFault
from producer_studio.files.fsync import sync_file, sync_folder
from producer_studio.files.locks import FileLock
from producer_studio.library import stale_sidecars
from producer_studio.library.connection import connect, create_private, transaction
from producer_studio.library.errors import storage_fault
from producer_studio.library.internal_files import (
    BACKUPS,
    DATABASE,
    IN_USE_LOCK,
    OPENING_LOCK,
    clear_lock_path,
    secure,
)
from producer_studio.library.migrations import migrate
from producer_studio.library.path_confinement import exists_itself, is_plain_file
from producer_studio.library.recovery.backups import kept_backups
from producer_studio.library.recovery.inspection import find_damage, untrusted
from producer_studio.library.recovery.rebuild import add_folders, remove_database
from producer_studio.library.recovery.salvage import doubt_unsent_jobs, take_over_purchases

log = logging.getLogger(__name__)

_READY = "restoring {stamp}.db"
_READY_NAME = re.compile(r"restoring (?P<stamp>.+)\.db")
_MAKING = "restoring.db.part"
_KEPT = "library replaced {stamp}.db"
_LOGS = ("", "-wal", "-shm", "-journal")

_IN_USE = (
    "The library is open. Close all windows of the studio and end its commands, then put the "
    "backup back. Nothing was changed."
)
_UNUSABLE = "“{name}” cannot be put back: {reason}. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Backup:
    """One that can be put back, or why it cannot.

    Attributes:
        problem: What is wrong with it, in SQLite's words or ours; empty when it is whole.
    """

    path: Path
    made_at: datetime
    size_bytes: int
    clips: int = 0
    jobs: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now.

    Attributes:
        kept: The catalogue that was replaced; None where there was none.
    """

    backup: Path
    kept: Path | None
    clips: int
    jobs: int


def list_backups(folder: Path) -> list[Backup]:
    """The backups of a library, newest first, each looked at whole; blocking."""
    examined = (_examined(path) for path in kept_backups(folder / BACKUPS))
    return [one for one in examined if one is not None]


def restore_backup(folder: Path, source: Path) -> Restored:
    """Puts a backup in place; blocking. A kill at any moment leaves the old catalogue or the new.

    Raises:
        StorageFault: The library is in use, or the backup is damaged or cannot be read; nothing was
            changed.
        LibraryTooNew: A later version made it.
    """
    try:
        clear_lock_path(folder / OPENING_LOCK)
        opening, in_use = FileLock(folder / OPENING_LOCK), FileLock(folder / IN_USE_LOCK)
        if not opening.take():
            raise StorageFault(_IN_USE)
        try:
            secure(folder)
            if not in_use.take():
                raise StorageFault(_IN_USE)
            finish_restore(folder)
            return _restore(folder, source)
        finally:
            in_use.release()
            opening.release()
    except (sqlite3.Error, OSError) as error:
        known = storage_fault(error)
        if known is None:
            raise
        raise known from error


def finish_restore(folder: Path) -> Path | None:
    """Swaps in a backup that is ready; called while nobody has the library open.

    Returns:
        Where the replaced catalogue is kept; None when there was nothing to do.
    """
    remove_database(folder / _MAKING)
    for ready in sorted(folder.glob(_READY.format(stamp="*"))):
        named = _READY_NAME.fullmatch(ready.name)
        if named is None or not _is_usable(ready):
            continue
        kept = folder / _KEPT.format(stamp=named["stamp"])
        # The log goes with its database: it would be played into the next one of that name. Under
        # the same name also when this is done again after a kill.
        for log in _LOGS:
            old = folder / f"{DATABASE}{log}"
            if exists_itself(old):
                old.rename(kept.with_name(f"{kept.name}{log}"))
        sync_folder(folder)
        ready.rename(folder / DATABASE)
        sync_folder(folder)
        return kept
    return None


def _restore(folder: Path, source: Path) -> Restored:
    if problem := _problem(source):
        raise StorageFault(_UNUSABLE.format(name=source.name, reason=problem))
    current = folder / DATABASE
    making = folder / _MAKING
    create_private(making)
    # Not in WAL mode yet: such a database refuses pages of another size than its own.
    with untrusted(source) as old, closing(sqlite3.connect(making)) as copy:
        old.backup(copy)
    with closing(connect(making, writes=True)) as db:
        migrate(db, None)
        with transaction(db):
            doubt_unsent_jobs(db)
            if is_plain_file(current):
                take_over_purchases(db, current)
            add_folders(db, folder)
            stale_sidecars.mark_all(db)
        counts = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("clips", "jobs")]  # noqa: S608 - our tables
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if problem := _problem(making):
        raise StorageFault(_UNUSABLE.format(name=source.name, reason=problem))
    sync_file(making)
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
    making.rename(folder / _READY.format(stamp=stamp))
    sync_folder(folder)
    had_catalogue = exists_itself(current)
    kept = finish_restore(folder)
    return Restored(source, kept if had_catalogue else None, clips=counts[0], jobs=counts[1])


def _is_usable(ready: Path) -> bool:
    try:
        return not _problem(ready, whole=False)
    except (StorageFault, OSError) as error:
        # Of a later version, or unreadable: no reason not to open the catalogue that is in place.
        log.warning("%s is not put in place: %s", ready.name, error)
        return False


def _problem(path: Path, *, whole: bool = True) -> str:
    if not is_plain_file(path):
        return "it is not there, or no file"
    return find_damage(path, whole=whole, in_use=False)


def _examined(path: Path) -> Backup | None:
    """None for one that another process has just removed."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    made = datetime.fromtimestamp(status.st_mtime, UTC)
    backup = Backup(path, made, status.st_size)
    try:
        problem = _problem(path)
        if problem:
            return Backup(path, made, status.st_size, problem=problem)
        with untrusted(path) as db:
            clips, jobs = (
                db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our tables
                for table in ("clips", "jobs")
            )
    except FileNotFoundError:
        return None
    except (StorageFault, sqlite3.Error, OSError) as error:
        return Backup(path, backup.made_at, backup.size_bytes, problem=str(error))
    return Backup(path, made, status.st_size, clips, jobs)
