"""Folders that libraries were opened in, so that a missing one is told from a new one."""

import logging
from pathlib import Path

from producer_studio.domain.errors import StorageFault
from producer_studio.files.home_paths import absolute
from producer_studio.settings.json_file import Document

_log = logging.getLogger(__name__)

_MOST = 200
_FOLDERS = "folders"


class KnownLibraries:
    """A list on disk; both methods block and belong on a thread other than the window's."""

    def __init__(self, path: Path) -> None:
        self._document = Document(path)

    def knows(self, folder: Path) -> bool:
        """Whether a library was opened in this folder before."""
        return _name(folder) in self._folders()

    def add(self, folder: Path) -> None:
        """Adds a folder; where that cannot be written, the program goes on without."""
        folders = self._folders()
        if _name(folder) in folders:
            return
        try:
            self._document.write({_FOLDERS: [*folders, _name(folder)][-_MOST:]})
        except StorageFault as fault:
            _log.warning("The library's folder is not remembered: %s", fault)

    def _folders(self) -> list[str]:
        found = self._document.read().get(_FOLDERS)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _name(folder: Path) -> str:
    return str(absolute(folder))
