"""Files from outside: dropped, chosen, passed at start-up, or sent by a second instance."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent, QFileOpenEvent
from PySide6.QtWidgets import QApplication

from producer_studio.domain.form_preset import is_preset_file
from producer_studio.studio.single_instance import ActivationRequest
from producer_studio.translation import tr
from producer_studio.ui.clips.drag import has_mime_clips
from producer_studio.ui.external_programs import is_audio_file
from producer_studio.ui.imports.controller import ImportController
from producer_studio.ui.widgets.dropped_files import DROP_TASK, DroppedFiles
from producer_studio.ui.widgets.window_activation import show_in_front
from producer_studio.ui.window.window import MainWindow

_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})


class IncomingFiles(QObject):
    """Shows an opened file in the form, asks what to do with dropped ones, activates the window.

    Attributes:
        imports: Import into the library.
    """

    def __init__(self, window: MainWindow, app: QApplication) -> None:
        super().__init__(window)
        self._window = window
        self._dragged: DroppedFiles | None = None
        self.imports = ImportController(window.context, window.notices, window.undo, window)
        self.imports.file_requested.connect(window.compose.use_file)
        window.compose.songs_dropped.connect(self.imports.offer)
        window.library.lists.import_requested.connect(self.imports.choose_files)
        window.library.lists.folder_import_requested.connect(self.imports.choose_folder)
        if sys.platform == "darwin":
            # macOS sends files to the application itself. A filter there sees every event of the
            # program, so other systems do not install one.
            app.installEventFilter(self)
        # Drops that no panel accepts are handled by the window.
        window.installEventFilter(self)
        window.setAcceptDrops(True)

    def open(self, files: Sequence[Path]) -> None:
        """Shows a single audio or preset file in the form; asks what to do with several."""
        usable = [file for file in files if _is_usable(file)]
        if len(usable) > 1 and not any(map(is_preset_file, usable)):
            self.imports.offer(usable)
        elif usable:
            self._window.compose.use_file(usable[0])
        elif files:
            self._window.show_notice(
                "warn", tr("“{name}” is no audio file and no preset.", name=files[0].name)
            )

    def drop(self, files: Sequence[Path]) -> None:
        """Adds a preset file to the presets, and asks what to do with any others."""
        presets = [file for file in files if is_preset_file(file)]
        if presets:
            self._window.compose.use_file(presets[0])
        else:
            self.imports.offer(files)

    def handle_activation(self, request: ActivationRequest) -> None:
        """Handles the request of a second instance: activates the window and opens its files."""
        show_in_front(self._window, request.activation_token)
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
        # Library clips are dragged with their files; only the compose panel handles them. Any other
        # file may be a folder: nothing is read from a disk during a drag.
        if has_mime_clips(event.mimeData()):
            return False
        if event.type() is not QEvent.Type.DragMove or self._dragged is None:
            self._dragged = DroppedFiles(event.mimeData())
        files = self._dragged
        if not files.first:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() is QEvent.Type.Drop:
            self._dragged = None
            if files.is_complete:
                self.drop(files.first)
            else:
                tasks = self._window.context.tasks
                tasks.restart(DROP_TASK, files.read_all(), on_result=self.imports.offer)
        return True


def _is_usable(file: Path) -> bool:
    return is_audio_file(file) or is_preset_file(file)
