"""Files that the user opened or saved: for the menus of the window and for the desktop's list."""

import logging
from dataclasses import dataclass
from pathlib import Path

from producer_studio.files.path_checks import is_file
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.studio.events import Events
from producer_studio.studio.preferences import PreferenceStore

log = logging.getLogger(__name__)

MAX_RECENT_FILES = 10


@dataclass(frozen=True, slots=True)
class FileUsed:
    """The user opened or saved a file."""

    path: Path


class RecentFiles:
    """The files that were opened last; they are kept in the preferences."""

    def __init__(self, preferences: PreferenceStore, events: Events) -> None:
        self._preferences = preferences
        self._events = events

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, latest first; some may be gone."""
        return self._preferences.value.recent_files

    def add_opened(self, file: Path) -> None:
        """Adds a file that was opened in the form."""
        path = str(file.absolute())
        others = [one for one in self.paths if one != path]
        self._preferences.change(recent_files=(path, *others)[:MAX_RECENT_FILES])
        self._events.publish(FileUsed(Path(path)))

    def add_saved(self, file: Path) -> None:
        """Reports a file that was saved; it is not offered in the form."""
        self._events.publish(FileUsed(file.absolute()))

    async def list_existing(self) -> list[Path]:
        """Returns the files that exist, latest first; those of a disk that does not respond not."""
        found = []
        for path in map(Path, self.paths):
            try:
                if await run_on_user_disk(path, is_file, path):
                    found.append(path)
            except (OSError, ValueError) as error:
                log.info("Recent file %s cannot be found: %s", path, error)
        return found

    def forget_all(self) -> None:
        """Removes all files from the list; the files themselves stay."""
        self._preferences.change(recent_files=())
