"""Drop target for clips, audio and preset files, over the whole compose panel."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from producer_studio.domain.form_preset import is_preset_file
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.drag import get_mime_clips
from producer_studio.ui.external_programs import is_audio_file

_DRAG_EVENTS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop})


class DropTarget(QObject):
    """Event filter that handles dropped clips and files before a text field does.

    Args:
        on_clip_dropped: Called with a dropped clip.
        on_file_dropped: Called with a dropped audio or preset file.
        on_songs_dropped: Called with several dropped audio files.
    """

    def __init__(
        self,
        panel: QWidget,
        on_clip_dropped: Callable[[ClipId], object],
        on_file_dropped: Callable[[Path], object],
        on_songs_dropped: Callable[[list[Path]], object],
    ) -> None:
        super().__init__(panel)
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
        clip, files = _find_dropped(event.mimeData())
        if clip is None and not files:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            if clip is not None:
                self._on_clip_dropped(clip)
            elif len(files) == 1:
                self._on_file_dropped(files[0])
            else:
                self._on_songs_dropped(files)
        return True


def _find_dropped(data: QMimeData) -> tuple[ClipId | None, list[Path]]:
    """Returns the first clip, or else all audio files, or the first preset file of dragged data."""
    clips = get_mime_clips(data)
    if clips:
        return clips[0], []
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    songs = [file for file in files if is_audio_file(file)]
    return None, songs or [file for file in files if is_preset_file(file)][:1]
