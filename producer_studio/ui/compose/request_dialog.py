"""Dialog that shows the request of the compose form, and copies it as a command."""

from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.request_preview import RequestPreview
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.code_view import CodeView
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.label import PARAGRAPH_CHARS, break_long_lines, label, paragraph

_INTRODUCTION = mark(
    "Nothing has been sent. This is what Generate would send; variables such as $PRODUCER_KEY "
    "stand for secrets."
)
_WIDTH, _HEIGHT = 680, 560


class RequestDialog(Dialog):
    """Shows method, address, headers and body of one request.

    Args:
        command: The line of `producer-studio generate` for the same form.
    """

    def __init__(
        self, style: Style, preview: RequestPreview, command: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, tr("Request"), parent)
        self.text_view = CodeView(style, tr("Request"), self)
        lines = preview.lines()
        text = "\n".join(lines)
        # Lyrics are one line of JSON: it stays whole, as it may be copied, unless it is very long.
        is_long = max(map(len, lines)) > PARAGRAPH_CHARS
        self.text_view.setPlainText(break_long_lines(text) if is_long else text)
        self.curl_button = QPushButton(tr("Copy as curl"), self)
        self.command_button = QPushButton(tr("Copy as command"), self)
        self.command_button.setToolTip(tr("A line of producer-studio generate"))
        self.close_button = QPushButton(tr("Close"), self)
        self._buttons = {
            self.curl_button: tr("Copy as curl"),
            self.command_button: tr("Copy as command"),
        }
        self.curl_button.clicked.connect(partial(self._copy, self.curl_button, preview.to_curl()))
        self.command_button.clicked.connect(partial(self._copy, self.command_button, command))
        self.close_button.clicked.connect(self.accept)
        for button in self._buttons:
            style.set_icon(button, "copy", "text2")
        self._build_layout(preview.notes)
        self.resize_within_screen(_WIDTH, _HEIGHT)
        self.close_button.setFocus()

    def _copy(self, button: QPushButton, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        for one, name in self._buttons.items():
            one.setText(tr("Copied") if one is button else name)

    def _build_layout(self, notes: tuple[str, ...]) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.curl_button)
        row.addWidget(self.command_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(tr("The request itself"), "title", self))
        column.addWidget(paragraph(tr(_INTRODUCTION), "muted", self))
        column.addWidget(self.text_view, 1)
        if notes:
            column.addWidget(paragraph(" ".join(notes), "secondary", self))
        column.addLayout(row)
