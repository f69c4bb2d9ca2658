"""Star rating, one to five."""

import math

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import top_row_digit

MAX_STARS = 5


def rating_from_key(event: QKeyEvent) -> int | None:
    """Returns the rating that a key represents, 0 to 5 with Shift; None for every other key."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.ShiftModifier:
        return None
    digit = top_row_digit(event)
    return digit if digit is not None and digit <= MAX_STARS else None


def draw_stars(
    painter: QPainter, style: Style, left: float, middle: float, stars: int, size: float = 11.0
) -> None:
    """Draws five stars from `left`, centred on `middle`; `size` is one star's width in pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    given, rest = style.colour("accent"), _empty_colour(style)
    for index in range(MAX_STARS):
        painter.setBrush(given if index < stars else rest)
        centre = QPointF(left + index * star_pitch(size) + size / 2, middle)
        painter.drawPolygon(_star_polygon(centre, size / 2))
    painter.restore()


def star_pitch(size: float) -> float:
    """Distance from one star to the next."""
    return size + 2.0


def _empty_colour(style: Style) -> QColor:
    return style.colour("text3/25")


def _star_polygon(centre: QPointF, radius: float) -> QPolygonF:
    points = []
    for corner in range(10):
        reach = radius * 1.08 if corner % 2 == 0 else radius * 0.44
        angle = math.pi * (corner / 5 - 0.5)
        points.append(centre + QPointF(math.cos(angle) * reach, math.sin(angle) * reach + 0.5))
    return QPolygonF(points)


class StarRating(QSlider):
    """Sets a rating by click, by the keys 0 to 5 or by arrow keys; the same star again clears it.

    Derived from QSlider, so that screen readers can read and set its value.
    """

    rating_changed = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None, *, size: float = 14.0) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._style = style
        self._size = size
        self._hovered_star = 0
        self.setRange(0, MAX_STARS)
        self.setPageStep(1)
        self.setMouseTracking(True)
        # A click does not move the focus: the next Left key seeks, and does not change the rating.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Rating"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 4)
        style.changed.connect(self.update)
        # Also set by screen readers.
        self.valueChanged.connect(self.rating_changed)

    def stars(self) -> int:
        return self.value()

    def set_stars(self, stars: int) -> None:
        """Shows a rating without emitting a signal."""
        with QSignalBlocker(self):
            self.setValue(stars)

    def sizeHint(self) -> QSize:
        return QSize(math.ceil(star_pitch(self._size) * MAX_STARS), math.ceil(self._size) + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self._hovered_star or self.value()
        draw_stars(painter, self._style, 0, self.height() / 2, shown, self._size)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hovered_star(self._star_at(event.position()))

    def leaveEvent(self, _event: object) -> None:
        self._set_hovered_star(0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            star = self._star_at(event.position())
            self.setValue(0 if star == self.value() else star)
            self._set_hovered_star(0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined] # a rating must not change while scrolling

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit() and int(event.text()) <= MAX_STARS:
            self.setValue(int(event.text()))
            return
        super().keyPressEvent(event)

    def _set_hovered_star(self, star: int) -> None:
        if star != self._hovered_star:
            self._hovered_star = star
            self.update()

    def _star_at(self, position: QPointF) -> int:
        if not QRectF(self.rect()).contains(position):
            return 0
        return min(MAX_STARS, int(position.x() / star_pitch(self._size)) + 1)
