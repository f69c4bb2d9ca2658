"""The open library and the others that are known: names, sizes, backups."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from producer_studio.files.disk_features import free_bytes
from producer_studio.library.library import Library
from producer_studio.library.recovery.library_contents import contains_library
from producer_studio.studio.backups import Backup, Backups
from producer_studio.studio.library_probe import check_disk_responds
from producer_studio.studio.named_libraries import NamedLibraries, NamedLibrary
from producer_studio.studio.user_files import run_for_user_file

__all__ = ["Libraries", "LibrarySize", "NamedLibrary"]


@dataclass(frozen=True, slots=True)
class LibrarySize:
    """Size of the open library.

    Attributes:
        clips: Number of clips, with the trash.
        files: Number of files that are recorded.
        size_bytes: Their size.
        free_bytes: Free space of the disk; None if it is unknown.
    """

    clips: int
    files: int
    size_bytes: int
    free_bytes: int | None


class Libraries:
    """Reads and names the libraries that were opened before; nothing of them is changed."""

    def __init__(self, library: Library, environ: Mapping[str, str]) -> None:
        self._library = library
        self._environ = environ

    @property
    def folder(self) -> Path:
        """Folder of the open library."""
        return self._library.folder

    async def list_all(self) -> list[NamedLibrary]:
        """Returns all libraries that were opened before: the default, named ones, others."""
        return await asyncio.to_thread(NamedLibraries(self._environ).list_all)

    async def set_name(self, folder: Path, name: str) -> None:
        """Names a library; an empty name removes the one that it has.

        Raises:
            StorageError: The name is not usable, or another library has it.
        """
        await asyncio.to_thread(NamedLibraries(self._environ).set_name, folder, name)

    async def contains_library(self, folder: Path) -> bool:
        """Whether there is a library in a folder.

        Raises:
            LibraryUnresponsive: Its disk does not respond.
            StorageError: The folder cannot be read.
        """
        await check_disk_responds(folder)
        return await run_for_user_file(folder, contains_library, folder)

    async def measure(self) -> LibrarySize:
        """Returns the size of the open library."""
        clips, files, size_bytes = await self._library.files.read_totals()
        free = await asyncio.to_thread(free_bytes, self._library.folder)
        return LibrarySize(clips, files, size_bytes, free)

    async def list_backups(self) -> list[Backup]:
        """Returns the backups in the library's folder, newest first, each checked completely."""
        return await Backups(self._library.folder).all()
