"""Dialog that performs work on a library while no window has it open."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton

from producer_studio.domain.errors import StorageError
from producer_studio.studio.library_work import LibraryMoveWork, LibraryWork
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.early_keys import EarlyKeyFilter
from producer_studio.ui.widgets.label import label, paragraph, set_paragraph_text

_WIDTH = 480
_STARTING = mark("The library is closed meanwhile.")
_STOPPING = mark("Stopping after the file that is being copied…")


class LibraryWorkDialog(FormDialog):
    """Shows the progress and the result; the library is opened when it is closed."""

    _progressed = Signal(int, int)

    def __init__(self, style: Style, work: LibraryWork, environ: Mapping[str, str]) -> None:
        super().__init__(style, tr(work.title), _WIDTH)
        # `wait_until_closed` deletes it.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._work = work
        self._environ = environ
        self._stopped = threading.Event()
        self._closed = asyncio.Event()
        self._is_done = False
        self.title_label = label(tr(work.title), "title", self, wrap=True)
        self.text_label = paragraph(tr(_STARTING), "muted", self, line_height=118)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("Progress of the work on the library"))
        # Only a move knows how much there is.
        self.progress_bar.setRange(0, 0)
        self.stop_button = QPushButton(tr("Stop"), self)
        self.stop_button.setVisible(isinstance(work, LibraryMoveWork))
        self.open_button = QPushButton(tr("Open the library"), self)
        self.open_button.setProperty("role", "primary")
        self.open_button.setProperty("fit", "small")
        self.open_button.hide()
        self.content.setSpacing(12)
        self.content.addWidget(self.title_label)
        self.content.addWidget(self.text_label)
        self.content.addWidget(self.progress_bar)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.stop_button)
        self.button_row.addWidget(self.open_button)
        self.stop_button.clicked.connect(self._on_stop_clicked)
        self.open_button.clicked.connect(self.accept)
        self._progressed.connect(self._show_progress)
        self.finished.connect(lambda _result: self._closed.set())

    async def run(self) -> Path:
        """Performs the work, and waits until the user has read what came of it.

        Returns:
            The folder of the library to open: the former one if the work failed.
        """
        self.show()
        EarlyKeyFilter(self)
        folder = self._work.folder
        try:
            folder, text = await self._work.run(
                self._environ, self._progressed.emit, self._stopped.is_set
            )
        except StorageError as fault:
            text = fault.message
            self.text_label.setToolTip(fault.service_words)
        finally:
            self._stopped.set()
        self._show_end(tr(text))
        await self._closed.wait()
        self.deleteLater()
        return folder

    def reject(self) -> None:
        """Closes the dialog once the work is done; before, it is only stopped."""
        if self._is_done:
            super().reject()
        elif self.stop_button.isVisible():
            self._on_stop_clicked()

    def _show_progress(self, done: int, total: int) -> None:
        self.progress_bar.setRange(0, max(1, total))
        self.progress_bar.setValue(done)
        if not self._stopped.is_set():
            text = ntr(
                "{done} of {count} file copied and compared.",
                "{done} of {count} files copied and compared.",
                total,
                done=done,
            )
            set_paragraph_text(self.text_label, text, 118)

    def _show_end(self, text: str) -> None:
        self._is_done = True
        set_paragraph_text(self.text_label, text, 118)
        self.progress_bar.hide()
        self.stop_button.hide()
        self.open_button.show()
        self.open_button.setFocus()

    def _on_stop_clicked(self) -> None:
        self._stopped.set()
        self.stop_button.setEnabled(False)
        set_paragraph_text(self.text_label, tr(_STOPPING), 118)
