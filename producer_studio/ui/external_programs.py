"""Files and pages outside the window: opened by other programs, recognised by their names.

Where the desktop has no program for them, a `report` callback gets a message and the address.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from producer_studio.files.file_types import AUDIO_SUFFIXES
from producer_studio.translation import tr

Report = Callable[[str, str], object]
"""Shows a message to the user, and beside it the address that could not be opened."""

_FILE_MANAGER_TIMEOUT_MS = 10_000
"""Time for a file manager to start; then the folder is opened in another way."""


def show_in_file_manager(path: Path, report: Report) -> None:
    """Opens the file's folder with the file selected, where the system supports that."""
    if sys.platform not in {"win32", "darwin"}:
        _show_over_dbus(path, lambda: open_folder(path.parent, report))
        return
    if sys.platform == "win32":
        is_open, _ = QProcess.startDetached("explorer", ["/select,", str(path)])
    else:
        is_open, _ = QProcess.startDetached("open", ["-R", str(path)])
    if not is_open:
        open_folder(path.parent, report)


def open_folder(folder: Path, report: Report) -> None:
    """Opens a folder in the file manager."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        report(tr("No file manager could be opened. The folder is here:"), str(folder))


def open_file(path: Path, report: Report) -> None:
    """Opens a file with the system's default program for its type, such as a video player."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        report(tr("No program for this file could be opened. The file is here:"), str(path))


def open_page(url: str, report: Report) -> None:
    """Opens a page in the browser."""
    if not QDesktopServices.openUrl(QUrl(url)):
        report(tr("No browser could be opened. The address of the page is:"), url)


def _show_over_dbus(path: Path, on_failure: Callable[[], object]) -> None:
    """Asks the file manager; the window does not wait for its answer."""
    # Imported on first use: the library takes 5 ms to load.
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        on_failure()
        return
    service = "org.freedesktop.FileManager1"
    call = QDBusMessage.createMethodCall(
        service, "/org/freedesktop/FileManager1", service, "ShowItems"
    )
    call.setArguments([[path.as_uri()], ""])
    watcher = QDBusPendingCallWatcher(
        bus.asyncCall(call, _FILE_MANAGER_TIMEOUT_MS), QCoreApplication.instance()
    )

    def on_finished() -> None:
        is_shown = watcher.reply().type() is not QDBusMessage.MessageType.ErrorMessage
        watcher.deleteLater()
        if not is_shown:
            on_failure()

    watcher.finished.connect(on_finished)


__all__ = ["AUDIO_SUFFIXES", "is_audio_file"]


def is_audio_file(path: Path) -> bool:
    """Whether a dropped file is accepted for upload, by its name alone.

    The content is checked later: nothing is read from a disk during a drag.
    """
    return path.suffix.lower() in AUDIO_SUFFIXES
