"""Tab with the shape of a pill, and a row of such tabs."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.checked_state import connect_choice, set_checked
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.focus_order import ChoiceKeys, keep_focus_on_choice
from producer_studio.ui.widgets.text_format import count_text

_PAD = 10
_PADS = (_PAD, 8, 6)
"""Padding of the tabs of a row, in pixels: the first with which one line holds them."""
_ICON = 14
_COUNT_PLACEHOLDER = "000"
TAB_GAP = 6


class PillTab(QAbstractButton):
    """Tab with an icon, a name and a number.

    Args:
        is_counted: Whether a number of up to three digits moves no other tab.
    """

    def __init__(
        self, style: Style, name: str, icon: str, parent: QWidget, *, is_counted: bool = False
    ) -> None:
        super().__init__(parent)
        self._style = style
        self.name = name
        self.icon_name = icon
        self._is_counted = is_counted
        self._count = ""
        self._pad = _PAD
        self.setCheckable(True)
        self.setAutoExclusive(True)  # the group enforces it; this informs screen readers
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 13)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_padding(self, pad: int) -> None:
        """Sets the space beside the name, in pixels."""
        if pad != self._pad:
            self._pad = pad
            self.updateGeometry()
            self.update()

    def set_count(self, count: int | None) -> None:
        """Shows a number; None hides it."""
        self._count = count_text(count) if count is not None else ""
        self.setAccessibleName(f"{self.name} {self._count}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = 2 * self._pad + self._metrics(500).horizontalAdvance(self.name)
        if self.icon_name:
            width += _ICON + 5
        if self._is_counted or self._count:
            # A changing count does not move any tab until it has more digits than this.
            placeholder = _COUNT_PLACEHOLDER if self._is_counted else ""
            room = max(self._count, placeholder, key=len)
            width += 6 + self._metrics(400).horizontalAdvance(room)
        return QSize(round(width), self._style.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._style.theme
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        strong = self.isChecked() or self.underMouse()
        left = float(self._pad)
        if self.icon_name:
            role = "text1" if strong else "text2"
            top = (self.height() - _ICON) // 2
            painter.drawPixmap(QPointF(left, top), self._style.pixmap(self.icon_name, role, _ICON))
            left += _ICON + 5
        weight = 500 if self.isChecked() else 400
        metrics = self._metrics(weight)
        base = (self.height() + metrics.capHeight()) / 2
        painter.setFont(self._style.font(13, weight))
        painter.setPen(theme.text1 if strong else theme.text2)
        painter.drawText(QPointF(left, base), self.name)
        if self._count:
            left += metrics.horizontalAdvance(self.name) + 6
            painter.setFont(self._style.font(13))
            painter.setPen(theme.text2 if strong else theme.text3)
            painter.drawText(QPointF(left, base), self._count)
        painter.end()

    def _metrics(self, weight: int) -> QFontMetricsF:
        return QFontMetricsF(self._style.font(13, weight))


class PillTabs(QWidget):
    """Row of two to six tabs; those that do not fit are in further lines.

    The padding of the tabs shrinks first.

    Signals:
        tab_chosen: Name of the tab that the user chose.
    """

    tab_chosen = Signal(str)

    def __init__(
        self, style: Style, name: str, tabs: Sequence[tuple[str, str]], parent: QWidget
    ) -> None:
        """Creates the tabs from (name, icon) pairs; the first is selected."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._tabs = {name: PillTab(style, tr(name), icon, self) for name, icon in tabs}
        row = FlowLayout(self, gap=TAB_GAP)
        for tab_name, tab in self._tabs.items():
            self._group.addButton(tab)
            connect_choice(tab, partial(self.tab_chosen.emit, tab_name))
            row.addWidget(tab)
        self._tabs[tabs[0][0]].setChecked(True)
        keep_focus_on_choice(self._group)
        ChoiceKeys(self._group)
        style.changed.connect(row.invalidate)

    def event(self, event: QEvent) -> bool:
        """Fits the tabs to another width, and to other numbers."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        tabs = tuple(self._tabs.values())
        for pad in _PADS:
            for tab in tabs:
                tab.set_padding(pad)
            needed = sum(tab.sizeHint().width() for tab in tabs) + TAB_GAP * (len(tabs) - 1)
            if needed <= self.width():
                break

    def tab(self, name: str) -> PillTab:
        return self._tabs[name]

    @property
    def current(self) -> str:
        """Name of the selected tab."""
        return next(name for name, tab in self._tabs.items() if tab.isChecked())

    def set_current(self, name: str) -> None:
        """Selects a tab without emitting a signal."""
        set_checked(self._tabs[name], True)
