"""The desktop's list of recent files: of Linux, Windows (Jump Lists) and macOS (Recent Items).

The calls for Windows and macOS follow the documentation of `SHAddToRecentDocs` and of
`NSDocumentController`; they were not run there yet.
"""

import asyncio
import ctypes
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)

_PATH_AS_UNICODE = 3
"""SHARD_PATHW."""


async def add_recent_documents(files: Sequence[Path], environ: Mapping[str, str]) -> None:
    """Adds files to the list of the desktop; a failure is logged.

    Called on the window's thread, where it does not block.

    Args:
        files: Absolute paths.
    """
    try:
        if sys.platform == "darwin":
            _add_on_macos(files)
        elif sys.platform == "win32":
            await asyncio.to_thread(_add_on_windows, files)
        else:
            # Loads the XML parser when the first file is added.
            from producer_studio.ui.desktop.recently_used import add_recently_used

            list_file = _data_folder(environ) / "recently-used.xbel"
            await asyncio.to_thread(add_recently_used, list_file, files, datetime.now(UTC))
    except (OSError, ValueError) as error:
        log.warning("The desktop's list of recent files was not changed: %s", error)


def _data_folder(environ: Mapping[str, str]) -> Path:
    """Returns XDG_DATA_HOME; a relative path in it is ignored, as its specification says."""
    chosen = environ.get("XDG_DATA_HOME", "")
    return Path(chosen) if os.path.isabs(chosen) else Path.home() / ".local" / "share"  # noqa: PTH117


def _add_on_windows(files: Sequence[Path]) -> None:
    if sys.platform == "win32":
        ole, shell = ctypes.windll.ole32, ctypes.windll.shell32
        # It fails (RPC_E_CHANGED_MODE) where the thread is initialised in another mode: the shell
        # works there as well, and that is not to be undone here.
        is_initialized = ole.CoInitialize(None) >= 0
        try:
            for file in files:
                shell.SHAddToRecentDocs(_PATH_AS_UNICODE, ctypes.c_wchar_p(str(file)))
        finally:
            if is_initialized:
                ole.CoUninitialize()


def _add_on_macos(files: Sequence[Path]) -> None:
    # Other systems do not have them.
    from AppKit import NSDocumentController
    from Foundation import NSURL

    controller = NSDocumentController.sharedDocumentController()
    for file in files:
        controller.noteNewRecentDocumentURL_(NSURL.fileURLWithPath_(str(file)))
