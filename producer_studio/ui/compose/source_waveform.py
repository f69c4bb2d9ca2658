"""Waveform of the source, on which a section or a position is selected."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.waveform import Waveform

_HEIGHT_PX = 62


class SourceWaveform(Waveform):
    """Shows the whole clip and marks a section (replace), a position (extend), or nothing.

    Dragging inside a section moves it as a whole; dragging outside moves the nearer edge. With the
    keyboard, Left and Right move the start, with Shift the end, with Ctrl by a tenth of a second.

    Signals:
        position_changed: The user selected another position, in seconds.
    """

    position_changed = Signal(float)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "Source waveform", parent, height=_HEIGHT_PX)
        self._selects_position = False
        self._playhead = False
        self._grab_offset_s = 0.0
        self.seek_requested.connect(self._on_seek_requested)
        self.clear_marks()

    def show_section(self, start: float, end: float) -> None:
        """Marks a section."""
        self._set_interactive(True)
        self._selects_position = self._playhead = False
        self.set_position(0.0)
        self.set_region((start, end))
        self.setAccessibleName("Section to replace")
        self.setAccessibleDescription(f"From {start:.1f} to {end:.1f} seconds")

    def show_position(self, seconds: float) -> None:
        """Marks a position; the audio before it is preserved."""
        self._set_interactive(True)
        self._selects_position = self._playhead = True
        self.set_region(None)
        self.set_position(seconds)
        self.setAccessibleName("Position to continue from")

    def clear_marks(self) -> None:
        """Shows the waveform without marks."""
        self._set_interactive(False)
        self._selects_position = self._playhead = False
        self.set_region(None)
        self.set_position(0.0)
        self.setAccessibleName("Source waveform")

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
        start = min(max(0.0, start), self.duration_s - length)
        if start != region[0]:
            self.set_region((start, start + length))
            self.region_changed.emit(start, start + length)

    def _seconds_at(self, position: QPointF) -> float:
        return min(1.0, max(0.0, position.x() / max(1, self.width()))) * self.duration_s

    def _set_interactive(self, interactive: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if interactive else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not interactive)

    def _on_seek_requested(self, seconds: float) -> None:
        if self._selects_position:
            self.position_changed.emit(seconds)
