"""Dialog that shows the unmodified text of crash reports."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.crash_reports.crash_reports import CrashReport
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.code_view import CodeView
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.label import label, paragraph

_INTRODUCTION = mark(
    "This is the complete report. It contains none of your songs, lyrics, titles, keys or names, "
    "and stays on this computer until you share it."
)
_NO_REPORT = mark("No report could be written: the state folder on this computer is not writable.")
_WIDTH, _HEIGHT = 700, 520


class CrashReportDialog(Dialog):
    """Shows one crash report at a time, the newest first.

    Args:
        reports: Newest first; may be empty.

    Signals:
        text_requested: Load the text of this report and pass it to `show_text`.
        folder_requested: Show the report in its folder.
    """

    text_requested = Signal(object)
    folder_requested = Signal(object)

    def __init__(
        self, style: Style, reports: Sequence[CrashReport], parent: QWidget | None = None
    ) -> None:
        super().__init__(style, tr("Report"), parent)
        self._reports = list(reports)
        self._index = 0
        self.heading = label(tr("What went wrong"), "title", self)
        self.count_label = label("", "secondary", self)
        self.newer_button = IconButton(style, "chevron-up", tr("Newer report"), self)
        self.older_button = IconButton(style, "chevron-down", tr("Older report"), self)
        self.text_view = CodeView(style, tr("Report"), self)
        self.folder_button = QPushButton(tr("Show in folder"), self)
        self.copy_button = QPushButton(tr("Copy"), self)
        self.close_button = QPushButton(tr("Close"), self)
        self._build_layout()
        style.set_icon(self.copy_button, "copy", "text2")
        style.set_icon(self.folder_button, "folder-open", "text2")
        self.newer_button.clicked.connect(lambda: self._show_neighbour(-1))
        self.older_button.clicked.connect(lambda: self._show_neighbour(1))
        self.folder_button.clicked.connect(
            lambda: self.folder_requested.emit(self._reports[self._index])
        )
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.accept)
        self.close_button.setFocus()

    def request_newest(self) -> None:
        """Requests the text of the newest report; called after `text_requested` is connected."""
        self._show_neighbour(0)

    def show_text(self, report: CrashReport, text: str) -> None:
        """Shows a report's text, unless another report was selected since."""
        if self._reports and self._reports[self._index] == report:
            self.text_view.setPlainText(text)
            for button in (self.copy_button, self.folder_button):
                button.setEnabled(True)

    def _show_neighbour(self, step: int) -> None:
        self._index = max(0, min(len(self._reports) - 1, self._index + step))
        several = len(self._reports) > 1
        for part in (self.count_label, self.newer_button, self.older_button):
            part.setVisible(several)
        self.count_label.setText(
            tr("{own} of {count}", own=self._index + 1, count=len(self._reports))
        )
        self.newer_button.setEnabled(self._index > 0)
        self.older_button.setEnabled(self._index < len(self._reports) - 1)
        self.copy_button.setText(tr("Copy"))
        for button in (self.copy_button, self.folder_button):
            button.setEnabled(False)
        if self._reports:
            self.text_requested.emit(self._reports[self._index])
        else:
            self.text_view.setPlainText(tr(_NO_REPORT))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text_view.toPlainText())
        self.copy_button.setText(tr("Copied"))

    def _build_layout(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.count_label)
        head.addWidget(self.newer_button)
        head.addWidget(self.older_button)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        row.addWidget(self.copy_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(paragraph(tr(_INTRODUCTION), "muted", self))
        column.addWidget(self.text_view, 1)
        column.addLayout(row)
        self.resize_within_screen(_WIDTH, _HEIGHT)
