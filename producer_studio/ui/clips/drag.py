"""Clips on their way out of the window, as their own files."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.mime_data import clips_in, put_clips
from producer_studio.ui.library.row_style import Brushes
from producer_studio.ui.widgets.count_text import clips_text

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_TASK = "gather files to drag"
_URIS = "text/uri-list"


class ClipDrag(QObject):
    """Drags clips out of a widget: reads where all of their files are, then lets them go.

    The rows of most may never have been shown. The files exist before the drag begins, and stay
    where they are. A drag whose button was released meanwhile does not begin.
    """

    def __init__(self, studio: "Studio", tasks: "Tasks", brushes: Brushes, source: QWidget) -> None:
        super().__init__(source)
        self._studio = studio
        self._tasks = tasks
        self._brushes = brushes
        self._source = source

    def begin(self, clips: Sequence[ClipId]) -> None:
        """Starts a drag of these clips, in their order."""
        if clips:
            self._tasks.restart(_TASK, self.data(clips), done=self._on_data)

    async def data(self, clips: Sequence[ClipId]) -> QMimeData:
        """All of the clips for this window, and the files of those that have one for others.

        Raises:
            StorageFault: Several files are called the same, and the library cannot be written.
        """
        files = await self._studio.clips.sound_files(clips)
        # Encoded in a thread: tens of thousands of addresses take longer than a frame.
        uris = await asyncio.to_thread(_uri_list, files)
        data = QMimeData()
        put_clips(data, clips)
        data.setData(_URIS, uris)
        return data

    def _on_data(self, data: QMimeData) -> None:
        # A drag runs a loop of its own, which must not be inside a task.
        QTimer.singleShot(0, self, lambda: self._drag(data))

    def _drag(self, data: QMimeData) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return
        source = self._source
        drag = QDrag(source)
        drag.setMimeData(data)
        count = len(clips_in(data))
        drag.setPixmap(drag_picture(count, self._brushes, source.devicePixelRatioF()))
        drag.setHotSpot(QPoint(12, 12))
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)


def _uri_list(files: Sequence[Path]) -> bytes:
    """Addresses of files as RFC 2483 lists them."""
    return b"".join(
        bytes(QUrl.fromLocalFile(str(path)).toEncoded().data()) + b"\r\n" for path in files
    )


def drag_picture(count: int, brushes: Brushes, ratio: float) -> QPixmap:
    """What hangs at the pointer: how many clips it carries."""
    text = clips_text(count)
    size = QSize(round(brushes.title.get(text, 200)[1]) + 24, 30)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brushes.theme.accent)
    painter.drawRoundedRect(QRect(QPoint(0, 0), size), 8, 8)
    painter.setPen(brushes.theme.accent_ink)
    brushes.title.draw(painter, 12, 15, text, 200)
    painter.end()
    return picture
