"""What comes to the window from outside: files of the command line, a second start, the Finder."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from producer_studio.studio.doorbell import Ring
from producer_studio.ui.audio_files import is_audio_file
from producer_studio.ui.window import Window

_ACTIVATION = "XDG_ACTIVATION_TOKEN"


class Arrivals(QObject):
    """Takes files as if they had been dropped on the desk, and brings the window to the front."""

    def __init__(self, window: Window, app: QApplication) -> None:
        super().__init__(window)
        self._window = window
        # macOS hands files to the application itself.
        app.installEventFilter(self)

    def take(self, files: Sequence[Path]) -> None:
        """Puts the first audio file on the desk, and says what becomes of the others."""
        audio = [file for file in files if is_audio_file(file)]
        if audio:
            self._window.compose.take_file(audio[0])
        elif files:
            self._window.show_notice(
                "warn", f"“{files[0].name}” is no audio file that the desk can take."
            )
        if len(audio) > 1:
            others = "the other one was" if len(audio) == 2 else f"{len(audio) - 1} others were"
            self._window.show_notice(
                "info", f"The desk takes one file at a time: “{audio[0].name}”; {others} left out."
            )

    def answer(self, ring: Ring) -> None:
        """Does what a second start wants: shows the window, and takes its files."""
        if ring.activation:
            # Qt reads it from there when it asks the compositor for the front.
            os.environ[_ACTIVATION] = ring.activation
        shown = self._window.window()
        shown.setWindowState(shown.windowState() & ~Qt.WindowState.WindowMinimized)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        self.take(ring.files)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            self.take([Path(event.file())])
            return True
        return False
