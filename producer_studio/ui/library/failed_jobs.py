"""The line that stands for many failed jobs."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.job import Job
from producer_studio.ui.library.row_layout import ART, MARGIN, TEXT_LEFT, job_height
from producer_studio.ui.library.row_style import Brushes
from producer_studio.ui.widgets.count_text import count_text
from producer_studio.ui.widgets.label import ElidedLabel

FOLDED_FROM = 3
"""Failed jobs that are shown as one line; fewer have rows of their own."""


class FailedJobs(QWidget):
    """How many jobs have failed, which was the last, and what can be done with all of them.

    Signals:
        unfolded: Show each of them, or only this line again (bool).
        dismissed: Take all of them out of the list.
    """

    unfolded = Signal(bool)
    dismissed = Signal()

    def __init__(self, brushes: Brushes, parent: QWidget) -> None:
        super().__init__(parent)
        self._brushes = brushes
        self._title = ElidedLabel("", "strong", self)
        self._last = ElidedLabel("", "secondary", self)
        self.show_each = QPushButton("Show", self)
        self.show_each.setCheckable(True)
        self.dismiss = QPushButton("Dismiss all", self)
        for button in (self.show_each, self.dismiss):
            button.setAutoDefault(False)
        self.show_each.toggled.connect(self._on_toggled)
        self.dismiss.clicked.connect(self.dismissed)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._last)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(TEXT_LEFT, 0, 8, 0)
        row.setSpacing(6)
        row.addLayout(words, 1)
        row.addWidget(self.show_each)
        row.addWidget(self.dismiss)
        self.hide()

    @property
    def is_unfolded(self) -> bool:
        return self.show_each.isChecked()

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Says what has failed, newest first."""
        last = jobs[0]
        count = f"{count_text(len(jobs))} jobs failed"
        why = last.fault.message if last.fault is not None else ""
        said = f"Last: {last.title}. {why}".strip()
        self._title.setText(count)
        self._last.setText(said)
        self.setAccessibleName(f"{count}. {said}")
        self.dismiss.setAccessibleName(f"Dismiss all {count_text(len(jobs))} failed jobs")
        self.show_each.setAccessibleName(
            f"{self.show_each.text()} {count_text(len(jobs))} failed jobs"
        )

    def sizeHint(self) -> QSize:
        return QSize(200, job_height(self._brushes.scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._brushes.theme
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)
        tile = QRectF(MARGIN, (self.height() - ART) / 2, ART, ART)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bad/15"))
        painter.drawRoundedRect(tile, 6, 6)
        icon = self._brushes.look.pixmap("circle-alert", "bad", 16)
        painter.drawPixmap(tile.center() - QPointF(8, 8), icon)
        painter.end()

    def _on_toggled(self, on: bool) -> None:
        self.show_each.setText("Hide" if on else "Show")
        self.unfolded.emit(on)
