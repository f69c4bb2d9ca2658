"""A random name for this installation, by which it knows its own jobs again.

A library may come from elsewhere: copied, shared, or made to do harm. What stands in its rows is
acted on by itself only where this installation has written it.
"""

import logging
import re
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.exclusive_rename import rename_exclusively
from producer_studio.files.home_paths import absolute_path
from producer_studio.settings.json_file import JsonFile

_log = logging.getLogger(__name__)

_ID = "id"
_UNMARKED = "unmarked_libraries"
_ID_PATTERN = re.compile("[0-9a-f]{32}")


class InstallationFile:
    """The name on disk; all methods block and belong on a thread other than the window's.

    Libraries that were known when the name was chosen have jobs of earlier versions, which bear
    none: each of them is taken for this installation's own once.
    """

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._own_id = uuid.uuid4().hex

    def load_id(self, known_folders: Sequence[str]) -> str:
        """The name; chosen now if there is none yet.

        Where it cannot be written it is that of this run alone: its jobs wait for the user's word
        at the next start.

        Args:
            known_folders: Libraries that earlier versions have opened.
        """
        if found := self._stored_id():
            return found
        if self._document.peek():
            self._document.rename_as_broken()
        chosen = {_ID: self._own_id, _UNMARKED: list(known_folders)}
        temporary = JsonFile(self._document.path.with_suffix(f".{self._own_id}.tmp"))
        try:
            temporary.write(chosen)
            # Of two programs that start at the same moment one name is kept.
            rename_exclusively(temporary.path, self._document.path)
        except (OSError, StorageError) as error:
            _log.warning("The name of this installation was not written: %s", error)
            with suppress(OSError):
                temporary.path.unlink(missing_ok=True)
        return self._stored_id() or self._own_id

    def is_unmarked(self, folder: Path) -> bool:
        """Whether a library may have jobs of earlier versions of this installation."""
        return str(absolute_path(folder)) in self._unmarked()

    def record_marked(self, folder: Path) -> None:
        """Notes that the jobs of a library bear the installation's name now."""
        remaining = [one for one in self._unmarked() if one != str(absolute_path(folder))]
        try:
            self._document.write({**self._document.peek(), _UNMARKED: remaining})
        except StorageError as fault:
            _log.warning("What was marked in the library is not noted: %s", fault)

    def _stored_id(self) -> str:
        found = self._document.read().get(_ID)
        return found if isinstance(found, str) and _ID_PATTERN.fullmatch(found) else ""

    def _unmarked(self) -> list[str]:
        found = self._document.peek().get(_UNMARKED)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
