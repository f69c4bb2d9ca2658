"""Waveform on which a section is moved, and its edges."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.waveform import Waveform


class SectionWaveform(Waveform):
    """Waveform whose region is the whole point.

    Dragging inside the region moves it as a whole; dragging outside moves the nearer edge. With the
    keyboard, Left and Right move the start, with Shift the end, with Ctrl by a tenth of a second.
    """

    def __init__(
        self,
        style: Style,
        name: str,
        parent: QWidget | None = None,
        *,
        height: int = 52,
        playhead: bool = True,
    ) -> None:
        super().__init__(style, name, parent, height=height, playhead=playhead)
        self._grab_offset_s = 0.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        region = self.region
        pressed = event.button() is Qt.MouseButton.LeftButton and self.maximum()
        if region is None or not pressed or self._edge_at(event.position().x()):
            super().mousePressEvent(event)
            return
        at = self._seconds_at(event.position())
        if region[0] < at < region[1]:
            self._drag_target = "section"
            self._grab_offset_s = at - region[0]
        else:
            self._drag_target = "start" if at <= region[0] else "end"
            self._drag_to(event.position())

    def _drag_to(self, position: QPointF) -> None:
        region = self.region
        if self._drag_target != "section" or region is None:
            super()._drag_to(position)
            return
        length = region[1] - region[0]
        start = self._seconds_at(position) - self._grab_offset_s
        # By sight, a tenth of a second is exact enough.
        start = min(max(0.0, round(start, 1)), self.duration_s - length)
        if start != region[0]:
            self.set_region((start, start + length))
            self.region_changed.emit(start, start + length)

    def _seconds_at(self, position: QPointF) -> float:
        return min(1.0, max(0.0, position.x() / max(1, self.width()))) * self.duration_s
