"""Display of texts of any length, such as those of a service or a foreign library.

Qt lays out a line as a whole: one of a million characters holds the window for half a minute.
"""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

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
