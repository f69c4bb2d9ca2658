"""Ruler above the rows: time marks, and the region that is repeated."""

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.text_format import format_time, format_time_tenths

_HEIGHT = 24
_DRAG_DISTANCE = 4.0
_EDGE_DISTANCE = 6.0
_MARK_DISTANCE = 72.0
_MARK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_SEEK_STEP_MS = 5_000
_STEP_S = 1.0
_FINE_STEP_S = 0.1


_REPEATED = mark("{start} to {end}, repeated")
_OFF = mark("{start} to {end}, off")


class RegionRuler(QSlider):
    """Ruler on which a region is drawn with the pointer, and moved with the keys.

    Left and Right move its start by a second, with Shift its end, with Ctrl by a tenth of it.
    Derived from QSlider, so that screen readers can read the position, in milliseconds.

    Signals:
        seek_requested: Seconds that were clicked.
        region_changed: Start and end of the region, in seconds.
        region_requested: A key asks for a region where there is none.
    """

    seek_requested = Signal(float)
    region_changed = Signal(float, float)
    region_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._style = style
        self._length_s = 0.0
        self._span = (0, 0)
        self._region: tuple[float, float] | None = None
        self._loops = False
        self._pressed_x: float | None = None
        self._fixed_s = 0.0
        self.setRange(0, 0)
        # Screen readers read and set the position, and read the region as its description.
        self.setAccessibleName(tr("Position and loop region"))
        self.setSingleStep(_SEEK_STEP_MS)
        self.setPageStep(_SEEK_STEP_MS)
        self.setToolTip(tr("Drag to repeat a region; L turns it on and off"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("ringRadius", 4)
        self.valueChanged.connect(lambda value: self.seek_requested.emit(value / 1000))
        style.changed.connect(self._on_style_changed)

    def set_length(self, seconds: float) -> None:
        """Sets the length of the whole ruler."""
        self._length_s = seconds
        with QSignalBlocker(self):
            self.setRange(0, round(seconds * 1000))
        self.update()

    def set_span(self, left: int, width: int) -> None:
        """Sets where the waveforms are, in pixels from the left."""
        if (left, width) != self._span:
            self._span = (left, width)
            self.update()

    def set_position(self, seconds: float) -> None:
        """Moves the playhead without a signal."""
        with QSignalBlocker(self):
            self.setValue(round(seconds * 1000))

    def set_region(self, region: tuple[float, float] | None, *, loops: bool) -> None:
        """Shows a region, in the accent colour if it is repeated."""
        self._region, self._loops = region, loops
        words = tr("no region")
        if region is not None:
            start, end = map(format_time_tenths, region)
            words = tr(_REPEATED if loops else _OFF, start=start, end=end)
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self._style.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self._style.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._length_s <= 0 or self._span[1] <= 0:
            return
        painter = QPainter(self)
        painter.setFont(self._style.font(11))
        bottom = self.height() - 1
        left, width = self._span
        painter.setPen(QPen(self._style.colour("line"), 1))
        painter.drawLine(left, bottom, left + width, bottom)
        step = self._mark_step_s(width)
        count = int(self._length_s / step) + 1
        for tick in range(count):
            x = self._x_of(tick * step)
            painter.setPen(QPen(self._style.colour("line"), 1))
            painter.drawLine(QPointF(x, bottom - 5), QPointF(x, bottom))
            text = format_time(tick * step)
            box = QRectF(x + 4, 0, painter.fontMetrics().horizontalAdvance(text) + 2, bottom)
            if box.right() <= left + width:
                painter.setPen(self._style.colour("text3"))
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        if self._region is not None:
            start, end = map(self._x_of, self._region)
            token = "accent" if self._loops else "text3"
            painter.fillRect(
                QRectF(start, 0, end - start, bottom), self._style.colour(f"{token}/24")
            )
            painter.setPen(QPen(self._style.colour(token), 2))
            for x in (start, end):
                painter.drawLine(QPointF(x, 1), QPointF(x, bottom))
        x = round(self._x_of(self.value() / 1000))
        painter.fillRect(QRectF(x, 4, 1, bottom - 4), self._style.colour("text1"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or not self._length_s:
            return
        x = event.position().x()
        self._pressed_x, self._fixed_s = x, self._seconds_at(x)
        if self._region is not None:
            start, end = self._region
            if abs(x - self._x_of(start)) <= _EDGE_DISTANCE:
                self._fixed_s = end
            elif abs(x - self._x_of(end)) <= _EDGE_DISTANCE:
                self._fixed_s = start

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_x is None:
            return
        x = event.position().x()
        if abs(x - self._pressed_x) >= _DRAG_DISTANCE:
            start, end = sorted((self._fixed_s, self._seconds_at(x)))
            self.set_region((start, end), loops=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed_x, self._pressed_x = self._pressed_x, None
        if pressed_x is None:
            return
        x = event.position().x()
        if abs(x - pressed_x) < _DRAG_DISTANCE:
            self.seek_requested.emit(self._seconds_at(x))
        else:
            start, end = sorted((self._fixed_s, self._seconds_at(x)))
            self.region_changed.emit(start, end)

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined] # scrolling past must not seek

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}
        direction = arrows.get(Qt.Key(event.key()))
        if direction is None:
            event.ignore()
            return
        if self._region is None:
            self.region_requested.emit()
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = direction * (_FINE_STEP_S if fine else _STEP_S)
        start, end = self._region
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            end = max(start + _FINE_STEP_S, end + step)
        else:
            start = min(max(0.0, start + step), end - _FINE_STEP_S)
        self.region_changed.emit(start, end)

    def _mark_step_s(self, width: int) -> int:
        wanted = self._length_s / max(1.0, width / self._style.px(_MARK_DISTANCE))
        return next((step for step in _MARK_STEPS_S if step >= wanted), _MARK_STEPS_S[-1])

    def _x_of(self, seconds: float) -> float:
        left, width = self._span
        return left + seconds / self._length_s * width if self._length_s else left

    def _seconds_at(self, x: float) -> float:
        left, width = self._span
        return min(1.0, max(0.0, (x - left) / max(1, width))) * self._length_s

    def _on_style_changed(self) -> None:
        self.updateGeometry()
        self.update()
