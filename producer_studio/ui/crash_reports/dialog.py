"""A report as it is, word for word, with what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.studio.crash_reports.crash_reports import Report
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import label, paragraph

_INTRODUCTION = (
    "This is all that was written down. It holds none of your songs, words, titles, keys or names, "
    "and stays on this computer until you pass it on."
)
_NOTHING = "No report could be written: the state folder on this computer takes no files."
_WIDTH, _HEIGHT = 700, 520


class ReportDialog(Dialog):
    """Shows one report at a time, the newest first.

    Args:
        reports: Newest first; may be empty.

    Signals:
        wanted: The text of this report, to be given to `show_text`.
        folder_wanted: The report in its folder.
    """

    wanted = Signal(object)
    folder_wanted = Signal(object)

    def __init__(
        self, look: Look, reports: Sequence[Report], parent: QWidget | None = None
    ) -> None:
        super().__init__(look, "Report", parent)
        self._reports = list(reports)
        self._place = 0
        self.heading = label("What went wrong", "title", self)
        self.count = label("", "secondary", self)
        self.newer = IconButton(look, "chevron-up", "Newer report", self)
        self.older = IconButton(look, "chevron-down", "Older report", self)
        self.words = QPlainTextEdit(self)
        self.words.setReadOnly(True)
        self.words.setAccessibleName("Report")
        self.words.setTabChangesFocus(True)
        self.folder = QPushButton("Show in folder", self)
        self.copy = QPushButton("Copy", self)
        self.close_it = QPushButton("Close", self)
        self._lay_out()
        look.changed.connect(self._restyle)
        self._restyle()
        self.newer.clicked.connect(lambda: self._go(-1))
        self.older.clicked.connect(lambda: self._go(1))
        self.folder.clicked.connect(lambda: self.folder_wanted.emit(self._reports[self._place]))
        self.copy.clicked.connect(self._on_copy)
        self.close_it.clicked.connect(self.accept)
        self.close_it.setFocus()

    def begin(self) -> None:
        """Asks for the newest, once somebody listens."""
        self._go(0)

    def show_text(self, report: Report, text: str) -> None:
        """Puts a report's text into its place, unless another one is looked at by now."""
        if self._reports and self._reports[self._place] == report:
            self.words.setPlainText(text)
            for button in (self.copy, self.folder):
                button.setEnabled(True)

    def _go(self, step: int) -> None:
        self._place = max(0, min(len(self._reports) - 1, self._place + step))
        several = len(self._reports) > 1
        for part in (self.count, self.newer, self.older):
            part.setVisible(several)
        self.count.setText(f"{self._place + 1} of {len(self._reports)}")
        self.newer.setEnabled(self._place > 0)
        self.older.setEnabled(self._place < len(self._reports) - 1)
        self.copy.setText("Copy")
        for button in (self.copy, self.folder):
            button.setEnabled(False)
        if self._reports:
            self.wanted.emit(self._reports[self._place])
        else:
            self.words.setPlainText(_NOTHING)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.words.toPlainText())
        self.copy.setText("Copied")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.count)
        head.addWidget(self.newer)
        head.addWidget(self.older)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.folder)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.close_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(paragraph(_INTRODUCTION, "muted", self))
        column.addWidget(self.words, 1)
        column.addLayout(row)
        self.resize_within_screen(_WIDTH, _HEIGHT)

    def _restyle(self) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        families = ", ".join(f'"{one}"' for one in fixed.families() or ["monospace"])
        self.words.setStyleSheet(
            f"QPlainTextEdit {{ font-family: {families}; font-size: {self._look.px(12)}px;"
            " padding: 8px 10px; }"
        )
        self.words.document().setDefaultFont(QFont(fixed.family(), -1))
        self._look.dress(self.copy, "copy", "text2")
        self._look.dress(self.folder, "folder-open", "text2")
