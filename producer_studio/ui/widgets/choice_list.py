"""List of choices in a popup, each with icon, text and note."""

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.choice_model import CHOICE_ROLE, ChoiceModel, Index, PopupChoice

_ROW_HEIGHT = 32
_ICON = 14


class ChoiceList(QListView):
    """List that never gets the focus: the keys go to a field beside it.

    Signals:
        row_chosen: A row was clicked, or chosen by a screen reader.
    """

    row_chosen = Signal(int)

    def __init__(self, style: Style, name: str, model: ChoiceModel, parent: QWidget) -> None:
        """Creates the list.

        Args:
            name: Accessible name.
        """
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("surface", "none")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_ChoiceDelegate(style, self))
        self.clicked.connect(lambda index: self.row_chosen.emit(index.row()))
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def _on_selection_changed(self) -> None:
        # Keys and the mouse select the row that they make the current one, which is known after
        # their event. A screen reader's action only selects.
        QTimer.singleShot(0, self, self._choose_selected)

    def _choose_selected(self) -> None:
        selected = self.selectionModel().selectedIndexes()
        if self.isVisible() and len(selected) == 1 and selected[0] != self.currentIndex():
            self.row_chosen.emit(selected[0].row())


def row_height(style: Style) -> int:
    """Returns the height of a row in pixels."""
    return max(_ROW_HEIGHT, style.px(_ROW_HEIGHT - 2))


class _ChoiceDelegate(QStyledItemDelegate):
    """Paints icon, text and note of a choice."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, row_height(self._style))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice: PopupChoice = index.data(CHOICE_ROLE)
        style, row = self._style, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("selection" if is_current else "hover"))
            painter.drawRoundedRect(row, 6, 6)
        left, right = row.left() + 10, row.right() - 10
        if choice.icon:
            top = row.top() + (row.height() - _ICON) // 2
            painter.drawPixmap(left, top, style.pixmap(choice.icon, "text2", _ICON))
        left += _ICON + 8
        middle = Qt.AlignmentFlag.AlignVCenter
        if choice.note:
            painter.setFont(style.font(11))
            painter.setPen(style.colour("text3"))
            box = QRect(left, row.top(), right - left, row.height())
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, choice.note)
            right -= painter.fontMetrics().horizontalAdvance(choice.note) + 10
        painter.setFont(style.font(13))
        painter.setPen(style.colour("text1"))
        box = QRect(left, row.top(), right - left, row.height())
        elided = painter.fontMetrics().elidedText(
            choice.text, Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, elided)
        painter.restore()
