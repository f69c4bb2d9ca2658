"""Waveform in the dialog of an edit, on which the part or the fades are set."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.translation.numbers import FixedDecimal
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.section_waveform import SectionWaveform
from producer_studio.ui.widgets.text_format import format_time_tenths
from producer_studio.ui.widgets.waveform import (
    HEIGHT_EXPONENT,
    bar_count,
    bar_heights,
    bar_lines,
    bar_pen,
)

_HEIGHT_PX = 84
_SHORTEST_S = 0.1
_DECIMALS = 1
_OTHER_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
"""Keys by which a slider changes its value; these have no meaning here."""


class TrimWaveform(SectionWaveform):
    """Marks the part that is left. Home and End move its edges to those of the clip."""

    def __init__(
        self, style: Style, peaks: bytes, duration_s: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, tr("Part that is left"), parent, height=_HEIGHT_PX, playhead=False)
        self.setToolTip(
            tr(
                "Drag the edges, or the part between them. Left and Right move the start, with "
                "Shift the end, with Ctrl by a tenth of a second"
            )
        )
        self.set_clip(peaks, duration_s)
        self.set_region((0.0, duration_s))

    def set_region(self, region: tuple[float, float] | None) -> None:
        """Marks a region, in seconds; edges outside of the clip are moved to its edges."""
        if region is not None:
            start, end = (min(max(0.0, edge), self.duration_s) for edge in region)
            region = (start, end)
            self.setAccessibleDescription(self._region_text(start, end))
        super().set_region(region)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home:
            self._move_edge("start", 0.0)
        elif event.key() == Qt.Key.Key_End:
            self._move_edge("end", self.duration_s)
        elif event.key() in _OTHER_KEYS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _region_text(self, start: float, end: float) -> str:
        return tr("{start} to {end}", start=format_time_tenths(start), end=format_time_tenths(end))

    def _move_edge(self, edge: str, seconds: float) -> None:
        if self.region is None:
            return
        start, end = self.region
        # By sight, a tenth of a second is exact enough; the fields take any other value.
        moved = round(seconds, _DECIMALS)
        if edge == "start":
            start = max(0.0, min(moved, self._latest_start(end)))
        else:
            end = min(self.duration_s, max(moved, self._earliest_end(start)))
        if (start, end) != self.region:
            self.set_region((start, end))
            self.region_changed.emit(start, end)

    def _latest_start(self, end: float) -> float:
        return end - _SHORTEST_S

    def _earliest_end(self, start: float) -> float:
        return start + _SHORTEST_S


class FadeWaveform(TrimWaveform):
    """Marks where the fade in ends and the fade out begins, and the level that they leave."""

    def __init__(
        self, style: Style, peaks: bytes, duration_s: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(style, peaks, duration_s, parent)
        self.setAccessibleName(tr("Fades"))
        self.setToolTip(
            tr(
                "Drag the end of the fade in, or the start of the fade out. Left and Right move "
                "the first, with Shift the second, with Ctrl by a tenth of a second"
            )
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        region = self.region
        pressed = event.button() is Qt.MouseButton.LeftButton and self.maximum()
        if region is not None and pressed and not self._edge_at(event.position().x()):
            at = self._seconds_at(event.position())
            is_nearer_start = abs(at - region[0]) <= abs(at - region[1])
            self._drag_target = "start" if is_nearer_start else "end"
            self._drag_to(event.position())
            return
        super().mousePressEvent(event)

    def _region_text(self, start: float, end: float) -> str:
        out_s = self.duration_s - end
        return tr(
            "{start} seconds in, {end} seconds out",
            start=FixedDecimal(start, 1),
            end=FixedDecimal(out_s, 1),
        )

    def _latest_start(self, end: float) -> float:  # noqa: ARG002 - fades may overlap
        return self.duration_s

    def _earliest_end(self, start: float) -> float:  # noqa: ARG002 - fades may overlap
        return 0.0

    def _paint_region(self, painter: QPainter, start: float, end: float) -> None:
        width, height = float(self.width()), float(self.height())
        left, right = self._x_of(start), self._x_of(end)
        self._paint_bars(painter, "wave_rest", 0.0, width)
        fade_in = _envelope(0.0, left, width, height)
        fade_out = _envelope(width, right, 0.0, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(fade_in.intersected(fade_out), self._style.colour("accent/14"))
        painter.setPen(bar_pen(self._style.colour("accent")))
        painter.drawLines(bar_lines(self._faded_heights(start, end), self.size()))
        painter.restore()
        for x in (max(1.0, left), min(width - 1.0, right)):
            painter.setPen(QPen(self._style.colour("accent"), 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, height))

    def _faded_heights(self, start: float, end: float) -> list[float]:
        """Returns the heights of the bars that the fades leave."""
        heights = bar_heights(self._peaks, bar_count(self.width()))
        out_s = self.duration_s - end
        faded = []
        for bar, height in enumerate(heights):
            at = (bar + 0.5) / len(heights) * self.duration_s
            gain = min(1.0, at / start) if start else 1.0
            gain *= min(1.0, (self.duration_s - at) / out_s) if out_s else 1.0
            faded.append(height * gain**HEIGHT_EXPONENT)
        return faded


def _envelope(silent_x: float, full_x: float, end_x: float, height: float) -> QPainterPath:
    """Returns the area of a level that rises from the middle to the full height."""
    middle = height / 2
    points = [(silent_x, middle), (full_x, 0.0), (end_x, 0.0), (end_x, height), (full_x, height)]
    path = QPainterPath()
    if abs(full_x - silent_x) < 1.0:
        path.addRect(QRectF(min(silent_x, end_x), 0.0, abs(end_x - silent_x), height))
    else:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
        path.closeSubpath()
    return path
