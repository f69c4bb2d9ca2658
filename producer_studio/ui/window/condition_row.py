"""Row of the search builder: field, comparison and value."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.studio.search_conditions import (
    Comparator,
    Condition,
    field_labels,
    fixed_values,
    has_listed_values,
    list_comparisons,
    value_example,
)
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit

_FIELD_WIDTH = 140
_COMPARISON_WIDTH = 166


_ANSWERS: dict[str, str] = {"yes": mark("yes"), "no": mark("no")}


def fixed_value_label(value: str) -> str:
    """Returns what is shown for a fixed value: operations and flags are words of the query."""
    return _ANSWERS.get(value, value)


class ConditionRow(QWidget):
    """Edits one condition.

    Signals:
        changed: The user has changed the condition.
        values_requested: Show the values of the field to choose from.
        removal_requested: Remove the row.
    """

    changed = Signal()
    values_requested = Signal()
    removal_requested = Signal()

    def __init__(self, style: Style, condition: Condition, parent: QWidget) -> None:
        super().__init__(parent)
        self.field_box = ComboBox(tr("Field"), self)
        labels = [(name, tr(text)) for name, text in field_labels().items()]
        # Without a field, any text is searched: first.
        for name, text in sorted(labels, key=lambda pair: (bool(pair[0]), pair[1].casefold())):
            self.field_box.addItem(text, name)
        self.comparison_box = ComboBox(tr("Comparison"), self)
        self.fixed_box = ComboBox(tr("Value"), self)
        self.value_edit = LineEdit(self)
        self.and_label = label(tr("and"), "secondary", self)
        self.high_edit = LineEdit(self)
        self.values_button = IconButton(style, "chevron-down", tr("Choose a value"), self, size=14)
        self.remove_button = IconButton(style, "x", tr("Remove the condition"), self, size=14)
        for box, width in (
            (self.field_box, _FIELD_WIDTH),
            (self.comparison_box, _COMPARISON_WIDTH),
        ):
            box.setFixedWidth(style.px(width))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.field_box)
        row.addWidget(self.comparison_box)
        for part in (self.fixed_box, self.value_edit):
            row.addWidget(part, 1)
        row.addWidget(self.and_label)
        row.addWidget(self.high_edit, 1)
        row.addWidget(self.values_button)
        row.addWidget(self.remove_button)
        self._show(condition)
        self.field_box.currentIndexChanged.connect(self._on_field_chosen)
        self.comparison_box.currentIndexChanged.connect(self._on_comparison_chosen)
        self.fixed_box.currentIndexChanged.connect(self.changed)
        for edit in (self.value_edit, self.high_edit):
            edit.textEdited.connect(self.changed)
        self.values_button.clicked.connect(self.values_requested)
        self.remove_button.clicked.connect(self.removal_requested)

    @property
    def condition(self) -> Condition:
        """The condition as it is shown."""
        field: str = self.field_box.currentData()
        value = self.fixed_box.currentData() if fixed_values(field) else self.value_edit.text()
        return Condition(field, self._comparison, value, self.high_edit.text())

    def set_value(self, value: str) -> None:
        """Sets the value, as if it were typed."""
        self.value_edit.setText(value)
        self.changed.emit()

    def set_number(self, number: int) -> None:
        """Sets the number of the row, from 1, which is part of the accessible names."""
        for part, name in (
            (self.field_box, tr("Field")),
            (self.comparison_box, tr("Comparison")),
            (self.fixed_box, tr("Fixed value")),
            (self.value_edit, tr("Value")),
            (self.high_edit, tr("Upper value")),
            (self.values_button, tr("Choose the value")),
            (self.remove_button, tr("Remove the condition")),
        ):
            part.setAccessibleName(tr("{name} {number}", name=name, number=number))

    def focus_value(self) -> None:
        edit = self.fixed_box if self.fixed_box.isVisibleTo(self) else self.value_edit
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _comparison(self) -> Comparator:
        return Comparator(self.comparison_box.currentData())

    def _show(self, condition: Condition) -> None:
        self.field_box.setCurrentIndex(self.field_box.findData(condition.field))
        self._fill_boxes(condition.field)
        self.comparison_box.setCurrentIndex(
            self.comparison_box.findData(condition.comparison.value)
        )
        self.fixed_box.setCurrentIndex(self.fixed_box.findData(condition.value))
        self.value_edit.setText(condition.value)
        self.high_edit.setText(condition.high)
        self._update_parts()

    def _fill_boxes(self, field: str) -> None:
        blocked = [QSignalBlocker(box) for box in (self.comparison_box, self.fixed_box)]
        self.comparison_box.clear()
        for one in list_comparisons(field):
            self.comparison_box.addItem(tr(one.label), one.value)
        self.fixed_box.clear()
        for value in fixed_values(field):
            self.fixed_box.addItem(tr(fixed_value_label(value)), value)
        del blocked

    def _on_field_chosen(self) -> None:
        self.value_edit.clear()
        self.high_edit.clear()
        self._fill_boxes(self.field_box.currentData())
        self._update_parts()
        self.changed.emit()

    def _on_comparison_chosen(self) -> None:
        self._update_parts()
        self.changed.emit()

    def _update_parts(self) -> None:
        field: str = self.field_box.currentData()
        is_fixed, is_range = bool(fixed_values(field)), self._comparison is Comparator.BETWEEN
        self.fixed_box.setVisible(is_fixed)
        self.value_edit.setVisible(not is_fixed)
        self.values_button.setVisible(not is_fixed and not is_range and has_listed_values(field))
        for part in (self.and_label, self.high_edit):
            part.setVisible(is_range)
        example = value_example(field, self._comparison)
        self.value_edit.setPlaceholderText(
            tr("such as {example}", example=example) if example else tr("Value")
        )
