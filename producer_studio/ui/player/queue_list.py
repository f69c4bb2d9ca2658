"""List of the queue: what plays, and what comes next; reordered by dragging or by keys."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import KeyRepeatFilter
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.text_format import format_time

_CLIP = int(Qt.ItemDataRole.UserRole)
_NOTE = _CLIP + 1
_ROW_HEIGHT = 46
_COVER = 32
_COVER_RADIUS = 6
_MARGIN = 12
_GRIP_WIDTH = 24
_SELECTED = QStyle.StateFlag.State_Selected
_MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_BOTTOM_LEFT = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
_TOP_LEFT = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class QueueList(QListWidget):
    """Shows clips; the first may be the one that plays, which cannot be moved.

    Places are those of the queue: the clip that plays has none.

    Signals:
        moved: A clip of the queue was moved from one place to another.
        removed: Remove the clip at this place.
        chosen: Play the clip at this place now.
        undo_requested: Undo the last change of the queue.
    """

    moved = Signal(int, int)
    removed = Signal(int)
    chosen = Signal(int)
    undo_requested = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.covers = CoverCache(self)
        self.covers.cover_loaded.connect(self.viewport().update)
        self._first = 0
        self._dragged: int | None = None
        self._dragged_from = 0
        self._repeat_filter = KeyRepeatFilter(self)
        self.setAccessibleName("Queue")
        self.setProperty("surface", "none")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_QueueDelegate(style, self.covers, self))
        self.setToolTip("Drag to reorder, or Alt+Up and Alt+Down. Del removes.")
        self.itemDoubleClicked.connect(self._on_double_clicked)

    def show_clips(self, playing: Clip | None, queued: Sequence[Clip], *, is_gapless: bool) -> None:
        """Shows the clip that plays, and those that come next.

        Args:
            playing: The loaded clip, or None.
            queued: The clips of the queue, in order.
            is_gapless: Whether the first of them follows without a gap.
        """
        row = self.currentRow()
        self.clear()
        self._first = int(playing is not None)
        if playing is not None:
            self._add(playing, "playing")
        for place, clip in enumerate(queued):
            self._add(clip, "next, without a gap" if is_gapless and not place else "")
        self.setCurrentRow(min(max(row, self._first), self.count() - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.currentRow() - self._first
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = moves.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            to = place + step
            if place >= 0 and 0 <= to < self.count() - self._first:
                self.setCurrentRow(to + self._first)
                self.moved.emit(place, to)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and place >= 0:
            # The next clip takes the place of the one that goes.
            self._repeat_filter.start(event)
            self.removed.emit(place)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and place >= 0:
            self._repeat_filter.start(event)
            self.chosen.emit(place)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() is Qt.MouseButton.LeftButton and row >= self._first:
            self._dragged = self._dragged_from = row

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        shape = Qt.CursorShape.OpenHandCursor if row >= self._first else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(
            Qt.CursorShape.ClosedHandCursor if self._dragged is not None else shape
        )
        if self._dragged is None or row < self._first or row == self._dragged:
            return
        self.insertItem(row, self.takeItem(self._dragged))
        self.setCurrentRow(row)
        self._dragged = row

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        dragged, self._dragged = self._dragged, None
        if dragged is not None and dragged != self._dragged_from:
            self.moved.emit(self._dragged_from - self._first, dragged - self._first)

    def _add(self, clip: Clip, note: str) -> None:
        length = format_time(clip.duration_s)
        item = QListWidgetItem(shorten(clip.display_title) or "Untitled", self)
        item.setData(_CLIP, clip)
        item.setData(_NOTE, note)
        words = ", ".join(part for part in (item.text(), length, note) if part)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def _on_double_clicked(self, item: QListWidgetItem) -> None:
        place = self.row(item) - self._first
        if place >= 0:
            self.chosen.emit(place)


class _QueueDelegate(QStyledItemDelegate):
    """Paints a row: cover, title, length and note, and a grip where it can be moved."""

    def __init__(self, style: Style, covers: CoverCache, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._covers = covers

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, max(_ROW_HEIGHT, self._style.px(_ROW_HEIGHT - 4)))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        style, row = self._style, option.rect
        clip, note = index.data(_CLIP), index.data(_NOTE)
        is_playing = note == "playing"
        states = option.state
        painter.save()
        if is_playing:
            painter.fillRect(row, style.colour("selection"))
        elif states & _SELECTED:
            painter.fillRect(row, style.colour("hover"))
        top = row.top() + (row.height() - _COVER) / 2
        ratio = option.widget.devicePixelRatioF()
        cover = self._covers.pixmap(clip.id, clip.cover, (_COVER, _COVER), ratio, _COVER_RADIUS)
        painter.drawPixmap(QPointF(row.left() + _MARGIN, top), cover)
        left = row.left() + _MARGIN + _COVER + 10
        right = row.right() - _MARGIN - (0 if is_playing else _GRIP_WIDTH)
        if is_playing:
            painter.setFont(style.font(13))
            painter.setPen(style.colour("text2"))
            painter.drawText(row.adjusted(0, 0, -_MARGIN, 0), _MIDDLE_RIGHT, note)
            right -= painter.fontMetrics().horizontalAdvance(note) + 8
        half = row.height() // 2
        painter.setFont(style.font(13, 500))
        painter.setPen(style.colour("text1"))
        title = QRect(left, row.top(), right - left, half + 1)
        shown = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(title, _BOTTOM_LEFT, shown)
        painter.setFont(style.font(11))
        painter.setPen(style.colour("text2"))
        parts = [format_time(clip.duration_s), "" if is_playing else note]
        line = QRect(left, row.top() + half + 1, right - left, half)
        painter.drawText(line, _TOP_LEFT, " · ".join(part for part in parts if part))
        if not is_playing:
            self._paint_grip(painter, row)
        painter.restore()

    def _paint_grip(self, painter: QPainter, row: QRect) -> None:
        painter.setPen(QPen(self._style.colour("text3"), 2, c=Qt.PenCapStyle.RoundCap))
        centre = row.center().y()
        for x in (row.right() - _MARGIN - 10, row.right() - _MARGIN - 2):
            for y in (centre - 4, centre, centre + 4):
                painter.drawPoint(x, y)
