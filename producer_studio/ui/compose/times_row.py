"""Where in the source an operation works, as times."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.ui.compose.advice_line import NoteLine
from producer_studio.ui.compose.time_field import TimeField
from producer_studio.ui.style.style import Look

TIMES = ("starts_at_s", "ends_at_s")
"""The recipe's fields of the first two times."""

_DRAG_SECTION = "Drag the edges, or type the times."
_TO_THE_END = "Leave the end empty to replace until the end."
_DRAG_PLACE = "Drag to where the song continues, or type the time."


class TimesRow(QWidget):
    """From and to, or the place to continue and how much to add, with a word on how.

    Signals:
        edited: The user gave another time.
    """

    edited = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = NoteLine(look)
        self._usual: Note | None = None
        self._obstacle: Note | None = None
        self.start = TimeField(look, "From")
        self.end = TimeField(look, "To")
        self.length = TimeField(look, "Length to add")
        row = QHBoxLayout()
        row.setSpacing(10)
        for field in (self.start, self.end, self.length):
            row.addWidget(field, 1)
            field.edited.connect(self.edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._hint)
        column.addLayout(row)

    def suit(self, operation: Operation, taken: frozenset[str], required: frozenset[str]) -> None:
        """Shows the times that an operation takes, and says what may stay empty."""
        extends = operation is Operation.EXTEND
        self.start.setVisible("starts_at_s" in taken)
        self.end.setVisible("ends_at_s" in taken)
        self.length.setVisible("length_s" in taken)
        self.start.rename("Continue at" if extends else "From")
        open_end = "ends_at_s" in taken and "ends_at_s" not in required
        self.start.invite("" if "starts_at_s" in required else "the service's choice")
        self.end.invite("the end" if open_end else "")
        self.length.invite("" if "length_s" in required else "the service's choice")
        if extends:
            words = _DRAG_PLACE
        else:
            words = f"{_DRAG_SECTION} {_TO_THE_END}" if open_end else _DRAG_SECTION
        self._usual = Note(Advice.EMPTY, words, "starts_at_s")
        self.show_note(self._obstacle)

    def show_note(self, obstacle: Note | None) -> None:
        """Says at the times themselves that one of them will not do; None when all are well."""
        self._obstacle = obstacle
        self._hint.show_note(obstacle or self._usual)
        for name, field in ((TIMES[0], self.start), (TIMES[1], self.end)):
            field.set_refused(obstacle is not None and obstacle.field == name)

    def show_times(
        self, start: float | None, end: float | None, length: float | None, song_s: float
    ) -> None:
        """Shows times in seconds; the steps end where the song does."""
        for field, value in ((self.start, start), (self.end, end), (self.length, length)):
            if field.value() != value:
                field.set_value(value)
        self.start.set_most(song_s)
        self.end.set_most(song_s)

    def values(self) -> tuple[float | None, float | None, float | None]:
        """From, to and the length to add, in seconds."""
        return self.start.value(), self.end.value(), self.length.value()
