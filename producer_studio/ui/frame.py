"""The window's layout: which panel is where, and how wide."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from producer_studio.ui.widgets.hairline import Hairline

COMPOSE_WIDTH = 392
INSPECTOR_WIDTH = 312
NARROW = 1240
"""Below this the inspector gives its room to the library, and is called by a button."""

_LEAST = {"compose": 340, "middle": 380, "inspector": 264}
_MOST = {"compose": 560, "inspector": 460}


class Frame(QWidget):
    """Top bar; compose, library or welcome, inspector; player.

    Signals:
        narrow_changed: Whether the window is too narrow for all three columns.
    """

    narrow_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty frame; make each panel a child of the place it goes to, then call `place`."""
        super().__init__(parent)
        self._compose: QWidget | None = None
        self._library: QWidget | None = None
        self._inspector: QWidget | None = None
        self._called = False
        self._narrow = False
        self._widths = (COMPOSE_WIDTH, INSPECTOR_WIDTH)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.splitterMoved.connect(self._on_moved)
        self.pages = QStackedWidget(self.splitter)

    def place(
        self,
        top: QWidget,
        compose: QWidget,
        library: QWidget,
        inspector: QWidget,
        player: QWidget,
    ) -> None:
        """Lays the panels out.

        Widgets that are children of their place already are not styled a second time, which is a
        quarter of the time in which the window opens: compose and inspector belong to `splitter`,
        the library and every other page to `pages`, the rest to the frame.
        """
        self._compose, self._inspector = compose, inspector
        self._library = library
        self.pages.addWidget(library)
        for place, widget in enumerate((compose, self.pages, inspector)):
            self.splitter.insertWidget(place, widget)
            self.splitter.setStretchFactor(place, 1 if place == 1 else 0)
            # Screen readers read in this order.
            widget.raise_()
        compose.setMinimumWidth(_LEAST["compose"])
        compose.setMaximumWidth(_MOST["compose"])
        self.pages.setMinimumWidth(_LEAST["middle"])
        inspector.setMinimumWidth(_LEAST["inspector"])
        inspector.setMaximumWidth(_MOST["inspector"])
        for panel in (compose, inspector, player):
            panel.setProperty("surface", "panel")
            panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(Hairline(self))
        column.addWidget(self.splitter, 1)
        column.addWidget(Hairline(self))
        column.addWidget(player)
        for part in (top, self.splitter, player):
            part.raise_()

    @property
    def welcomes(self) -> bool:
        """Whether a page other than the library is shown."""
        return self.pages.currentWidget() is not self._library

    @property
    def narrow(self) -> bool:
        return self._narrow

    def show_page(self, page: QWidget) -> None:
        """Shows a page in place of library and inspector."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self._show(page)

    def show_library(self) -> None:
        self._show(self._library)

    def call_inspector(self, called: bool) -> None:
        """Shows or hides the inspector in a narrow window."""
        self._called = called
        self._fit()

    def sizes(self) -> tuple[int, ...]:
        """Widths to remember: compose, what is between, inspector (also while it is hidden)."""
        compose, inspector = self._widths
        return compose, max(0, self.width() - compose - inspector - 2), inspector

    def set_sizes(self, sizes: Sequence[int]) -> None:
        """Takes remembered widths; without any, those of the design."""
        compose, inspector = COMPOSE_WIDTH, INSPECTOR_WIDTH
        if len(sizes) == 3:
            compose, inspector = sizes[0] or compose, sizes[2] or inspector
        self._widths = (
            min(_MOST["compose"], max(_LEAST["compose"], compose)),
            min(_MOST["inspector"], max(_LEAST["inspector"], inspector)),
        )
        self._apply_widths()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._fit()
            self.narrow_changed.emit(narrow)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._apply_widths()

    def _show(self, page: QWidget | None) -> None:
        if page is not None and page is not self.pages.currentWidget():
            self.pages.setCurrentWidget(page)
            self._fit()

    def _fit(self) -> None:
        shown = not self.welcomes and (self._called or not self._narrow)
        if self._inspector is not None and shown is self._inspector.isHidden():
            self._inspector.setVisible(shown)
            self._apply_widths()

    def _apply_widths(self) -> None:
        if self._inspector is None:
            return
        compose, inspector = self._widths
        right = 0 if self._inspector.isHidden() else inspector
        self.splitter.setSizes([compose, max(1, self.width() - compose - right - 2), right])

    def _on_moved(self, _place: int, _handle: int) -> None:
        compose, _, inspector = self.splitter.sizes()
        self._widths = (compose, inspector or self._widths[1])
