"""Failed jobs: a summary line for many of them, and a popup with the details of one."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.job import Job
from producer_studio.translation import mark, ntr, sentences, tr
from producer_studio.ui.clips.row_layout import COVER_SIZE, MARGIN, TEXT_LEFT, job_row_height
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.menu import POPUP_FLAGS, clip_corners, fill_corners
from producer_studio.ui.widgets.screen_reader import expose_popup

_RADIUS = 8


def error_lines(job: Job) -> list[tuple[str, str]]:
    """Returns the known details of a job's error as (name, text) pairs."""
    error = job.fault
    lines = [
        (tr("What happened"), tr(error.message) if error else ""),
        (tr("Message from the service"), error.service_words if error else ""),
        (tr("Status"), str(error.status) if error and error.status else ""),
        (tr("Support reference"), error.trace_id if error else ""),
        (tr("Task"), job.task_id or ""),
        (tr("Account"), job.account),
    ]
    return [(name, words) for name, words in lines if words]


class ErrorCard(QFrame):
    """Popup with selectable text and a button that copies all of it."""

    def __init__(self, style: Style, job: Job, parent: QWidget) -> None:
        super().__init__(
            parent,
            POPUP_FLAGS,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        expose_popup(self)
        self.setProperty("surface", "raised")
        self.setAccessibleName(tr("Error details"))
        self._lines = error_lines(job)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(2)
        for name, words in self._lines:
            column.addWidget(label(name, "caption", self))
            value = label(words, "value", self, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setMinimumWidth(300)
            column.addWidget(value)
            column.addSpacing(6)
        self.copy_button = QPushButton(tr("Copy"), self)
        style.set_icon(self.copy_button, "copy", "text1", 14)
        self.copy_button.clicked.connect(self._on_copy)
        column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_corners(self, _RADIUS)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill_corners(self)
        super().paintEvent(event)

    def open_below(self, row: QWidget) -> None:
        """Opens below a row and focuses the copy button."""
        self.setFixedWidth(min(420, max(340, row.width() - 100)))
        self.adjustSize()
        self.move(row.mapToGlobal(QPoint(78, row.height() - 4)))
        self.show()
        self.copy_button.setFocus()

    def _on_copy(self) -> None:
        lines = (tr("{name}: {value}", name=name, value=words) for name, words in self._lines)
        text = "\n".join(lines)
        QGuiApplication.clipboard().setText(text)
        self.close()


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
        self._count = 0
        self._title_label = ElidedLabel("", "strong", self)
        self._last_label = ElidedLabel("", "secondary", self)
        self.show_button = QPushButton(tr("Show"), self)
        self.show_button.setCheckable(True)
        self.dismiss_button = QPushButton(tr("Dismiss all"), self)
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
        number = self._count = len(jobs)
        count = ntr("{count} job failed", "{count} jobs failed", number)
        why = last.fault.message if last.fault is not None else ""
        said = tr(sentences(mark("Last: {title}.", title=last.title), why))
        self._title_label.setText(count)
        self._last_label.setText(said)
        self.setAccessibleName(tr("{title}. {text}", title=count, text=said))
        self.dismiss_button.setAccessibleName(
            ntr("Dismiss the failed job", "Dismiss all {count} failed jobs", number)
        )
        self._name_show_button()

    def _name_show_button(self) -> None:
        self.show_button.setAccessibleName(
            ntr("Hide {count} failed job", "Hide {count} failed jobs", self._count)
            if self.is_expanded
            else ntr("Show {count} failed job", "Show {count} failed jobs", self._count)
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
        self.show_button.setText(tr("Hide") if on else tr("Show"))
        self._name_show_button()
        self.expanded_changed.emit(on)
