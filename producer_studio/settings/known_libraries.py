"""Folders of known libraries, to distinguish a missing library from a new one."""

import logging
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.paths import absolute_path
from producer_studio.settings.json_file import JsonFile

_log = logging.getLogger(__name__)

_MAX_FOLDERS = 200
_FOLDERS = "folders"


class KnownLibraries:
    """List of folders on disk; its methods block and must not run on the UI thread."""

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)

    def contains(self, folder: Path) -> bool:
        """Whether a library was opened in this folder before."""
        return _folder_key(folder) in self._folders()

    def folders(self) -> list[str]:
        """Returns the absolute paths of all known libraries."""
        return self._folders()

    def add(self, folder: Path) -> None:
        """Adds a folder; errors while writing are ignored."""
        with self._document.exclusive():
            folders = self._folders()
            if _folder_key(folder) in folders:
                return
            try:
                self._document.write({_FOLDERS: [*folders, _folder_key(folder)][-_MAX_FOLDERS:]})
            except StorageError as fault:
                _log.warning("Cannot save library folder: %s", fault)

    def _folders(self) -> list[str]:
        found = self._document.read().get(_FOLDERS)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _folder_key(folder: Path) -> str:
    return str(absolute_path(folder))
