"""Window shown at start-up while the panels and the rest of the program load."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QLoggingCategory, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCloseEvent,
    QFont,
    QGuiApplication,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from producer_studio import DESKTOP_ID, __version__
from producer_studio.translation import mark, tr
from producer_studio.ui.import_hook import remove_pyside_import_hook
from producer_studio.ui.style.theme import DARK, LIGHT
from producer_studio.ui.widgets.screen_geometry import available_size, keep_on_screen
from producer_studio.ui.widgets.screen_reader import AccessibilityFactory
from producer_studio.ui.window.session_bus import skip_unresponsive_buses

DEFAULT_SIZE = (1440, 900)
MIN_SIZE = (1080, 660)

_LOG_FILTER_RULES = "qt.multimedia.*=false"
"""Qt messages about missing PipeWire and detected codecs; QT_LOGGING_RULES re-enables them."""

_TOP, _PLAYER = 47, 91
_COMPOSE, _INSPECTOR = 392, 312
_NARROW = 1240


def create_application() -> QApplication:
    """Creates the named QApplication, which does not quit when its last window closes."""
    remove_pyside_import_hook()
    # Qt writes its messages itself. A handler in Python could deadlock the window: the threads of
    # the audio backend log while the window's thread waits for them, and would need the GIL that it
    # holds.
    QLoggingCategory.setFilterRules(_LOG_FILTER_RULES)
    QGuiApplication.setDesktopFileName(DESKTOP_ID)
    app = QApplication.instance()
    if app is None:
        if sys.platform == "linux":
            skip_unresponsive_buses()
        app = QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101 - no other kind is created
    AccessibilityFactory.install()
    app.setApplicationName("Producer Studio")
    app.setApplicationVersion(__version__)
    app.setQuitOnLastWindowClosed(False)
    return app


def restore_geometry(window: QWidget, geometry: bytes) -> None:
    """Sets size and place of a window.

    Args:
        geometry: Result of `saveGeometry`; empty for the default size, as far as the screen has it.
    """
    window.resize(QSize(*DEFAULT_SIZE).boundedTo(available_size(window)))
    if geometry:
        window.restoreGeometry(QByteArray(geometry))


class StartupWindow(QWidget):
    """Window with the backgrounds of the future panels; it can already be closed.

    When that takes long, as at the first start after an update, it says what it waits for.

    This module imports nothing but Qt and the theme, because the first paint waits for it.

    Signals:
        closed: The user closed it.
    """

    closed = Signal()

    def __init__(
        self, theme: str, geometry: bytes = b"", column_widths: Sequence[int] = ()
    ) -> None:
        """Restores the position of the window.

        Args:
            theme: system, dark or light.
            geometry: Result of `saveGeometry`; empty for the first start.
            column_widths: Widths of the three columns; empty for those of the design.
        """
        super().__init__()
        scheme = QGuiApplication.styleHints().colorScheme()
        light = theme == "light" or (theme == "system" and scheme is Qt.ColorScheme.Light)
        self._theme = LIGHT if light else DARK
        self._side_widths = (
            (column_widths[0], column_widths[2])
            if len(column_widths) == 3
            else (_COMPOSE, _INSPECTOR)
        )
        self._is_painted = self._has_content = self._is_slow = False
        self._slow_timer = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow_timer.timeout.connect(self._on_slow)
        self.setWindowTitle("Producer Studio")
        self.setMinimumSize(*MIN_SIZE)
        # Everything is painted here, so that no background of the style shows through first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        restore_geometry(self, geometry)

    def show_and_paint(self) -> bool:
        """Shows the window and returns whether it was painted; some desktops exceed the wait."""
        self.show()
        self._slow_timer.start()
        for _ in range(_MAX_PAINT_TURNS):
            QApplication.processEvents()
            if self._is_painted:
                break
        return self._is_painted

    def set_content(self, content: QWidget) -> None:
        """Sets the finished window as content."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self._has_content = True
        self._slow_timer.stop()
        self.setAccessibleDescription("")
        content.show()
        # By now the desktop has reported the size of the window frame.
        keep_on_screen(self)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.UpdateRequest:
            self._is_painted = True
        return handled

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, width, height = self._theme, self.width(), self.height()
        painter.fillRect(self.rect(), theme.ground)
        if self._has_content:
            return
        left, right = self._side_widths[0], 0 if width < _NARROW else self._side_widths[1]
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
        if self._is_slow:
            self._paint_message(painter, QRect(left, _TOP, width - left - right, low - _TOP))

    def _on_slow(self) -> None:
        self._is_slow = True
        self.setAccessibleDescription(f"{tr(_OPENING)} {tr(_REASON)}")
        event = QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        QAccessible.updateAccessibility(event)
        self.update()

    def _paint_message(self, painter: QPainter, room: QRect) -> None:
        """Paints what is waited for, in the middle of the room."""
        font = painter.font()
        height = 2 * painter.fontMetrics().height()
        upper = QRect(room.left(), room.center().y() - height, room.width(), height)
        lower = QRect(room.left() + _PADDING, upper.bottom(), room.width() - 2 * _PADDING, height)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._theme.text1)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, tr(_OPENING))
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(self._theme.text2)
        wrapped = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(lower, wrapped, tr(_REASON))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit()


_MAX_PAINT_TURNS = 20
"""Maximum event loop turns for the first paint; an ordinary desktop needs one to three."""

_SLOW_MS = 2_000
"""Time after which the window says what it waits for; an ordinary start takes less."""

_OPENING = mark("Opening the library…")
_REASON = mark("The first start after an update takes longer: a minute for a very large library.")
_PADDING = 24
