"""The window before it has its panels: on the screen while the rest of the program loads."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QLoggingCategory, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from producer_studio import DESKTOP_ID, __version__
from producer_studio.ui.style.theme import DARK, LIGHT
from producer_studio.ui.widgets.screen_geometry import keep_on_screen, room_on_screen
from producer_studio.ui.widgets.screen_reader import Speech

FIRST_SIZE = (1440, 900)
LEAST_SIZE = (1080, 660)

_CHATTER = "qt.multimedia.*=false"
"""What has no pipewire and which codecs were found; QT_LOGGING_RULES brings it back."""

_TOP, _PLAYER = 47, 91
_COMPOSE, _INSPECTOR = 392, 312
_NARROW = 1240


def application() -> QApplication:
    """The one QApplication, named, with its last window not ending it: closing is our business."""
    # Qt writes its messages itself. A handler in Python could stop the window for good: the sound
    # back end's threads log while the window's thread waits for them, and would need the
    # interpreter that it holds.
    QLoggingCategory.setFilterRules(_CHATTER)
    QGuiApplication.setDesktopFileName(DESKTOP_ID)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101 - nobody makes another kind
    Speech.install()
    app.setApplicationName("Producer Studio")
    app.setApplicationVersion(__version__)
    app.setQuitOnLastWindowClosed(False)
    return app


class Shell(QWidget):
    """A window with the grounds of the panels that are to come; it is ready to be closed.

    This module loads nothing but Qt and the theme, because it is what the first paint waits for.

    Signals:
        closed: The user closed it.
    """

    closed = Signal()

    def __init__(self, theme: str, geometry: bytes = b"", sizes: Sequence[int] = ()) -> None:
        """Places itself where the window was.

        Args:
            theme: system, dark or light.
            geometry: As `saveGeometry` gave it; empty for the first start.
            sizes: Widths of the three columns; empty for those of the design.
        """
        super().__init__()
        scheme = QGuiApplication.styleHints().colorScheme()
        light = theme == "light" or (theme == "system" and scheme is Qt.ColorScheme.Light)
        self._theme = LIGHT if light else DARK
        self._sides = (sizes[0], sizes[2]) if len(sizes) == 3 else (_COMPOSE, _INSPECTOR)
        self._painted = self._furnished = False
        self.setWindowTitle("Producer Studio")
        self.setMinimumSize(*LEAST_SIZE)
        # Everything is painted here, so that no ground of the style's shines through first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(QSize(*FIRST_SIZE).boundedTo(room_on_screen(self)))
        if geometry:
            self.restoreGeometry(QByteArray(geometry))

    def show_at_once(self) -> bool:
        """Shows it and answers whether it is painted; some desktops take longer than we wait."""
        self.show()
        for _ in range(_TURNS):
            QApplication.processEvents()
            if self._painted:
                break
        return self._painted

    def furnish(self, window: QWidget) -> None:
        """Puts the finished window in place."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(window)
        self._furnished = True
        window.show()
        # By now the desktop has told how large the frame is.
        keep_on_screen(self)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.UpdateRequest:
            self._painted = True
        return handled

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, width, height = self._theme, self.width(), self.height()
        painter.fillRect(self.rect(), theme.ground)
        if self._furnished:
            return
        left, right = self._sides[0], 0 if width < _NARROW else self._sides[1]
        low = height - _PLAYER
        for panel in (
            QRect(0, 0, width, _TOP),
            QRect(0, _TOP, left, low - _TOP),
            QRect(width - right, _TOP, right, low - _TOP),
            QRect(0, low, width, _PLAYER),
        ):
            painter.fillRect(panel, theme.panel)
        for line in (
            QRect(0, _TOP, width, 1),
            QRect(0, low - 1, width, 1),
            QRect(left, _TOP, 1, low - _TOP),
            QRect(width - right - 1, _TOP, 1, low - _TOP),
        ):
            painter.fillRect(line, theme.line)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit()


_TURNS = 20
"""Turns of the event loop for the first paint; an ordinary desktop takes one to three."""
