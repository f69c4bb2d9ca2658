"""Badges and chips: short texts in a box, some of which can be pressed and removed."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.keyboard import ignore_repetitions
from producer_studio.ui.widgets.text_format import literal_text


class Chip(QWidget):
    """Chip for a tag, a search term or an insertion.

    Signals:
        clicked: The label was pressed.
        remove_requested: The cross was pressed, or Delete or Backspace on the chip.
    """

    clicked = Signal()
    remove_requested = Signal()

    def __init__(
        self,
        style: Style,
        text: str,
        parent: QWidget | None = None,
        *,
        icon: str = "",
        removable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._is_removable = removable
        self.button = QPushButton(literal_text(text), self)
        self.button.setProperty("role", "chip")
        self.button.setProperty("ringRadius", 6)
        self.button.setAccessibleName(text)
        self.button.clicked.connect(self.clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.button)
        if icon:
            style.set_icon(self.button, icon, "text2", 14)
        if removable:
            self.remove_button = IconButton(
                style, "x", tr("Remove {name}", name=text), self, size=11, box=18
            )
            self.remove_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.remove_button.clicked.connect(self.remove_requested)
            row.addWidget(self.remove_button)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.button.setText(literal_text(text))
        self.button.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_removable and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            # Another control gets the focus.
            ignore_repetitions(event)
            self.remove_requested.emit()
            return
        super().keyPressEvent(event)


_PAD = 7
_RADIUS = 5.0
_FONT_SIZE = 11


def badge_size(style: Style, text: str) -> QSize:
    """Size of a badge drawn by `draw_badge`, in logical pixels."""
    width = QFontMetrics(style.font(_FONT_SIZE)).horizontalAdvance(text)
    return QSize(width + 2 * _PAD, style.px(18))


def elided_badge(style: Style, text: str, width: int) -> str:
    """Elides the text to a badge's width in pixels."""
    # In the font of badges: that of the widget is larger, and would elide texts that fit at 150 %.
    metrics = QFontMetrics(style.font(_FONT_SIZE))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_badge(
    painter: QPainter, style: Style, rect: QRect, text: str, *, outlined: bool = False
) -> None:
    """Draws a badge: filled for an operation, outlined for a model or a tag."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(rect)
    if outlined:
        painter.setPen(QPen(style.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("hover"))
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
    painter.setPen(style.colour("text2"))
    painter.setFont(style.font(_FONT_SIZE))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Badge(QWidget):
    """Widget painted by `draw_badge`."""

    def __init__(
        self, style: Style, text: str = "", parent: QWidget | None = None, *, outlined: bool = False
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._text = text
        self._is_outlined = outlined
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._on_style_changed)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._on_style_changed()

    def sizeHint(self) -> QSize:
        return badge_size(self._style, self._text)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_badge(painter, self._style, self.rect(), self._text, outlined=self._is_outlined)
        painter.end()

    def _on_style_changed(self) -> None:
        self.updateGeometry()
        self.update()


class BadgeButton(QAbstractButton):
    """Badge that can be pressed; without a text it shows a plus."""

    def __init__(self, style: Style, text: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._text = ""
        self.setText(text)
        self.setAccessibleName(name)
        self.setProperty("ringRadius", 5)
        style.changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        """Sets the text; an ampersand in it does not become a mnemonic."""
        self._text = text
        super().setText(literal_text(text))
        self.updateGeometry()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        size = badge_size(self._style, self.text())
        return size if self.text() else QSize(27, size.height())

    def shown_text(self) -> str:
        """Text as it is painted, elided to the width of the badge."""
        return elided_badge(self._style, self.text(), self.width())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() or self.isDown():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.theme.hover)
            painter.drawRoundedRect(self.rect(), 5, 5)
        draw_badge(painter, self._style, self.rect(), self.shown_text(), outlined=True)
        if not self.text():
            icon = self._style.pixmap("plus", "text2", 12)
            painter.drawPixmap((self.width() - 12) // 2, (self.height() - 12) // 2, icon)
        painter.end()
