"""The folders that exports were written to, so that left-overs of a killed process are found."""

import logging
import threading
from pathlib import Path

from producer_studio.domain.errors import StorageFault
from producer_studio.files.temporary_file import sweep_parts
from producer_studio.settings.json_file import Document

log = logging.getLogger(__name__)

LIMIT = 20
"""So many folders are remembered, the last ones."""

_NAME = "folders"


class ExportFolders:
    """A list on disk; blocking calls, any thread.

    Args:
        file: Where the list is.
    """

    def __init__(self, file: Path) -> None:
        self._document = Document(file)
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
                self._document.write({_NAME: [*known, str(folder)][-LIMIT:]})
            except StorageFault as fault:
                log.warning("The folders of exports: %s", fault)

    def sweep(self) -> int:
        """Delete what killed processes have left in all of them; how many files those were."""
        with self._lock:
            known = self._read()
        return sum(sweep_parts(Path(folder)) for folder in known)

    def sweep_in_background(self) -> None:
        """Sweep without keeping anybody waiting, not even the end of the program.

        A folder may be on a network drive that does not answer any more.
        """
        threading.Thread(target=self.sweep, name="sweep export folders", daemon=True).start()

    def _read(self) -> list[str]:
        folders = self._document.peek().get(_NAME)
        if not isinstance(folders, list):
            return []
        return [one for one in folders if isinstance(one, str) and Path(one).is_absolute()]
