"""Protection from keys that were typed for something else before a window changed by itself."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_MIN_EARLY_S = 0.5
"""A person who has seen the dialog takes longer to press its button; one who types does not."""

_DISCARDED = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress})
_ENDED = frozenset({QEvent.Type.Hide, QEvent.Type.PlatformSurface})


class EarlyKeyFilter(QObject):
    """Event filter that discards the first keys of a window which its user did not wait for.

    Some dialogs open when a file was read, a folder was looked through, or another program asked
    for it; such a file changes the form as well. Whoever types meanwhile would press the button
    that gets the focus with Enter, or close the dialog with Escape, unseen. A key that is discarded
    has the next ones discarded for as long again: whoever types on presses nothing. The first key
    that counts removes the filter, as does the end of the window.

    Args:
        changed: A widget of a window that is shown already.
        now_s: Clock, in seconds.
    """

    def __init__(self, changed: QWidget, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(changed)
        self._now_s = now_s
        self._seen_s = now_s()
        self._was_active = changed.isActiveWindow()
        window = changed.window().windowHandle()
        if window is not None:
            # It receives the keys before its widgets do.
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn and not self._was_active:
            # The window system may show it much later, or behind another program.
            self._was_active = True
            self._seen_s = self._now_s()
        if event.type() in _ENDED:
            # A filter of Python's that is called while the window is destroyed ends the process.
            self._remove_from(watched)
        if event.type() not in _DISCARDED or not isinstance(event, QKeyEvent):
            return False
        # Whoever needs more time for a double-click needs more for this as well.
        early_s = max(_MIN_EARLY_S, QApplication.doubleClickInterval() / 1000)
        if self._now_s() - self._seen_s >= early_s:
            self._remove_from(watched)
            return False
        self._seen_s = self._now_s()
        # Else a shortcut of the dialog takes it.
        event.accept()
        return True

    def _remove_from(self, window: QObject) -> None:
        window.removeEventFilter(self)
        self.deleteLater()
