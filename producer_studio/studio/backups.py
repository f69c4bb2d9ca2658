"""Backups of a library that need not be open, and perhaps cannot be."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from producer_studio.domain.errors import StorageError
from producer_studio.files.home_paths import absolute_path
from producer_studio.library.recovery.backup_restore import (
    Backup,
    RestoreResult,
    list_backups,
    restore_backup,
)
from producer_studio.settings.paths import default_paths
from producer_studio.settings.preferences import PreferencesFile

__all__ = ["Backup", "Backups", "RestoreResult"]

_NO_BACKUP_MESSAGE = "This library has no backup that can be put back. Nothing was changed."


class Backups:
    """Lists the backups of a library, and puts one back.

    Args:
        folder: The library's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = absolute_path(folder)

    @classmethod
    def for_user(cls, environ: Mapping[str, str], library: Path | None = None) -> Self:
        """Those of the library that the studio would open; reads the preferences, blocking."""
        if library is not None:
            return cls(library)
        paths = default_paths(environ)
        return cls(paths.choose_library(PreferencesFile(paths.preferences_file).peek().library_dir))

    async def all(self) -> list[Backup]:
        """Newest first, damaged ones too."""
        return await asyncio.to_thread(list_backups, self.folder)

    async def restore(self, backup: Path | None = None) -> RestoreResult:
        """Puts a backup in the place of the catalogue, and keeps what it replaces.

        Args:
            backup: Its file; None for the newest one that is whole.

        Raises:
            LibraryTooNew: A later version made it; nothing was changed.
            StorageFault: The library is open, or the backup is damaged; nothing was changed.
        """
        if backup is None:
            backup = next((one.path for one in await self.all() if not one.problem), None)
            if backup is None:
                raise StorageError(_NO_BACKUP_MESSAGE)
        return await asyncio.to_thread(restore_backup, self.folder, backup)
