"""Recent export folders, in which temporary files of a killed process are searched for."""

import logging
import threading
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import delete_stale_temporary_files
from producer_studio.settings.json_file import JsonFile

log = logging.getLogger(__name__)

MAX_FOLDERS = 20
"""Maximum number of stored folders; older ones are removed."""

_KEY = "folders"


class ExportFolders:
    """List of export folders on disk; blocking calls, any thread.

    Args:
        file: File of the list.
    """

    def __init__(self, file: Path) -> None:
        self._document = JsonFile(file)
        self._lock = threading.Lock()

    def remember(self, folder: Path) -> None:
        """Adds a folder before anything is written to it.

        If the list cannot be written, the export continues; hidden files of a killed process stay
        then.
        """
        with self._lock, self._document.exclusive():
            known = self._read()
            if str(folder) in known:
                return
            try:
                self._document.write({_KEY: [*known, str(folder)][-MAX_FOLDERS:]})
            except StorageError as fault:
                log.warning("Cannot clean up export folders: %s", fault)

    def knows(self, folder: Path) -> bool:
        """Whether a folder was chosen on this computer, so that an export may go on in it.

        The records of exports are in the library, which may come from anybody.
        """
        with self._lock:
            return str(folder) in self._read()

    def delete_stale_files(self) -> int:
        """Deletes temporary files of killed processes in all folders; returns their number."""
        with self._lock:
            known = self._read()
        return sum(delete_stale_temporary_files(Path(folder)) for folder in known)

    def delete_stale_files_in_background(self) -> None:
        """Deletes stale files on a daemon thread, for which not even the end of the program waits.

        A folder may be on a network drive that does not respond.
        """
        threading.Thread(
            target=self.delete_stale_files, name="sweep export folders", daemon=True
        ).start()

    def _read(self) -> list[str]:
        folders = self._document.peek().get(_KEY)
        if not isinstance(folders, list):
            return []
        return [one for one in folders if isinstance(one, str) and Path(one).is_absolute()]
