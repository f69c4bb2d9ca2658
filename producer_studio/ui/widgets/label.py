"""Labels with a style sheet role, paragraphs, elided labels, and texts of any length.

Qt lays out a line as a whole: one of a million characters holds the window for seconds, so texts of
a service or a foreign library are shortened before they are shown.
"""

import re
from html import escape

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QWidget,
)

from producer_studio.ui.style.style import Style

SHORT_TEXT_CHARS = 500
"""Longer than the text of any one-line label or tooltip."""

PARAGRAPH_CHARS = 5000
"""Longest text that a label of several lines lays out at once; longer than nearly all lyrics."""

_MAX_CHARS = 100_000
_MAX_LINES = 5000
_MAX_LINE_CHARS = 400


def shorten(text: str, limit: int = SHORT_TEXT_CHARS) -> str:
    """Shortens the text to a number of characters, with an ellipsis at the end."""
    return text if len(text) <= limit else f"{text[:limit].rstrip()}…"


def break_long_lines(text: str) -> str:
    """Breaks the text into lines of at most 400 characters, at spaces where there are any."""
    lines: list[str] = []
    for line in shorten(text, _MAX_CHARS).splitlines():
        rest = line
        while len(rest) > _MAX_LINE_CHARS:
            at = rest.rfind(" ", _MAX_LINE_CHARS // 2, _MAX_LINE_CHARS) + 1 or _MAX_LINE_CHARS
            lines.append(rest[:at])
            rest = rest[at:]
        lines.append(rest)
    if len(lines) > _MAX_LINES:
        lines[_MAX_LINES:] = ["…"]
    return "\n".join(lines)


_SPACES = re.compile("[ \t\n\u2028\u2029]")
_ENDLESS_WORD_CHARS = 2000


def has_endless_word(text: str) -> bool:
    """Whether a text has a word of 2,000 characters, which an editor must break anywhere.

    Qt looks for the end of a word again in each of its lines: one of 200,000 characters would hold
    the window for 20 seconds.
    """
    return max(map(len, _SPACES.split(text))) >= _ENDLESS_WORD_CHARS


class LongTextView(QPlainTextEdit):
    """Read-only view of a text that is too long for a label; lays out only the visible part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setProperty("role", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.NoRole)
        self.document().setDocumentMargin(0)

    def show_text(self, text: str) -> None:
        """Shows another text, scrolled to its start."""
        self.setPlainText(break_long_lines(text))


_BREAK = "\u200b"
"""Zero-width space, at which a line may be broken."""

_LONG_WORD = re.compile(r"[^\s/]{32}")
"""Runs after which a line break is allowed inside a word; after a slash it is allowed anyway."""


def label(
    text: str, role: str = "", parent: QWidget | None = None, *, wrap: bool = False
) -> QLabel:
    """Creates a plain-text label with a role of the style sheet."""
    made = WrappedLabel(text, parent) if wrap else QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


def paragraph(
    text: str, role: str = "", parent: QWidget | None = None, *, line_height: int = 124
) -> QLabel:
    """Creates a label of several lines; `line_height` in percent of the font's."""
    made = label("", role, parent)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setAccessibleName(text)
    set_paragraph_text(made, text, line_height)
    return made


def set_paragraph_text(paragraph_label: QLabel, text: str, line_height: int = 124) -> None:
    """Sets the text of a paragraph."""
    lines = escape(break_long_words(text)).replace("\n", "<br>")
    paragraph_label.setText(f'<p style="line-height: {line_height}%; margin: 0">{lines}</p>')
    paragraph_label.setAccessibleName(text.replace("\n", " "))


def break_long_words(text: str) -> str:
    """Allows line breaks in words that are longer than a line, such as a path."""
    return _LONG_WORD.sub(rf"\g<0>{_BREAK}", text)


def set_role(style: Style, widget: QWidget, role: str) -> None:
    """Changes the role of a widget that is visible already."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        style.restyle(widget)


class WrappedLabel(QLabel):
    """Plain-text label of several lines that also breaks inside words too long for any line.

    Qt breaks lines between words only, and cuts off the rest of a long file name.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(break_long_words(text))

    def text(self) -> str:
        return super().text().replace(_BREAK, "")


class ElidedLabel(QLabel):
    """One-line label that is elided when it is too long, with the whole text as tooltip.

    Args:
        elided_at: The middle for names of files and folders, whose ends tell them apart.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        parent: QWidget | None = None,
        elided_at: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(shorten(text), parent)
        self._elided_at = elided_at
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Sets the text; only the start of one that is too long for any line and any tooltip."""
        super().setText(shorten(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._elided_at, room.width())
        whole = self.text() if shown != self.text() else ""
        if self.toolTip() != whole:
            self.setToolTip(whole)
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        self.style().drawItemText(
            painter,
            room,
            int(self.alignment() | Qt.AlignmentFlag.AlignVCenter),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
        painter.end()
