"""Input row for the times in the source that an operation works on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.translation import mark, sentences, tr
from producer_studio.ui.compose.field_parts import AdviceLine, FieldHead
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.text_format import format_time_tenths, parse_time

_STEP_S = 1.0
_FINE_STEP_S = 0.1


class TimeField(QWidget):
    """Accepts "1:30.5" or plain seconds, and may be empty; Up and Down step by a second.

    Text that cannot be parsed is reset to the last value when the field loses the focus.

    Signals:
        edited: The user entered another time, or none, or a text that is no time.
    """

    edited = Signal()

    def __init__(
        self, style: Style, name: str, placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._value_s: float | None = None
        self._is_invalid = False
        self.is_unreadable = False
        self._maximum_s = 0.0
        self.edit = _TimeEdit()
        self.edit.setAccessibleName(name)
        self.head = FieldHead(name, self.edit, style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.edit)
        self.edit.editingFinished.connect(self._on_editing_finished)
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.stepped.connect(self._on_stepped)
        self.set_placeholder(placeholder)

    def value(self) -> float | None:
        """Returns the time in seconds, to a tenth; None while the field is empty."""
        return self._value_s

    def set_value(self, seconds: float | None) -> None:
        """Shows a time without emitting `edited`."""
        self._value_s = None if seconds is None else round(max(0.0, seconds), 1)
        self.is_unreadable = False
        text = "" if self._value_s is None else format_time_tenths(self._value_s)
        if text != self.edit.text():
            self.edit.setText(text)
        self._show_invalid(invalid=self._is_invalid)

    def set_invalid(self, invalid: bool) -> None:
        """Marks a time that can be parsed but is not valid."""
        self._is_invalid = invalid
        self._show_invalid(invalid=invalid)

    def set_maximum(self, seconds: float) -> None:
        """Sets the maximum of the steps; 0 for no limit. Typed values may exceed it."""
        self._maximum_s = seconds

    def rename(self, name: str) -> None:
        """Changes the label of the field."""
        self.head.set_name(name)
        self.edit.setAccessibleName(name)

    def set_placeholder(self, text: str) -> None:
        """Sets the placeholder, which explains the meaning of an empty field."""
        self.edit.setPlaceholderText(text)
        self.edit.setAccessibleDescription(tr(sentences(mark("Minutes and seconds."), text)))

    def _on_text_edited(self, text: str) -> None:
        try:
            wanted = parse_time(text)
        except ValueError:
            self._show_invalid(invalid=True)
            self._set_unreadable(True)
            return
        self._show_invalid(invalid=self._is_invalid)
        self._set_unreadable(False)
        self._accept(wanted)

    def _on_stepped(self, seconds: float) -> None:
        wanted = max(0.0, (self._value_s or 0.0) + seconds)
        wanted = min(wanted, self._maximum_s) if self._maximum_s else wanted
        before = self._value_s
        self.set_value(wanted)
        if self._value_s != before:
            self.edited.emit()

    def _set_unreadable(self, unreadable: bool) -> None:
        if unreadable != self.is_unreadable:
            self.is_unreadable = unreadable
            self.edited.emit()

    def _on_editing_finished(self) -> None:
        was_unreadable = self.is_unreadable
        self.set_value(self._value_s)
        if was_unreadable:
            self.edited.emit()

    def _accept(self, value: float | None) -> None:
        if value != self._value_s:
            self._value_s = value
            self.edited.emit()

    def _show_invalid(self, *, invalid: bool) -> None:
        if bool(self.edit.property("invalid")) != invalid:
            self.edit.setProperty("invalid", invalid)
            self._style.restyle(self.edit)


class _TimeEdit(LineEdit):
    """Line edit that steps by key and, while it has the focus, by mouse wheel."""

    stepped = Signal(float)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.stepped.emit(direction * (_FINE_STEP_S if fine else _STEP_S))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        self.stepped.emit(_STEP_S if event.angleDelta().y() > 0 else -_STEP_S)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()


TIME_FIELDS = ("starts_at_s", "ends_at_s")
"""The recipe fields of the first two times."""

_EXAMPLE = mark("Type minutes and seconds, such as 1:30.5.")
_SECTION_HINT = mark("Drag the edges, or type the times.")
_OPEN_END_HINT = mark("Leave the end empty to replace until the end.")
_POSITION_HINT = mark("Drag to where the song continues, or type the time.")


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
        self.start = TimeField(style, tr("From"))
        self.end = TimeField(style, tr("To"))
        self.length = TimeField(style, tr("Length to add"))
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
        self.start.rename(tr("Continue at") if extends else tr("From"))
        open_end = "ends_at_s" in accepted_fields and "ends_at_s" not in required_fields
        self.start.set_placeholder(
            "" if "starts_at_s" in required_fields else tr("the service's choice")
        )
        self.end.set_placeholder(tr("the end") if open_end else "")
        self.length.set_placeholder(
            "" if "length_s" in required_fields else tr("the service's choice")
        )
        if extends:
            words: str = _POSITION_HINT
        else:
            words = sentences(_SECTION_HINT, _OPEN_END_HINT) if open_end else _SECTION_HINT
        self._default_hint = Issue(Severity.EMPTY, words, "starts_at_s")
        self.show_issue(self._issue)

    def find_unreadable(self) -> list[Issue]:
        """Returns an issue for each visible field whose text is no time."""
        fields = {"starts_at_s": self.start, "ends_at_s": self.end, "length_s": self.length}
        return [
            Issue(
                Severity.BLOCKING,
                sentences(mark("“{text}” is no time.", text=field.edit.text()), _EXAMPLE),
                name,
            )
            for name, field in fields.items()
            if field.is_unreadable and not field.isHidden()
        ]

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
