"""Third-party components that are bundled with this program, and their licences."""

import asyncio
from pathlib import Path

from producer_studio import __version__
from producer_studio.domain.errors import StorageError
from producer_studio.domain.release import BundledComponent
from producer_studio.settings import licence_manifest
from producer_studio.translation import mark

PROGRAM_NAME = "Producer Studio"
SOURCE_INSTALL_MESSAGE = mark(
    "This copy runs from source. Its components come from its Python environment, which also "
    "contains their licences."
)

_LICENCE = "GPL-3.0-or-later"
_PACKAGE = Path(__file__).resolve().parent.parent


class BundledComponents:
    """Reads the list of components and the licence texts that packaging adds to a frozen program.

    Args:
        package: Folder of this program's Python package; default the running one.
    """

    def __init__(self, package: Path = _PACKAGE) -> None:
        self._package = package
        self.folder = licence_manifest.find_licence_folder(package)

    async def components(self) -> tuple[BundledComponent, ...]:
        """Returns all components except this program; none if it runs from source.

        Raises:
            StorageError: The list cannot be read.
        """
        return tuple(part for part in await self._all() if part.name != PROGRAM_NAME)

    async def program(self) -> BundledComponent:
        """Returns this program as a component.

        Raises:
            StorageError: The list cannot be read.
        """
        found = [part for part in await self._all() if part.name == PROGRAM_NAME]
        beside = licence_manifest.find_own_licence(self._package)
        texts = (beside.name,) if beside else ()
        return (
            found[0]
            if found
            else BundledComponent(PROGRAM_NAME, __version__, "program", _LICENCE, texts=texts)
        )

    async def read_licence(self, name: str) -> str:
        """Returns one of a component's licence texts.

        Raises:
            StorageError: It cannot be read.
        """
        path = (self.folder or self._package.parent) / name
        try:
            # Licence texts of other projects may have any encoding.
            return await asyncio.to_thread(path.read_text, "utf-8", "replace")
        except OSError as error:
            raise StorageError(
                mark(
                    "The licence in {path} cannot be read: {strerror}. Reinstall the program to "
                    "restore "
                    "it.",
                    path=path,
                    strerror=error.strerror,
                )
            ) from error

    async def _all(self) -> tuple[BundledComponent, ...]:
        if self.folder is None:
            return ()
        try:
            return await asyncio.to_thread(licence_manifest.read_manifest, self.folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(
                mark(
                    "The list of licences in {folder} cannot be read. Reinstall the program to "
                    "restore "
                    "it.",
                    folder=self.folder,
                )
            ) from error
