"""Context menu in the style of the window."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import ENTER_KEYS, ignore_repetitions
from producer_studio.ui.widgets.screen_reader import expose_popup
from producer_studio.ui.widgets.text_format import literal_text

POPUP_FLAGS = (
    Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
)
"""Window flags of popups that draw their own frame."""


def clip_corners(window: QWidget, radius: int) -> None:
    """Masks the area outside the rounded corners that a window paints.

    Without a compositor, the transparent area would be black. Call it at every change of size.

    Args:
        radius: Of the painted corners, in logical pixels.
    """
    width, height = window.width(), window.height()
    region = QRegion(0, radius, width, max(0, height - 2 * radius))
    for line in range(radius):
        # To the nearest pixel: the antialiased edge outside of it would be visible as a dark one.
        inset = round(radius - math.sqrt(radius**2 - (radius - line - 0.5) ** 2))
        for y in (line, height - 1 - line):
            region = region.united(QRegion(inset, y, width - 2 * inset, 1))
    window.setMask(region)


def fill_corners(window: QWidget) -> None:
    """Paints the colour of borders below all else; called first in a paint event.

    The mask keeps pixels whose border is antialiased: without a compositor, these would be mixed
    with black.
    """
    painter = QPainter(window)
    painter.fillRect(window.rect(), window.palette().mid())
    painter.end()


_RADIUS = 10


class Menu(QMenu):
    """Menu with rounded corners and themed icons."""

    def __init__(self, style: Style, parent: QWidget | None = None, *, name: str = "") -> None:
        """Creates an empty menu; the name is for screen readers, submenus have their title."""
        super().__init__(parent)
        self._style = style
        self.setAccessibleName(name)
        expose_popup(self)
        self.setProperty("role", "menu")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setToolTipsVisible(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER_KEYS:
            # Before the item is chosen: the default button of a dialog that it opens, or an item of
            # a menu, must not be pressed by the repetitions.
            ignore_repetitions(event)
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_corners(self, _RADIUS)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill_corners(self)
        super().paintEvent(event)

    @property
    def has_columns(self) -> bool:
        """Whether Qt breaks the menu into columns, since the screen is not high enough."""
        return len({self.actionGeometry(action).left() for action in self.actions()}) > 1

    def fold(self, actions: Sequence[QAction], title: str, icon: str) -> None:
        """Moves items that are beside each other into a submenu, which takes their place."""
        submenu = Menu(self._style, self)
        submenu.setTitle(literal_text(title))
        place = self.insertMenu(actions[0], submenu)
        self._style.set_icon(place, icon)
        for action in actions:
            self.removeAction(action)
        submenu.addActions(actions)

    def add_item(
        self,
        text: str,
        callback: Callable[[], object],
        *,
        icon: str = "",
        shortcut: str = "",
        checked: bool | None = None,
        enabled: bool = True,
        reason: str = "",
    ) -> QAction:
        """Adds a menu item.

        Args:
            text: Label.
            callback: Called when the item is chosen.
            icon: Lucide name.
            shortcut: Shown beside the label; the key itself is registered by the window.
            checked: Makes the item checkable.
            enabled: Whether it can be chosen.
            reason: Tooltip: why it is disabled, or more about it.
        """
        shown = literal_text(text)
        action = self.addAction(f"{shown}\t{shortcut}" if shortcut else shown)
        action.triggered.connect(lambda _on=False: callback())
        if icon:
            self._style.set_icon(action, icon)
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        action.setEnabled(enabled)
        action.setToolTip(reason)
        return action
