"""Clips on their way out of the window, as their own files."""

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from producer_studio.ui.clip_mime import clips_in
from producer_studio.ui.library.brushes import Brushes


def drag_files(source: QWidget, data: QMimeData, brushes: Brushes) -> None:
    """Offers the files for copying; returns when they were dropped or the drag was given up."""
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(drag_picture(len(clips_in(data)), brushes, source.devicePixelRatioF()))
    drag.setHotSpot(QPoint(12, 12))
    drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)


def drag_picture(count: int, brushes: Brushes, ratio: float) -> QPixmap:
    """What hangs at the pointer: how many clips it carries."""
    text = "1 clip" if count == 1 else f"{count} clips"
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
