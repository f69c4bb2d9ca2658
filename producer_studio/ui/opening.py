"""What is said when the library cannot be opened, and what can be done about it."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from producer_studio.domain.faults import FaultRecord
from producer_studio.ui.look import Look
from producer_studio.ui.widgets.label import paragraph

_WIDTH = 460
_SPACE = 24


class OpeningProblem(QDialog):
    """Asks for another folder, or another try, before there is a window.

    Args:
        fault: Why the library did not open.
        tried: The folder, offered again by "Try again".
    """

    def __init__(self, look: Look, fault: FaultRecord, tried: Path | None) -> None:
        super().__init__()
        self._tried = tried
        self._answer: asyncio.Future[tuple[bool, Path | None]] = asyncio.Future()
        self.setWindowTitle("Producer Studio")
        self.setFixedWidth(look.px(_WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(_SPACE, _SPACE, _SPACE, _SPACE)
        column.setSpacing(_SPACE // 2)
        title = QLabel("The library could not be opened", self)
        title.setProperty("role", "title")
        words = paragraph(fault.message, "muted", self, leading=118)
        words.setToolTip(fault.service_words)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(_SPACE // 2)
        row = QHBoxLayout()
        row.setSpacing(8)
        leave = QPushButton("Quit", self)
        leave.clicked.connect(self.reject)
        again = QPushButton("Try again", self)
        again.clicked.connect(lambda: self._end(self._tried))
        other = QPushButton("Choose another folder…", self)
        other.setProperty("role", "primary")
        other.setProperty("fit", "small")
        other.clicked.connect(self._choose)
        row.addWidget(leave)
        row.addStretch(1)
        row.addWidget(again)
        row.addWidget(other)
        column.addLayout(row)
        self.rejected.connect(self._on_rejected)

    async def answer(self) -> tuple[bool, Path | None]:
        """Whether to try, and where; the usual folder when that is None."""
        self.show()
        try:
            return await self._answer
        finally:
            self.hide()
            self.deleteLater()

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Choose a folder for the library")
        if folder:
            self._end(Path(folder))

    def _end(self, folder: Path | None) -> None:
        if not self._answer.done():
            self._answer.set_result((True, folder))

    def _on_rejected(self) -> None:
        if not self._answer.done():
            self._answer.set_result((False, None))
