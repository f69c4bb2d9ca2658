"""Protection from the second half of a double-click, which may meet another button."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_PRESSES = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})

_SEEN = "seenByDoubleClickFilter"


class DoubleClickFilter(QObject):
    """Event filter that discards the second half of a double-click that meets something else.

    Of the two things that are clicked, one at least is a button.

    The first half may remove a row, a notice or a chip, so that the next one takes its place: its
    button would be pressed, too, and buy or discard something else. Or it shows a text, in which a
    word would be selected that the next key replaces. Both halves on one button count as usual. A
    menu is closed by the first half, and the dialog that it opens may be under the pointer: buttons
    of a dialog that has just appeared take no click either. A click that was discarded has further
    ones discarded: whoever clicks on and on reaches no other button.

    Args:
        now_s: Clock, in seconds.
    """

    def __init__(self, parent: QObject, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._now_s = now_s
        self._pressed: QWidget | None = None
        self._place = QPoint()
        self._pressed_at_s: float | None = None
        self._new_dialog: QWindow | None = None
        self._appeared_at_s: float | None = None
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
        is_button = isinstance(widget, QAbstractButton)
        is_other = widget is not self._pressed and self._is_second_half(place)
        if is_other and (is_button or isinstance(self._pressed, QAbstractButton)):
            self._pressed_at_s = self._now_s()
            return True
        if is_button and self._is_new(watched):
            self._appeared_at_s = self._now_s()
            return True
        self._pressed, self._place = widget, place
        self._pressed_at_s = self._now_s()
        return False

    def _is_second_half(self, place: QPoint) -> bool:
        distance = QGuiApplication.styleHints().mouseDoubleClickDistance()
        is_near = (place - self._place).manhattanLength() <= distance
        return is_near and self._is_recent(self._pressed_at_s)

    def _is_new(self, window: QWindow) -> bool:
        return window is self._new_dialog and self._is_recent(self._appeared_at_s)

    def _is_recent(self, at_s: float | None) -> bool:
        interval_ms = QGuiApplication.styleHints().mouseDoubleClickInterval()
        return at_s is not None and 1000 * (self._now_s() - at_s) < interval_ms

    def _on_focus_window_changed(self, window: QWindow | None) -> None:
        if window is not None and not window.property(_SEEN):
            window.setProperty(_SEEN, True)
            window.installEventFilter(self)
            self._new_dialog = window if window.type() == Qt.WindowType.Dialog else None
            self._appeared_at_s = self._now_s()


def _widget_at(window: QWindow, event: QMouseEvent) -> QWidget | None:
    """Returns the innermost widget at the place of an event."""
    for top in QApplication.topLevelWidgets():
        if top.windowHandle() is window:
            found: QWidget | None = top.childAt(event.position().toPoint())
            return found or top
    return None
