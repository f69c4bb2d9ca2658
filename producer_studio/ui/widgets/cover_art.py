"""Cover art: the clip's picture, or a gradient derived from its id."""

import hashlib
import logging
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QImageIOHandler,
    QImageReader,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QRadialGradient,
)
from PySide6.QtWidgets import QWidget

from producer_studio.files.file_types import MAX_COVER_BYTES
from producer_studio.files.regular_files import read_regular
from producer_studio.ui.style.style import Style

log = logging.getLogger(__name__)

_FORMATS = (b"jpeg", b"png", b"webp", b"gif", b"bmp")
"""Image formats accepted as covers, by Qt's names."""

# Bright and deep colour; a white icon on top has enough contrast on each.
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
    """Gradient of an id in a rectangle; always the same for the same id."""
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
    """Draws a picture cropped to the rectangle, or the id's gradient, with rounded corners."""
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


def decode_cover(path: Path, pixels: QSize, *, enlarges: bool = True) -> QImage:
    """Decodes a cover, cropped at its longer side to fill `pixels`; null if invalid. Blocking.

    The memory needed is bounded by `pixels` and by Qt's limit for an image, whatever the file's
    proportions: it is cropped before it is scaled.

    An SVG could refer to other files and URLs, which Qt would load. A pipe or a device in place of
    the file is rejected: Qt would wait for it without end.

    Args:
        path: The file; its name does not matter.
        pixels: Size in device pixels.
        enlarges: Whether a smaller picture is enlarged; if not, it is only cropped.
    """
    try:
        content = read_regular(path, MAX_COVER_BYTES)
    except OSError as error:
        log.debug("Cannot read cover: %s", error)
        return QImage()
    buffer = QBuffer()
    buffer.setData(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    if reader.format().data() not in _FORMATS:
        return QImage()
    reader.setAutoTransform(True)
    # The reader's sizes are those before the EXIF rotation.
    turned = QImageIOHandler.Transformation.TransformationRotate90 in reader.transformation()
    wanted = pixels.transposed() if turned else pixels
    size = reader.size()
    if size.isValid():
        part = _centred_part(size, wanted)
        reader.setClipRect(part)
        reader.setScaledSize(wanted if enlarges else wanted.boundedTo(part.size()))
        return reader.read()
    picture = reader.read()
    if picture.isNull():
        return picture
    part = _centred_part(picture.size(), pixels)
    return picture.copy(part).scaled(
        pixels if enlarges else pixels.boundedTo(part.size()),
        mode=Qt.TransformationMode.SmoothTransformation,
    )


def _centred_part(size: QSize, wanted: QSize) -> QRect:
    """Largest centred rectangle of a picture that has the proportions of another size."""
    part = wanted.scaled(size, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    left, top = (size.width() - part.width()) // 2, (size.height() - part.height()) // 2
    return QRect(QPoint(left, top), part)


def _crop_rect(picture: QPixmap, rect: QRectF) -> QRectF:
    wanted = rect.width() / max(1.0, rect.height())
    width, height = float(picture.width()), float(picture.height())
    if width / max(1.0, height) > wanted:
        part = height * wanted
        return QRectF((width - part) / 2, 0, part, height)
    part = width / wanted
    return QRectF(0, (height - part) / 2, width, part)


class CoverArt(QWidget):
    """Widget with a clip's cover at a fixed size."""

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
