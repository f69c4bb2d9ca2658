"""Button of the operation grid."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.ui.style.style import Style

_RADIUS = 8
_ICON_PX = 16
_GAP = 3


class OperationButton(QAbstractButton):
    """Button with an icon above a label; outlined and tinted while it is checked."""

    def __init__(self, label: str, icon: str, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._style = style
        self.setText(label)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._restyle()
        style.changed.connect(self._restyle)

    def rename(self, label: str, icon: str, name: str) -> None:
        """Changes label and icon; `name` is the accessible name."""
        self._icon = icon
        self.setText(label)
        self.setAccessibleName(name)
        self._restyle()

    def set_unavailable_reason(self, reason: str) -> None:
        """Disables the button with a reason; an empty reason enables it."""
        self.setEnabled(not reason)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._label_font())
        height = _ICON_PX + _GAP + metrics.height() + 8
        return QSize(metrics.horizontalAdvance(self.text()) + 2, max(41, height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._style.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setPen(QPen(theme.accent, 1))
            painter.setBrush(theme.selection)
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        role = "text1" if self.isChecked() else "text2" if self.isEnabled() else "text3"
        font = self._label_font()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        top = (self.height() - _ICON_PX - _GAP - metrics.height()) / 2
        pixmap = self._style.pixmap(self._icon, role, _ICON_PX)
        painter.drawPixmap(round((self.width() - _ICON_PX) / 2), round(top), pixmap)
        painter.setPen(getattr(theme, role))
        words = QRectF(0, top + _ICON_PX + _GAP, self.width(), metrics.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _label_font(self) -> QFont:
        return self._style.font(11, 400)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
