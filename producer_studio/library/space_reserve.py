"""Disk space that is kept for what must not be lost while the disk is full."""

import logging
import os
from contextlib import suppress
from pathlib import Path

from producer_studio.files.disk_features import free_bytes
from producer_studio.library.path_confinement import (
    clear_path,
    exists_without_following,
    is_plain_file,
    open_new_file,
)

log = logging.getLogger(__name__)

_NAME = ".space-reserve"
_BYTES = 256 * 1024
"""Enough for the log of several transactions."""

_MIN_FREE_BYTES = 4 * 1024 * 1024
"""A disk with less free space is not filled further by a reserve."""


class SpaceReserve:
    """File in the library's folder that is deleted when its space is needed; calls block."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    def fill(self) -> None:
        """Creates the file if it is missing; a disk that rejects it is used without one."""
        try:
            if is_plain_file(self._path) and self._path.stat().st_size == _BYTES:
                return
            free = free_bytes(self._path.parent)
            if free is not None and free < _MIN_FREE_BYTES:
                return
            clear_path(self._path)
            # Random, as some file systems store no zeros.
            with os.fdopen(open_new_file(self._path, 0o600), "wb") as file:
                file.write(os.urandom(_BYTES))
        except OSError as error:
            log.info("Cannot keep space in reserve: %s", error)
            with suppress(OSError):
                clear_path(self._path)

    def release(self) -> bool:
        """Deletes the file; returns whether there is more free space now."""
        try:
            existed = exists_without_following(self._path)
            clear_path(self._path)
        except OSError as error:
            log.warning("Cannot release the reserved space: %s", error)
            return False
        return existed
