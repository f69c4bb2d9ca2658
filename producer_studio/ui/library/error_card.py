"""Popup with the details of a job's error."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.job import Job
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.rounded_corners import clip_corners

_RADIUS = 8


def error_lines(job: Job) -> list[tuple[str, str]]:
    """Returns the known details of a job's error as (name, text) pairs."""
    error = job.fault
    lines = [
        ("What happened", error.message if error else ""),
        ("Message from the service", error.service_words if error else ""),
        ("Status", str(error.status) if error and error.status else ""),
        ("Support reference", error.trace_id if error else ""),
        ("Task", job.task_id or ""),
        ("Account", job.account),
    ]
    return [(name, words) for name, words in lines if words]


class ErrorCard(QFrame):
    """Popup with selectable text and a button that copies all of it."""

    def __init__(self, style: Style, job: Job, parent: QWidget) -> None:
        super().__init__(
            parent,
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("surface", "raised")
        self.setAccessibleName("Error details")
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
        self.copy_button = QPushButton("Copy", self)
        style.set_icon(self.copy_button, "copy", "text1", 14)
        self.copy_button.clicked.connect(self._on_copy)
        column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        clip_corners(self, _RADIUS)

    def open_below(self, row: QWidget) -> None:
        """Opens below a row and focuses the copy button."""
        self.setFixedWidth(min(420, max(340, row.width() - 100)))
        self.adjustSize()
        self.move(row.mapToGlobal(QPoint(78, row.height() - 4)))
        self.show()
        self.copy_button.setFocus()

    def _on_copy(self) -> None:
        text = "\n".join(f"{name}: {words}" for name, words in self._lines)
        QGuiApplication.clipboard().setText(text)
        self.close()
