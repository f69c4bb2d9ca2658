"""Dialog for the values of an edit on this computer."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.local_edit import (
    HIGHEST_LEVEL_DB,
    LOWEST_LEVEL_DB,
    MAX_CROSSFADE_S,
    Fade,
    Join,
    Level,
    LocalEdit,
    Trim,
    check_edit,
)
from producer_studio.domain.operation import Operation
from producer_studio.translation import mark, tr, tr_message
from producer_studio.translation.numbers import parse_decimal
from producer_studio.ui.clips.edit_waveform import FadeWaveform, TrimWaveform
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, paragraph, shorten
from producer_studio.ui.widgets.strength_slider import NumberField
from producer_studio.ui.widgets.text_format import literal_text

_WIDTH = 420
_WIDE = 600
"""Width with a waveform, in pixels."""
_MAX_TITLE = 60
_USUAL_FADE_S = 2.0
_EXPLANATION = mark("Made on this computer, free. It becomes a new clip; this one stays as it is.")
_JOIN_EXPLANATION = mark(
    "Made on this computer, free. It becomes a new clip; both stay as they are."
)


_WAVEFORMS = {Operation.TRIM: TrimWaveform, Operation.FADE: FadeWaveform}


class LocalEditDialog(FormDialog):
    """Asks for times or a level, and says at once what is not possible.

    Signals:
        edit_chosen: Id of the clip, and its `LocalEdit`.
    """

    edit_chosen = Signal(str, object)

    def __init__(
        self,
        style: Style,
        operation: Operation,
        clips: Sequence[Clip],
        peaks: bytes,
        parent: QWidget,
    ) -> None:
        """Creates the dialog for a clip, or for the two clips that are joined.

        Args:
            peaks: Magnitudes of the first clip, as stored in the library; may be empty.
        """
        is_wide = operation in _WAVEFORMS
        super().__init__(style, tr(operation.label), _WIDE if is_wide else _WIDTH, parent)
        self._operation = operation
        self._clips = list(clips)
        self.title_label = label("", "title", self, wrap=True)
        self.problem_label = label("", "bad", self, wrap=True)
        self.problem_label.hide()
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        self.confirm_button = QPushButton(literal_text(tr(operation.label)), self)
        self.confirm_button.setAccessibleName(
            tr("{operation}, make the clip", operation=operation.label)
        )
        self.confirm_button.setProperty("role", "primary")
        self.confirm_button.clicked.connect(self._on_confirmed)
        self.swap_button = QPushButton(tr("Other order"), self)
        self.swap_button.setVisible(operation is Operation.JOIN)
        self.swap_button.clicked.connect(self._on_swapped)
        self.waveform = self._create_waveform(style, peaks)
        self.fields = self._create_fields()
        self.content.setSpacing(12)
        self.content.addWidget(self.title_label)
        text = _JOIN_EXPLANATION if operation is Operation.JOIN else _EXPLANATION
        self.content.addWidget(paragraph(tr(text), "muted", self, line_height=118))
        if self.waveform is not None:
            self.content.addWidget(self.waveform)
        row = QHBoxLayout()
        row.setSpacing(12)
        for name, field in self.fields.items():
            row.addLayout(self._labelled(name, field), 1)
        self.content.addLayout(row)
        self.content.addWidget(self.problem_label)
        self.content.addStretch(1)
        self.button_row.addWidget(self.swap_button)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.confirm_button)
        self._show_title()
        # The fields' first values may change nothing yet, which is no mistake of the user.
        self._check(is_shown=False)
        self.confirm_button.setDefault(True)
        next(iter(self.fields.values())).setFocus()

    def edit(self) -> LocalEdit:
        """Returns the edit with the values of the fields."""
        values = [_typed_value(field) for field in self.fields.values()]
        match self._operation:
            case Operation.TRIM:
                end_s = values[1]
                is_whole = end_s >= round(self._clips[0].duration_s, 3)
                return Trim(values[0], None if is_whole else end_s)
            case Operation.FADE:
                return Fade(values[0], values[1])
            case Operation.JOIN:
                return Join(self._clips[1].id, values[0])
            case _:
                return Level(values[0])

    def _create_waveform(self, style: Style, peaks: bytes) -> TrimWaveform | None:
        create = _WAVEFORMS.get(self._operation)
        if create is None:
            return None
        waveform = create(style, peaks, self._clips[0].duration_s, self)
        waveform.region_changed.connect(self._on_region_changed)
        return waveform

    def _create_fields(self) -> dict[str, NumberField]:
        duration_s = self._clips[0].duration_s
        match self._operation:
            case Operation.TRIM:
                return {
                    tr("From, in seconds"): self._field(0.0, 0.0, duration_s),
                    tr("To, in seconds"): self._field(duration_s, 0.0, duration_s),
                }
            case Operation.FADE:
                fade_s = min(_USUAL_FADE_S, duration_s)
                return {
                    tr("Fade in, in seconds"): self._field(0.0, 0.0, duration_s),
                    tr("Fade out, in seconds"): self._field(fade_s, 0.0, duration_s),
                }
            case Operation.JOIN:
                longest = min(MAX_CROSSFADE_S, *(clip.duration_s for clip in self._clips))
                usual = min(_USUAL_FADE_S, longest)
                return {tr("Crossfade, in seconds"): self._field(usual, 0.0, longest)}
            case _:
                return {tr("Level, in dB"): self._field(-3.0, LOWEST_LEVEL_DB, HIGHEST_LEVEL_DB)}

    def _field(self, value: float, low: float, high: float) -> NumberField:
        field = NumberField(low, high, self, decimals=3, step=0.1)
        # As wide and tall as other fields of a dialog.
        field.setProperty("role", None)
        field.setProperty("fit", None)
        field.set_value(value)
        field.value_changed.connect(self._on_value_changed)
        field.textEdited.connect(self._on_text_edited)
        return field

    def _labelled(self, name: str, field: NumberField) -> QVBoxLayout:
        field.setAccessibleName(name)
        column = QVBoxLayout()
        column.setSpacing(6)
        head = label(name, "label", self)
        head.setBuddy(field)
        column.addWidget(head)
        column.addWidget(field)
        return column

    def _show_title(self) -> None:
        titles = [shorten(tr_message(clip.display_title), _MAX_TITLE) for clip in self._clips]
        if self._operation is Operation.JOIN:
            self.title_label.setText(
                tr("Join “{first}”, then “{second}”", first=titles[0], second=titles[1])
            )
        else:
            self.title_label.setText(
                tr("{operation} “{title}”", operation=self._operation.label, title=titles[0])
            )

    def _on_value_changed(self, _value: float) -> None:
        self._check(is_shown=True)

    def _on_text_edited(self, _text: str) -> None:
        # A number that is not complete yet is no mistake.
        self._check(is_shown=not self.problem_label.isHidden())

    def _on_region_changed(self, start: float, end: float) -> None:
        first, second = self.fields.values()
        before = self._region()
        # An edge that was not moved may have been typed more exactly.
        if start != before[0]:
            first.set_value(start)
        if end != before[1]:
            out_s = self._clips[0].duration_s - end
            second.set_value(round(out_s, 3) if self._operation is Operation.FADE else end)
        self._check(is_shown=True)

    def _region(self) -> tuple[float, float]:
        """Returns what the fields mark on the waveform, in seconds."""
        first, second = map(_typed_value, self.fields.values())
        duration_s = self._clips[0].duration_s
        end = duration_s - second if self._operation is Operation.FADE else second
        start, end = (min(max(0.0, edge), duration_s) for edge in (first, end))
        return start, end

    def _check(self, *, is_shown: bool) -> None:
        if self.waveform is not None:
            self.waveform.set_region(self._region())
        lengths = [clip.duration_s for clip in self._clips]
        try:
            check_edit(self.edit(), lengths[0], lengths[-1])
        except RequestRejected as problem:
            self.problem_label.setText(tr(problem.message))
            self.problem_label.setVisible(is_shown)
            self.confirm_button.setEnabled(False)
        else:
            self.problem_label.hide()
            self.confirm_button.setEnabled(True)

    def _on_swapped(self) -> None:
        self._clips.reverse()
        self._show_title()

    def _on_confirmed(self) -> None:
        self.edit_chosen.emit(self._clips[0].id, self.edit())
        self.accept()


def _typed_value(field: NumberField) -> float:
    """Returns the number in a field, also before it is left; its last value for other texts."""
    try:
        return parse_decimal(field.text())
    except ValueError:
        return field.value()
