"""Notice in the corner of the window about an import that goes on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from producer_studio.studio.imports.import_result import (
    ImportResult,
    MergeResult,
    import_progress_text,
)
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.notices import NoticeBar, NoticeText

_LEVEL = "import"
"""Without a timeout: it stays until the import ends."""


class ImportNotice(NoticeBar):
    """Shows how far an import or a merge is; closing it hides it, and stops nothing.

    Signals:
        stop_requested: Stop after the file that is being imported.
    """

    stop_requested = Signal()

    def __init__(self, style: Style, text: str, parent: QWidget) -> None:
        super().__init__(style, NoticeText(_LEVEL, text), parent)
        self.text_label.setProperty("role", "strong")
        self.state_label = label("", "secondary", self)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("Progress of the import"))
        self.stop_button = QPushButton(tr("Stop"), self)
        self.stop_button.setAccessibleName(tr("Stop the import"))
        self.stop_button.clicked.connect(self._on_stop_clicked)
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(26, 0, 8, 3)
        column.setSpacing(8)
        column.addWidget(self.progress_bar)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.state_label, 1)
        row.addWidget(self.stop_button)
        column.addLayout(row)
        inside = self.layout()
        assert inside is not None  # noqa: S101 - the base laid it out
        inside.addWidget(body)

    def show_progress(self, result: ImportResult) -> None:
        """Shows the number of files, or of measured songs once all are copied."""
        is_measuring = result.done >= result.total and not isinstance(result, MergeResult)
        total, done = (
            (result.added, result.measured) if is_measuring else (result.total, result.done)
        )
        self.progress_bar.setRange(0, max(1, total))
        self.progress_bar.setValue(done)
        self.state_label.setText(tr(import_progress_text(result)))

    def _on_stop_clicked(self) -> None:
        self.stop_button.setEnabled(False)
        self.state_label.setText(tr("Stopping…"))
        self.stop_requested.emit()
