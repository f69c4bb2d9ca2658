"""Waveform of a clip with playhead, seeking and a marked region."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.text_format import format_time

_BAR_WIDTH = 2.0
_BAR_PITCH = 3
_MIN_BAR_HEIGHT = 2.0
HEIGHT_EXPONENT = 1.7


def bar_heights(peaks: bytes, count: int) -> list[float]:
    """Returns the heights of `count` bars, 0 to 1, the tallest of all being 1.

    The mean of the bins under a bar, with a curve that lowers small values: finished music peaks
    near full scale throughout, so that its loudest bins would draw one block and hide its dynamics.

    Args:
        peaks: Magnitudes 0 to 255 at equal distances over the clip, any number of them.
        count: Number of bars that fit.
    """
    if not peaks or count <= 0:
        return [0.0] * max(0, count)
    size = len(peaks)
    means = []
    for bar in range(count):
        start = bar * size // count
        end = max(start + 1, (bar + 1) * size // count)
        means.append(sum(peaks[start:end]) / (end - start))
    loudest = max(*means, 1.0)
    return [(mean / loudest) ** HEIGHT_EXPONENT for mean in means]


def bars_pixmap(peaks: bytes, size: QSize, colour: QColor, ratio: float) -> QPixmap:
    """Draws all bars of a clip in one colour: 2 px wide, 1 px apart, rounded, mirrored.

    Args:
        peaks: As in `bar_heights`.
        size: Logical pixels.
        colour: Of the bars.
        ratio: Device pixels to a logical pixel.
    """
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(bar_pen(colour))
    painter.drawLines(bar_lines(bar_heights(peaks, bar_count(size.width())), size))
    painter.end()
    return pixmap


def bar_pen(colour: QColor) -> QPen:
    """Returns the pen of bars: with it, lines cost a quarter of rounded rectangles."""
    return QPen(colour, _BAR_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def bar_count(width: int) -> int:
    """Returns the number of bars that fit into a width in pixels."""
    return (width + 1) // _BAR_PITCH


def bar_lines(heights: Sequence[float], size: QSize) -> list[QLineF]:
    """Returns a line for each bar, of heights from 0 to 1."""
    middle = size.height() / 2
    lines = []
    for bar, share in enumerate(heights):
        # The round caps add half a bar's width at each end; a line of no length draws nothing.
        reach = max(0.01, (max(_MIN_BAR_HEIGHT, share * size.height()) - _BAR_WIDTH) / 2)
        x = bar * _BAR_PITCH + _BAR_WIDTH / 2
        lines.append(QLineF(x, middle - reach, x, middle + reach))
    return lines


_EDGE_GRAB_DISTANCE = 6.0
_MIN_REGION_S = 0.5
_STEP_S = 5.0
_MAX_VALUE = 2**31 - 1
"""Maximum of a slider's value: 24 days."""


def _milliseconds(seconds: float) -> int:
    return round(max(0.0, min(seconds * 1000, _MAX_VALUE)))


