"""Opens a library: new, in use elsewhere, old, damaged, or in a folder that cannot be written."""

import asyncio
import errno
import logging
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import delete_stale_temporary_files
from producer_studio.files.locks import FileLock, has_record_locks
from producer_studio.files.paths import absolute_path
from producer_studio.library import stale_sidecars
from producer_studio.library.backups import list_backup_files, remove_unfinished_backups
from producer_studio.library.connection import connect
from producer_studio.library.database import Database
from producer_studio.library.errors import (
    LIBRARY_BUSY,
    NO_LOCKS,
    LibraryDamaged,
    suspect_marker_path,
    to_storage_error,
)
from producer_studio.library.identity import ensure_identity
from producer_studio.library.internal_files import (
    BACKUPS,
    DATABASE,
    IN_USE_LOCK,
    OPENING_LOCK,
    PARTIAL,
    break_hard_links,
    clear_lock_path,
    move_foreign_files_aside,
)
from producer_studio.library.media_store import MIX_SUFFIX
from producer_studio.library.migrations import STEPS, migrate, read_version, repair_word_index
from producer_studio.library.path_confinement import (
    exists_without_following,
    file_type,
    is_plain_file,
    remove_files,
)
from producer_studio.library.recovery.backup_restore import finish_restore
from producer_studio.library.recovery.day_folders import MAX_IN_YEAR, arrange_by_day
from producer_studio.library.recovery.inspection import find_damage, is_blank
from producer_studio.library.recovery.library_contents import contains_recoverable_files
from producer_studio.library.recovery.log_conversion import prepare_database
from producer_studio.library.recovery.rebuild import (
    build_database,
    finish_rebuild,
    install_built_database,
    set_aside,
)
from producer_studio.translation import mark, sentences

log = logging.getLogger(__name__)


_WAIT_S = 60.0
_POLL_INTERVAL_S = 0.05

_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_WRITE_PROBE_PREFIX = ".writable"
_DAMAGED_IN_USE = mark(
    "The library database is damaged, and another program has it open. Close all windows of the "
    "studio and start it again: the database is rebuilt from the clips' folders."
)
_DAMAGED_UNWRITABLE = mark(
    "The library database is damaged, and its folder cannot be written to ({reason})."
)
_REBUILT_LATER = mark(
    "The database is then rebuilt from the clips' folders, which are not affected."
)
_EARLIER_VERSION_UNWRITABLE = mark(
    "This library comes from an earlier version and must be updated, but its folder cannot be "
    "written to ({reason}). Nothing was changed."
)
_FREE_SPACE = mark("Free some space, and open the library again.")
_ALLOW_WRITING = mark("Make the folder writable, and open the library again.")
_EARLIER_VERSION_OPEN = mark(
    "An earlier version of Producer Studio has this library open, and the library must be updated. "
    "Close that window or wait for that command, then open the library again. Nothing was changed."
)
_ARRANGED = mark(
    "The folders of {count} clips are now in folders of days, such as “2026/11-30”: there were too "
    "many in one. Other programs that use a file in them must be shown its new place."
)
_RESTORED = mark("A backup was restored. The replaced database is kept as “{name}”.")
_BROWSE_ONLY = mark(
    "The library folder cannot be written to ({reason}). You can browse, play and export, but not "
    "make changes."
)
_FREE_SPACE_TO_CHANGE = mark("Free some space, then restart the studio to make changes again.")
_ALLOW_WRITING_TO_CHANGE = mark(
    "Make the folder writable, then restart the studio to make changes again."
)


@dataclass(frozen=True, slots=True)
class OpenedLibrary:
    """Connections, locks and messages of an opened library, for `Library`."""

    folder: Path
    database: Database
    in_use_lock: FileLock
    read_only: bool
    notices: tuple[str, ...]
    has_stale_sidecars: bool = False


