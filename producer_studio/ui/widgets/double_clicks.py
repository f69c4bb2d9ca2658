"""Protection from the second half of a double-click, which may meet another button."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class DoubleClickFilter(QObject):
    """Event filter that discards the second half of a double-click on a button that was not under
    the pointer at the first.

    The first half may remove a row, a notice or a chip, so that the next one takes its place: its
    button would be pressed, too, and buy or discard something else. Both halves on one button count
    as usual.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pressed: QWidget | None = None
        self._place = QPoint()
        self._clock = QElapsedTimer()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            # Windows receive their events before their widgets. Those of an application would be
            # every event of every object.
            app.focusWindowChanged.connect(self._on_focus_window_changed)
            # The main window's parts are made when it is on the screen already.
            self._on_focus_window_changed(app.focusWindow())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _PRESSES or not isinstance(event, QMouseEvent):
            return False
        if not isinstance(watched, QWindow):
            return False
        widget, place = _widget_at(watched, event), event.globalPosition().toPoint()
        if (
            isinstance(widget, QAbstractButton)
            and widget is not self._pressed
            and self._is_second_half(place)
        ):
            return True
        self._pressed, self._place = widget, place
        self._clock.start()
        return False

    def _is_second_half(self, place: QPoint) -> bool:
        hints = QGuiApplication.styleHints()
        return (
            self._clock.isValid()
            and self._clock.elapsed() < hints.mouseDoubleClickInterval()
            and (place - self._place).manhattanLength() <= hints.mouseDoubleClickDistance()
        )

    def _on_focus_window_changed(self, window: QWindow | None) -> None:
        if window is not None:
            # Installed again, it is moved to the front, and called once.
            window.installEventFilter(self)


def _widget_at(window: QWindow, event: QMouseEvent) -> QWidget | None:
    """Returns the innermost widget at the place of an event."""
    for top in QApplication.topLevelWidgets():
        if top.windowHandle() is window:
            found: QWidget | None = top.childAt(event.position().toPoint())
            return found or top
    return None
