"""Files and pages outside the window: opened by other programs, recognised by their names.

Where the desktop has no program for them, a `report` callback gets a message and the address.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from producer_studio.files.file_types import AUDIO_SUFFIXES

Report = Callable[[str, str], object]
"""Shows a message to the user, and beside it the address that could not be opened."""


def show_in_file_manager(path: Path, report: Report) -> None:
    """Opens the file's folder with the file selected, where the system supports that."""
    if sys.platform == "win32":
        is_open, _ = QProcess.startDetached("explorer", ["/select,", str(path)])
    elif sys.platform == "darwin":
        is_open, _ = QProcess.startDetached("open", ["-R", str(path)])
    else:
        is_open = _show_over_dbus(path)
    if not is_open:
        open_folder(path.parent, report)


def open_folder(folder: Path, report: Report) -> None:
    """Opens a folder in the file manager."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        report("No file manager could be opened. The folder is here:", str(folder))


def open_file(path: Path, report: Report) -> None:
    """Opens a file with the system's default program for its type, such as a video player."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        report("No program for this file could be opened. The file is here:", str(path))


def open_page(url: str, report: Report) -> None:
    """Opens a page in the browser."""
    if not QDesktopServices.openUrl(QUrl(url)):
        report("No browser could be opened. The address of the page is:", url)


def _show_over_dbus(path: Path) -> bool:
    # Imported on first use: the library takes 5 ms to load.
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    names = bus.interface() if bus.isConnected() else None
    if names is None:
        return False
    service = "org.freedesktop.FileManager1"
    known = [*names.registeredServiceNames().value(), *names.activatableServiceNames().value()]
    if service not in known:
        return False
    call = QDBusMessage.createMethodCall(
        service, "/org/freedesktop/FileManager1", service, "ShowItems"
    )
    call.setArguments([[path.as_uri()], ""])
    return bus.send(call)


__all__ = ["AUDIO_SUFFIXES", "is_audio_file"]


def is_audio_file(path: Path) -> bool:
    """Whether a dropped file is accepted for upload, by its name alone.

    The content is checked later: nothing is read from a disk during a drag.
    """
    return path.suffix.lower() in AUDIO_SUFFIXES
