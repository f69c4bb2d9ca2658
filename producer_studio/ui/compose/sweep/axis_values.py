"""Editors for the values of an axis: chips, seeds, a range of a strength, variants of a text."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.strength import Strength
from producer_studio.domain.sweep import AxisValue, split_variants, spread
from producer_studio.domain.takes import draw_seed
from producer_studio.translation import mark, ntr, tr
from producer_studio.translation.numbers import format_decimal
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.plain_text_edit import PlainTextEdit
from producer_studio.ui.widgets.strength_slider import NumberField
from producer_studio.ui.widgets.text_format import literal_text

_DRAWN_SEEDS = 4
_STEPS = 3
_MAX_STEPS = 16
_TEXT_LINES = 5
_CHIP_GAP = 6


class ValuesEditor(Protocol):
    """Widget that edits the values of an axis."""

    @property
    def changed(self) -> SignalInstance: ...

    def values(self) -> tuple[AxisValue, ...]: ...


class ModelChips(QWidget):
    """A chip for each model; those that are checked are the values."""

    changed = Signal()

    def __init__(
        self, models: Sequence[str], checked: Collection[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, gap=_CHIP_GAP)
        self.chips: list[QPushButton] = []
        for model in models:
            chip = QPushButton(literal_text(model), self)
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setChecked(model in checked)
            chip.setAccessibleName(model)
            chip.toggled.connect(self.changed)
            flow.addWidget(chip)
            self.chips.append(chip)

    def values(self) -> tuple[AxisValue, ...]:
        return tuple(chip.accessibleName() for chip in self.chips if chip.isChecked())


ROWS, COLUMNS = mark("Rows"), mark("Columns")
"""Names of the two axes."""

_DRAW_SEEDS: Mapping[str, str] = {
    ROWS: mark("Draw other seeds for the rows"),
    COLUMNS: mark("Draw other seeds for the columns"),
}


class SeedValues(QWidget):
    """Seeds with commas between them, and a button that draws others."""

    changed = Signal()

    def __init__(
        self, style: Style, name: str, seeds: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """Creates the editor; seeds are drawn if there are none."""
        super().__init__(parent)
        self.edit = LineEdit(self)
        self.edit.setAccessibleName(tr("{name}, seeds", name=name))
        self.edit.setPlaceholderText(tr("Seeds, with commas between them"))
        self.draw_button = IconButton(style, "dice-5", tr(_DRAW_SEEDS[name]))
        self.draw_button.clicked.connect(self._draw)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.edit, 1)
        row.addWidget(self.draw_button)
        self.edit.setText(", ".join(seeds or [draw_seed() for _ in range(_DRAWN_SEEDS)]))
        self.edit.textChanged.connect(lambda _text: self.changed.emit())

    def values(self) -> tuple[AxisValue, ...]:
        parts = (part.strip() for part in self.edit.text().split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def _draw(self) -> None:
        count = max(2, len(self.values()))
        self.edit.setText(", ".join(draw_seed() for _ in range(count)))


class StrengthRange(QWidget):
    """Values of a strength from one end to the other, in steps."""

    changed = Signal()

    def __init__(
        self,
        style: Style,
        name: str,
        strength: Strength,
        given: Sequence[float] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Creates the editor.

        Args:
            given: Values that stay as they are, in any steps, until a field is changed; empty for
                the whole range.
        """
        super().__init__(parent)
        self._style = style
        self._given = tuple(given)
        self.low = self._field(tr("{name}, from", name=name), strength.low, strength.high)
        self.high = self._field(tr("{name}, to", name=name), strength.low, strength.high)
        self.steps = self._field(
            tr("{name}, number of steps", name=name), 2, _MAX_STEPS, decimals=0, step=1
        )
        self.low.set_value(min(given, default=strength.low))
        self.high.set_value(max(given, default=strength.high))
        self.steps.set_value(len(given) or _STEPS)
        self._text = label("", "secondary", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, field in (
            (tr("From"), self.low),
            (tr("to"), self.high),
            (tr("in steps"), self.steps),
        ):
            name_label = label(text, "label", self)
            name_label.setBuddy(field)
            row.addWidget(name_label)
            row.addWidget(field)
            field.value_changed.connect(self._on_changed)
            field.typed.connect(self._on_changed)
        row.addSpacing(4)
        row.addWidget(self._text, 1)
        style.changed.connect(self._update_widths)
        self._update_widths()
        self._show_values()

    def values(self) -> tuple[AxisValue, ...]:
        return self._given or self._even_values()

    def _even_values(self) -> tuple[AxisValue, ...]:
        return spread(self.low.value(), self.high.value(), round(self.steps.value()))

    def _field(
        self, name: str, low: float, high: float, *, decimals: int = 2, step: float = 0.05
    ) -> NumberField:
        field = NumberField(low, high, self, decimals=decimals, step=step)
        # As tall as other fields of a dialog.
        field.setProperty("role", None)
        field.setProperty("fit", None)
        field.setAccessibleName(name)
        return field

    def _update_widths(self) -> None:
        for field in (self.low, self.high, self.steps):
            field.setFixedWidth(self._style.px(58))

    def _on_changed(self, _value: float) -> None:
        self._given = ()
        self._show_values()
        self.changed.emit()

    def _show_values(self) -> None:
        values = self.values()
        if values != self._even_values():
            self._text.setText(", ".join(format_decimal(value, 2) for value in self._given))
            return
        self._text.setText(ntr("one value", "{count} values", len(values)))


class TextVariants(QWidget):
    """Variants of a text: one a line, or divided by lines of three hyphens."""

    changed = Signal()

    def __init__(
        self, style: Style, name: str, variants: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self.edit = PlainTextEdit(self)
        self.edit.setAccessibleName(tr("{name}, variants", name=name))
        self.edit.setTabChangesFocus(True)
        texts = [text.strip() for text in variants if text.strip()]
        divider = "\n---\n" if any("\n" in text for text in texts) else "\n"
        # A single one is the form's, and another is expected.
        self.edit.show_text(divider.join([*texts, ""] if len(texts) == 1 else texts))
        self.edit.textChanged.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.edit)
        hint = tr("A variant on each line; longer ones divided by a line with ---")
        column.addWidget(label(hint, "secondary", self, wrap=True))
        style.changed.connect(self._update_height)
        self._update_height()

    def values(self) -> tuple[AxisValue, ...]:
        return split_variants(self.edit.toPlainText())

    def _update_height(self) -> None:
        self.edit.ensurePolished()
        lines = self.edit.fontMetrics().lineSpacing() * _TEXT_LINES
        self.edit.setFixedHeight(lines + self._style.px(14))
