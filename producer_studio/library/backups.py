"""Backups of the catalogue: whole copies that stand alone, the last few of them kept."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.faults import StorageFault
from producer_studio.domain.lock import FileLock
from producer_studio.files.durability import sync_file, sync_folder
from producer_studio.library.confinement import clear_path, is_plain_file, remove_files
from producer_studio.library.faults import BUSY

KEPT_BACKUPS = 5

_WAIT_S = 120.0
_LOOK_S = 0.05
_PART = ".part"


def back_up(db: sqlite3.Connection, backups: Path) -> Path:
    """Copies the database while it is in use, and keeps only the last few copies.

    Of several processes one copies at a time. A copy has its name when it is whole; what a killed
    one left is removed by the next, and at each opening.

    Raises:
        StorageFault: Another process keeps making backups, or the disk is full.
    """
    backups.mkdir(exist_ok=True)
    with _alone(backups):
        _remove_parts(backups)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
        target = backups / f"library {stamp} v{version}.db"
        beside = target.with_name(f"{target.name}{_PART}")
        try:
            with closing(sqlite3.connect(beside)) as copy:
                db.backup(copy)
                # A copy must stand alone: no log beside it that could be left behind.
                copy.execute("PRAGMA journal_mode = DELETE")
            sync_file(beside)
            beside.replace(target)
            sync_folder(backups)
        finally:
            beside.unlink(missing_ok=True)
        for old in kept_backups(backups)[KEPT_BACKUPS:]:
            old.unlink(missing_ok=True)
    return target


def kept_backups(backups: Path) -> list[Path]:
    """Newest first; empty when there are none."""
    return [path for path in sorted(backups.glob("library *.db"), reverse=True) if _is_copy(path)]


def sweep_backups(backups: Path) -> None:
    """Removes what a killed backup left, unless one is being made now."""
    if not any(backups.glob(f"*{_PART}*")):
        return
    lock = _lock(backups)
    if lock.take():
        try:
            _remove_parts(backups)
        finally:
            lock.release()


def _is_copy(path: Path) -> bool:
    return is_plain_file(path)


def _remove_parts(backups: Path) -> None:
    # SQLite's own journal of a copy that is being written ends in "-journal".
    remove_files(backups, f"*{_PART}*")


def _lock(backups: Path) -> FileLock:
    path = backups / "backup.lock"
    if not is_plain_file(path):
        clear_path(path)
    return FileLock(path)


@contextmanager
def _alone(backups: Path) -> Iterator[None]:
    lock = _lock(backups)
    until = time.monotonic() + _WAIT_S
    while not lock.take():
        if time.monotonic() > until:
            raise StorageFault(BUSY)
        time.sleep(_LOOK_S)
    try:
        yield
    finally:
        lock.release()