class Waveform(QSlider):
    """Bars from stored peaks, never decoded here; drawn once for each size and theme.

    Derived from QSlider (in milliseconds), so that screen readers can read and set its value.

    Signals:
        seek_requested: Position in seconds that the user chose.
        region_changed: The user moved an edge of the region, in seconds.
    """

    seek_requested = Signal(float)
    region_changed = Signal(float, float)

    def __init__(
        self,
        style: Style,
        name: str = "",
        parent: QWidget | None = None,
        *,
        height: int = 52,
        playhead: bool = True,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._style = style
        self._peaks = b""
        self._region: tuple[float, float] | None = None
        self._drag_target = ""
        self._playhead = playhead
        self._cache: dict[str, QPixmap] = {}
        self.setAccessibleName(name or tr("Position"))
        self.setRange(0, 0)
        self.setFixedHeight(height)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 4)
        # Any change of the value from outside is a seek: by pointer, keys or a screen reader.
        self.valueChanged.connect(self._on_value_changed)
        style.changed.connect(self._on_style_changed)

    @property
    def duration_s(self) -> float:
        return self.maximum() / 1000

    @property
    def position_s(self) -> float:
        return self.value() / 1000

    @property
    def region(self) -> tuple[float, float] | None:
        """Start and end of the marked region, in seconds."""
        return self._region

    def set_clip(self, peaks: bytes | None, duration_s: float) -> None:
        """Shows another clip from its start; without peaks a flat line.

        Args:
            peaks: Magnitudes 0 to 255, as stored in the library.
            duration_s: Length in seconds; 0 when nothing is loaded, which disables seeking.
        """
        self._peaks = peaks or b""
        self._region = None
        self._drag_target = ""
        with QSignalBlocker(self):
            self.setValue(0)
            self.setRange(0, _milliseconds(duration_s))
        self.setSingleStep(round(_STEP_S * 1000))
        self.setPageStep(round(3 * _STEP_S * 1000))
        self._clear_cache()

    def set_position(self, seconds: float) -> None:
        """Moves the playhead without emitting a signal; ignored while the user drags it."""
        if self._drag_target != "seek":
            with QSignalBlocker(self):
                self.setValue(_milliseconds(seconds))
            self._update_description()

    def set_region(self, region: tuple[float, float] | None) -> None:
        """Marks a region, in seconds, or nothing."""
        if region != self._region:
            self._region = region
            self.update()

    def _description(self) -> str:
        """Returns what a screen reader says of the position."""
        return tr(
            "{position} of {length}",
            position=format_time(self.position_s),
            length=format_time(self.duration_s),
        )

    def _update_description(self) -> None:
        words = self._description()
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._region is not None and self.maximum():
            self._paint_region(painter, *self._region)
        else:
            x = self._x_of(self.position_s)
            self._paint_bars(painter, "wave_rest", x, self.width())
            self._paint_bars(painter, "accent", 0.0, x)
        if self._playhead and self.maximum() and (self._region is None or self.value()):
            painter.fillRect(
                QRectF(round(self._x_of(self.position_s)), 0, 1, self.height()),
                self._style.colour("text1"),
            )
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or not self.maximum():
            return
        self._drag_target = self._edge_at(event.position().x()) or "seek"
        self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_target:
            self._drag_to(event.position())
            return
        on_edge = bool(self._edge_at(event.position().x()))
        shape = Qt.CursorShape.SizeHorCursor if on_edge else Qt.CursorShape.PointingHandCursor
        if self.maximum() and self.cursor().shape() is not shape:
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_target = ""
        event.accept()

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined] # scrolling past must not seek

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}
        direction = arrows.get(Qt.Key(event.key()), 0.0)
        if self._region is not None and direction:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            end = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge("end" if end else "start", direction * (0.1 if fine else 1.0))
            return
        super().keyPressEvent(event)

    def _drag_to(self, position: QPointF) -> None:
        seconds = min(1.0, max(0.0, position.x() / max(1, self.width()))) * self.duration_s
        if self._drag_target == "seek":
            self.setValue(round(seconds * 1000))
        else:
            self._move_edge(self._drag_target, seconds)

    def _nudge(self, edge: str, seconds: float) -> None:
        if self._region is not None:
            self._move_edge(edge, self._region[0 if edge == "start" else 1] + seconds)

    def _move_edge(self, edge: str, seconds: float) -> None:
        if self._region is None:
            return
        start, end = self._region
        if edge == "start":
            start = min(max(0.0, seconds), end - _MIN_REGION_S)
        else:
            end = max(min(self.duration_s, seconds), start + _MIN_REGION_S)
        if (start, end) != self._region:
            self._region = (start, end)
            self.update()
            self.region_changed.emit(start, end)

    def _edge_at(self, x: float) -> str:
        if self._region is None:
            return ""
        distances = {
            edge: abs(x - self._x_of(at))
            for edge, at in zip(("start", "end"), self._region, strict=True)
        }
        nearest = min(distances, key=distances.__getitem__)
        return nearest if distances[nearest] <= _EDGE_GRAB_DISTANCE else ""

    def _x_of(self, seconds: float) -> float:
        return seconds / self.duration_s * self.width() if self.maximum() else 0.0

    def _paint_region(self, painter: QPainter, start: float, end: float) -> None:
        left, right = self._x_of(start), self._x_of(end)
        self._paint_bars(painter, "wave_rest", 0.0, left)
        self._paint_bars(painter, "wave_rest", right, self.width())
        painter.fillRect(
            QRectF(left, 0, right - left, self.height()), self._style.colour("accent/14")
        )
        self._paint_bars(painter, "accent", left, right)
        painter.setPen(QPen(self._style.colour("accent"), 2))
        for x in (max(1.0, left), min(self.width() - 1.0, right)):
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def _paint_bars(self, painter: QPainter, token: str, left: float, right: float) -> None:
        painter.save()
        painter.setClipRect(QRectF(left, 0, max(0.0, right - left), self.height()))
        painter.drawPixmap(self._bars_area().topLeft(), self._bars_pixmap(token))
        painter.restore()

    def _bars_area(self) -> QRect:
        return self.rect()

    def _bars_pixmap(self, token: str) -> QPixmap:
        drawn = self._cache.get(token)
        ratio = self.devicePixelRatioF()
        size = self._bars_area().size()
        if drawn is None or drawn.size() != size * ratio:
            drawn = bars_pixmap(self._peaks, size, self._style.colour(token), ratio)
            self._cache[token] = drawn
        return drawn

    def _clear_cache(self) -> None:
        self._cache.clear()
        self.update()

    def _on_value_changed(self, _value: int) -> None:
        self.seek_requested.emit(self.position_s)

    def _on_style_changed(self) -> None:
        self._clear_cache()
