"""Files outside the window: shown in the file manager, recognised as audio by their names."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from producer_studio.files.file_types import AUDIO_SUFFIXES


def show_in_file_manager(path: Path) -> None:
    """Opens the file's folder with the file selected, where the system supports that."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(path)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(path)])
    elif not _show_over_dbus(path):
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def open_file(path: Path) -> None:
    """Opens a file with the system's default program for its type, such as a video player."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


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