async def open_library(folder: Path) -> OpenedLibrary:
    """Implements `Library.open`."""
    try:
        folder = await asyncio.to_thread(absolute_path, folder)
        obstacle = await asyncio.to_thread(_find_write_error, folder)
        if obstacle is not None:
            return await asyncio.to_thread(_open_for_reading, folder, obstacle)
        await asyncio.to_thread(clear_lock_path, folder / OPENING_LOCK)
        lock = FileLock(folder / OPENING_LOCK)
        await _acquire_opening_lock(lock)
        opening = asyncio.ensure_future(asyncio.to_thread(_open_for_writing, folder))
        # Not when this is cancelled: the thread goes on, and a rebuild of its own by the next
        # process would get in its way.
        opening.add_done_callback(lambda _: lock.release())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_abandoned)
            raise
    except (sqlite3.Error, OSError, StorageError) as error:
        known = error if isinstance(error, StorageError) else to_storage_error(error)
        if known is None:
            raise
        # SQLite does not tell a lock that is held from one that does not exist.
        if known.message == LIBRARY_BUSY and not await asyncio.to_thread(
            has_record_locks, folder / OPENING_LOCK
        ):
            known = StorageError(NO_LOCKS, service_words=known.service_words)
        if known is error:
            raise
        raise known from error


def _close_abandoned(opening: "asyncio.Future[OpenedLibrary]") -> None:
    """Closes a library that nobody waits for any more."""
    if not opening.cancelled() and opening.exception() is None:
        opened = opening.result()
        opened.database.close_unused()
        opened.in_use_lock.release()


async def _acquire_opening_lock(lock: FileLock) -> None:
    """Waits while another process opens (and perhaps migrates or rebuilds) the same library."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _WAIT_S
    while not await asyncio.to_thread(lock.acquire):
        if loop.time() > until:
            raise StorageError(LIBRARY_BUSY)
        await asyncio.sleep(_POLL_INTERVAL_S)


def _find_write_error(folder: Path) -> OSError | None:
    """Returns why the folder cannot be written; None if it can. Creates missing folders."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # As much as opening a database with its log and shared memory needs.
        probe = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below
            prefix=_WRITE_PROBE_PREFIX, dir=folder, buffering=0, delete=False
        )
        try:
            with probe:
                probe.write(bytes(128 * 1024))
        finally:
            # Another process that opens the library removes such files as left-overs.
            Path(probe.name).unlink(missing_ok=True)
    except OSError as error:
        if is_plain_file(folder / DATABASE):
            return error
        raise
    return None


def _open_for_reading(folder: Path, write_error: OSError) -> OpenedLibrary:
    path = folder / DATABASE
    immutable = False
    try:
        damage = find_damage(path)
    except StorageError:
        # There is no shared-memory file, and none can be created.
        immutable = True
        damage = find_damage(path, in_use=False)
    reason = (write_error.strerror or str(write_error)).lower()
    is_full = write_error.errno in _FULL_ERRNOS
    remedy = _FREE_SPACE if is_full else _ALLOW_WRITING
    if damage:
        obstacle = _DAMAGED_UNWRITABLE.with_values(reason=reason)
        raise LibraryDamaged(sentences(obstacle, remedy, _REBUILT_LATER), service_words=damage)
    with closing(connect(path, immutable=immutable)) as db:
        version = read_version(db)
    if version < len(STEPS):
        obstacle = _EARLIER_VERSION_UNWRITABLE.with_values(reason=reason)
        raise StorageError(sentences(obstacle, remedy), service_words=str(write_error))
    to_change = _FREE_SPACE_TO_CHANGE if is_full else _ALLOW_WRITING_TO_CHANGE
    return OpenedLibrary(
        folder,
        Database(path, None, immutable=immutable),
        FileLock(folder / IN_USE_LOCK),
        read_only=True,
        notices=(sentences(_BROWSE_ONLY.with_values(reason=reason), to_change),),
    )


def _open_for_writing(folder: Path) -> OpenedLibrary:
    try:
        return _open_checked(folder)
    except sqlite3.DatabaseError as error:
        if not isinstance(to_storage_error(error), LibraryDamaged):
            raise
        log.warning("Checking the whole database: %s", error)
    # Only a part of a large database is checked at each opening.
    suspect_marker_path(folder / DATABASE).touch()
    return _open_checked(folder)


