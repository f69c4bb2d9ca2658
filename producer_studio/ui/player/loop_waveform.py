"""The player's waveform: a loop region with handles, and section marks."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from producer_studio.domain.section_marks import SectionMark
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.text_format import format_time_tenths
from producer_studio.ui.widgets.waveform import Waveform

_BARS_HEIGHT = 52
_MARKS_HEIGHT = 16
_SHORTEST_S = 0.5
_LABEL_GAP = 5
_LOOP_ICON_SIZE = 10
_MARKS_TIP = mark("Section marks are guesses from lyrics and loudness.")
_REPEATED = mark("{position}, {start} to {end} repeated")
_MARKED = mark("{position}, {start} to {end} marked")
_LOOP_TIP = mark("Drag with Shift to loop a part; [ and ] mark its start and end at the position.")


class LoopWaveform(Waveform):
    """Waveform on which a region is drawn with Shift, or marked by the keys [ and ].

    Arrows seek also while there is a region; its edges are handles for the mouse, and move to the
    playhead by the keys.

    Signals:
        region_drawn: Another region, in seconds; also while it is drawn.
        region_cleared: The user removed the region.
    """

    region_drawn = Signal(float, float)
    region_cleared = Signal()

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        super().__init__(style, name, parent, height=_BARS_HEIGHT + 2 * _MARKS_HEIGHT)
        self._marks: tuple[SectionMark, ...] = ()
        self._is_looping = False
        self._drawn_from_s: float | None = None
        self.region_changed.connect(self.region_drawn)
        self.region_drawn.connect(lambda _start, _end: self._update_description())
        self.set_marks(())

    def set_marks(self, marks: Sequence[SectionMark]) -> None:
        """Shows where sections may begin."""
        self._marks = tuple(marks)
        self.setToolTip(f"{tr(_MARKS_TIP)}\n{tr(_LOOP_TIP)}" if marks else tr(_LOOP_TIP))
        self.update()

    @property
    def marks(self) -> tuple[SectionMark, ...]:
        return self._marks

    def set_looping(self, *, looping: bool) -> None:
        """Shows whether the region is repeated."""
        self._is_looping = looping
        self._update_description()
        self.update()

    def _description(self) -> str:
        words = super()._description()
        if self._region is None:
            return words
        start, end = map(format_time_tenths, self._region)
        text = _REPEATED if self._is_looping else _MARKED
        return tr(text, position=words, start=start, end=end)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = self._x_of(self.position_s)
        self._paint_bars(painter, "wave_rest", x, self.width())
        self._paint_bars(painter, "accent", 0.0, x)
        if self._region is not None and self.maximum():
            self._paint_loop(painter, *self._region)
        self._paint_marks(painter)
        if self.maximum():
            area = QRectF(self._bars_area())
            painter.fillRect(
                QRectF(round(x), area.top(), 1, area.height()), self._style.colour("text1")
            )
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if shift and event.button() is Qt.MouseButton.LeftButton and self.maximum():
            self._drawn_from_s = self._seconds_at(event.position())
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawn_from_s is None:
            super().mouseMoveEvent(event)
            return
        to_s = self._seconds_at(event.position())
        self._draw_region(min(self._drawn_from_s, to_s), max(self._drawn_from_s, to_s))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drawn_from_s = None
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self._region is not None:
            self.region_cleared.emit()
        elif key == Qt.Key.Key_BracketLeft and self.maximum():
            end = self._region[1] if self._region is not None else self.duration_s
            at = self.position_s
            self._draw_region(at, end if end > at + _SHORTEST_S else self.duration_s)
        elif key == Qt.Key.Key_BracketRight and self.maximum():
            start = self._region[0] if self._region is not None else 0.0
            at = self.position_s
            self._draw_region(start if start < at - _SHORTEST_S else 0.0, at)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            step = self.singleStep() if key == Qt.Key.Key_Right else -self.singleStep()
            self.setValue(self.value() + step)
        else:
            super().keyPressEvent(event)

    def _bars_area(self) -> QRect:
        return QRect(0, _MARKS_HEIGHT, self.width(), _BARS_HEIGHT)

    def _seconds_at(self, position: QPointF) -> float:
        return min(1.0, max(0.0, position.x() / max(1, self.width()))) * self.duration_s

    def _draw_region(self, start_s: float, end_s: float) -> None:
        if end_s - start_s >= _SHORTEST_S and (start_s, end_s) != self._region:
            self.set_region((start_s, end_s))
            self.region_drawn.emit(start_s, end_s)

    def _paint_loop(self, painter: QPainter, start_s: float, end_s: float) -> None:
        area = QRectF(self._bars_area())
        left, right = self._x_of(start_s), self._x_of(end_s)
        painter.fillRect(
            QRectF(left, area.top(), right - left, area.height()),
            self._style.colour("accent/14"),
        )
        edge = "accent" if self._is_looping else "text3"
        painter.setPen(QPen(self._style.colour(edge), 2))
        for x in (max(1.0, left), min(self.width() - 1.0, right)):
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_marks(self, painter: QPainter) -> None:
        font = self.font()
        font.setPixelSize(self._style.px(11))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        edges = [self._x_of(section.at_s) for section in self._marks] + [float(self.width())]
        free_from = 0.0
        for section, x, following in zip(self._marks, edges, edges[1:], strict=False):
            loops = self._is_looped(section.at_s)
            colour = self._style.colour("accent" if loops else "text2")
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x + 0.5, 1), QPointF(x + 0.5, _MARKS_HEIGHT + 2))
            icon = self._style.px(_LOOP_ICON_SIZE) if loops else 0
            room = following - x - 2 * _LABEL_GAP - icon
            if x < free_from or room < metrics.averageCharWidth() * 3:
                continue
            words = metrics.elidedText(section.name, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QPointF(x + _LABEL_GAP, metrics.ascent()), words)
            free_from = x + _LABEL_GAP + metrics.horizontalAdvance(words)
            if loops:
                top = (metrics.ascent() + metrics.descent() - icon) / 2
                picture = self._style.pixmap("rotate-cw", "accent", icon)
                painter.drawPixmap(QPointF(free_from + 4, top + 1), picture)
                free_from += icon + 4

    def _is_looped(self, at_s: float) -> bool:
        region = self._region
        return region is not None and self._is_looping and region[0] - 0.5 <= at_s < region[1] - 0.5
