"""Parts of the export form: choices, chips that insert placeholders, rows."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.studio.export.filenames import TEMPLATE_FIELDS
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import Chip
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.segmented import Segmented


class ChangeableChoice(Segmented):
    """Segmented control with changeable labels; an option may be unavailable with a reason."""

    def set_option(self, key: str, text: str, reason: str = "") -> None:
        """Changes the label of an option; a reason disables it."""
        button = self._buttons[key]
        button.setText(text)
        button.setAccessibleName(text)
        button.setEnabled(not reason)
        button.setToolTip(reason)
        button.setAccessibleDescription(reason)

    def set_option_visible(self, key: str, *, visible: bool) -> None:
        self._buttons[key].setVisible(visible)


class PlaceholderChips(QWidget):
    """Chips that insert a template's placeholders.

    Signals:
        placeholder_chosen: A placeholder in braces.
    """

    placeholder_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: dict[str, Chip] = {}
        flow = FlowLayout(self, gap=4)
        for name, about in TEMPLATE_FIELDS.items():
            text = f"{{{name}}}"
            chip = Chip(style, text, self)
            chip.button.setToolTip(tr(about))
            chip.button.setAccessibleName(tr("Insert {field}", field=text))
            chip.button.setAccessibleDescription(tr(about))
            chip.button.setAutoDefault(False)
            # A user in the field sees the names to type, or hears them in its description.
            chip.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(partial(self.placeholder_chosen.emit, text))
            self.chips[name] = chip
            flow.addWidget(chip)


def add_row(grid: QGridLayout, row: int, text: str, part: QWidget | QVBoxLayout) -> None:
    name = label(text, "label")
    name.setContentsMargins(0, 8, 0, 0)
    name.setMinimumHeight(26)
    column = QVBoxLayout()
    column.addWidget(name)
    column.addStretch(1)
    grid.addLayout(column, row, 0)
    if isinstance(part, QWidget):
        grid.addWidget(part, row, 1)
    else:
        grid.addLayout(part, row, 1)


def left_aligned(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
