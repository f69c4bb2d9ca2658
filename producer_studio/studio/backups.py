"""Backups of a library, available even if the library is closed or cannot be opened."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from producer_studio.domain.errors import StorageError
from producer_studio.files.paths import absolute_path
from producer_studio.library.errors import system_error
from producer_studio.library.recovery.backup_restore import (
    Backup,
    RestoreResult,
    list_backups,
    restore_backup,
)
from producer_studio.library.recovery.rebuild import RebuildResult
from producer_studio.library.recovery.requested_rebuild import rebuild_library
from producer_studio.settings.paths import default_paths
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.studio.library_probe import finish_if_responsive
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark

__all__ = ["Backup", "Backups", "RebuildResult", "RestoreResult"]

_NO_BACKUP_MESSAGE = mark("This library has no backup that can be restored. Nothing was changed.")


class Backups:
    """Lists and restores the backups of a library.

    Args:
        folder: Folder of the library.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = absolute_path(folder)

    @classmethod
    def for_user(cls, environ: Mapping[str, str], library: Path | None = None) -> Self:
        """Returns the backups of the user's library, as the studio would open it.

        Reads the preferences, blocking.
        """
        if library is not None:
            return cls(library)
        paths = default_paths(environ)
        return cls(paths.choose_library(PreferencesFile(paths.preferences_file).peek().library_dir))

    async def all(self) -> list[Backup]:
        """Returns all backups, newest first, including damaged ones.

        Raises:
            StorageError: The library's folder cannot be read.
        """
        try:
            return await asyncio.to_thread(list_backups, self.folder)
        except OSError as error:
            raise system_error(error) from error

    async def newest_intact(self) -> Backup | None:
        """Returns the newest backup that can be restored; None if there is none to be read."""
        try:
            found = await self.all()
        except StorageError:
            return None  # told where the library is opened
        return next((one for one in found if not one.problem), None)

    async def rebuild(self) -> tuple[RebuildResult, Path | None]:
        """Makes the database anew; see `rebuild_library`.

        Raises:
            StorageError: The library is open; nothing was changed.
        """
        rebuilding = run_for_user_file(self.folder, rebuild_library, self.folder)
        return await finish_if_responsive([self.folder], rebuilding)

    async def restore(self, backup: Path | None = None) -> RestoreResult:
        """Replaces the library database by a backup, and preserves the replaced files.

        Args:
            backup: File of the backup; None for the newest undamaged one.

        Raises:
            LibraryTooNew: The backup is of a later version of the program; nothing was changed.
            StorageError: The library is open, or the backup is damaged; nothing was changed.
        """
        if backup is None:
            backup = next((one.path for one in await self.all() if not one.problem), None)
            if backup is None:
                raise StorageError(_NO_BACKUP_MESSAGE)
        restoring = run_for_user_file(backup, restore_backup, self.folder, backup)
        return await finish_if_responsive([self.folder, backup.parent], restoring)
