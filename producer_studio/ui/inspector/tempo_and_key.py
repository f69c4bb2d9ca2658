"""Tempo and key of the inspected clip as chips, and a field to set each by hand."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.musical_key import key_name
from producer_studio.domain.tempo import HIGHEST_BPM, LOWEST_BPM, read_bpm, usable_bpm
from producer_studio.ui.inspector.badge_button import BadgeButton
from producer_studio.ui.inspector.notes_and_lyrics import STAYS_OPEN
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.menu import Menu

_WIDTH = 96
_LONGEST = 40
_TEMPO_PROBLEM = (
    f"Write {LOWEST_BPM:g} to {HIGHEST_BPM:g} beats per minute, such as 98.5. "
    "An empty field brings the measured tempo back."
)
_KEY_PROBLEM = (
    "Write a key such as F minor, Bb or C#m. An empty field brings the measured key back."
)
_UNSURE = "Measured, and half or double is nearly as likely"


class MeasuredValue(QWidget):
    """A chip with a menu, and in its place a field while a value is typed.

    Signals:
        typed: A text that `is_valid` takes; empty for the measured value.
        refused: A sentence about what was typed; empty as soon as it is mended.
    """

    typed = Signal(str)
    refused = Signal(str)

    def __init__(
        self,
        look: Look,
        name: str,
        hint: str,
        is_valid: Callable[[str], bool],
        problem: str,
        parent: QWidget,
    ) -> None:
        """Create the chip with its field hidden.

        Args:
            name: Of the value, such as "Tempo"; its accessible name.
            hint: Placeholder of the field.
            is_valid: Whether a typed text is accepted.
            problem: Sentence shown for a text that is not.
        """
        super().__init__(parent)
        self._look = look
        self._name = name
        self._is_valid = is_valid
        self._problem = problem
        self._shown = ""
        self._measured = ""
        self._is_set = False
        self.chip = BadgeButton(look, "", name, self)
        self.chip.clicked.connect(self._on_chip)
        self.field = QLineEdit(self)
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(hint)
        self.field.setProperty("role", "quiet")
        self.field.setMaxLength(_LONGEST)
        self.field.setFixedWidth(look.px(_WIDTH))
        self.field.hide()
        self.field.returnPressed.connect(self._on_return)
        self.field.textEdited.connect(lambda _text: self._mark(""))
        self.field.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.chip)
        row.addWidget(self.field)
        look.changed.connect(self._on_look_changed)

    def finish(self) -> None:
        """Hands on what is being typed, if it will do, and shows the chip again."""
        if self.field.isHidden():
            return
        text = self.field.text().strip()
        if self.field.isModified() and (not text or self._is_valid(text)):
            self.typed.emit(text)
        self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if isinstance(event, QFocusEvent) and event.lostFocus():
                if event.reason() not in STAYS_OPEN:
                    self.finish()
            elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                if event.type() is QEvent.Type.KeyPress:
                    self.field.setModified(False)
                    self._close()
                    self.chip.setFocus()
                return True
        return super().eventFilter(watched, event)

    def open_field(self) -> None:
        """Lets a value be typed, beginning with the one that is shown."""
        self.field.setText(self._shown.removeprefix("≈"))
        self.field.setModified(False)
        self.chip.hide()
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def add_lines(self, menu: Menu) -> None:
        """Adds what else can be done with the value."""

    def show_value(self, shown: str, measured: str, about: str, *, is_set: bool) -> None:
        """Shows a value; typing under way stays.

        Args:
            shown: The value as it stands, such as "≈84 BPM"; empty when there is none.
            measured: The measured one, for the way back to it; empty when there is none.
            about: What is to be known of it, as the chip's tooltip.
            is_set: Whether the user has set it.
        """
        self._shown = shown
        self._measured = measured if is_set else ""
        self._is_set = is_set
        self.chip.setText(shown or f"Set {self._name.lower()}")
        self.chip.setAccessibleName(f"{self._name} {shown}" if shown else f"Set {self._name}")
        self.chip.setAccessibleDescription(about)
        self.chip.setToolTip(about)
        self.chip.updateGeometry()
        self.chip.update()

    def _on_chip(self) -> None:
        if not self._shown:
            self.open_field()
            return
        menu = Menu(self._look, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_lines(menu)
        menu.add(f"Set {self._name.lower()}…", self.open_field, icon="pencil")
        if self._is_set:
            measured = f"As measured: {self._measured}" if self._measured else "Not set"
            menu.add(measured, partial(self.typed.emit, ""), icon="undo-2")
        menu.popup(self.chip.mapToGlobal(self.chip.rect().bottomLeft()))

    def _on_return(self) -> None:
        text = self.field.text().strip()
        if text and not self._is_valid(text):
            self._mark(self._problem)
            return
        self.finish()
        self.chip.setFocus()

    def _close(self) -> None:
        self._mark("")
        self.field.hide()
        self.chip.show()

    def _mark(self, problem: str) -> None:
        if bool(self.field.property("invalid")) != bool(problem):
            self.field.setProperty("invalid", bool(problem))
            self._look.restyle(self.field)
        self.field.setAccessibleDescription(problem)
        self.refused.emit(problem)

    def _on_look_changed(self) -> None:
        self.field.setFixedWidth(self._look.px(_WIDTH))


class TempoValue(MeasuredValue):
    """Signals:
    scaled: Half (0.5) or double (2.0) of the tempo is meant.
    """

    scaled = Signal(float)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(
            look, "Tempo", "BPM", lambda text: read_bpm(text) is not None, _TEMPO_PROBLEM, parent
        )
        self._bpm: float | None = None

    def show_clip(self, clip: Clip) -> None:
        self._bpm = clip.bpm
        measured = clip.with_(bpm_override=None)
        is_set = clip.bpm_override is not None
        unsure = _UNSURE if not clip.is_bpm_sure and clip.bpm else ""
        about = _about(measured.bpm_text) if is_set else unsure
        self.show_value(clip.bpm_text, measured.bpm_text, about, is_set=is_set)
        self.setVisible(_is_measurable(clip) or bool(clip.bpm))

    def add_lines(self, menu: Menu) -> None:
        for word, factor in (("Halve", 0.5), ("Double", 2.0)):
            bpm = usable_bpm((self._bpm or 0.0) * factor)
            menu.add(
                f"{word}: {bpm:g} BPM" if bpm is not None else word,
                partial(self.scaled.emit, factor),
                enabled=bpm is not None,
            )


class KeyValue(MeasuredValue):
    """The musical key."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(
            look, "Key", "F minor", lambda text: bool(key_name(text)), _KEY_PROBLEM, parent
        )

    def show_clip(self, clip: Clip) -> None:
        is_set = bool(clip.key_override)
        about = _about(clip.measured.key) if is_set else ""
        self.show_value(clip.key, clip.measured.key, about, is_set=is_set)
        self.setVisible(_is_measurable(clip) or bool(clip.key))


def _about(measured: str) -> str:
    return f"Set by you; measured {measured}" if measured else "Set by you"


def _is_measurable(clip: Clip) -> bool:
    return clip.media in {MediaState.READY, MediaState.MISSING}
