"""One line of advice under a field."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.label import label, set_role

_NOTE_PX = 11
"""Type size of notes: roles "ok", "warn", "bad" and "info" of the style sheet."""

# The icon, its colour, and the role of the words.
_SIGNS = {
    Advice.EMPTY: ("info", "text3", "info"),
    Advice.BLOCKING: ("circle-alert", "bad", "bad"),
    Advice.WEAK: ("circle-alert", "warn", "warn"),
    Advice.GOOD: ("circle-check", "ok", "ok"),
}


class NoteLine(QWidget):
    """An icon and a sentence in the colour of how good things stand; hidden without a note."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._note: Note | None = None
        self._sign = QLabel()
        self._words = label("", "info", wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        look.changed.connect(self._recolour)
        self.hide()

    def note(self) -> Note | None:
        return self._note

    def show_note(self, note: Note | None) -> None:
        if note == self._note:
            return
        self._note = note
        if note is not None:
            self._words.setText(note.text)
            set_role(self._look, self._words, _SIGNS[note.advice][2])
            self._recolour()
        self.setVisible(note is not None)

    def _recolour(self) -> None:
        if self._note is not None:
            icon, colour, _role = _SIGNS[self._note.advice]
            self._sign.setPixmap(self._look.pixmap(icon, colour, 14))


class NoteRoom(QWidget):
    """Room for a note, kept also without one: what is below does not move while somebody types.

    Args:
        lines: How many lines there is room for; a longer note takes more.
    """

    def __init__(
        self, look: Look, note: NoteLine, lines: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._lines = lines
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(note)
        column.addStretch(1)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        leading = QFontMetrics(self._look.font(_NOTE_PX)).lineSpacing()
        self.setMinimumHeight(self._lines * leading)
