"""Random id of this installation, by which it recognises its own jobs in a library.

A library may have another origin: copied, shared, or made with malicious intent. Its jobs are
resumed automatically only if this installation created them.
"""

import logging
import re
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import rename_exclusively
from producer_studio.files.paths import absolute_path
from producer_studio.settings.json_file import JsonFile

_log = logging.getLogger(__name__)

_ID = "id"
_UNMARKED = "unmarked_libraries"
_ID_PATTERN = re.compile("[0-9a-f]{32}")


class InstallationFile:
    """JSON file with the installation's id; its methods block and must not run on the UI thread.

    Libraries that were known when the id was created may contain jobs of earlier versions without
    an id; those are treated as this installation's own, once.
    """

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._own_id = uuid.uuid4().hex

    def load_id(self, known_folders: Sequence[str]) -> str:
        """Returns the id; creates it if there is none yet.

        If the file cannot be written, the id is valid for this run only: its jobs wait for a
        confirmation by the user at the next start.

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
            # If two programs start at the same time, only one id is stored.
            rename_exclusively(temporary.path, self._document.path)
        except (OSError, StorageError) as error:
            _log.warning("Cannot save installation name: %s", error)
            with suppress(OSError):
                temporary.path.unlink(missing_ok=True)
        return self._stored_id() or self._own_id

    def is_unmarked(self, folder: Path) -> bool:
        """Whether a library may have jobs of earlier versions of this installation."""
        return str(absolute_path(folder)) in self._unmarked()

    def record_marked(self, folder: Path) -> None:
        """Records that the jobs of a library are marked with the installation's id."""
        with self._document.exclusive():
            remaining = [one for one in self._unmarked() if one != str(absolute_path(folder))]
            try:
                self._document.write({**self._document.peek(), _UNMARKED: remaining})
            except StorageError as fault:
                _log.warning("Cannot save markers of library: %s", fault)

    def _stored_id(self) -> str:
        found = self._document.read().get(_ID)
        return found if isinstance(found, str) and _ID_PATTERN.fullmatch(found) else ""

    def _unmarked(self) -> list[str]:
        found = self._document.peek().get(_UNMARKED)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
