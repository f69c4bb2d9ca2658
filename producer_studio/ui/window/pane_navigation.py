"""Keyboard navigation between the panes of a window (F6)."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from producer_studio.ui.widgets.focus_order import controls_in_reading_order, take_focus


class PaneKeys(QObject):
    """Goes around the panes, and in each to the control that had the keyboard there last.

    Args:
        panes: Each with the control to begin at; None for its first one. Panes without a control
            to go to, such as hidden ones, are passed over.
        parent: The window.
    """

    def __init__(self, panes: Sequence[tuple[QWidget, QWidget | None]], parent: QWidget) -> None:
        super().__init__(parent)
        self._panes = list(panes)
        self._last: dict[int, QWidget] = {}
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def next(self) -> None:
        self._go(1)

    def previous(self) -> None:
        self._go(-1)

    def _go(self, step: int) -> None:
        focused: QWidget | None = QApplication.focusWidget()
        place = self._place_of(focused)
        start = place if place is not None else (-1 if step > 0 else 0)
        for count in range(1, len(self._panes) + 1):
            target = self._target((start + step * count) % len(self._panes))
            if target is not None:
                take_focus(target)
                return

    def _target(self, place: int) -> QWidget | None:
        pane, begin = self._panes[place]
        if not pane.isVisible():
            return None
        controls = controls_in_reading_order(pane)
        for wanted in (self._last.get(place), begin):
            if wanted is not None and isValid(wanted) and wanted in controls:
                return wanted
        return controls[0] if controls else None

    def _place_of(self, widget: QWidget | None) -> int | None:
        if widget is None:
            return None
        inside = (
            place
            for place, (pane, _) in enumerate(self._panes)
            if pane is widget or pane.isAncestorOf(widget)
        )
        return next(inside, None)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        place = self._place_of(now)
        if place is not None and now is not None:
            self._last[place] = now
