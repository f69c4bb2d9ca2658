"""Backups of the library database: complete standalone copies; the latest are preserved."""

import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import sync_file, sync_folder
from producer_studio.files.locks import FileLock
from producer_studio.library.connection import create_private_file
from producer_studio.library.database_copy import copy_database
from producer_studio.library.errors import LIBRARY_BUSY
from producer_studio.library.path_confinement import (
    clear_path,
    is_plain_file,
    list_matching,
    remove_files,
)

log = logging.getLogger(__name__)

MAX_BACKUPS = 5

_WAIT_S = 120.0
_POLL_INTERVAL_S = 0.05
_PART_SUFFIX = ".part"
_STAMP_FORMAT = "%Y-%m-%d %H%M%S.%f"
_AUTOMATIC_NAME = re.compile(r"library (?P<stamp>\d{4}-\d\d-\d\d \d{6}\.\d{6}) v\d+\.db")
"""Names of automatic backups. Other files were added by the user and are never deleted."""


def back_up(db: sqlite3.Connection, backups: Path) -> Path:
    """Copies the database while it is in use, and deletes all but the latest copies.

    Only one process at a time makes a copy. A copy gets its name when it is complete; unfinished
    copies of killed processes are removed by the next backup, and at each opening.

    Raises:
        StorageError: Another process holds the backup lock for too long, or the disk is full.
    """
    backups.mkdir(mode=0o700, exist_ok=True)
    with _exclusive_access(backups):
        _remove_part_files(backups)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        stamp = datetime.now(UTC).strftime(_STAMP_FORMAT)
        target = backups / f"library {stamp} v{version}.db"
        beside = target.with_name(f"{target.name}{_PART_SUFFIX}")
        try:
            create_private_file(beside)
            copy_database(db, beside)
            sync_file(beside)
            beside.replace(target)
            sync_folder(backups)
        finally:
            beside.unlink(missing_ok=True)
        others = [path for path in list_backup_files(backups) if path != target]
        made_here = [path for path in others if _AUTOMATIC_NAME.fullmatch(path.name)]
        for old in made_here[MAX_BACKUPS - 1 :]:
            old.unlink(missing_ok=True)
    return target


def list_backup_files(backups: Path) -> list[Path]:
    """Lists backups, newest first; empty if there are none.

    Those dated in the future, because the clock was wrong, and those named by the user come last.
    """
    now = datetime.now(UTC).strftime(_STAMP_FORMAT)

    def age(path: Path) -> tuple[bool, str]:
        named = _AUTOMATIC_NAME.fullmatch(path.name)
        return named is not None and named["stamp"] <= now, path.name

    found = sorted(list_matching(backups, "library *.db"), key=age, reverse=True)
    return [path for path in found if _may_be_file(path)]


def _may_be_file(path: Path) -> bool:
    try:
        return is_plain_file(path)
    except OSError as error:
        # The user is told when it is examined.
        log.warning("Cannot look up a backup: %s", error)
        return True


def remove_unfinished_backups(backups: Path) -> None:
    """Removes unfinished backups of killed processes, unless a backup is running now."""
    if not list_matching(backups, f"*{_PART_SUFFIX}*"):
        return
    lock = _backup_lock(backups)
    if lock.acquire():
        try:
            _remove_part_files(backups)
        finally:
            lock.release()


def _remove_part_files(backups: Path) -> None:
    # SQLite's own journal of an unfinished copy ends in "-journal".
    remove_files(backups, f"*{_PART_SUFFIX}*")


def _backup_lock(backups: Path) -> FileLock:
    path = backups / "backup.lock"
    if not is_plain_file(path):
        clear_path(path)
    return FileLock(path)


@contextmanager
def _exclusive_access(backups: Path) -> Iterator[None]:
    lock = _backup_lock(backups)
    until = time.monotonic() + _WAIT_S
    while not lock.acquire():
        if time.monotonic() > until:
            raise StorageError(LIBRARY_BUSY)
        time.sleep(_POLL_INTERVAL_S)
    try:
        yield
    finally:
        lock.release()
