"""Drag source for clips: ids for this window, file URLs for other programs."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.studio.export.drag_exports import MAX_RENDERED
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.text_format import clips_text

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


CLIPS_MIME_TYPE = f"application/x-producer-studio-clips.{os.urandom(4).hex()}"
"""Type of the ids, of this process only: those of another window belong to another library.

What is dragged from there are files.
"""


def set_mime_clips(data: QMimeData, clips: Sequence[ClipId]) -> None:
    """Adds the ids of the dragged clips to the MIME data."""
    data.setData(CLIPS_MIME_TYPE, "\n".join(clips).encode())


def has_mime_clips(data: QMimeData) -> bool:
    """Whether clips of this library are dragged; without reading which ones."""
    return data.hasFormat(CLIPS_MIME_TYPE)


def get_mime_clips(data: QMimeData) -> list[ClipId]:
    """Returns the ids of the dragged clips; empty when the drag has none of this library."""
    if not data.hasFormat(CLIPS_MIME_TYPE):
        return []
    return [
        ClipId(line)
        for line in bytes(data.data(CLIPS_MIME_TYPE).data()).decode().split("\n")
        if line
    ]


_TASK = "gather files to drag"
_MAX_NAME = 30
_URI_LIST_TYPE = "text/uri-list"


class ClipDrag(QObject):
    """Drags clips out of a widget, after the paths of all their files were read.

    The rows of most of them may never have been loaded. The files exist before the drag begins and
    stay in place. If the button was released meanwhile, the drag does not begin.
    """

    def __init__(
        self, studio: "Studio", tasks: "Tasks", row_style: RowStyle, source: QWidget
    ) -> None:
        super().__init__(source)
        self._studio = studio
        self._tasks = tasks
        self._row_style = row_style
        self._source = source

    def start(self, clips: Sequence[ClipId]) -> None:
        """Starts a drag of these clips, in their order."""
        if clips:
            self._tasks.restart(
                _TASK, self.build_mime_data(clips), on_result=self._on_mime_data_built
            )

    async def build_mime_data(self, clips: Sequence[ClipId]) -> QMimeData:
        """Returns the ids of all clips for this window, and the files of those that have one.

        Raises:
            ServiceError: Several files have the same name, and the library cannot be written; or
                one cannot be rendered by the profile for drags.
        """
        files = await self._studio.drag_exports.get_files(clips)
        # Encoded in a thread: tens of thousands of URLs take longer than a frame.
        uris = await asyncio.to_thread(_encode_uri_list, files)
        data = QMimeData()
        set_mime_clips(data, clips)
        data.setData(_URI_LIST_TYPE, uris)
        return data

    def _on_mime_data_built(self, data: QMimeData) -> None:
        # A drag runs its own event loop, which must not be inside a task.
        QTimer.singleShot(0, self, lambda: self._run_drag(data))

    def _run_drag(self, data: QMimeData) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return
        source = self._source
        drag = QDrag(source)
        drag.setMimeData(data)
        count = len(get_mime_clips(data))
        text = drag_text(self._studio, count)
        drag.setPixmap(draw_drag_pixmap(text, self._row_style, source.devicePixelRatioF()))
        drag.setHotSpot(QPoint(12, 12))
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)


def _encode_uri_list(files: Sequence[Path]) -> bytes:
    """Encodes file URLs as text/uri-list (RFC 2483)."""
    return b"".join(
        bytes(QUrl.fromLocalFile(str(path)).toEncoded().data()) + b"\r\n" for path in files
    )


def drag_text(studio: "Studio", count: int) -> str:
    """Returns what is dragged, such as "3 clips · Share"; alone the number for originals."""
    profile = studio.drag_exports.profile
    if profile is None:
        return clips_text(count)
    name = "originals" if count > MAX_RENDERED else shorten(profile.name, _MAX_NAME)
    return f"{clips_text(count)} · {name}"


def draw_drag_pixmap(text: str, row_style: RowStyle, ratio: float) -> QPixmap:
    """Draws the drag pixmap: what is dragged."""
    size = QSize(round(row_style.title.get(text, 200)[1]) + 24, 30)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(row_style.theme.accent)
    painter.drawRoundedRect(QRect(QPoint(0, 0), size), 8, 8)
    painter.setPen(row_style.theme.accent_ink)
    row_style.title.draw(painter, 12, 15, text, 200)
    painter.end()
    return picture
