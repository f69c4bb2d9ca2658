"""Keyboard navigation between the panes of a window (F6)."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from producer_studio.ui.widgets.focus_order import controls_in_reading_order, focus_control


class PaneNavigation(QObject):
    """Cycles through the panes, and focuses in each the control that last had the focus.

    Args:
        panes: Each with its initial control; None for its first one. Panes without a focusable
            control, such as hidden ones, are skipped.
        parent: The window.
    """

    def __init__(self, panes: Sequence[tuple[QWidget, QWidget | None]], parent: QWidget) -> None:
        super().__init__(parent)
        self._panes = list(panes)
        self._last_focused: dict[int, QWidget] = {}
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def focus_next(self) -> None:
        self._focus_by_step(1)

    def focus_previous(self) -> None:
        self._focus_by_step(-1)

    def _focus_by_step(self, step: int) -> None:
        focused: QWidget | None = QApplication.focusWidget()
        place = self._pane_index(focused)
        start = place if place is not None else (-1 if step > 0 else 0)
        for count in range(1, len(self._panes) + 1):
            target = self._target((start + step * count) % len(self._panes))
            if target is not None:
                focus_control(target)
                return

    def _target(self, index: int) -> QWidget | None:
        pane, begin = self._panes[index]
        if not pane.isVisible():
            return None
        controls = controls_in_reading_order(pane)
        for wanted in (self._last_focused.get(index), begin):
            if wanted is not None and isValid(wanted) and wanted in controls:
                return wanted
        return controls[0] if controls else None

    def _pane_index(self, widget: QWidget | None) -> int | None:
        if widget is None:
            return None
        inside = (
            place
            for place, (pane, _) in enumerate(self._panes)
            if pane is widget or pane.isAncestorOf(widget)
        )
        return next(inside, None)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        place = self._pane_index(now)
        if place is not None and now is not None:
            self._last_focused[place] = now
