"""Popover that builds a search from rows, and shows one that was typed as rows."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.search_conditions import (
    Comparator,
    Condition,
    Conditions,
    read_conditions,
)
from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.popup_frame import PopupFrame
from producer_studio.ui.widgets.text_format import count_text
from producer_studio.ui.window.condition_row import ConditionRow

_WIDTH = 620
_RADIUS = 10
_GAP = 4
_ROW_GAP = 6
_MAX_VALUES = 200


class SearchBuilder(PopupFrame):
    """Opens below the search field; each change is searched for at once.

    Signals:
        query_changed: The query as it is built now.
    """

    query_changed = Signal(str)

    def __init__(self, context: UiContext, field: QWidget, query: str) -> None:
        """Creates the popover, which is deleted when it is closed.

        Args:
            field: Below which it opens.
            query: What is searched for now.
        """
        super().__init__(tr("Search builder"), _RADIUS, field)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._field = field
        self._rows: list[ConditionRow] = []
        self._built_query = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build_layout()
        found = read_conditions(query)
        self.rest_edit.setText(found.rest)
        self._rest.setVisible(bool(found.rest))
        for condition in found.rows:
            self._insert_row(condition)
        if not found.rows and not found.rest:
            self._insert_row(_NEW)
        self.rest_edit.textEdited.connect(self._on_changed)
        self.add_button.clicked.connect(self._on_add_clicked)
        self.clear_button.clicked.connect(self._on_clear_clicked)
        self.done_button.clicked.connect(self.close)

    @property
    def rows(self) -> Sequence[ConditionRow]:
        return self._rows

    def open_popup(self) -> None:
        """Opens it, with the focus on the last value."""
        self._place()
        self.show()
        if self._rows:
            self._rows[-1].focus_value()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._built_query:
            record = self._studio.search_history.record(self._built_query)
            self._tasks.start("remember the search that was built", record)
        self.deleteLater()

    def _build_layout(self) -> None:
        card = self.card
        self._list = QFrame(card)
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 0, 0, 0)
        self._list_layout.setSpacing(_ROW_GAP)
        self._scroll = QScrollArea(card)
        self._scroll.setWidget(self._list)
        self._scroll.setWidgetResizable(True)
        for part in (self._list, self._scroll.viewport()):
            part.setAutoFillBackground(False)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rest = QWidget(card)
        self.rest_edit = LineEdit(self._rest)
        self.rest_edit.setAccessibleName(tr("Other terms as text"))
        rest = QHBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.addWidget(label(tr("As text"), "name", self._rest))
        rest.addWidget(self.rest_edit, 1)
        self.add_button = QPushButton(tr("Add a condition"), card)
        self._style.set_icon(self.add_button, "plus")
        self.clear_button = QPushButton(tr("Clear"), card)
        self.clear_button.setAccessibleName(tr("Clear all conditions"))
        self.clear_button.setProperty("role", "ghost")
        self.done_button = QPushButton(tr("Done"), card)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addStretch(1)
        buttons.addWidget(self.clear_button)
        buttons.addWidget(self.done_button)
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(label(tr("Clips that match all of these"), "strong", card))
        column.addWidget(self._scroll, 1)
        column.addWidget(self._rest)
        column.addLayout(buttons)

    def _insert_row(self, condition: Condition) -> ConditionRow:
        row = ConditionRow(self._style, condition, self._list)
        row.changed.connect(self._on_changed)
        row.removal_requested.connect(partial(self._remove_row, row))
        row.values_requested.connect(partial(self._request_values, row))
        self._rows.append(row)
        self._list_layout.addWidget(row)
        row.show()
        self._update_numbers()
        return row

    def _remove_row(self, row: ConditionRow) -> None:
        place = self._rows.index(row)
        self._rows.remove(row)
        self._list_layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        if not self._rows:
            self._insert_row(_NEW)
        self._update_numbers()
        self._rows[min(place, len(self._rows) - 1)].focus_value()
        self._place()
        self._on_changed()

    def _update_numbers(self) -> None:
        for number, row in enumerate(self._rows, 1):
            row.set_number(number)

    def _on_add_clicked(self) -> None:
        row = self._insert_row(_NEW)
        self._place()
        row.focus_value()
        self._scroll.ensureWidgetVisible(row)

    def _on_clear_clicked(self) -> None:
        self.rest_edit.clear()
        for row in tuple(self._rows[1:]):
            self._remove_row(row)
        self._remove_row(self._rows[0])

    def _on_changed(self) -> None:
        rows = tuple(row.condition for row in self._rows)
        self._built_query = Conditions(rows, self.rest_edit.text().strip()).text
        self.query_changed.emit(self._built_query)

    def _request_values(self, row: ConditionRow) -> None:
        self._tasks.restart(
            "values of a search field",
            self._studio.clips.count_values(row.condition.field),
            on_result=partial(self._open_values, row),
        )

    def _open_values(self, row: ConditionRow, found: Sequence[tuple[str, int]]) -> None:
        popup = ChoicePopup(
            self._style,
            tr("Find a value"),
            row,
            creation=tr("Use “{name}”", name="{}"),
            empty=tr("No clip has a value."),
        )
        popup.show_choices(
            [
                PopupChoice(value, value, "", count_text(count))
                for value, count in found[:_MAX_VALUES]
            ]
        )
        for chosen in (popup.chosen, popup.created):
            chosen.connect(row.set_value)
        popup.open_below(row.value_edit)

    def _place(self) -> None:
        window = self._field.window()
        room = QRect(window.mapToGlobal(QPoint(0, 0)), window.size()).adjusted(8, 8, -8, -8)
        corner = self._field.mapToGlobal(QPoint(0, self._field.height() + _GAP))
        width = min(self._style.px(_WIDTH), room.width())
        self.card.ensurePolished()
        self._list.ensurePolished()
        self._list_layout.activate()
        self._scroll.setMinimumHeight(0)
        others = self.card.sizeHint().height() - self._scroll.sizeHint().height()
        height = min(others + self._list.sizeHint().height() + 2, room.bottom() - corner.y())
        self.setFixedSize(width, height)
        left = max(room.left(), min(corner.x(), room.right() - width))
        self.move(left, corner.y())


_NEW = Condition("", Comparator.HAS, "")
