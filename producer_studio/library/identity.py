"""Random id of a library, which distinguishes its drive, connected again, from another drive."""

import logging
import os
import stat
from pathlib import Path
from uuid import uuid4

from producer_studio.library.path_confinement import file_type, open_new_file, read_plain_file

log = logging.getLogger(__name__)

_NAME = ".library-id"
_MAX_BYTES = 100


def read_identity(folder: Path) -> str:
    """Returns the id of the library in a folder; empty if it has none.

    Raises:
        OSError: It cannot be read.
    """
    path = folder / _NAME
    # A drive that reports errors would otherwise count as one without an id.
    if file_type(path) != stat.S_IFREG:
        return ""
    try:
        return read_plain_file(path, _MAX_BYTES).decode("ascii", "replace").strip()
    except (FileNotFoundError, ValueError):
        return ""


def ensure_identity(folder: Path) -> str:
    """Returns the id of the library in a folder, which gets one if it has none.

    Called while no other process opens the library. Without an id, as on a full disk, the library
    is used all the same.
    """
    try:
        found = read_identity(folder)
        if found:
            return found
        identity = uuid4().hex
        with os.fdopen(open_new_file(folder / _NAME, 0o600), "w", encoding="ascii") as file:
            file.write(identity)
    except OSError as error:
        log.info("The library has no id: %s", error)
        return ""
    return identity
