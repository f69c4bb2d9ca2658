"""Table of what differs in the recipes of the compared clips."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.comparison.recipe_table import (
    RecipeRow,
    RecipeTable,
    TextRow,
    label_of_same,
    same_in_all,
)
from producer_studio.translation import join_texts, mark, tr, tr_message
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label, shorten
from producer_studio.ui.widgets.word_diff_label import WordDiffLabel

_NAMES_WIDTH = 128
_MIN_COLUMN_WIDTH = 96
_SPACING = 16
_LINE_SPACING = 7
_VALUE_CHARS = 200
_TOP = Qt.AlignmentFlag.AlignTop


class DifferenceTable(QWidget):
    """Table of differences, with a column for each clip; then the values that all share.

    Where columns would be too narrow, and for texts, clips with the same value are one line.
    """

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._table: RecipeTable | None = None
        self._keys: tuple[str, ...] = ()
        self._has_columns = True
        self._content: QWidget | None = None
        # Its words must not make the view wider than its place.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addWidget(label(tr("WHAT DIFFERS"), "section", self))
        style.changed.connect(self._update)

    def show_table(self, table: RecipeTable, keys: Sequence[str]) -> None:
        """Shows a table; its columns are in the order of the keys, one for each clip."""
        self._table, self._keys = table, tuple(keys)
        self._update()

    def show_remark(self, remark: str) -> None:
        """Says why there is no table."""
        self._table = None
        _, grid = self._new_grid()
        grid.addWidget(label(remark, "secondary", self._content, wrap=True), 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns_fit() is not self._has_columns:
            self._update()

    def _columns_fit(self) -> bool:
        room = self.width() - self._style.px(_NAMES_WIDTH)
        count = len(self._keys)
        return room >= count * (self._style.px(_MIN_COLUMN_WIDTH) + _SPACING)

    def _update(self) -> None:
        if self._table is None:
            return
        self._has_columns = self._columns_fit()
        content, grid = self._new_grid()
        if not self._has_columns:
            grid.setColumnStretch(1, 1)
        for column in range(len(self._keys) if self._has_columns else 0):
            grid.setColumnStretch(column + 1, 1)
            if len(self._keys) > 2:
                grid.addWidget(label(self._keys[column], "caption", content), 0, column + 1)
        for row in self._table.rows:
            if not row.is_same and self._has_columns:
                self._add_values(content, grid, row)
            elif not row.is_same:
                self._add_groups(content, grid, row)
        for text in self._table.texts:
            if not text.is_same:
                self._add_texts(content, grid, text)
        self._add_same(content, grid, self._table)

    def _new_grid(self) -> tuple[QWidget, QGridLayout]:
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        content = self._content = QWidget(self)
        self._column.addWidget(content)
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_SPACING)
        grid.setVerticalSpacing(_LINE_SPACING)
        grid.setColumnMinimumWidth(0, self._style.px(_NAMES_WIDTH))
        return content, grid

    def _add_values(self, content: QWidget, grid: QGridLayout, row: RecipeRow) -> None:
        line = grid.rowCount()
        grid.addWidget(label(tr(row.label), "name", content), line, 0, _TOP)
        for column, (value, unusual) in enumerate(zip(row.values, row.is_unusual, strict=True)):
            cell = _value_label(_cell_name(row.label, self._keys[column]), value, unusual, content)
            grid.addWidget(cell, line, column + 1, _TOP)

    def _add_groups(self, content: QWidget, grid: QGridLayout, row: RecipeRow) -> None:
        unusual = dict(zip(row.values, row.is_unusual, strict=True))
        for number, (value, keys) in enumerate(_groups(row.values, self._keys)):
            cell = _value_label(_cell_name(row.label, keys), value, unusual[value], content)
            self._add_line(content, grid, tr(row.label) if not number else "", keys, cell)

    def _add_texts(self, content: QWidget, grid: QGridLayout, row: TextRow) -> None:
        parts = dict(zip(row.texts, row.parts, strict=True))
        for number, (text, keys) in enumerate(_groups(row.texts, self._keys)):
            cell = WordDiffLabel(self._style, _cell_name(row.label, keys), parts[text], content)
            self._add_line(content, grid, tr(row.label) if not number else "", keys, cell)

    def _add_line(
        self, content: QWidget, grid: QGridLayout, name: str, keys: str, cell: QLabel
    ) -> None:
        row = grid.rowCount()
        if name:
            grid.addWidget(label(name, "name", content), row, 0, _TOP)
        line = QWidget(content)
        inside = QGridLayout(line)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setHorizontalSpacing(10)
        inside.setColumnStretch(1, 1)
        inside.addWidget(label(keys, "caption", line), 0, 0, _TOP)
        inside.addWidget(cell, 0, 1)
        grid.addWidget(line, row, 1, 1, -1)

    def _add_same(self, content: QWidget, grid: QGridLayout, table: RecipeTable) -> None:
        count = len(self._keys)
        lines = [(text.label, same_in_all(count)) for text in table.texts if text.is_same]
        folded = [join_texts((row.label, row.values[0]), " ") for row in table.rows if row.is_same]
        if folded:
            lines.append((label_of_same(count), join_texts(folded, " · ")))
        for name, words in lines:
            row = grid.rowCount()
            grid.addWidget(label(tr(name), "name", content, wrap=True), row, 0, _TOP)
            grid.addWidget(_value_label(name, words, False, content), row, 1, 1, -1)


def _value_label(name: str, value: str, unusual: bool, parent: QWidget) -> QLabel:
    shown = tr_message(value)
    text = shorten(shown, _VALUE_CHARS) or "–"
    made = label(text, "accent" if unusual else "value", parent, wrap=True)
    made.setAccessibleName(tr("{name}: {value}", name=name, value=shown or mark("none")))
    return made


def _groups(values: Sequence[str], keys: Sequence[str]) -> list[tuple[str, str]]:
    """Returns each different value with the keys of the clips that have it, such as "1, 3"."""
    found: dict[str, list[str]] = {}
    for value, key in zip(values, keys, strict=True):
        found.setdefault(value, []).append(key)
    return [(value, tr(join_texts(those))) for value, those in found.items()]


def _cell_name(name: str, keys: str) -> str:
    """Returns the accessible name of a value, such as "Model of 1"."""
    return tr("{field} of {keys}", field=name, keys=keys)
