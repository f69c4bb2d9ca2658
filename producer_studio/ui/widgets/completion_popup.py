"""Popup below a field, with completions of what is typed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.choice_list import ChoiceList, row_height
from producer_studio.ui.widgets.choice_model import ChoiceModel, PopupChoice
from producer_studio.ui.widgets.keyboard import ENTER_KEYS
from producer_studio.ui.widgets.label import label

_WIDTH = 340
_MAX_ROWS = 12
_MARGIN = 6
_GAP = 4
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class CompletionPopup(QFrame):
    """Part of the window that covers what is below the field; it never gets the focus.

    Signals:
        chosen: Key of the row that was clicked.
        menu_requested: Key of a row, and where it was clicked with the right button, globally.
        closed: It is to be closed: by Escape, or a click elsewhere.
    """

    chosen = Signal(object)
    menu_requested = Signal(object, QPoint)
    closed = Signal()

    def __init__(self, style: Style, field: QWidget, name: str, max_rows: int = _MAX_ROWS) -> None:
        """Creates a hidden popup.

        Args:
            field: Below which it opens; it is announced there, too.
            name: Accessible name.
            max_rows: Rows that are visible at once.
        """
        super().__init__(field)
        self._style = style
        self._field = field
        self._max_rows = max_rows
        self.setProperty("surface", "raised")
        self.setAccessibleName(name)
        self.model = ChoiceModel(self)
        self.list = ChoiceList(style, name, self.model, self)
        self._hint = label("", "caption", self, wrap=True)
        self._hint.setContentsMargins(10, 4, 10, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(2)
        column.addWidget(self.list, 1)
        column.addWidget(self._hint)
        self.list.row_chosen.connect(self._on_row_chosen)
        self.hide()

    @property
    def current_key(self) -> object | None:
        """Key of the row that the user moved to; None for none."""
        return self._key_at(self.list.currentIndex().row())

    def show_rows(
        self, name: str, rows: Sequence[PopupChoice], hint: str = "", summary: str = ""
    ) -> None:
        """Shows rows, none of them current, and a line below them.

        Args:
            name: What the rows are, for screen readers.
            hint: Empty for no line.
            summary: How many rows there are, announced when it opens.
        """
        opens = self.isHidden()
        self.list.setAccessibleName(name)
        self.model.set_choices(rows)
        self.list.setVisible(bool(rows))
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setParent(self._field.window())
        self.place()
        self.show()
        self.raise_()
        app = QApplication.instance()
        if opens and app is not None:
            app.installEventFilter(self)
            self.announce(". ".join(part for part in (summary, hint) if part))

    def close_popup(self) -> None:
        """Hides it."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.hide()

    def move_current(self, steps: int) -> None:
        """Moves the current row; above the first one no row is current."""
        count = self.model.rowCount()
        row = min(self.list.currentIndex().row() + steps, count - 1)
        self.list.setCurrentIndex(self.model.index(max(row, -1), 0))
        choice = self.model.choice(row)
        if choice is not None:
            spoken = ", ".join(part for part in (choice.text, choice.note) if part)
            # Translators: such as "soft piano, 12 clips, 2 of 8": a row of a list, and its place.
            text = tr("{choice}, {row} of {count}", choice=spoken, row=row + 1, count=count)
            self.announce(text)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Handles a key that closes it, moves to a row, or chooses the row that was moved to.

        Returns:
            Whether it has handled the key. Enter is left to the field until a row is moved to.
        """
        key = Qt.Key(event.key())
        current = self.current_key
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key in _STEPS and self.model.rowCount():
            self.move_current(_STEPS[key])
        elif key in ENTER_KEYS and current is not None:
            self.chosen.emit(current)
        else:
            return False
        return True

    def announce(self, text: str) -> None:
        """Announces a text to screen readers: the focus stays in the field."""
        if text and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, text))

    def place(self) -> None:
        """Places it below the field, inside the window."""
        window = self._field.window()
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + _GAP))
        width = min(max(self._field.width(), self._style.px(_WIDTH)), window.width() - 16)
        room = window.height() - corner.y() - 8
        frame = 2 * (_MARGIN + 1)
        height = frame + min(self.model.rowCount(), self._max_rows) * row_height(self._style)
        if self._hint.text():
            self._hint.ensurePolished()
            height += 2 + self._hint.heightForWidth(width - frame)
        left = max(8, min(corner.x(), window.width() - width - 8))
        self.setGeometry(left, corner.y(), width, min(height, room))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Emits `closed` when the user presses the mouse elsewhere, or scrolls the field away."""
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonPress:
            at = event.globalPosition().toPoint()
            if isinstance(watched, QWidget) and not self._contains(watched, at):
                self.closed.emit()
        elif isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            own = QRect(self.mapToGlobal(QPoint(0, 0)), self.size())
            if not own.contains(event.globalPosition().toPoint()):
                self.closed.emit()
        return super().eventFilter(watched, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.list.viewport().mapFromGlobal(event.globalPos())
        key = self._key_at(self.list.indexAt(place).row())
        if key is not None:
            self.menu_requested.emit(key, event.globalPos())

    def _on_row_chosen(self, row: int) -> None:
        self.chosen.emit(self._key_at(row))

    def _key_at(self, row: int) -> object | None:
        choice = self.model.choice(row)
        return choice.key if choice is not None else None

    def _contains(self, pressed: QWidget, at: QPoint) -> bool:
        if pressed.window() is not self.window():
            return True  # a menu of the popup
        own = (QRect(one.mapToGlobal(QPoint(0, 0)), one.size()) for one in (self, self._field))
        return any(rect.contains(at) for rect in own)
