"""Drop target for clips, audio and preset files, over the whole compose panel."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from producer_studio.domain.form_preset import is_preset_file
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.drag import get_mime_clips, has_mime_clips
from producer_studio.ui.external_programs import is_audio_file
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.dropped_files import DROP_TASK, DroppedFiles

_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})


class DropTarget(QObject):
    """Event filter that handles dropped clips and files before a text field does.

    Args:
        tasks: Tasks in which many files are read.
        on_clip_dropped: Called with a dropped clip.
        on_file_dropped: Called with a dropped audio or preset file.
        on_songs_dropped: Called with several dropped audio files.
    """

    def __init__(
        self,
        panel: QWidget,
        tasks: Tasks,
        on_clip_dropped: Callable[[ClipId], object],
        on_file_dropped: Callable[[Path], object],
        on_songs_dropped: Callable[[list[Path]], object],
    ) -> None:
        super().__init__(panel)
        self._tasks = tasks
        self._dragged: DroppedFiles | None = None
        self._on_clip_dropped = on_clip_dropped
        self._on_file_dropped = on_file_dropped
        self._on_songs_dropped = on_songs_dropped
        panel.setAcceptDrops(True)
        panel.installEventFilter(self)
        self.install_on(panel)

    def install_on(self, root: QWidget) -> None:
        """Installs the event filter on a part and its fields."""
        for widget in (root, *root.findChildren(QWidget)):
            if widget.acceptDrops():
                widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAG_EVENTS or not isinstance(event, QDropEvent):
            return False
        data = event.mimeData()
        has_clips = has_mime_clips(data)
        if event.type() != QEvent.Type.DragMove or self._dragged is None:
            self._dragged = DroppedFiles(data)
        files = self._dragged
        usable = _find_usable(files)
        if not (has_clips or usable):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self._dragged = None
            if has_clips:
                self._on_clip_dropped(get_mime_clips(data)[0])
            elif files.is_complete and len(usable) == 1:
                self._on_file_dropped(usable[0])
            elif files.is_complete:
                self._on_songs_dropped(usable)
            else:
                all_songs = files.read_all(is_audio_file)
                self._tasks.restart(DROP_TASK, all_songs, on_result=self._on_songs_dropped)
        return True


def _find_usable(files: DroppedFiles) -> list[Path]:
    """Returns the audio files among the first ones, or else the first preset file."""
    songs = [file for file in files.first if is_audio_file(file)]
    return songs or [file for file in files.first if is_preset_file(file)][:1]
