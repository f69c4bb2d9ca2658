"""The folders that exports were written to, so that left-overs of a killed process are found."""

import logging
import threading
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.temporary_file import delete_stale_temporary_files
from producer_studio.settings.json_file import JsonFile

log = logging.getLogger(__name__)

MAX_FOLDERS = 20
"""So many folders are remembered, the last ones."""

_KEY = "folders"


class ExportFolders:
    """A list on disk; blocking calls, any thread.

    Args:
        file: Where the list is.
    """

    def __init__(self, file: Path) -> None:
        self._document = JsonFile(file)
        self._lock = threading.Lock()

    def remember(self, folder: Path) -> None:
        """Note a folder before anything is written to it.

        A list that cannot be written costs hidden files that stay after a kill, and no export.
        """
        with self._lock:
            known = self._read()
            if str(folder) in known:
                return
            try:
                self._document.write({_KEY: [*known, str(folder)][-MAX_FOLDERS:]})
            except StorageError as fault:
                log.warning("The folders of exports: %s", fault)

    def delete_stale_files(self) -> int:
        """Delete what killed processes have left in all of them; how many files those were."""
        with self._lock:
            known = self._read()
        return sum(delete_stale_temporary_files(Path(folder)) for folder in known)

    def delete_stale_files_in_background(self) -> None:
        """Sweep without keeping anybody waiting, not even the end of the program.

        A folder may be on a network drive that does not answer any more.
        """
        threading.Thread(
            target=self.delete_stale_files, name="sweep export folders", daemon=True
        ).start()

    def _read(self) -> list[str]:
        folders = self._document.peek().get(_KEY)
        if not isinstance(folders, list):
            return []
        return [one for one in folders if isinstance(one, str) and Path(one).is_absolute()]
