"""Keeps the screen on while a video plays."""

import os
import sys
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QProcess

from producer_studio.translation import mark, tr

_APP = "Producer Studio"
_REASON = mark("A video is playing.")
"""Shown by the desktop, so that it has no title."""

_CONNECTION = "screen inhibitor"
_SERVICE = "org.freedesktop.ScreenSaver"
_PATH = "/org/freedesktop/ScreenSaver"

_ES_CONTINUOUS = 0x80000000
_ES_SYSTEM_REQUIRED = 0x00000001
_ES_DISPLAY_REQUIRED = 0x00000002


class ScreenInhibitor(Protocol):
    """Keeps the screen from being dimmed, locked or turned off by idleness.

    Both methods return at once; where the desktop offers no such thing, they do nothing.
    """

    def begin(self) -> None:
        """Keeps the screen on from now on."""

    def end(self) -> None:
        """Lets the screen be turned off again."""


class FreedesktopInhibitor:
    """Idle inhibition of Linux desktops, over the session bus.

    The inhibition belongs to a connection and ends with it. `UnInhibit` would take the number that
    `Inhibit` returns as an unsigned integer of 32 bits, which PySide cannot send.
    """

    def __init__(self) -> None:
        self._bus_check: object = None

    def begin(self) -> None:
        # Imported on first use: the library takes 5 ms to load.
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        # A new connection waits for the bus, and the window with it. So the bus must respond on the
        # one that exists first.
        name = "org.freedesktop.DBus"
        call = QDBusMessage.createMethodCall(name, "/org/freedesktop/DBus", name, "GetId")
        self._bus_check = watcher = QDBusPendingCallWatcher(
            bus.asyncCall(call), QCoreApplication.instance()
        )

        def on_finished() -> None:
            is_wanted = watcher is self._bus_check
            is_error = watcher.reply().type() is QDBusMessage.MessageType.ErrorMessage
            watcher.deleteLater()
            if is_wanted and not is_error:
                _inhibit()

        watcher.finished.connect(on_finished)

    def end(self) -> None:
        from PySide6.QtDBus import QDBusConnection

        self._bus_check = None
        QDBusConnection.disconnectFromBus(_CONNECTION)


def _inhibit() -> None:
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, _CONNECTION)
    if bus.isConnected():
        call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _SERVICE, "Inhibit")
        call.setArguments([_APP, tr(_REASON)])
        bus.send(call)


class WindowsInhibitor:
    """Execution state of the window's thread."""

    def begin(self) -> None:
        self._set_state(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED | _ES_DISPLAY_REQUIRED)

    def end(self) -> None:
        self._set_state(_ES_CONTINUOUS)

    def _set_state(self, state: int) -> None:
        import ctypes  # exists everywhere, but is needed on Windows alone

        # Accessed by name: the type stubs of other platforms do not have it.
        getattr(ctypes, "windll").kernel32.SetThreadExecutionState(state)  # noqa: B009


class MacInhibitor:
    """Child process `caffeinate`, which ends with this program at the latest."""

    def __init__(self) -> None:
        self._process: QProcess | None = None

    def begin(self) -> None:
        self.end()
        # The application keeps it until it has ended.
        self._process = process = QProcess(QCoreApplication.instance())
        process.start("caffeinate", ["-d", "-w", str(os.getpid())])

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.finished.connect(process.deleteLater)
            process.kill()
            if process.state() is QProcess.ProcessState.NotRunning:
                process.deleteLater()


def create_screen_inhibitor(platform: str = sys.platform) -> ScreenInhibitor:
    """Returns the inhibitor for a platform, as named by `sys.platform`."""
    if platform == "win32":
        return WindowsInhibitor()
    if platform == "darwin":
        return MacInhibitor()
    return FreedesktopInhibitor()
