"""Focus ring around the focused widget."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

if TYPE_CHECKING:
    from producer_studio.ui.style.style import Style

ABOVE_RINGS = "aboveRings"
"""Dynamic property of widgets above the window's content and focus rings, such as notices."""

_CHILDREN = Qt.FindChildOption.FindDirectChildrenOnly
_RADIUS = 8.0
_RING_MARGIN = 3
_GEOMETRY_EVENTS = frozenset(
    {
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.ShowToParent,
        QEvent.Type.HideToParent,
    }
)
_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class RingOverlay(QWidget):
    """Overlay that follows a widget and surrounds it, in the nearest window or scroll area.

    Not a QFocusFrame: that is stacked below its widget and takes its margins from the style.
    """

    def __init__(self, style: "Style", target: QWidget, *, soft: bool) -> None:
        host, between = _find_host(target)
        super().__init__(host)
        self._style = style
        self._target = target
        self._soft = soft
        self._watched_widgets = between
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for widget in between:
            widget.installEventFilter(self)
        target.destroyed.connect(self.hide)
        self.follow_target()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _GEOMETRY_EVENTS:
            self.follow_target()
        return super().eventFilter(watched, event)

    def dismiss(self) -> None:
        """Hides the overlay at once and deletes it in the next turn of the event loop."""
        for widget in self._watched_widgets:
            if isValid(widget):
                widget.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def follow_target(self) -> None:
        host = self.parentWidget()
        # An ancestor may move between the deletion of the target and that of the overlay.
        if host is None or not isValid(self._target) or not self._target.isVisibleTo(host):
            self.hide()
            return
        corner = self._target.mapTo(host, QPoint(0, 0))
        self.setGeometry(
            QRect(corner, self._target.size()).adjusted(
                -_RING_MARGIN, -_RING_MARGIN, _RING_MARGIN, _RING_MARGIN
            )
        )
        self.raise_()
        for sibling in host.findChildren(QWidget, options=_CHILDREN):
            if sibling.property(ABOVE_RINGS):
                sibling.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not isValid(self._target):
            return
        radius = float(self._target.property("ringRadius") or _RADIUS)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = _RING_MARGIN if self._soft else 1.5
        painter.setPen(QPen(self._style.colour("accent/16" if self._soft else "accent"), width))
        inset = width / 2 if self._soft else 0.75
        edge = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(edge, radius + _RING_MARGIN - inset, radius + _RING_MARGIN - inset)
        painter.end()


def _find_host(target: QWidget) -> tuple[QWidget, list[QWidget]]:
    """Returns a parent that does not clip the ring, and all widgets that can move the target."""
    between = [target]
    above = target.parentWidget()
    while above is not None:
        viewport = above.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if above.isWindow() or isinstance(area, QAbstractScrollArea):
            return above, between
        between.append(above)
        above = above.parentWidget()
    return target, between


class FocusRing(QObject):
    """Draws a ring around the focused control, outside of its own border.

    Fields have a soft glow whenever they are in use, since their border turns to the accent too;
    all other controls show the ring only when the focus came by keyboard. A bare line edit inside
    a frame with the role "field" lights the frame. A widget may set the properties `ringRadius`
    (logical pixels) and `ringNone`.
    """

    def __init__(self, style: "Style", app: QApplication) -> None:
        super().__init__(app)
        self._style = style
        self._app = app
        self._ring: RingOverlay | None = None
        # Until the pointer has moved the focus, it can only have come by keyboard.
        self._is_keyboard_focus = True
        self._highlighted_field: QWidget | None = None
        app.focusChanged.connect(self._on_focus_changed)
        style.changed.connect(self._on_style_changed)

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if old is not None:
            # A window that is activated again shows the same ring as before.
            self._is_keyboard_focus = self._app.mouseButtons() == Qt.MouseButton.NoButton
        self._highlight_field(_enclosing_field(now))
        if self._ring is not None:
            self._ring.destroyed.disconnect(self._on_ring_destroyed)
            self._ring.dismiss()
            self._ring = None
        target = self._target(now)
        if target is None:
            return
        if target.window().windowType() is Qt.WindowType.Popup and not isinstance(
            target, QAbstractButton
        ):
            # Lists of popups show their current row instead.
            return
        soft = isinstance(target, _FIELDS) or target.property("role") == "field"
        self._ring = RingOverlay(self._style, target, soft=soft)
        # Child of the target's window, and deleted with it.
        self._ring.destroyed.connect(self._on_ring_destroyed)

    def _target(self, now: QWidget | None) -> QWidget | None:
        if now is None or now.property("ringNone"):
            return None
        if isinstance(now, _FIELDS):
            return self._highlighted_field or now
        return now if self._is_keyboard_focus else None

    def _highlight_field(self, field: QWidget | None) -> None:
        if field is self._highlighted_field:
            return
        for frame, active in ((self._highlighted_field, False), (field, True)):
            if frame is not None:
                frame.setProperty("active", active)
                self._style.restyle(frame)
        if self._highlighted_field is not None:
            self._highlighted_field.destroyed.disconnect(self._on_field_destroyed)
        self._highlighted_field = field
        if field is not None:
            field.destroyed.connect(self._on_field_destroyed)

    def _on_field_destroyed(self) -> None:
        self._highlighted_field = None

    def _on_ring_destroyed(self) -> None:
        self._ring = None

    def _on_style_changed(self) -> None:
        if self._ring is not None:
            self._ring.update()


def _enclosing_field(widget: QWidget | None) -> QWidget | None:
    if widget is None or widget.property("role") != "bare":
        return None
    above = widget.parentWidget()
    while above is not None and above.property("role") != "field":
        above = above.parentWidget()
    return above
