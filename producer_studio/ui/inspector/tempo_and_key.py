"""Chips for tempo and key of the inspected clip, each with a field to set the value."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.key_text import key_text, parse_key
from producer_studio.domain.tempo import HIGHEST_BPM, LOWEST_BPM, parse_bpm
from producer_studio.translation import mark, pmark, tr, tr_message
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.inspector.field_exit import FieldExit
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import BadgeButton
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.lower_label import lower_label
from producer_studio.ui.widgets.menu import Menu

_FIELD_WIDTH = 96
_MAX_LENGTH = 40
_TEMPO_PROBLEM = mark(
    "Enter {lowest} to {highest} beats per minute, such as 98.5. Leave it empty to use the "
    "measured tempo.",
    lowest=LOWEST_BPM,
    highest=HIGHEST_BPM,
)
_KEY_PROBLEM = mark(
    "Enter a key such as F minor, Bb or C#m. Leave it empty to use the measured key."
)
_UNCERTAIN_TEMPO = mark("Measured; half or double is nearly as likely")


class MeasuredValue(QWidget):
    """Chip with a menu, replaced by a text field while the value is edited.

    Signals:
        value_entered: A text that passed `is_valid`; empty for the measured value.
        problem_changed: Message about an invalid text; empty as soon as it is valid.
    """

    value_entered = Signal(str)
    problem_changed = Signal(str)

    def __init__(
        self,
        style: Style,
        name: str,
        placeholder: str,
        is_valid: Callable[[str], bool],
        problem: str,
        parent: QWidget,
    ) -> None:
        """Creates the chip with its field hidden.

        Args:
            name: Accessible name of the value, such as "Tempo".
            placeholder: Placeholder of the field.
            is_valid: Whether a text is accepted.
            problem: Message for an invalid text.
        """
        super().__init__(parent)
        self._style = style
        self._name = name
        self._is_valid = is_valid
        self._problem = problem
        self._text = ""
        self._measured_text = ""
        self._is_set = False
        self.chip = BadgeButton(style, "", tr(name), self)
        self.chip.clicked.connect(self._on_chip)
        self.field = LineEdit(self)
        self.field.setAccessibleName(tr(name))
        self.field.setPlaceholderText(placeholder)
        self.field.setProperty("role", "quiet")
        self.field.setMaxLength(_MAX_LENGTH)
        self.field.setFixedWidth(style.px(_FIELD_WIDTH))
        self.field.hide()
        self.field.returnPressed.connect(self._on_return)
        self.field.textEdited.connect(lambda _text: self._show_problem(""))
        leaving = FieldExit(self.field)
        leaving.left.connect(self.commit)
        leaving.cancelled.connect(self._on_cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.chip)
        row.addWidget(self.field)
        style.changed.connect(self._on_style_changed)

    def commit(self) -> None:
        """Emits the text of the field if it is valid, and shows the chip again."""
        if self.field.isHidden():
            return
        text = self.field.text().strip()
        if self.field.isModified() and (not text or self._is_valid(text)):
            self.value_entered.emit(text)
        self._close_field()

    def _on_cancelled(self) -> None:
        self.field.setModified(False)
        self._close_field()
        self.chip.setFocus()

    def open_field(self) -> None:
        """Opens the field with the current value."""
        self.field.setText(self._text.removeprefix("≈"))
        self.field.setModified(False)
        self.chip.hide()
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def add_menu_items(self, menu: Menu) -> None:
        """Adds further menu items for the value; to be overridden."""

    def show_value(self, text: str, measured_text: str, tooltip: str, *, is_set: bool) -> None:
        """Shows a value; an edit in progress is preserved.

        Args:
            text: Current value, such as "≈84 BPM"; empty when there is none.
            measured_text: Measured value, for the menu item that restores it; empty without one.
            tooltip: Tooltip and accessible description of the chip.
            is_set: Whether the user has set the value.
        """
        self._text = text
        self._measured_text = measured_text if is_set else ""
        self._is_set = is_set
        self.chip.setText(text or tr("Set {name}", name=lower_label(self._name)))
        self.chip.setAccessibleName(
            f"{tr(self._name)} {text}" if text else tr("Set {name}", name=self._name)
        )
        self.chip.setAccessibleDescription(tooltip)
        self.chip.setToolTip(tooltip)
        self.chip.updateGeometry()
        self.chip.update()

    def _on_chip(self) -> None:
        if not self._text:
            self.open_field()
            return
        menu = Menu(self._style, self, name=tr(self._name))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_menu_items(menu)
        menu.add_item(
            tr("Set {name}…", name=lower_label(self._name)), self.open_field, icon="pencil"
        )
        if self._is_set:
            measured = (
                tr("As measured: {value}", value=self._measured_text)
                if self._measured_text
                else tr("Not set")
            )
            menu.add_item(measured, partial(self.value_entered.emit, ""), icon="undo-2")
        menu.popup(self.chip.mapToGlobal(self.chip.rect().bottomLeft()))

    def _on_return(self) -> None:
        text = self.field.text().strip()
        if text and not self._is_valid(text):
            self._show_problem(tr(self._problem))
            return
        self.commit()
        self.chip.setFocus()

    def _close_field(self) -> None:
        self._show_problem("")
        self.field.hide()
        self.chip.show()

    def _show_problem(self, problem: str) -> None:
        if bool(self.field.property("invalid")) != bool(problem):
            self.field.setProperty("invalid", bool(problem))
            self._style.restyle(self.field)
        self.field.setAccessibleDescription(problem)
        self.problem_changed.emit(problem)

    def _on_style_changed(self) -> None:
        self.field.setFixedWidth(self._style.px(_FIELD_WIDTH))


class TempoValue(MeasuredValue):
    """Chip for the tempo in BPM.

    Signals:
        scale_requested: Factor for the tempo: 0.5 or 2.0.
    """

    scale_requested = Signal(float)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(
            style,
            mark("Tempo"),
            "BPM",
            lambda text: parse_bpm(text) is not None,
            _TEMPO_PROBLEM,
            parent,
        )
        self._clip: Clip | None = None

    def show_clip(self, clip: Clip) -> None:
        self._clip = clip
        measured = clip.with_changes(bpm_override=None)
        is_set = clip.bpm_override is not None
        unsure = tr(_UNCERTAIN_TEMPO) if not clip.is_bpm_certain and clip.bpm else ""
        about = _manual_value_tooltip(tr(measured.bpm_text)) if is_set else unsure
        self.show_value(tr(clip.bpm_text), tr(measured.bpm_text), about, is_set=is_set)
        self.setVisible(_is_measurable(clip) or bool(clip.bpm))

    def add_menu_items(self, menu: Menu) -> None:
        for word, factor in ((tr("Halve"), 0.5), (tr("Double"), 2.0)):
            bpm = None if self._clip is None else self._clip.scaled_bpm(factor)
            menu.add_item(
                f"{word}: {format_shortest(bpm)} BPM" if bpm is not None else word,
                partial(self.scale_requested.emit, factor),
                enabled=bpm is not None,
            )


class KeyValue(MeasuredValue):
    """Chip for the musical key."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(
            style,
            # Translators: the musical key.
            pmark("music", "Key"),
            tr(key_text("F minor")),
            lambda text: bool(parse_key(text)),
            _KEY_PROBLEM,
            parent,
        )

    def show_clip(self, clip: Clip) -> None:
        is_set = bool(clip.key_override)
        shown = tr_message(key_text(clip.key))
        measured = tr_message(key_text(clip.measured.key))
        about = _manual_value_tooltip(measured) if is_set else ""
        self.show_value(shown, measured, about, is_set=is_set)
        self.setVisible(_is_measurable(clip) or bool(clip.key))


def _manual_value_tooltip(measured: str) -> str:
    return (
        tr("Set by you; measured {measured}", measured=measured) if measured else tr("Set by you")
    )


def _is_measurable(clip: Clip) -> bool:
    return clip.media in {MediaState.READY, MediaState.MISSING}
