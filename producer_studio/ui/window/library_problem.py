"""Dialog for a library that cannot be opened, with ways to continue."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton

from producer_studio.domain.errors import LibraryMissing, StorageError
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.backups import Backup
from producer_studio.translation import mark, nmark, sentences, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.early_keys import EarlyKeyFilter
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.window.startup_window import StartupWindow

_WIDTH = 460
_SPACE = 24


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """The user's choice of how to continue.

    Attributes:
        folder: Folder of the library; None for the default folder.
        is_newly_chosen: Whether the folder was chosen just now.
        creates_library: Whether an empty library may be created there.
        restores_backup: Whether the newest backup is to be restored first.
    """

    folder: Path | None
    is_newly_chosen: bool = False
    creates_library: bool = False
    restores_backup: bool = False


class LibraryProblemDialog(FormDialog):
    """Lets the user choose another folder or retry, before there is a main window.

    Args:
        error: Why the library did not open.
        tried_folder: The folder that failed, used again by "Try again".
        backup: The newest backup that can be restored; None where there is none.
        startup_window: Stays below the dialog, and ends it when it is closed: a window raised above
            the dialog would look as if it were loading without end.
    """

    def __init__(
        self,
        style: Style,
        error: StorageError,
        tried_folder: Path | None,
        backup: Backup | None = None,
        startup_window: StartupWindow | None = None,
    ) -> None:
        super().__init__(style, "Producer Studio", _WIDTH, startup_window)
        # `wait_for_choice` deletes it.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._choice: asyncio.Future[LibraryChoice | None] = asyncio.Future()
        self._startup_window = startup_window
        column = self.content
        column.setSpacing(_SPACE // 2)
        missing = isinstance(error, LibraryMissing)
        heading = (
            tr("The library was not found") if missing else tr("The library could not be opened")
        )
        title = label(heading, "title", self)
        words = paragraph(tr(error.message), "muted", self, line_height=118)
        words.setToolTip(error.service_words)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(_SPACE // 2)
        if backup is not None:
            column.addWidget(self._backup_label(backup))
            column.addLayout(self._backup_row(tried_folder))
            column.addSpacing(_SPACE // 2)
        column.addStretch(1)
        row = self.button_row
        leave = QPushButton(tr("Quit"), self)
        leave.clicked.connect(self.reject)
        again = QPushButton(tr("Try again"), self)
        again.clicked.connect(lambda: self._set_choice(LibraryChoice(tried_folder)))
        other = QPushButton(tr("Choose another folder…"), self)
        other.setProperty("role", "primary")
        other.setProperty("fit", "small")
        other.clicked.connect(self._choose_folder)
        row.addWidget(leave)
        row.addStretch(1)
        if missing:
            new = QPushButton(tr("Start a new one"), self)
            new.clicked.connect(
                lambda: self._set_choice(LibraryChoice(tried_folder, creates_library=True))
            )
            row.addWidget(new)
        row.addWidget(again)
        row.addWidget(other)
        for button in self.findChildren(QPushButton):
            button.ensurePolished()
        again.setFocus()
        self.rejected.connect(self._on_rejected)
        if startup_window is not None:
            startup_window.closed.connect(self.reject)

    def _backup_label(self, backup: Backup) -> QLabel:
        made = to_local_time(backup.made_at)
        return paragraph(
            tr(
                sentences(
                    nmark(
                        "There is a database backup from {time}, with {count} clip.",
                        "There is a database backup from {time}, with {count} clips.",
                        backup.clips,
                        time=made,
                    ),
                    mark("Newer jobs and clips are kept, and so is the replaced database."),
                )
            ),
            "muted",
            self,
            line_height=118,
        )

    def _backup_row(self, tried_folder: Path | None) -> QHBoxLayout:
        row = QHBoxLayout()
        self.restore_button = QPushButton(tr("Restore the backup"), self)
        self.restore_button.clicked.connect(
            lambda: self._set_choice(LibraryChoice(tried_folder, restores_backup=True))
        )
        row.addWidget(self.restore_button)
        row.addStretch(1)
        return row

    async def wait_for_choice(self) -> LibraryChoice | None:
        """Returns the user's choice; None to quit."""
        if self._startup_window is not None and not self._startup_window.isVisible():
            # It was closed while the library was being opened.
            self.deleteLater()
            return None
        self.show()
        EarlyKeyFilter(self)
        try:
            return await self._choice
        finally:
            self.hide()
            self.deleteLater()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Choose a folder for the library"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(
            lambda path: self._set_choice(LibraryChoice(Path(path), is_newly_chosen=True))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _set_choice(self, choice: LibraryChoice) -> None:
        if not self._choice.done():
            self._choice.set_result(choice)

    def _on_rejected(self) -> None:
        if not self._choice.done():
            self._choice.set_result(None)
