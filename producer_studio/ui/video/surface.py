"""Place where the pictures of a video are painted."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.playback.video_frames import VideoFrames
from producer_studio.ui.style.theme import DARK

_BY_TAB = frozenset({Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})
_EXACT = 1.5
"""Pixels by which a picture that was made for this place may be smaller than it."""


class VideoSurface(QWidget):
    """Paints the picture in its shape on a dark ground, in both themes.

    Signals:
        resized: Its size changed.
        double_clicked: Double-click with the left button.
    """

    resized = Signal()
    double_clicked = Signal()

    def __init__(self, frames: VideoFrames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames = frames
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringRadius", 0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 90)
        frames.frame_changed.connect(self.update)

    @property
    def pixel_size(self) -> QSize:
        """Its size in pixels of the screen."""
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A ring around the picture is for those who look for the focus, not for those who watch.
        self.setProperty("ringNone", event.reason() not in _BY_TAB)
        super().focusInEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), DARK.ground)
        image = self._frames.image
        if not image.isNull():
            target = self.picture_rect()
            # Smooth scaling takes twice the time, also where there is nothing to scale.
            width = round(target.width() * self.devicePixelRatioF())
            hint = QPainter.RenderHint.SmoothPixmapTransform
            painter.setRenderHint(hint, width != image.width())
            painter.drawImage(target, image)
        painter.end()

    def picture_rect(self) -> QRectF:
        """Returns where the picture is painted, on whole pixels of the screen."""
        place, picture = self.pixel_size, QSizeF(self._frames.image.size())
        scale = min(place.width() / picture.width(), place.height() / picture.height())
        fitted = picture * scale
        if abs(fitted.width() - picture.width()) < _EXACT > abs(fitted.height() - picture.height()):
            fitted = picture
        left = int((place.width() - fitted.width()) / 2)
        top = int((place.height() - fitted.height()) / 2)
        ratio = self.devicePixelRatioF()
        return QRectF(QPointF(left, top) / ratio, fitted / ratio)
