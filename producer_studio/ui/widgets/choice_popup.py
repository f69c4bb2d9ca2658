"""Popup with a field and a list that what is typed filters."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.choice_list import ChoiceList, row_height
from producer_studio.ui.widgets.choice_model import ChoiceModel, PopupChoice
from producer_studio.ui.widgets.icon_edit import IconEdit
from producer_studio.ui.widgets.keyboard import ENTER_KEYS, ignore_repetitions
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.popup_frame import PopupFrame

_WIDTH = 300
_MAX_ROWS = 9
_RADIUS = 10
_GAP = 4
_LIST_KEYS = frozenset(
    {
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    }
)  # fmt: skip


class ChoicePopup(PopupFrame):
    """Opens below a control; keys go to the field, and those that move to the list.

    Attributes:
        edit: The field; typing filters the list.

    Signals:
        chosen: Key of the choice.
        created: What was typed, for which the last row offers something new.
        removed: Key of the choice to remove; only if `removes`.
    """

    chosen = Signal(object)
    created = Signal(str)
    removed = Signal(object)

    def __init__(
        self,
        style: Style,
        name: str,
        parent: QWidget,
        *,
        creation: str = "",
        empty: str = "",
        removes: bool = False,
    ) -> None:
        """Creates the popup, which is deleted when it is closed.

        Args:
            name: Accessible name, and placeholder of the field.
            creation: Text of the row for something new, with `{}` for its name; empty for none.
            empty: Text in place of the list; a general one if left out.
            removes: Whether Del removes a choice.
        """
        super().__init__(name, _RADIUS, parent)
        self._style = style
        self._removes = removes
        self._anchor: QRect | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        card = self.card
        self._field = IconEdit(style, "search", name, card)
        self.edit = self._field.edit
        self.edit.setPlaceholderText(name)
        self.model = ChoiceModel(self)
        self.model.set_creation(creation)
        self.list = ChoiceList(style, name, self.model, card)
        self._empty = label(empty or tr("Nothing found."), "secondary", card, wrap=True)
        self._empty.setContentsMargins(10, 4, 10, 6)
        self._empty.hide()
        column = QVBoxLayout(card)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._field)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty)
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_text_changed)
        self.list.row_chosen.connect(self._choose)

    def show_choices(self, choices: Sequence[PopupChoice]) -> None:
        """Shows what can be chosen; the current row stays at its place."""
        row = self.list.currentIndex().row()
        self.model.set_choices(choices)
        self._select(max(0, row))

    def open_below(self, control: QWidget) -> None:
        """Opens below a control, inside its window."""
        self.open_at(QRect(control.mapToGlobal(QPoint(0, 0)), control.size()))

    def open_at(self, anchor: QRect) -> None:
        """Opens below a rectangle in global coordinates, or above it where there is more room."""
        self._anchor = anchor
        self._place()
        self.show()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                # Else a shortcut of the window takes it.
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                return self._handle_key(event)
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.deleteLater()

    def _handle_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        row = self.list.currentIndex().row()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in ENTER_KEYS:
            # The control that gets the focus must not be pressed by the repetitions.
            ignore_repetitions(event)
            self._choose(row)
        elif key in _LIST_KEYS:
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_MAX_ROWS}
            self._select(row + steps.get(key, _MAX_ROWS))
        elif key == Qt.Key.Key_Delete and self._removes and not self.edit.text():
            choice = self.model.choice(row)
            if choice is not None:
                # The popup may close, and what is selected below it must stay.
                ignore_repetitions(event)
                self.removed.emit(choice.key)
        else:
            return False
        return True

    def _choose(self, row: int) -> None:
        choice = self.model.choice(row)
        if choice is None:
            return
        typed = self.model.typed
        self.close()
        if choice.key is None:
            self.created.emit(typed)
        else:
            self.chosen.emit(choice.key)

    def _on_text_changed(self, text: str) -> None:
        self.model.set_filter(text)
        self._select(0)

    def _select(self, row: int) -> None:
        count = self.model.rowCount()
        if count:
            self.list.setCurrentIndex(self.model.index(max(0, min(row, count - 1)), 0))
        self._empty.setVisible(not count)
        self.list.setVisible(bool(count))
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        anchor = self._anchor
        parent = self.parentWidget()
        if anchor is None or parent is None:
            return
        window = parent.window()
        room = QRect(window.mapToGlobal(QPoint(0, 0)), window.size()).adjusted(8, 8, -8, -8)
        width = min(max(self._style.px(_WIDTH), anchor.width()), room.width())
        rows = min(_MAX_ROWS, max(1, self.model.rowCount()))
        height = self._field.height() + rows * row_height(self._style) + 26
        self.ensurePolished()
        below = room.bottom() - anchor.bottom() - _GAP
        top = anchor.bottom() + _GAP
        if height > below and anchor.top() - room.top() > below:
            height = min(height, anchor.top() - room.top() - _GAP)
            top = anchor.top() - _GAP - height
        self.setFixedSize(width, max(self._field.height() + 60, min(height, room.height())))
        left = max(room.left(), min(anchor.left(), room.right() - width))
        self.move(left, top)
