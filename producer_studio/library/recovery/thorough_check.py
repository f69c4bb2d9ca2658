"""Check of a whole large database, which takes too long for each opening."""

import time
from pathlib import Path

from producer_studio.library.errors import suspect_marker_path
from producer_studio.library.internal_files import CHECKED_MARKER, DATABASE
from producer_studio.library.recovery.inspection import INDEX_CHECK_BYTES, find_damage

_INTERVAL_S = 7 * 24 * 3600


def find_hidden_damage(folder: Path) -> str:
    """Returns damage that opening did not look for; empty for none, or if it is not due.

    A wrong index hides clips and paid jobs, and reading them reports no error. The next opening
    repairs the damage. Blocking, for seconds.

    Args:
        folder: The folder of an open library that can be written to.

    Raises:
        OSError: The folder cannot be read or written.
        StorageError: The database cannot be read now.
    """
    path, marker = folder / DATABASE, folder / CHECKED_MARKER
    if path.stat().st_size <= INDEX_CHECK_BYTES or _is_recent(marker):
        return ""
    damage = find_damage(path, whole=True)
    (suspect_marker_path(path) if damage else marker).touch()
    return damage


def _is_recent(marker: Path) -> bool:
    try:
        # A time in the future is that of a wrong clock.
        return 0 <= time.time() - marker.stat().st_mtime < _INTERVAL_S
    except FileNotFoundError:
        return False
