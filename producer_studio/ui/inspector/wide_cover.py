"""Wide cover at the top of the inspector; pressing it plays the clip."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.style.style import Style

_ASPECT_RATIO = 187 / 279
_RADIUS = 10.0


class WideCover(QAbstractButton):
    """Preserves the aspect ratio at any width."""

    def __init__(self, style: Style, covers: CoverCache, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._covers = covers
        self._clip: Clip | None = None
        self.setProperty("ringRadius", _RADIUS)
        self.setAccessibleName("Play this clip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        covers.cover_loaded.connect(self.update)

    def show_clip(self, clip: Clip) -> None:
        self._clip = clip
        self.setEnabled(clip.playable)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(279, 187)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * _ASPECT_RATIO)

    def paintEvent(self, _event: QPaintEvent) -> None:
        clip = self._clip
        if clip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = (self.width(), self.height())
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(0, 0, self._covers.pixmap(clip.id, clip.cover, size, ratio, _RADIUS))
        if self.isEnabled() and (self.underMouse() or self.hasFocus()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 120))
            middle = self.rect().center()
            painter.drawEllipse(middle, 22, 22)
            painter.setBrush(QColor(255, 255, 255, 245))
            corners = (QPoint(-6, -9), QPoint(10, 0), QPoint(-6, 9))
            painter.drawPolygon([middle + corner for corner in corners])
        painter.end()
