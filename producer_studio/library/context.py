"""Objects that the parts of an open library share."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.change_log import ChangeLog
from producer_studio.library.clip_sql import StoredClip
from producer_studio.library.database import Database
from producer_studio.library.deletion import ClipDeleter
from producer_studio.library.errors import OPENED_READ_ONLY, LibraryDamaged
from producer_studio.library.media_store import MediaStore
from producer_studio.library.recovery.library_opener import OpenedLibrary
from producer_studio.library.sidecar_writer import SidecarWriter
from producer_studio.library.space_reserve import SpaceReserve

_MAX_WRITTEN_AT_ONCE = 200
"""Clips of one request, or of a few."""


class LibraryContext:
    """Database, files and logs of an open library.

    Attributes:
        installation: Id of this installation, by which the jobs of others are known.
        on_damage: Called once if damaged rows are found while the library is in use.
    """

    def __init__(self, opened_library: OpenedLibrary) -> None:
        self.folder: Path = opened_library.folder
        self.read_only: bool = opened_library.read_only
        self.installation = ""
        self.on_damage: Callable[[LibraryDamaged], None] | None = None
        self.database: Database = opened_library.database
        self.media = MediaStore(self.folder)
        self.change_log = ChangeLog()
        self.deleter = ClipDeleter(self.folder, self.database, self.media, self.change_log)
        self.sidecars = SidecarWriter(self.database, self.media)
        self._reserve = SpaceReserve(self.folder)

    def record(self, db: sqlite3.Connection, items: Sequence[StoredClip], kind: ChangeKind) -> None:
        """Logs a change for other processes, inside the change's transaction."""
        self.change_log.record(db, LibraryChange(frozenset(item.clip.id for item in items), kind))

    async def write_sidecars(self, items: Sequence[StoredClip]) -> None:
        """Writes the clips' `recipe.json`; they are on the disk when this returns.

        Those of many clips follow in the background, as after an edit: the rows are on the disk,
        and a kill leaves them marked.
        """
        ids = [item.clip.id for item in items]
        if len(ids) > _MAX_WRITTEN_AT_ONCE:
            self.sidecars.schedule(ids)
        else:
            await self.sidecars.write_now(ids)

    def report_damage(self, fault: LibraryDamaged) -> None:
        if self.on_damage is not None:
            # Once per session: the next start repairs it.
            tell, self.on_damage = self.on_damage, None
            tell(fault)

    async def keep_reserve(self) -> None:
        """Keeps some disk space in reserve, for `release_reserve`."""
        await self.database.run_file_work(self._reserve.fill)

    async def release_reserve(self) -> bool:
        """Releases the space in reserve for a write that must not be lost; whether there was any.

        `keep_reserve` should follow.
        """
        return await self.database.run_file_work(self._reserve.release)

    def require_writable(self) -> None:
        if self.read_only:
            raise StorageError(OPENED_READ_ONLY)