def _open_checked(folder: Path) -> OpenedLibrary:
    path = folder / DATABASE
    notices = move_foreign_files_aside(folder)
    (folder / PARTIAL).mkdir(mode=0o700, exist_ok=True)
    remove_files(folder, f"{_WRITE_PROBE_PREFIX}*")
    remove_unfinished_backups(folder / BACKUPS)
    try:
        notices += _finish_exclusive_work(folder)
    except OSError as error:
        if error.errno not in _FULL_ERRNOS:
            raise
        return _open_for_reading(folder, error)
    prepare_database(path)
    if file_type(path) is not None and path.stat().st_size > 0 and not is_blank(path):
        is_suspect = exists_without_following(suspect_marker_path(path))
        damage = find_damage(path, whole=is_suspect) or (
            repair_word_index(path) if is_suspect else ""
        )
        if damage:
            notices.append(_rebuild_damaged(folder, damage))
    elif contains_recoverable_files(folder):
        set_aside(path)
        result = build_database(folder, path, folder / BACKUPS, is_damaged=False)
        install_built_database(path)
        notices.append(
            sentences(
                mark(
                    "The library database was missing and has been rebuilt: {contents}.",
                    contents=result.summary,
                ),
                result.message,
            )
        )
    suspect_marker_path(path).unlink(missing_ok=True)
    writer = connect(path, writes=True)
    try:
        _require_no_earlier_version(folder, writer)
        migrate(writer, folder / BACKUPS)
        notices += _arrange_folders(folder, writer)
        has_stale_sidecars = bool(stale_sidecars.read_marks(writer))
        in_use = FileLock(folder / IN_USE_LOCK)
        in_use.acquire(shared=True)
        try:
            identity = ensure_identity(folder)
            database = Database(path, writer, immutable=False, identity=identity)
        except BaseException:
            in_use.release()
            raise
    except BaseException:
        writer.close()
        raise
    return OpenedLibrary(
        folder,
        database,
        in_use,
        read_only=False,
        notices=tuple(notices),
        has_stale_sidecars=has_stale_sidecars,
    )


def _require_no_earlier_version(folder: Path, db: sqlite3.Connection) -> None:
    """Raises StorageError if an earlier version has a database open that must be migrated.

    It could no longer write to all tables, and would lose a paid result that cannot be requested
    again.
    """
    if not 0 < read_version(db) < len(STEPS):
        return
    nobody_else = FileLock(folder / IN_USE_LOCK)
    if not nobody_else.acquire():
        raise StorageError(_EARLIER_VERSION_OPEN)
    nobody_else.release()


def _finish_exclusive_work(folder: Path) -> list[str]:
    """Runs maintenance that requires that no other process has the library open."""
    nobody_else = FileLock(folder / IN_USE_LOCK)
    if not nobody_else.acquire():
        return []
    try:
        break_hard_links(folder)
        remove_files(folder / PARTIAL, f"*{MIX_SUFFIX}*")
        delete_stale_temporary_files(folder / PARTIAL)
        notices: list[str] = []
        replaced = finish_restore(folder)
        if replaced is not None:
            notices.append(_RESTORED.with_values(name=replaced.name))
        damaged = finish_rebuild(folder, folder / DATABASE)
        if damaged is not None:
            notices.append(
                sentences(
                    mark(
                        "The library database was damaged and has been rebuilt. The damaged file "
                        "is kept as “{name}”.",
                        name=damaged.name,
                    ),
                    _backup_hint(folder),
                )
            )
        return notices
    finally:
        nobody_else.release()


def _arrange_folders(folder: Path, db: sqlite3.Connection) -> list[str]:
    """Moves the clips of crowded years into folders of days, unless somebody has them open."""
    nobody_else = FileLock(folder / IN_USE_LOCK)
    if not nobody_else.acquire():
        return []
    try:
        count = arrange_by_day(folder, db, MAX_IN_YEAR)
    finally:
        nobody_else.release()
    return [_ARRANGED.with_values(count=count)] if count else []


def _rebuild_damaged(folder: Path, damage: str) -> str:
    path = folder / DATABASE
    nobody_else = FileLock(folder / IN_USE_LOCK)
    if not nobody_else.acquire():
        raise LibraryDamaged(_DAMAGED_IN_USE, service_words=damage)
    try:
        result = build_database(folder, path, folder / BACKUPS, is_damaged=True)
        aside = _set_damaged_aside(path, damage)
        install_built_database(path)
    finally:
        nobody_else.release()
    done = mark(
        "The library database was damaged and has been rebuilt: {contents}. The damaged file is "
        "kept as “{file}”.",
        contents=result.summary,
        file=aside.name,
    )
    return sentences(sentences(done, result.message), _backup_hint(folder))


def _backup_hint(folder: Path) -> str:
    if not list_backup_files(folder / BACKUPS):
        return ""
    return mark(
        "If something is missing, “producer-studio library restore” restores the newest backup."
    )


def _set_damaged_aside(path: Path, damage: str) -> Path:
    try:
        return set_aside(path)
    except PermissionError as error:
        # Windows: a file that another process has open cannot be moved.
        raise LibraryDamaged(_DAMAGED_IN_USE, service_words=damage) from error
