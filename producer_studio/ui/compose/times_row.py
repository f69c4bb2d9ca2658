"""Input row for the times in the source that an operation works on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.ui.compose.advice_line import AdviceLine
from producer_studio.ui.compose.time_field import TimeField
from producer_studio.ui.style.style import Style

TIME_FIELDS = ("starts_at_s", "ends_at_s")
"""The recipe fields of the first two times."""

_SECTION_HINT = "Drag the edges, or type the times."
_OPEN_END_HINT = "Leave the end empty to replace until the end."
_POSITION_HINT = "Drag to where the song continues, or type the time."


class TimesRow(QWidget):
    """Start and end, or the position to continue from and the length to add, with a hint.

    Signals:
        edited: The user changed a time.
    """

    edited = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._advice = AdviceLine(style)
        self._default_hint: Issue | None = None
        self._issue: Issue | None = None
        self.start = TimeField(style, "From")
        self.end = TimeField(style, "To")
        self.length = TimeField(style, "Length to add")
        row = QHBoxLayout()
        row.setSpacing(10)
        for field in (self.start, self.end, self.length):
            row.addWidget(field, 1)
            field.edited.connect(self.edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._advice)
        column.addLayout(row)

    def configure(
        self, operation: Operation, accepted_fields: frozenset[str], required_fields: frozenset[str]
    ) -> None:
        """Shows the times that an operation accepts and marks the optional ones."""
        extends = operation is Operation.EXTEND
        self.start.setVisible("starts_at_s" in accepted_fields)
        self.end.setVisible("ends_at_s" in accepted_fields)
        self.length.setVisible("length_s" in accepted_fields)
        self.start.rename("Continue at" if extends else "From")
        open_end = "ends_at_s" in accepted_fields and "ends_at_s" not in required_fields
        self.start.set_placeholder(
            "" if "starts_at_s" in required_fields else "the service's choice"
        )
        self.end.set_placeholder("the end" if open_end else "")
        self.length.set_placeholder("" if "length_s" in required_fields else "the service's choice")
        if extends:
            words = _POSITION_HINT
        else:
            words = f"{_SECTION_HINT} {_OPEN_END_HINT}" if open_end else _SECTION_HINT
        self._default_hint = Issue(Severity.EMPTY, words, "starts_at_s")
        self.show_issue(self._issue)

    def show_issue(self, issue: Issue | None) -> None:
        """Shows an issue at the times; None clears it."""
        self._issue = issue
        self._advice.show_issue(issue or self._default_hint)
        for name, field in ((TIME_FIELDS[0], self.start), (TIME_FIELDS[1], self.end)):
            field.set_invalid(issue is not None and issue.field == name)

    def show_times(
        self, start: float | None, end: float | None, length: float | None, song_s: float
    ) -> None:
        """Shows times in seconds; stepping is limited to the duration of the song."""
        for field, value in ((self.start, start), (self.end, end), (self.length, length)):
            if field.value() != value:
                field.set_value(value)
        self.start.set_maximum(song_s)
        self.end.set_maximum(song_s)

    def values(self) -> tuple[float | None, float | None, float | None]:
        """Returns the start, the end and the length to add, in seconds."""
        return self.start.value(), self.end.value(), self.length.value()
