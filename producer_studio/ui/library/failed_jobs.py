"""Summary line for many failed jobs."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.job import Job
from producer_studio.ui.clips.row_layout import COVER_SIZE, MARGIN, TEXT_LEFT, job_row_height
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.widgets.count_text import count_text
from producer_studio.ui.widgets.label import ElidedLabel

COLLAPSE_THRESHOLD = 3
"""Minimum number of failed jobs shown as one line; fewer have rows of their own."""


class FailedJobs(QWidget):
    """Number of failed jobs, the latest of them, and buttons for all of them.

    Signals:
        expanded_changed: Show each of them, or only this line again (bool).
        dismiss_requested: Remove all of them from the list.
    """

    expanded_changed = Signal(bool)
    dismiss_requested = Signal()

    def __init__(self, row_style: RowStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self._row_style = row_style
        self._title_label = ElidedLabel("", "strong", self)
        self._last_label = ElidedLabel("", "secondary", self)
        self.show_button = QPushButton("Show", self)
        self.show_button.setCheckable(True)
        self.dismiss_button = QPushButton("Dismiss all", self)
        for button in (self.show_button, self.dismiss_button):
            button.setAutoDefault(False)
        self.show_button.toggled.connect(self._on_toggled)
        self.dismiss_button.clicked.connect(self.dismiss_requested)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._title_label)
        words.addWidget(self._last_label)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(TEXT_LEFT, 0, 8, 0)
        row.setSpacing(6)
        row.addLayout(words, 1)
        row.addWidget(self.show_button)
        row.addWidget(self.dismiss_button)
        self.hide()

    @property
    def is_expanded(self) -> bool:
        return self.show_button.isChecked()

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Shows a summary of failed jobs; `jobs` is newest first."""
        last = jobs[0]
        count = f"{count_text(len(jobs))} jobs failed"
        why = last.fault.message if last.fault is not None else ""
        said = f"Last: {last.title}. {why}".strip()
        self._title_label.setText(count)
        self._last_label.setText(said)
        self.setAccessibleName(f"{count}. {said}")
        self.dismiss_button.setAccessibleName(f"Dismiss all {count_text(len(jobs))} failed jobs")
        self.show_button.setAccessibleName(
            f"{self.show_button.text()} {count_text(len(jobs))} failed jobs"
        )

    def sizeHint(self) -> QSize:
        return QSize(200, job_row_height(self._row_style.scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._row_style.theme
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)
        tile = QRectF(MARGIN, (self.height() - COVER_SIZE) / 2, COVER_SIZE, COVER_SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bad/15"))
        painter.drawRoundedRect(tile, 6, 6)
        icon = self._row_style.style.pixmap("circle-alert", "bad", 16)
        painter.drawPixmap(tile.center() - QPointF(8, 8), icon)
        painter.end()

    def _on_toggled(self, on: bool) -> None:
        self.show_button.setText("Hide" if on else "Show")
        self.expanded_changed.emit(on)
