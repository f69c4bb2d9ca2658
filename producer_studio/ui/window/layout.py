"""Layout of the main window: positions and widths of the panels."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from producer_studio.ui.shortcuts.manual_page import set_manual_page
from producer_studio.ui.widgets.card import Hairline
from producer_studio.ui.window.view_stack import ViewStack

COMPOSE_WIDTH = 392
INSPECTOR_WIDTH = 312
NARROW_WIDTH = 1240
"""Below this width in pixels the inspector is hidden and opened by a button."""

_MIN_WIDTHS = {"compose": 340, "middle": 380, "inspector": 264}
_MAX_WIDTHS = {"compose": 560, "inspector": 460}
_MAX_WIDTH_SHARES = {"compose": 0.36, "compose alone": 0.42, "inspector": 0.26}
"""Maximum share of the window's width to which a column grows for large text."""


class WindowLayout(QWidget):
    """Layout of top bar; compose, the current view, inspector; player.

    Signals:
        narrow_changed: Whether the window is too narrow for all three columns.
    """

    narrow_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Creates an empty layout; parent each panel to its container, then call `set_panels`."""
        super().__init__(parent)
        self._compose: QWidget | None = None
        self._inspector: QWidget | None = None
        self._is_inspector_requested = False
        self._is_narrow = False
        self._scale = 1.0
        self._widths = (COMPOSE_WIDTH, INSPECTOR_WIDTH)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.splitterMoved.connect(self._on_splitter_moved)
        self.views = ViewStack(self.splitter)
        self.views.view_changed.connect(self._update_inspector)

    def set_panels(
        self,
        top: QWidget,
        compose: QWidget,
        inspector: QWidget,
        player: QWidget,
    ) -> None:
        """Adds the panels to the layout.

        Widgets that are already children of their container are not styled a second time, which is
        a quarter of the time in which the window opens: compose and inspector belong to `splitter`,
        the rest to this widget. `views` creates its own.
        """
        self._compose, self._inspector = compose, inspector
        set_manual_page(compose, "sound-and-lyrics")
        set_manual_page(inspector, "operations")
        set_manual_page(player, "playing")
        for place, widget in enumerate((compose, self.views, inspector)):
            self.splitter.insertWidget(place, widget)
            self.splitter.setStretchFactor(place, 1 if place == 1 else 0)
            # Screen readers read in this order.
            widget.raise_()
        compose.setMinimumWidth(_MIN_WIDTHS["compose"])
        self.views.setMinimumWidth(_MIN_WIDTHS["middle"])
        inspector.setMinimumWidth(_MIN_WIDTHS["inspector"])
        self._limit_widths()
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

    def show_inspector(self, shown: bool) -> None:
        """Shows or hides the inspector in a narrow window."""
        self._is_inspector_requested = shown
        self._update_inspector()

    def set_text_scale(self, scale: float) -> None:
        """Scales the columns with the text, as far as the window has space."""
        if scale != self._scale:
            self._scale = scale
            self._limit_widths()
            self._apply_widths()
            # The minimum width of the columns is updated after their content was laid out.
            QTimer.singleShot(0, self, self._apply_widths)

    def column_widths(self) -> tuple[int, ...]:
        """Returns the widths to save: compose, centre, inspector (also while it is hidden).

        In pixels at text size 100 %.
        """
        compose, inspector = self._widths
        return compose, max(0, self.width() - compose - inspector - 2), inspector

    def set_column_widths(self, widths: Sequence[int]) -> None:
        """Restores saved widths; without any, those of the design."""
        compose, inspector = COMPOSE_WIDTH, INSPECTOR_WIDTH
        if len(widths) == 3:
            compose, inspector = widths[0] or compose, widths[2] or inspector
        self._widths = (
            min(_MAX_WIDTHS["compose"], max(_MIN_WIDTHS["compose"], compose)),
            min(_MAX_WIDTHS["inspector"], max(_MIN_WIDTHS["inspector"], inspector)),
        )
        self._apply_widths()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW_WIDTH
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._update_inspector()
            self.narrow_changed.emit(narrow)
        if self._scale != 1.0:
            self._apply_widths()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._apply_widths()

    def _update_inspector(self) -> None:
        view = self.views.current
        allowed = view is None or view.shows_inspector
        shown = allowed and (self._is_inspector_requested or not self._is_narrow)
        if self._inspector is not None and shown is self._inspector.isHidden():
            self._inspector.setVisible(shown)
            self._apply_widths()

    def _limit_widths(self) -> None:
        if self._compose is not None and self._inspector is not None:
            self._compose.setMaximumWidth(round(_MAX_WIDTHS["compose"] * self._scale))
            self._inspector.setMaximumWidth(round(_MAX_WIDTHS["inspector"] * self._scale))

    def _apply_widths(self) -> None:
        if self._inspector is None:
            return
        hidden = self._inspector.isHidden()
        compose = self._scaled_width(
            self._widths[0], _MAX_WIDTH_SHARES["compose alone" if hidden else "compose"]
        )
        right = 0 if hidden else self._scaled_width(self._widths[1], _MAX_WIDTH_SHARES["inspector"])
        self.splitter.setSizes([compose, max(1, self.width() - compose - right - 2), right])

    def _scaled_width(self, width: int, share: float) -> int:
        """Returns a column's width at this text size; the added width is limited to a share."""
        return max(width, min(round(width * self._scale), round(self.width() * share)))

    def _on_splitter_moved(self, _place: int, _handle: int) -> None:
        compose, _, inspector = self.splitter.sizes()
        left = round(compose / self._scale)
        self._widths = (left, round(inspector / self._scale) if inspector else self._widths[1])
