"""Another library, read from a copy of its database; its folder is not changed."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId, PlaylistId
from producer_studio.domain.playlist import Playlist, PlaylistItem
from producer_studio.files.path_checks import path_exists
from producer_studio.library import clip_sql, file_sql, job_sql, playlist_sql
from producer_studio.library.connection import connect, database_uri
from producer_studio.library.database_copy import copy_database
from producer_studio.library.errors import LibraryDamaged, to_storage_error
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.list_repository import SEARCHES
from producer_studio.library.migrations import migrate
from producer_studio.library.path_confinement import is_plain_file
from producer_studio.library.playlist_sql import PLAYLISTS
from producer_studio.library.recovery.inspection import find_damage, uses_log
from producer_studio.library.recovery.tables_to_copy import COPIED_COLUMNS
from producer_studio.library.saved_search import SavedSearch
from producer_studio.translation import mark

P = ParamSpec("P")
T = TypeVar("T")

_NO_LIBRARY = mark("There is no library of this program in “{path}”.")
_DAMAGED = mark(
    "The database in “{path}” is damaged. “producer-studio --library FOLDER library rebuild” makes "
    "it anew; then it can be merged."
)


@contextmanager
def _telling_damage(folder: Path) -> Iterator[None]:
    """Converts damage that SQLite reports of another library's database: this one has none.

    Args:
        folder: Folder of the other library.

    Raises:
        StorageError: The other library is damaged.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(to_storage_error(error), LibraryDamaged):
            raise StorageError(
                _DAMAGED.with_values(path=folder), service_words=str(error)
            ) from error
        raise


def _reads(method: Callable[P, T]) -> Callable[P, T]:
    """Decorates a method of `ForeignLibrary`, with which `_telling_damage` is used."""

    @wraps(method)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        library = cast("ForeignLibrary", args[0])
        with _telling_damage(library.folder):
            return method(*args, **kwargs)

    return read


@dataclass(frozen=True, slots=True)
class ForeignClip:
    """Clip of another library with its files.

    Attributes:
        clip: With paths in the other library.
        folder: Its folder there.
        checksums: Of its files, by their names, as they arrived there.
        peaks: Stored waveform; empty if there is none.
    """

    clip: Clip
    folder: Path
    checksums: tuple[FileChecksum, ...]
    peaks: bytes


@dataclass(frozen=True, slots=True)
class ForeignPlaylist:
    """Playlist of another library with its items."""

    playlist: Playlist
    items: tuple[PlaylistItem, ...]


class ForeignLibrary:
    """Rows of another library; all methods block, and are called on one thread.

    Other processes may use that library meanwhile: a consistent copy of its database is read.
    """

    def __init__(self, folder: Path, copy: Path) -> None:
        """Copies and migrates the database.

        Args:
            folder: Folder of the other library, absolute.
            copy: Path for the copy, in the folder of unfinished files.

        Raises:
            LibraryTooNew: A later version wrote it.
            StorageError: There is none, it is damaged, or it cannot be read.
        """
        self.folder = folder
        self._copy = copy
        source = folder / DATABASE
        if not is_plain_file(source):
            raise StorageError(_NO_LIBRARY.with_values(path=folder))
        has_log = path_exists(source.with_name(f"{DATABASE}-wal"))
        is_in_use = has_log or not uses_log(source)
        if problem := find_damage(source, in_use=is_in_use):
            raise StorageError(_DAMAGED.with_values(path=folder), service_words=problem)
        try:
            # Where there is no log, but would be, nobody has it open: then none is created.
            suffix = "" if is_in_use else "&immutable=1"
            uri = f"{database_uri(source)}?mode=ro{suffix}"
            with _telling_damage(folder):
                with closing(sqlite3.connect(uri, uri=True)) as db:
                    copy_database(db, copy)
                self._db = connect(copy, writes=True)
                migrate(self._db, None)
        except BaseException:
            self._delete_copy()
            raise

    def close(self) -> None:
        """Deletes the copy."""
        self._db.close()
        self._delete_copy()

    @_reads
    def list_ids(self) -> list[ClipId]:
        """Returns all clips that are not in the trash, oldest first.

        Those whose sound is still to be downloaded are omitted: only the job there can do that.
        """
        rows = self._db.execute(
            "SELECT id FROM clips WHERE NOT trashed AND (media <> 'pending' OR job IS NULL "
            "OR job NOT IN (SELECT id FROM jobs)) ORDER BY seq"
        )
        return [ClipId(row["id"]) for row in rows]

    @_reads
    def count_unfinished_jobs(self) -> int:
        """Returns the number of jobs whose results arrive there, or that the user decides about."""
        open_jobs = job_sql.list_jobs(self._db, open_only=True, limit=None)
        waiting = [job.id for job in open_jobs if job.needs_account]
        return len({*waiting, *(job.id for job in job_sql.list_jobs_with_pending_media(self._db))})

    @_reads
    def count_trash(self) -> int:
        """Returns the number of clips in the trash."""
        count: int = self._db.execute("SELECT count(*) FROM clips WHERE trashed").fetchone()[0]
        return count

    @_reads
    def read_clips(self, ids: Sequence[ClipId]) -> list[ForeignClip]:
        """Reads clips in the order of the ids."""
        checksums = file_sql.read_checksums(self._db, ids)
        peaks = clip_sql.read_peaks(self._db, ids)
        return [
            ForeignClip(
                one.clip,
                one.folder,
                tuple(checksums.get(one.clip.id, ())),
                peaks.get(one.clip.id, b""),
            )
            for one in clip_sql.read_stored_clips(self._db, self.folder, ids)
        ]

    @_reads
    def read_press(self, press: str) -> tuple[Any, ...] | None:
        """Reads the stored columns of a press, in the order of `COPIED_COLUMNS`."""
        columns = ", ".join(COPIED_COLUMNS["presses"])
        row = self._db.execute(f"SELECT {columns} FROM presses WHERE id = ?", (press,)).fetchone()  # noqa: S608
        return None if row is None else tuple(row)

    @_reads
    def list_playlists(self) -> list[ForeignPlaylist]:
        """Reads all playlists in their order."""
        return [
            ForeignPlaylist(one, tuple(playlist_sql.list_items(self._db, PlaylistId(one.id))))
            for one in PLAYLISTS.list_all(self._db)
        ]

    @_reads
    def list_searches(self) -> list[SavedSearch]:
        """Reads all saved searches in their order."""
        return SEARCHES.list_all(self._db)

    def _delete_copy(self) -> None:
        for end in ("", "-wal", "-shm", "-journal"):
            self._copy.with_name(f"{self._copy.name}{end}").unlink(missing_ok=True)
