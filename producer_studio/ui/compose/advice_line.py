"""Line with an issue below a field."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label, set_role

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
            self._text.setText(issue.text)
            set_role(self._style, self._text, _ICONS_AND_ROLES[issue.severity][2])
            self._recolour()
        self.setVisible(issue is not None)

    def _recolour(self) -> None:
        if self._issue is not None:
            icon, colour, _role = _ICONS_AND_ROLES[self._issue.severity]
            self._icon.setPixmap(self._style.pixmap(icon, colour, 14))


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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(advice_line)
        column.addStretch(1)
        style.changed.connect(self._update_height)
        self._update_height()

    def _update_height(self) -> None:
        leading = QFontMetrics(self._style.font(_FONT_PX)).lineSpacing()
        self.setMinimumHeight(self._line_count * leading)
