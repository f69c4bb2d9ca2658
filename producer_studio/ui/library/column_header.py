"""Heading of one column: sorts by a click, is moved and resized with the pointer or by keys."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from producer_studio.studio.clips import FieldSpec
from producer_studio.translation import mark, tr
from producer_studio.ui.clips.list_columns import TITLE
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.lower_label import lower_label

ARROW_WIDTH = 16
PAD = 8
"""Distance of the heading's text from its left edge, in which the pointer resizes the column."""

_KEY_STEP = 8
# Translators: of the three, column is a heading of the list, such as "length".
_SORT = mark("Sort by {column}")
_SPOKEN_ORDERS = {
    None: _SORT,
    True: mark("Sort by {column}, falling"),
    False: mark("Sort by {column}, rising"),
}
_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_MODIFIERS = _ALT | _SHIFT | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class ColumnHeader(QAbstractButton):
    """Heading of one column, with an arrow icon when the list is sorted by it.

    Attributes:
        text_left: Left edge of its text.

    Signals:
        edge_pressed: The left edge of the column is about to be dragged.
        edge_dragged: It was dragged (pixels to the left since it was pressed).
        edge_double_clicked: It was double-clicked.
        width_step_requested: Alt+Shift+Left or Alt+Shift+Right was pressed (pixels to add).
        dragged: The heading is dragged over the others (position of the pointer in their row).
        dropped: It was released there.
        drag_cancelled: Esc was pressed meanwhile.
        step_requested: Alt+Left or Alt+Right was pressed (-1 or 1).
    """

    edge_pressed = Signal()
    edge_dragged = Signal(int)
    edge_double_clicked = Signal()
    width_step_requested = Signal(int)
    dragged = Signal(int)
    dropped = Signal(int)
    drag_cancelled = Signal()
    step_requested = Signal(int)

    def __init__(self, style: Style, spec: FieldSpec, parent: QWidget) -> None:
        self._row = parent
        super().__init__(parent)
        self._style = style
        self.spec = spec
        self.text_left = float(PAD)
        self._arrow = ""
        self._pressed_x: int | None = None
        self._resizing_x: int | None = None
        self.is_dragged = False
        self.setProperty("ringRadius", 4)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if self._is_movable:
            self.setAccessibleDescription(
                tr("Alt with Left or Right moves the column, with Shift it changes the width")
            )
        self.show_order(None)

    @property
    def _is_movable(self) -> bool:
        return self.spec.name != TITLE

    def show_order(self, descending: bool | None) -> None:
        """Shows the sort order; None when the list is sorted by another column."""
        self._arrow = "" if descending is None else "chevron-down" if descending else "chevron-up"
        label = lower_label(self.spec.label)
        self.setAccessibleName(tr(_SPOKEN_ORDERS[descending], column=label))
        self.setToolTip(tr(_SORT, column=label))
        self.update()

    def text_width(self) -> float:
        return QFontMetricsF(self._style.font(11)).horizontalAdvance(tr(self.spec.heading))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._style.theme
        if self.is_dragged:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.line)
            painter.setBrush(theme.raised)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        elif self._is_movable and self._row.underMouse():
            # The edge that can be dragged.
            painter.fillRect(PAD // 2 - 1, 4, 1, self.height() - 9, theme.line)
        font = self._style.font(11)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme.text1 if self.underMouse() or self.is_dragged else theme.text3)
        base = (self.height() + metrics.capHeight()) / 2
        room = self.width() - self.text_left - (ARROW_WIDTH if self._arrow else 0)
        heading = tr(self.spec.heading)
        text = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, max(0.0, room))
        painter.drawText(QPointF(self.text_left, base), text)
        if self._arrow:
            left = self.text_left + metrics.horizontalAdvance(text) + 2
            icon = self._style.pixmap(self._arrow, "text3", 12)
            painter.drawPixmap(QPointF(left, (self.height() - 12) / 2), icon)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.globalPosition().toPoint().x()
            if self._is_edge(event):
                self._resizing_x = x
                self.edge_pressed.emit()
                return
            self._pressed_x = x
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.globalPosition().toPoint().x()
        if self._resizing_x is not None:
            self.edge_dragged.emit(self._resizing_x - x)
            return
        if self._pressed_x is not None and self._is_movable:
            far = abs(x - self._pressed_x) >= QApplication.startDragDistance()
            if far and not self.is_dragged:
                self.is_dragged = True
                self.setDown(False)
                self.raise_()
                self.grabKeyboard()
            if self.is_dragged:
                self.dragged.emit(self.mapToParent(event.position().toPoint()).x())
                return
        resizes = self._is_edge(event) and not event.buttons()
        self.setCursor(Qt.CursorShape.SplitHCursor if resizes else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_x = None
        if self._resizing_x is not None:
            self._resizing_x = None
            return
        if self.is_dragged:
            self._end_drag()
            self.dropped.emit(self.mapToParent(event.position().toPoint()).x())
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._is_edge(event):
            self.edge_double_clicked.emit()
            return
        # The second click sorts as the first.
        self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Qt sends other events before the heading is complete.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.is_dragged or self._step(event):
                event.accept()
                return True
        elif event.type() in {QEvent.Type.Enter, QEvent.Type.Leave}:
            self._row.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_dragged:
            if event.key() == Qt.Key.Key_Escape:
                self._pressed_x = None
                self._end_drag()
                self.drag_cancelled.emit()
            return
        step = self._step(event)
        if not step:
            super().keyPressEvent(event)
        elif event.modifiers() & _SHIFT:
            # Columns end at the right: the left edge moves, as with the pointer.
            self.width_step_requested.emit(-step * _KEY_STEP)
        else:
            self.step_requested.emit(step)

    def _step(self, event: QKeyEvent) -> int:
        """Returns the direction of a key that moves or resizes the column; 0 for other keys."""
        if not self._is_movable or (event.modifiers() & _MODIFIERS) not in {_ALT, _ALT | _SHIFT}:
            return 0
        return {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)

    def _is_edge(self, event: QMouseEvent) -> bool:
        return self._is_movable and event.position().x() < PAD

    def _end_drag(self) -> None:
        self.is_dragged = False
        self.releaseKeyboard()
        self.update()
