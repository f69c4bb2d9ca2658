"""Cell of the grid: state and stars of a request, as a button that plays its clip."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from producer_studio.domain.sweep_status import CellState, SweepCell
from producer_studio.translation import join_texts, mark, nmark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.star_rating import (
    MAX_STARS,
    draw_stars,
    rating_from_key,
    star_pitch,
)

_WIDTH, _MIN_WIDTH, _HEIGHT = 92, 62, 58
_MAX_WIDTH = 220
_RADIUS = 8
_PADDING = 10
_STAR_PX = 12.0
_ICON_PX = 14
_STATE_COLOURS = {
    CellState.FAILED: "bad",
    CellState.UNKNOWN: "warn",
    CellState.SENDING: "info",
    CellState.WORKING: "info",
}
_STATES = {
    CellState.WAITING: mark("Waiting"),
    CellState.SENDING: mark("Sending"),
    CellState.WORKING: mark("Working"),
    CellState.DONE: mark("Done"),
    CellState.FAILED: mark("Failed"),
    CellState.UNKNOWN: mark("Outcome unknown"),
    CellState.CANCELLED: mark("Cancelled"),
    CellState.NOT_SENT: mark("Not sent"),
}
_SHORT_STATES = _STATES.keys() - {CellState.UNKNOWN}
"""States whose texts fit into a cell; the others are shortened where the grid is narrow."""

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class SweepCellButton(QAbstractButton):
    """Plays the clip of a cell.

    Signals:
        became_current: The cell got the focus.
        step_requested: Focus the cell so many rows and columns further.
        rating_requested: Rate the clips of the cell (stars).
        open_requested: Show the clip in the library.
    """

    became_current = Signal()
    step_requested = Signal(int, int)
    rating_requested = Signal(int)
    open_requested = Signal()

    def __init__(self, style: Style, name: str, parent: QWidget | None = None) -> None:
        """Creates an empty cell; `name` are its values."""
        super().__init__(parent)
        self._style = style
        self._name = name
        self._cell: SweepCell | None = None
        self._is_playing = False
        self._is_current = False
        self.setProperty("ringRadius", _RADIUS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(style.px(_MAX_WIDTH))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        style.changed.connect(self._on_style_changed)

    @property
    def cell(self) -> SweepCell | None:
        return self._cell

    def show_cell(self, cell: SweepCell) -> None:
        self._cell = cell
        parts = [
            mark("{values}: take {take}", values=self._name, take=cell.take),
            cell.state.label,
            mark("{stars} of 5 stars", stars=cell.stars) if cell.stars else "",
            _songs(cell) if len(cell.clips) > 1 else "",
        ]
        self.setAccessibleName(tr(join_texts(parts)))
        reason = tr(cell.job.fault.message) if cell.job is not None and cell.job.fault else ""
        self.setToolTip(reason or self._name)
        self.setAccessibleDescription(reason or (tr("Enter plays it") if cell.clips else ""))
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if cell.clips else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def set_state(self, *, is_playing: bool, is_current: bool) -> None:
        """Marks the cell whose clip is in the player, and the one that the keys act on."""
        if (is_playing, is_current) != (self._is_playing, self._is_current):
            self._is_playing, self._is_current = is_playing, is_current
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._style.font(11))
        widest = max(metrics.horizontalAdvance(tr(_STATES[state])) for state in _SHORT_STATES)
        room = math.ceil(widest) + 2 * self._style.px(_PADDING)
        return QSize(max(self._style.px(_WIDTH), room), self._style.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.px(_MIN_WIDTH), self._style.px(_HEIGHT))

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and Qt.Key(event.key()) in _STEPS:
                # Else Left and Right seek.
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.became_current.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.became_current.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.open_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        stars = rating_from_key(event)
        if step is not None and modifiers == Qt.KeyboardModifier.NoModifier:
            self.step_requested.emit(*step)
        elif stars is not None:
            if not event.isAutoRepeat():
                self.rating_requested.emit(stars)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        cell = self._cell
        if cell is None:
            return
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        has_clip = bool(cell.clips)
        ground = "hover" if has_clip and self.underMouse() else "raised" if has_clip else "panel"
        painter.setBrush(style.colour("selection" if self._is_playing else ground))
        painter.setPen(style.colour("accent" if self._is_playing else "line"))
        if self._is_current and not self._is_playing:
            painter.setPen(style.colour("text3"))
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        padding = style.px(_PADDING)
        self._draw_texts(painter, cell, padding)
        if has_clip:
            size = style.px(_STAR_PX)
            middle = self.height() - padding - size / 2
            if star_pitch(size) * MAX_STARS <= self.width() - 2 * padding:
                draw_stars(painter, style, padding, middle, cell.stars, size)
            else:
                painter.setPen(style.colour("text2"))
                painter.drawText(QPointF(padding, middle + size / 3), f"{cell.stars} ★")
        painter.end()

    def _draw_texts(self, painter: QPainter, cell: SweepCell, padding: int) -> None:
        style = self._style
        painter.setFont(style.font(12, 500))
        metrics = painter.fontMetrics()
        width = self.width() - 2 * padding
        top = QRectF(padding, padding - 2, width, metrics.height())
        painter.setPen(style.colour("text1" if cell.clips else "text2"))
        take = tr("Take {number}", number=cell.take)
        if len(cell.clips) > 1:
            take += f" · {tr(_songs(cell))}"
        icon_width = style.px(_ICON_PX) if cell.clips else 0
        text = metrics.elidedText(take, Qt.TextElideMode.ElideRight, round(width - icon_width))
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if cell.clips:
            icon = "pause" if self._is_playing else "play"
            shown = self._is_playing or self.underMouse()
            pixmap = style.pixmap(icon, "accent" if self._is_playing else "text2", _ICON_PX)
            if shown:
                at = QPointF(self.width() - padding - _ICON_PX, top.center().y() - _ICON_PX / 2)
                painter.drawPixmap(at, pixmap)
            return
        painter.setFont(style.font(11))
        painter.setPen(style.colour(_STATE_COLOURS.get(cell.state, "text3")))
        metrics = painter.fontMetrics()
        words = tr(_STATES[cell.state])
        bottom = QRectF(padding, self.height() - padding - metrics.height() + 2, width,
                        metrics.height())  # fmt: skip
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, round(width))
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _on_style_changed(self) -> None:
        self.setMaximumWidth(self._style.px(_MAX_WIDTH))
        self.updateGeometry()
        self.update()


def _songs(cell: SweepCell) -> str:
    return nmark("{count} song", "{count} songs", len(cell.clips))
