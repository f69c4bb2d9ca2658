"""Interface to the notifications of the desktop, and the one of systems without a session bus."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon


class Notifications(Protocol):
    """Notifications of one desktop."""

    def show(self, key: str, title: str, body: str) -> None:
        """Shows a notification; one with the same key is replaced.

        Args:
            key: Identifies it when it is clicked.
            title: One line of plain text.
            body: Plain text; may be empty.
        """


class NotificationClicks(QObject):
    """Clicks on notifications.

    Signals:
        clicked: Key of the notification, and the token with which the desktop lets the program
            raise its window; empty if it gives none.
    """

    clicked = Signal(str, str)


class TrayNotifications:
    """Notifications of Windows and macOS, by Qt; they need an icon beside the clock.

    The icon is there while a notification may still be clicked.
    """

    def __init__(self, icon: QIcon, clicks: NotificationClicks) -> None:
        self._tray = QSystemTrayIcon(icon, clicks)
        self._clicks = clicks
        self._key = ""
        self._tray.messageClicked.connect(self._on_clicked)

    def show(self, key: str, title: str, body: str) -> None:
        self._key = key
        self._tray.show()
        self._tray.showMessage(title, body, self._tray.icon())

    def _on_clicked(self) -> None:
        # Qt does not tell which one; the newest is on the top.
        self._tray.hide()
        self._clicks.clicked.emit(self._key, "")
