"""Row of the dialog for one axis: the field, and its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import Strength
from producer_studio.domain.sweep import AXIS_LABELS, AxisValue, SweepAxis
from producer_studio.translation import tr
from producer_studio.ui.compose.sweep.axis_values import (
    ModelChips,
    SeedValues,
    StrengthRange,
    TextVariants,
    ValuesEditor,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.label import label

_FIELD_WIDTH = 150
_MOST_CHECKED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisOffer:
    """Fields that can be an axis, and what their editors begin with.

    Attributes:
        fields: Recipe fields that the account takes.
        models: Models that can be chosen, without those that the service has rejected.
        strengths: Ranges of the strengths, by field.
        recipe: Recipe of the form.
    """

    fields: Sequence[str]
    models: Sequence[str]
    strengths: Mapping[str, Strength]
    recipe: Recipe = field(default_factory=Recipe)


class AxisEditor(QWidget):
    """Chooses a field and edits its values.

    Signals:
        changed: The field or a value was changed.
    """

    changed = Signal()

    def __init__(
        self,
        style: Style,
        name: str,
        offer: AxisOffer,
        *,
        chosen: str,
        values: Sequence[AxisValue] = (),
        most_checked: int = _MOST_CHECKED,
        is_optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Creates the editor.

        Args:
            chosen: Field of the axis; empty for none.
            values: Its values at first; empty for a proposal.
            most_checked: Number of models that are checked at first.
            is_optional: Whether there may be none.
        """
        super().__init__(parent)
        self._style = style
        self._name = name
        self._offer = offer
        self._values_at_first = tuple(values)
        self._most_checked = most_checked
        self.values_editor: QWidget | None = None
        self._editor: ValuesEditor | None = None
        self.combo = ComboBox(tr("{name}, field", name=name), self)
        self.combo.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        if is_optional:
            self.combo.addItem(tr("None"), "")
        for one in offer.fields:
            self.combo.addItem(tr(AXIS_LABELS[one]), one)
        self.combo.setCurrentIndex(max(0, self.combo.findData(chosen)))
        self._title = label(tr(name), "label", self)
        self._title.setBuddy(self.combo)
        self._side = QVBoxLayout()
        self._side.setSpacing(6)
        self._side.addWidget(self._title)
        self._side.addWidget(self.combo)
        self._side.addStretch(1)
        self._values = QVBoxLayout()
        self._values.setContentsMargins(0, 0, 0, 0)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(14)
        self._row.addLayout(self._side)
        self._row.addLayout(self._values, 1)
        self.combo.activated.connect(self._on_field_chosen)
        style.changed.connect(self._update_width)
        self._update_width()
        self._show_values_editor()

    @property
    def chosen_field(self) -> str:
        return str(self.combo.currentData())

    def axis(self) -> SweepAxis | None:
        """Returns the axis with its values; None if no field is chosen."""
        if self._editor is None:
            return None
        return SweepAxis(self.chosen_field, self._editor.values())

    def _on_field_chosen(self, _index: int) -> None:
        self._values_at_first = ()
        self._show_values_editor()
        self.changed.emit()

    def _show_values_editor(self) -> None:
        if self.values_editor is not None:
            self._values.removeWidget(self.values_editor)
            self.values_editor.hide()
            self.values_editor.deleteLater()
        self.values_editor, self._editor = None, None
        editor = self._create_editor(self.chosen_field)
        if editor is not None:
            self.values_editor, self._editor = editor, editor
            editor.changed.connect(self.changed)
            self._values.addWidget(editor)
            editor.show()

    def _create_editor(
        self, chosen: str
    ) -> ModelChips | SeedValues | StrengthRange | TextVariants | None:
        offer, style, given = self._offer, self._style, self._values_at_first
        if chosen == "model":
            if given:
                return ModelChips(offer.models, [str(value) for value in given], self)
            # The form's own model first: it is what the others are compared with.
            own = [offer.recipe.model] if offer.recipe.model in offer.models else []
            others = [model for model in offer.models if model not in own]
            return ModelChips(offer.models, [*own, *others][: self._most_checked], self)
        if chosen == "seed":
            return SeedValues(style, self._name, [str(value) for value in given], self)
        if chosen in offer.strengths:
            numbers = [float(value) for value in given]
            return StrengthRange(style, self._name, offer.strengths[chosen], numbers, self)
        if chosen in {"sound", "lyrics"}:
            texts = [str(value) for value in given] or [getattr(offer.recipe, chosen)]
            return TextVariants(style, self._name, texts, self)
        return None

    def _update_width(self) -> None:
        self.combo.setMinimumWidth(self._style.px(_FIELD_WIDTH))
