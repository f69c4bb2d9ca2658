"""Opening a library: new, in use elsewhere, old, damaged, or on a folder that cannot be written."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.errors import StorageFault
from producer_studio.files.home_paths import absolute
from producer_studio.files.locks import FileLock
from producer_studio.library import stale_sidecars
from producer_studio.library.connection import connect
from producer_studio.library.database import Lanes
from producer_studio.library.errors import BUSY, LibraryDamaged, storage_fault, suspect_mark
from producer_studio.library.internal_files import (
    BACKUPS,
    DATABASE,
    IN_USE_LOCK,
    OPENING_LOCK,
    PARTIAL,
    clear_lock_path,
    secure,
    separate,
)
from producer_studio.library.library_detection import holds_remains
from producer_studio.library.migrations import STEPS, migrate, version_of
from producer_studio.library.path_confinement import exists_itself, is_plain_file, remove_files
from producer_studio.library.recovery.backup_restore import finish_restore
from producer_studio.library.recovery.backups import kept_backups, sweep_backups
from producer_studio.library.recovery.inspection import find_damage, is_blank
from producer_studio.library.recovery.rebuild import rebuild, set_aside
from producer_studio.library.search.word_index import renew_words

_WAIT_S = 60.0
_LOOK_S = 0.05

_PROBE = ".writable"
_DAMAGED_IN_USE = (
    "The library's catalogue is damaged, and another program has it open. Close all windows of "
    "the studio and start it again: it is rebuilt from the clips' folders."
)
_DAMAGED_READ_ONLY = (
    "The library's catalogue is damaged, and its folder cannot be written. Make the folder writable"
    " and open it again: the catalogue is rebuilt from the clips' folders, which are not affected."
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
    has_stale_sidecars: bool = False


async def open_library(folder: Path) -> Opened:
    """See `Library.open`."""
    try:
        folder = await asyncio.to_thread(_whole, folder)
        obstacle = await asyncio.to_thread(_obstacle, folder)
        if obstacle is not None:
            return await asyncio.to_thread(_open_for_reading, folder, obstacle)
        await asyncio.to_thread(clear_lock_path, folder / OPENING_LOCK)
        lock = FileLock(folder / OPENING_LOCK)
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
    return absolute(folder)


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # As much as opening a database with its log and shared memory needs.
        with tempfile.NamedTemporaryFile(prefix=_PROBE, dir=folder, buffering=0) as probe:
            probe.write(bytes(128 * 1024))
    except OSError as error:
        if is_plain_file(folder / DATABASE):
            return error
        raise
    return None


def _open_for_reading(folder: Path, obstacle: OSError) -> Opened:
    path = folder / DATABASE
    immutable = False
    try:
        damage = find_damage(path)
    except StorageFault:
        # Without a shared-memory file, and none can be made.
        immutable = True
        damage = find_damage(path, in_use=False)
    if damage:
        raise LibraryDamaged(_DAMAGED_READ_ONLY, service_words=damage)
    with closing(connect(path, immutable=immutable)) as db:
        version = version_of(db)
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
        FileLock(folder / IN_USE_LOCK),
        read_only=True,
        notices=(_BROWSE_ONLY.format(reason=reason),),
    )


def _open_for_writing(folder: Path) -> Opened:
    path = folder / DATABASE
    notices = secure(folder)
    (folder / PARTIAL).mkdir(mode=0o700, exist_ok=True)
    remove_files(folder, f"{_PROBE}*")
    sweep_backups(folder / BACKUPS)
    notices += _finish_alone(folder)
    if is_plain_file(path) and path.stat().st_size > 0 and not is_blank(path):
        is_suspect = exists_itself(suspect_mark(path))
        damage = find_damage(path, whole=is_suspect) or (renew_words(path) if is_suspect else "")
        if damage:
            notices.append(_mend(folder, damage))
    elif holds_remains(folder):
        set_aside(path)
        result = rebuild(folder, path, None, folder / BACKUPS)
        notices.append(
            f"The library had no catalogue; it was made anew: {result.told}."
            f"{result.told_jobs}{result.told_unread}"
        )
    suspect_mark(path).unlink(missing_ok=True)
    writer = connect(path, writes=True)
    try:
        migrate(writer, folder / BACKUPS)
        has_stale_sidecars = bool(stale_sidecars.marks(writer))
    except BaseException:
        writer.close()
        raise
    in_use = FileLock(folder / IN_USE_LOCK)
    in_use.take(shared=True)
    return Opened(
        folder,
        Lanes(path, writer, immutable=False),
        in_use,
        read_only=False,
        notices=tuple(notices),
        has_stale_sidecars=has_stale_sidecars,
    )


def _finish_alone(folder: Path) -> list[str]:
    """Does what can only be done while no other process has the library open."""
    nobody_else = FileLock(folder / IN_USE_LOCK)
    if not nobody_else.take():
        return []
    try:
        separate(folder)
        kept = finish_restore(folder)
    finally:
        nobody_else.release()
    if kept is None:
        return []
    return [f"A backup was put back. What it replaced is kept as “{kept.name}”."]


def _mend(folder: Path, damage: str) -> str:
    path = folder / DATABASE
    nobody_else = FileLock(folder / IN_USE_LOCK)
    if not nobody_else.take():
        raise LibraryDamaged(_DAMAGED_IN_USE, service_words=damage)
    try:
        aside = _moved_away(path, damage)
        result = rebuild(folder, path, aside, folder / BACKUPS)
    finally:
        nobody_else.release()
    return (
        f"The library's catalogue was damaged and has been rebuilt: {result.told}. "
        f"The damaged file is kept as “{aside.name}”.{result.told_jobs}{result.told_unread}"
        f"{_told_backups(folder)}"
    )


def _told_backups(folder: Path) -> str:
    if not kept_backups(folder / BACKUPS):
        return ""
    return (
        " If something is missing, “producer-studio library restore” puts the newest backup back."
    )


def _moved_away(path: Path, damage: str) -> Path:
    try:
        return set_aside(path)
    except PermissionError as error:
        # Windows: a file that another process has open cannot be moved.
        raise LibraryDamaged(_DAMAGED_IN_USE, service_words=damage) from error
