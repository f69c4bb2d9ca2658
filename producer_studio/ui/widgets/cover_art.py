"""Cover art: the clip's picture, or a gradient made from its id."""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QImageReader,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QRadialGradient,
)
from PySide6.QtWidgets import QWidget

from producer_studio.files.regular_file import open_regular
from producer_studio.ui.style.style import Style

log = logging.getLogger(__name__)

_FORMATS = (b"jpeg", b"png", b"webp", b"gif", b"bmp")
"""What covers are made of, by Qt's names."""

_MAX_BYTES = 64 * 2**20

# Bright and deep colour; the white of an icon on top stays readable on each.
_GRADIENT_COLOURS = (
    ("#ff8a5c", "#7a2a58"),
    ("#4f6dff", "#241a6e"),
    ("#e9b44c", "#8f4a1f"),
    ("#e8617a", "#4f2347"),
    ("#22a68d", "#123b42"),
    ("#a55cc0", "#2f2767"),
    ("#5a8df0", "#2fb6c9"),
    ("#e0729f", "#5a2a86"),
    ("#6fae5a", "#1d4a3c"),
    ("#d96c4a", "#5c2333"),
)


def gradient_brush(identity: str, rect: QRectF) -> QBrush:
    """The gradient of an id in a rectangle; the same id always has the same one."""
    digest = hashlib.blake2s(identity.encode(), digest_size=4).digest()
    bright, deep = _GRADIENT_COLOURS[digest[0] % len(_GRADIENT_COLOURS)]
    centre = QPointF(
        rect.x() + rect.width() * (0.15 + digest[1] / 255 * 0.5),
        rect.y() + rect.height() * (0.08 + digest[2] / 255 * 0.3),
    )
    reach = max(rect.width(), rect.height()) * 1.05
    gradient = QRadialGradient(centre, reach)
    gradient.setColorAt(0.0, QColor(bright))
    gradient.setColorAt(1.0, QColor(deep))
    return QBrush(gradient)


def draw_cover(
    painter: QPainter,
    rect: QRectF,
    identity: str,
    picture: QPixmap | None = None,
    radius: float = 6.0,
) -> None:
    """Draws a picture cropped to the rectangle, or the id's gradient, with round corners."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(rect, radius, radius)
    if picture is None or picture.isNull():
        painter.fillPath(shape, gradient_brush(identity, rect))
    else:
        painter.setClipPath(shape)
        painter.drawPixmap(rect, picture, _crop_rect(picture, rect))
    painter.restore()


def decode_cover(path: Path, scale: Callable[[QSize], QSize]) -> QImage:
    """Decodes a cover of pixels; null for anything else. Blocking.

    An SVG could name other files and addresses, which Qt would load. A pipe or a device in the
    place of the file is refused: Qt would wait for it without end.

    Args:
        path: The file; its name does not matter.
        scale: Gives the size to decode it at, by its own.
    """
    try:
        with open_regular(path) as file:
            content = file.read(_MAX_BYTES)
    except OSError as error:
        log.debug("A cover cannot be read: %s", error)
        return QImage()
    buffer = QBuffer()
    buffer.setData(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    if reader.format().data() not in _FORMATS:
        return QImage()
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(scale(size))
    return reader.read()


def read_cover(path: Path, edge: int) -> QPixmap:
    """Reads a picture scaled to cover a square of `edge` device pixels; null if it cannot be.

    Decoding takes milliseconds: for one picture at a time, never for a list while it scrolls.
    """

    def scale(size: QSize) -> QSize:
        if min(size.width(), size.height()) <= edge:
            return size
        return size.scaled(QSize(edge, edge), Qt.AspectRatioMode.KeepAspectRatioByExpanding)

    return QPixmap.fromImage(decode_cover(path, scale))


def _crop_rect(picture: QPixmap, rect: QRectF) -> QRectF:
    wanted = rect.width() / max(1.0, rect.height())
    width, height = float(picture.width()), float(picture.height())
    if width / max(1.0, height) > wanted:
        part = height * wanted
        return QRectF((width - part) / 2, 0, part, height)
    part = width / wanted
    return QRectF(0, (height - part) / 2, width, part)


class CoverArt(QWidget):
    """A clip's cover at a fixed size."""

    def __init__(
        self, style: Style, size: QSize, parent: QWidget | None = None, *, radius: float = 6.0
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._identity = ""
        self._picture: QPixmap | None = None
        self._radius = radius
        self.setFixedSize(size)

    def show_cover(self, identity: str, picture: QPixmap | None = None) -> None:
        """Shows the picture, or without one the id's gradient; an empty id shows a plain tile."""
        self._identity = identity
        self._picture = picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._identity:
            draw_cover(painter, QRectF(self.rect()), self._identity, self._picture, self._radius)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        painter.end()
