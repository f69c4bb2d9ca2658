"""Opening a library: new, in use elsewhere, old, damaged, or on a folder that cannot be written."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.faults import StorageFault
from producer_studio.domain.lock import FileLock
from producer_studio.library.connection import connect
from producer_studio.library.faults import BUSY, LibraryDamaged, storage_fault, suspect_mark
from producer_studio.library.files import PARTIAL
from producer_studio.library.lanes import Lanes
from producer_studio.library.migrations import STEPS, migrate, refuse_newer, version_of
from producer_studio.library.rebuild import clip_folders, rebuild, set_aside

DATABASE = "library.db"
BACKUPS = "backups"

WHOLE_CHECK_BYTES = 16 * 1024 * 1024
"""A catalogue of up to this size is checked whole at each opening (some 30 ms)."""

_WAIT_S = 60.0
_LOOK_S = 0.05

_IN_USE = "in-use.lock"
"""Shared by all who have the library open: a damaged catalogue is not taken from under them."""

_DAMAGED_IN_USE = (
    "The library's catalogue is damaged, and another program has it open. Close all windows of "
    "the studio and start it again: it is rebuilt from the clips' folders."
)
_BROWSE_ONLY = (
    "The library folder cannot be written ({reason}). You can browse, play and export; changes are "
    "not possible."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What `Library` is made of."""

    folder: Path
    lanes: Lanes
    in_use: FileLock
    read_only: bool
    notices: tuple[str, ...]


async def open_library(folder: Path) -> Opened:
    """See `Library.open`."""
    try:
        folder = await asyncio.to_thread(_whole, folder)
        obstacle = await asyncio.to_thread(_obstacle, folder)
        if obstacle is not None:
            return await asyncio.to_thread(_open_for_reading, folder, obstacle)
        lock = FileLock(folder / "opening.lock")
        await _take(lock)
        try:
            return await asyncio.to_thread(_open_for_writing, folder)
        finally:
            lock.release()
    except (sqlite3.Error, OSError) as error:
        known = storage_fault(error)
        if known is None:
            raise
        raise known from error


def _whole(folder: Path) -> Path:
    return folder.expanduser().absolute()


async def _take(lock: FileLock) -> None:
    """Waits while another process opens (and perhaps migrates or rebuilds) the same library."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _WAIT_S
    while not await asyncio.to_thread(lock.take):
        if loop.time() > until:
            raise StorageFault(BUSY)
        await asyncio.sleep(_LOOK_S)


def _obstacle(folder: Path) -> OSError | None:
    """Why the folder cannot be written; None when it can. Creates what is missing."""
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PARTIAL).mkdir(exist_ok=True)
        # As much as opening a database with its log and shared memory needs.
        probe.write_bytes(bytes(128 * 1024))
    except OSError as error:
        if (folder / DATABASE).is_file():
            return error
        raise
    finally:
        if folder.is_dir():
            _remove_probe(probe)
    return None


def _remove_probe(probe: Path) -> None:
    if probe.exists():
        probe.unlink()


def _open_for_reading(folder: Path, obstacle: OSError) -> Opened:
    path = folder / DATABASE
    immutable = False
    try:
        version = _version(path, immutable=False)
    except sqlite3.OperationalError:
        # Without a shared-memory file, and none can be made.
        immutable = True
        version = _version(path, immutable=True)
    refuse_newer(version)
    if version < len(STEPS):
        raise StorageFault(
            "This library comes from an earlier version and must be updated, but its folder "
            "cannot be written. Check its permissions and the free space.",
            service_words=str(obstacle),
        )
    reason = (obstacle.strerror or str(obstacle)).lower()
    return Opened(
        folder,
        Lanes(path, None, immutable=immutable),
        FileLock(folder / _IN_USE),
        read_only=True,
        notices=(_BROWSE_ONLY.format(reason=reason),),
    )


def _version(path: Path, *, immutable: bool) -> int:
    with closing(connect(path, immutable=immutable)) as db:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return version_of(db)


def _open_for_writing(folder: Path) -> Opened:
    path = folder / DATABASE
    notices: list[str] = []
    if _is_written(path):
        if damage := _damage(path):
            notices.append(_mend(folder, damage))
    elif any(clip_folders(folder)):
        set_aside(path)
        result = rebuild(folder, path, None, folder / BACKUPS)
        notices.append(f"The library had no catalogue; it was made anew: {result.told}.")
    suspect_mark(path).unlink(missing_ok=True)
    writer = connect(path, writes=True)
    try:
        migrate(writer, folder / BACKUPS)
    except BaseException:
        writer.close()
        raise
    in_use = FileLock(folder / _IN_USE)
    in_use.take(shared=True)
    return Opened(
        folder,
        Lanes(path, writer, immutable=False),
        in_use,
        read_only=False,
        notices=tuple(notices),
    )


def _is_written(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _damage(path: Path) -> str:
    """What is wrong with a database, in SQLite's words; empty when nothing was found."""
    try:
        with closing(connect(path)) as db:
            refuse_newer(version_of(db))
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if path.stat().st_size <= WHOLE_CHECK_BYTES or suspect_mark(path).exists():
                found: str = db.execute("PRAGMA quick_check(1)").fetchone()[0]
                return "" if found == "ok" else found
            return ""
    except sqlite3.DatabaseError as error:
        known = storage_fault(error)
        if isinstance(known, LibraryDamaged):
            return str(error)
        raise


def _mend(folder: Path, damage: str) -> str:
    path = folder / DATABASE
    nobody_else = FileLock(folder / _IN_USE)
    if not nobody_else.take():
        raise LibraryDamaged(_DAMAGED_IN_USE, service_words=damage)
    try:
        aside = _moved_away(path, damage)
        result = rebuild(folder, path, aside, folder / BACKUPS)
    finally:
        nobody_else.release()
    return (
        f"The library's catalogue was damaged and has been rebuilt: {result.told}. "
        f"The damaged file is kept as “{aside.name}”."
    )


def _moved_away(path: Path, damage: str) -> Path:
    try:
        return set_aside(path)
    except PermissionError as error:
        # Windows: a file that another process has open cannot be moved.
        raise LibraryDamaged(_DAMAGED_IN_USE, service_words=damage) from error
