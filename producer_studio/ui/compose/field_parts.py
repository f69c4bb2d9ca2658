"""Parts around a field of the compose form: frame, head, line of advice, suggestion."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.label import label, set_role


class FieldFrame(QFrame):
    """Frame that looks like one field; it is highlighted while a frameless part has the focus."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("role", "field")

    def set_invalid(self, invalid: bool) -> None:
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self._style.restyle(self)


class FieldHead(QWidget):
    """Label of a field, with a secondary remark such as "16 words"."""

    def __init__(
        self, name: str, field: QWidget, style: Style, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._name_label = named = label(name, "label")
        named.setBuddy(field)
        self._remark_label = label("", "caption")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(named)
        row.addStretch(1)
        row.addWidget(self._remark_label)

    def add_button(self, button: QWidget) -> None:
        """Adds a small button after the remark."""
        self._row.addWidget(button)

    def set_name(self, name: str) -> None:
        """Changes the label of the field."""
        if name != self._name_label.text():
            self._name_label.setText(name)

    def set_remark(self, text: str, *, is_error: bool = False) -> None:
        set_role(self._style, self._remark_label, "bad" if is_error else "caption")
        if text != self._remark_label.text():
            self._remark_label.setText(text)

    def remark(self) -> str:
        return self._remark_label.text()


_FONT_PX = 11
"""Font size of advice; colours by the roles "ok", "warn", "bad" and "info" of the style sheet."""

# Icon, its colour, and the role of the text.
_ICONS_AND_ROLES = {
    Severity.EMPTY: ("info", "text3", "info"),
    Severity.BLOCKING: ("circle-alert", "bad", "bad"),
    Severity.WEAK: ("circle-alert", "warn", "warn"),
    Severity.GOOD: ("circle-check", "ok", "ok"),
}


class AdviceLine(QWidget):
    """Icon and message in the colour of the severity; hidden without an issue."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._issue: Issue | None = None
        self._icon = QLabel()
        self._text = label("", "info", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        style.changed.connect(self._recolour)
        self.hide()

    def issue(self) -> Issue | None:
        return self._issue

    def show_issue(self, issue: Issue | None) -> None:
        if issue == self._issue:
            return
        self._issue = issue
        if issue is not None:
            self._text.setText(tr(issue.text))
            set_role(self._style, self._text, _ICONS_AND_ROLES[issue.severity][2])
            self._recolour()
        self.setVisible(issue is not None)

    def _recolour(self) -> None:
        if self._issue is not None:
            icon, colour, _role = _ICONS_AND_ROLES[self._issue.severity]
            self._icon.setPixmap(self._style.pixmap(icon, colour, 14))


_GAP_BELOW_PX = 4
"""Between advice that fills its space and what is below."""


class AdviceSpace(QWidget):
    """Space reserved for an advice line, so that the layout below does not move while typing.

    Args:
        line_count: Number of text lines to reserve; a longer message grows the space.
    """

    def __init__(
        self, style: Style, advice_line: AdviceLine, line_count: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._line_count = line_count
        self._advice_line = advice_line
        self._lacked: tuple[int, int] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, _GAP_BELOW_PX)
        column.addWidget(advice_line)
        column.addStretch(1)
        style.changed.connect(self._update_height)
        self._update_height()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._check_height()
        return handled

    def _check_height(self) -> None:
        """Asks for the height of advice that does not fit, once for each width and height.

        The layouts around this may have taken theirs from a cache, where other advice came while
        the panel got narrower; and they do not listen before they are done.
        """
        needed = self._advice_line.heightForWidth(self.width()) + _GAP_BELOW_PX
        lacked = (self.width(), needed) if needed > self.height() else None
        if lacked != self._lacked:
            self._lacked = lacked
            if lacked is not None:
                QTimer.singleShot(0, self, self.updateGeometry)

    def _update_height(self) -> None:
        leading = QFontMetrics(self._style.font(_FONT_PX)).lineSpacing()
        self.setMinimumHeight(self._line_count * leading + _GAP_BELOW_PX)


class SuggestionLine(QWidget):
    """Card with a short message and one button, such as "Undo".

    It lies below the fields, where its appearance does not move them under the pointer.

    Attributes:
        dismissals: How often `dismiss_question` was called. A question that is asked later than its
            press was made is outdated if the number has changed meanwhile.

    Signals:
        visibility_changing: It is about to be shown, or was hidden (bool).
    """

    visibility_changing = Signal(bool)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dismissals = 0
        self._callback: Callable[[], object] | None = None
        self._costs_credits = False
        card = QFrame()
        card.setProperty("surface", "raised")
        self.message = label("", "value", wrap=True)
        self.action_button = QPushButton()
        self.action_button.setProperty("role", "chip")
        self.action_button.clicked.connect(self._on_action_clicked)
        self.close_button = IconButton(style, "x", tr("Dismiss"), role="text3", size=14, box=22)
        self.close_button.clicked.connect(self.dismiss)
        row = QHBoxLayout(card)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(6)
        row.addWidget(self.message, 1)
        row.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        around = QVBoxLayout(self)
        around.setContentsMargins(16, 8, 16, 10)
        around.addWidget(card)
        self.hide()

    def show_suggestion(
        self,
        message: str,
        action_text: str = "",
        callback: Callable[[], object] | None = None,
        *,
        costs_credits: bool = False,
    ) -> None:
        """Shows a message and a button, in place of an earlier suggestion.

        Args:
            costs_credits: Whether the button costs credits.
        """
        set_guarded(self.action_button, costs_credits)
        message = tr(message)
        self.message.setText(message)
        self.action_button.setText(action_text)
        self.action_button.setVisible(bool(action_text))
        self.action_button.setAccessibleDescription(message)
        self._callback = callback
        self._costs_credits = costs_credits
        if self.isHidden():
            self.visibility_changing.emit(True)
        self.show()

    def dismiss(self) -> None:
        """Hides the suggestion."""
        self._callback = None
        self._costs_credits = False
        if not self.isHidden():
            self.hide()
            self.visibility_changing.emit(False)

    def dismiss_question(self) -> None:
        """Hides a question about credits: it was about the form, or the account, as it was."""
        self.dismissals += 1
        if self._costs_credits:
            self.dismiss()

    def _on_action_clicked(self) -> None:
        act = self._callback
        self.dismiss()
        if act is not None:
            act()
