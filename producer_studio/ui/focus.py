"""The ring around what the keyboard speaks to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

if TYPE_CHECKING:
    from producer_studio.ui.look import Look

_RADIUS = 8.0
_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class _Frame(QFocusFrame):
    def __init__(self, look: "Look") -> None:
        super().__init__()
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        widget = self.widget()
        if widget is None:
            return
        radius = float(widget.property("ringRadius") or _RADIUS)
        soft = isinstance(widget, _FIELDS) or widget.property("role") == "field"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._look.colour("accent/18" if soft else "accent")
        painter.setPen(QPen(colour, 2.0))
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(edge, radius + 1, radius + 1)
        painter.end()


class FocusRing(QObject):
    """Draws a ring around the focused control, outside of its own border.

    Fields have a soft glow whenever they are in use, since their border turns to the accent too;
    all other controls show the ring only when the focus came by keyboard. A bare line edit inside
    a frame with the role "field" lights the frame. A widget may set the properties `ringRadius`
    (logical pixels) and `ringNone`.
    """

    def __init__(self, look: "Look", app: QApplication) -> None:
        super().__init__(app)
        self._look = look
        self._app = app
        self._frame: _Frame | None = None
        self._field: QWidget | None = None
        app.focusChanged.connect(self._on_focus_changed)
        look.changed.connect(self._on_look_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._light_field(_field_around(now))
        target = self._target(now)
        if target is None:
            if self._frame is not None:
                self._frame.setWidget(None)  # type: ignore[arg-type] # Qt takes nullptr here
            return
        if self._frame is None:
            self._frame = _Frame(self._look)
            self._frame.destroyed.connect(self._on_frame_destroyed)
        self._frame.setWidget(target)

    def _target(self, now: QWidget | None) -> QWidget | None:
        if now is None or now.property("ringNone"):
            return None
        if isinstance(now, _FIELDS):
            return self._field or now
        by_mouse = self._app.mouseButtons() != Qt.MouseButton.NoButton
        return None if by_mouse else now

    def _light_field(self, field: QWidget | None) -> None:
        if field is self._field:
            return
        for frame, active in ((self._field, False), (field, True)):
            if frame is not None:
                frame.setProperty("active", active)
                self._look.restyle(frame)
        if self._field is not None:
            self._field.destroyed.disconnect(self._on_field_destroyed)
        self._field = field
        if field is not None:
            field.destroyed.connect(self._on_field_destroyed)

    def _on_field_destroyed(self) -> None:
        self._field = None

    def _on_frame_destroyed(self) -> None:
        # It lives inside the window of what it surrounds, and goes with it.
        self._frame = None

    def _on_look_changed(self) -> None:
        if self._frame is not None:
            self._frame.update()


def _field_around(widget: QWidget | None) -> QWidget | None:
    if widget is None or widget.property("role") != "bare":
        return None
    above = widget.parentWidget()
    while above is not None and above.property("role") != "field":
        above = above.parentWidget()
    return above
