"""Folders of known libraries, to distinguish a missing library from a new one, and their names."""

import logging
from pathlib import Path
from typing import Any, TypeGuard

from producer_studio.domain.errors import StorageError
from producer_studio.files.paths import absolute_path
from producer_studio.settings.json_file import JsonFile
from producer_studio.translation import mark

_log = logging.getLogger(__name__)

_MAX_FOLDERS = 200
_FOLDERS = "folders"
_NAMES = "names"
_OWN = "own"


class KnownLibraries:
    """List of folders on disk; its methods block and must not run on the UI thread."""

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)

    def contains(self, folder: Path) -> bool:
        """Whether a library was opened in this folder before."""
        return _folder_key(folder) in self.folders()

    def folders(self) -> list[str]:
        """Returns the absolute paths of all known libraries."""
        return _folders_of(self._document.read())

    def names(self) -> dict[str, str]:
        """Returns the folders of the libraries that have a name."""
        return _names_of(self._document.peek())

    def own(self) -> str:
        """Returns the library that was opened last without being named; empty if none was."""
        found = self._document.peek().get(_OWN)
        return found if _is_path(found) else ""

    def add(self, folder: Path, *, is_own: bool = False) -> None:
        """Adds a folder; errors while writing are ignored.

        Args:
            is_own: Whether it is the one of the settings, which was opened without being named.
        """
        with self._document.exclusive():
            stored = self._document.read()
            folders, key = _folders_of(stored), _folder_key(folder)
            changed = {**stored, _OWN: key} if is_own else dict(stored)
            if key not in folders:
                changed[_FOLDERS] = [*folders, key][-_MAX_FOLDERS:]
            if changed == stored:
                return
            try:
                self._document.write(changed)
            except StorageError as fault:
                _log.warning("Cannot save library folder: %s", fault)

    def set_name(self, folder: Path, name: str) -> None:
        """Names a library in place of its former name; an empty one removes it.

        Raises:
            StorageError: Another library has this name, or the file cannot be written.
        """
        with self._document.exclusive():
            stored = self._document.read()
            key = _folder_key(folder)
            names = {one: path for one, path in _names_of(stored).items() if path != key}
            if any(one.casefold() == name.casefold() for one in names):
                raise StorageError(
                    mark("Another library is called “{name}”. Choose another name.", name=name)
                )
            if name:
                names[name] = key
            self._document.write({**stored, _NAMES: names})

    def move_name(self, old: Path, new: Path) -> None:
        """Gives the name of a library, if it has one, to the folder that it was moved to.

        Raises:
            StorageError: The file cannot be written.
        """
        for name, path in self.names().items():
            if path == _folder_key(old):
                self.set_name(old, "")
                self.set_name(new, name)


def _folders_of(stored: dict[str, Any]) -> list[str]:
    found = stored.get(_FOLDERS)
    return [one for one in found if _is_path(one)] if isinstance(found, list) else []


def _names_of(stored: dict[str, Any]) -> dict[str, str]:
    found = stored.get(_NAMES)
    if not isinstance(found, dict):
        return {}
    return {name: path for name, path in found.items() if _is_path(path)}


def _is_path(value: object) -> TypeGuard[str]:
    """Whether a value of a damaged file can be a path: calls of the system refuse any with NUL."""
    return isinstance(value, str) and "\0" not in value


def _folder_key(folder: Path) -> str:
    return str(absolute_path(folder))
