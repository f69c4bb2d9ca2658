"""What is said when the library cannot be opened, and what can be done about it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton

from producer_studio.domain.errors import LibraryMissing, StorageFault
from producer_studio.studio.backups import Backup
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, paragraph

_WIDTH = 460
_SPACE = 24


@dataclass(frozen=True, slots=True)
class NextTry:
    """How to go on.

    Attributes:
        folder: Where the library is; None for the usual folder.
        chosen: Whether the folder was chosen just now.
        new: Whether an empty library may be started there.
        restores: Whether the newest backup is to be put back first.
    """

    folder: Path | None
    chosen: bool = False
    new: bool = False
    restores: bool = False


class OpeningProblem(FormDialog):
    """Asks for another folder, or another try, before there is a window.

    Args:
        fault: Why the library did not open.
        tried: The folder, offered again by "Try again".
        backup: The newest one that can be put back; None where there is none.
    """

    def __init__(
        self, look: Look, fault: StorageFault, tried: Path | None, backup: Backup | None = None
    ) -> None:
        super().__init__(look, "Producer Studio", _WIDTH)
        # `answer` deletes it.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._answer: asyncio.Future[NextTry | None] = asyncio.Future()
        column = self.content
        column.setSpacing(_SPACE // 2)
        missing = isinstance(fault, LibraryMissing)
        heading = "The library is not there" if missing else "The library could not be opened"
        title = label(heading, "title", self)
        words = paragraph(fault.message, "muted", self, leading=118)
        words.setToolTip(fault.service_words)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(_SPACE // 2)
        if backup is not None:
            column.addWidget(self._backup_words(backup))
            column.addLayout(self._backup_row(tried))
            column.addSpacing(_SPACE // 2)
        column.addStretch(1)
        row = self.foot
        leave = QPushButton("Quit", self)
        leave.clicked.connect(self.reject)
        again = QPushButton("Try again", self)
        again.clicked.connect(lambda: self._end(NextTry(tried)))
        other = QPushButton("Choose another folder…", self)
        other.setProperty("role", "primary")
        other.setProperty("fit", "small")
        other.clicked.connect(self._choose)
        row.addWidget(leave)
        row.addStretch(1)
        if missing:
            new = QPushButton("Start a new one", self)
            new.clicked.connect(lambda: self._end(NextTry(tried, new=True)))
            row.addWidget(new)
        row.addWidget(again)
        row.addWidget(other)
        for button in self.findChildren(QPushButton):
            button.ensurePolished()
        again.setFocus()
        self.rejected.connect(self._on_rejected)

    def _backup_words(self, backup: Backup) -> QLabel:
        made = backup.made_at.astimezone()
        return paragraph(
            f"There is a backup of its catalogue from {made:%d %B %Y, %H:%M}, with {backup.clips} "
            f"clips. Jobs and clips that are newer stay, and what it replaces is kept.",
            "muted",
            self,
            leading=118,
        )

    def _backup_row(self, tried: Path | None) -> QHBoxLayout:
        row = QHBoxLayout()
        self.restore = QPushButton("Put the backup back", self)
        self.restore.clicked.connect(lambda: self._end(NextTry(tried, restores=True)))
        row.addWidget(self.restore)
        row.addStretch(1)
        return row

    async def answer(self) -> NextTry | None:
        """How to go on; None when the user wants to quit."""
        self.show()
        try:
            return await self._answer
        finally:
            self.hide()
            self.deleteLater()

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Choose a folder for the library")
        if folder:
            self._end(NextTry(Path(folder), chosen=True))

    def _end(self, how: NextTry) -> None:
        if not self._answer.done():
            self._answer.set_result(how)

    def _on_rejected(self) -> None:
        if not self._answer.done():
            self._answer.set_result(None)
