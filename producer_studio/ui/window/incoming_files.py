"""What comes to the window from outside: dropped files, those of a start, a second start."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent, QFileOpenEvent
from PySide6.QtWidgets import QApplication

from producer_studio.studio.single_instance import ActivationRequest
from producer_studio.ui.audio_files import is_audio_file
from producer_studio.ui.clips.mime_data import get_mime_clips
from producer_studio.ui.window.window import MainWindow

_ACTIVATION_VARIABLE = "XDG_ACTIVATION_TOKEN"
_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})


class IncomingFiles(QObject):
    """Takes files as if they had been dropped on the desk, and brings the window to the front."""

    def __init__(self, window: MainWindow, app: QApplication) -> None:
        super().__init__(window)
        self._window = window
        if sys.platform == "darwin":
            # It hands files to the application itself. A filter there is asked about every event
            # of the program, so other systems go without.
            app.installEventFilter(self)
        # Where no panel takes what is dropped, the window does.
        window.installEventFilter(self)
        window.setAcceptDrops(True)

    def open(self, files: Sequence[Path]) -> None:
        """Puts the first audio file on the desk, and says what becomes of the others."""
        audio = [file for file in files if is_audio_file(file)]
        if audio:
            self._window.compose.use_file(audio[0])
        elif files:
            self._window.show_notice("warn", f"“{files[0].name}” is not an audio file.")
        if len(audio) > 1:
            others = "the other one was" if len(audio) == 2 else f"{len(audio) - 1} others were"
            self._window.show_notice(
                "info", f"One file at a time: “{audio[0].name}” was taken, {others} left out."
            )

    def handle_activation(self, request: ActivationRequest) -> None:
        """Does what a second start wants: shows the window, and takes its files."""
        if request.activation_token:
            # Qt reads it from there when it asks the compositor for the front.
            os.environ[_ACTIVATION_VARIABLE] = request.activation_token
        shown = self._window.window()
        shown.setWindowState(shown.windowState() & ~Qt.WindowState.WindowMinimized)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        self.open(request.files)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self._window
            and event.type() in _DRAG_EVENTS
            and isinstance(event, QDropEvent)
        ):
            return self._handle_drop(event)
        if event.type() is QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            self.open([Path(event.file())])
            return True
        return False

    def _handle_drop(self, event: QDropEvent) -> bool:
        data = event.mimeData()
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        # Clips of the library are dragged with their files, and go to the desk alone.
        if get_mime_clips(data) or not any(is_audio_file(file) for file in files):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() is QEvent.Type.Drop:
            self.open(files)
        return True
