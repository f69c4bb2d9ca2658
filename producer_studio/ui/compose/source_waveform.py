"""The source's waveform, on which a section or a place is chosen by hand."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.waveform import Waveform

_HEIGHT_PX = 62


class SourceWave(Waveform):
    """Shows the whole clip; marks a section (replace), a place (extend), or nothing.

    A section is moved as a whole from its inside, its nearer edge from outside. With the keyboard
    Left and Right move its start, with Shift its end, with Ctrl by a tenth of a second.

    Signals:
        place_changed: The user chose another place, in seconds.
    """

    place_changed = Signal(float)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Source waveform", parent, height=_HEIGHT_PX)
        self._takes_place = False
        self._playhead = False
        self._grabbed = 0.0
        self.sought.connect(self._on_sought)
        self.show_nothing()

    def show_section(self, start: float, end: float) -> None:
        """Marks a section."""
        self._take_part(True)
        self._takes_place = self._playhead = False
        self.set_position(0.0)
        self.set_region((start, end))
        self.setAccessibleName("Section to replace")
        self.setAccessibleDescription(f"From {start:.1f} to {end:.1f} seconds")

    def show_place(self, seconds: float) -> None:
        """Marks a place; what comes before it is kept."""
        self._take_part(True)
        self._takes_place = self._playhead = True
        self.set_region(None)
        self.set_position(seconds)
        self.setAccessibleName("Place to continue from")

    def show_nothing(self) -> None:
        """Only the waveform."""
        self._take_part(False)
        self._takes_place = self._playhead = False
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
            self._held = "section"
            self._grabbed = at - region[0]
        else:
            self._held = "start" if at <= region[0] else "end"
            self._drag_to(event.position())

    def _drag_to(self, position: QPointF) -> None:
        region = self.region
        if self._held != "section" or region is None:
            super()._drag_to(position)
            return
        length = region[1] - region[0]
        start = self._seconds_at(position) - self._grabbed
        start = min(max(0.0, start), self.duration_s - length)
        if start != region[0]:
            self.set_region((start, start + length))
            self.region_changed.emit(start, start + length)

    def _seconds_at(self, position: QPointF) -> float:
        return min(1.0, max(0.0, position.x() / max(1, self.width()))) * self.duration_s

    def _take_part(self, on: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not on)

    def _on_sought(self, seconds: float) -> None:
        if self._takes_place:
            self.place_changed.emit(seconds)
