"""A desktop's screen saver on the session bus, which tells on stdout who keeps the screen on.

    python -m tests.support.screen_saver_service

Prints `ready`, and for each call and each end of a caller one line: `inhibit CALLER APP REASON`,
`release CALLER`. As on real desktops an inhibition ends with the connection of its caller.
"""

import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusServiceWatcher,
    QDBusVirtualObject,
)

SERVICE = "org.freedesktop.ScreenSaver"


class ScreenSaver(QDBusVirtualObject):
    """Answers `Inhibit`, and watches whether the caller is still there."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._watcher = QDBusServiceWatcher(self)
        self._watcher.setConnection(bus)
        self._watcher.setWatchMode(QDBusServiceWatcher.WatchModeFlag.WatchForUnregistration)
        self._watcher.serviceUnregistered.connect(lambda caller: _tell("release", caller))

    def introspect(self, _path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, bus: QDBusConnection) -> bool:  # noqa: N802
        if (message.interface(), message.member()) != (SERVICE, "Inhibit"):
            return False
        self._watcher.addWatchedService(message.service())
        _tell("inhibit", message.service(), *message.arguments())
        bus.send(message.createReply([1]))
        return True


def _tell(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    app = QCoreApplication([])
    session = QDBusConnection.sessionBus()
    saver = ScreenSaver(session)
    assert session.registerVirtualObject("/org/freedesktop/ScreenSaver", saver)
    assert session.registerService(SERVICE)
    _tell("ready")
    app.exec()
