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

    def __init__(
        self,
        top: QWidget,
        compose: QWidget,
        library: QWidget,
        welcome: QWidget,
        inspector: QWidget,
        player: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._compose = compose
        self._library = library
        self._welcome = welcome
        self._inspector = inspector
        self._called = False
        self._narrow = False
        self._stack = QStackedWidget(self)
        self._stack.addWidget(library)
        self._stack.addWidget(welcome)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for place, widget in enumerate((compose, self._stack, inspector)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(place, 1 if place == 1 else 0)
        compose.setMinimumWidth(_LEAST["compose"])
        compose.setMaximumWidth(_MOST["compose"])
        self._stack.setMinimumWidth(_LEAST["middle"])
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
        self._widths = (COMPOSE_WIDTH, INSPECTOR_WIDTH)
        self.splitter.splitterMoved.connect(self._on_moved)

    @property
    def welcomes(self) -> bool:
        """Whether the welcome page is shown."""
        return self._stack.currentWidget() is self._welcome

    @property
    def narrow(self) -> bool:
        return self._narrow

    def show_welcome(self) -> None:
        self._stack.setCurrentWidget(self._welcome)
        self._fit()

    def show_library(self) -> None:
        self._stack.setCurrentWidget(self._library)
        self._fit()

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

    def _fit(self) -> None:
        shown = not self.welcomes and (self._called or not self._narrow)
        if shown is self._inspector.isHidden():
            self._inspector.setVisible(shown)
            self._apply_widths()

    def _apply_widths(self) -> None:
        compose, inspector = self._widths
        right = 0 if self._inspector.isHidden() else inspector
        self.splitter.setSizes([compose, max(1, self.width() - compose - right - 2), right])

    def _on_moved(self, _place: int, _handle: int) -> None:
        compose, _, inspector = self.splitter.sizes()
        self._widths = (compose, inspector or self._widths[1])
