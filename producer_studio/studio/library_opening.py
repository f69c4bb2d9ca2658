"""Steps before and after the opening of the user's library."""

import asyncio
import contextlib
import logging
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.path_checks import path_exists
from producer_studio.files.permissions import create_private_folder, remove_other_permissions
from producer_studio.library.library import Library
from producer_studio.settings.installation import InstallationFile
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.settings.paths import Paths
from producer_studio.studio.crash_reports.recorder import CRASH_FOLDER

log = logging.getLogger(__name__)


def make_private(paths: Paths, library: Path) -> None:
    """Makes the program's own folders private, including those of an older version."""
    crash_folder = paths.state / CRASH_FOLDER
    for folder in (paths.config, paths.state, paths.cache, crash_folder):
        remove_other_permissions(folder)
    # If it cannot be looked up or created, opening it reports the reason.
    with contextlib.suppress(OSError):
        if not path_exists(library):
            create_private_folder(library)


async def mark_library(
    library: Library, folder: Path, installation: InstallationFile, known: KnownLibraries
) -> None:
    """Marks jobs that are written to a library with the id of this installation."""
    folders = await asyncio.to_thread(known.folders)
    library.context.installation = await asyncio.to_thread(installation.load_id, folders)
    if library.read_only or not await asyncio.to_thread(installation.is_unmarked, folder):
        return
    try:
        await library.jobs.mark_installation(library.context.installation)
    except StorageError as fault:
        log.warning("Cannot mark jobs of library yet: %s", fault)
    else:
        await asyncio.to_thread(installation.record_marked, folder)
