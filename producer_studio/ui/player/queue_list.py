"""List of the queue: what plays, and what comes next; reordered by dragging or by keys."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStyleOptionViewItem, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.translation import tr
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.clips.cover_row_delegate import (
    MARGIN,
    NOTE_ROLE,
    CoverRowDelegate,
    add_clip_item,
    set_note,
)
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import KeyRepeatFilter
from producer_studio.ui.widgets.text_format import format_time

_IS_LOADED = NOTE_ROLE + 1
_GRIP_WIDTH = 24


class QueueList(QListWidget):
    """Shows clips; the first may be the loaded one, which cannot be moved.

    Places are those of the queue: the loaded clip has none.

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
        self._loaded_note = "paused"
        self._dragged: int | None = None
        self._dragged_from = 0
        self._repeat_filter = KeyRepeatFilter(self)
        self.setAccessibleName(tr("Queue"))
        self.setProperty("surface", "none")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_QueueDelegate(style, self.covers, self))
        self.setToolTip(tr("Drag to reorder, or Alt+Up and Alt+Down. Del removes."))
        self.itemDoubleClicked.connect(self._on_double_clicked)

    def set_playing(self, playing: bool) -> None:
        """Shows whether the loaded clip plays, or is paused."""
        self._loaded_note = tr("playing") if playing else tr("paused")
        if self._first and self.count():
            set_note(self.item(0), self._loaded_note)

    def show_clips(self, loaded: Clip | None, queued: Sequence[Clip], *, is_gapless: bool) -> None:
        """Shows the loaded clip, and those that come next.

        Args:
            loaded: The clip that plays or is paused, or None.
            queued: The clips of the queue, in order.
            is_gapless: Whether the first of them follows without a gap.
        """
        row = self.currentRow()
        # The rows of a drag are no longer those of the same clips.
        self._dragged = None
        self.clear()
        self._first = int(loaded is not None)
        if loaded is not None:
            self._add_loaded(loaded)
        for place, clip in enumerate(queued):
            self._add(clip, tr("next, without a gap") if is_gapless and not place else "")
        self.setCurrentRow(min(max(row, self._first), self.count() - 1))
        if self.currentRow() <= self._first:
            # It may not have its height yet, and would scroll the loaded clip away.
            self.scrollToTop()

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
        line = " · ".join(part for part in (format_time(clip.duration_s), note) if part)
        add_clip_item(self, clip, line, "").setData(_IS_LOADED, False)

    def _add_loaded(self, clip: Clip) -> None:
        item = add_clip_item(self, clip, format_time(clip.duration_s), self._loaded_note)
        item.setData(_IS_LOADED, True)

    def _on_double_clicked(self, item: QListWidgetItem) -> None:
        place = self.row(item) - self._first
        if place >= 0:
            self.chosen.emit(place)


class _QueueDelegate(CoverRowDelegate):
    """Paints a row of the queue; the loaded clip is tinted, the others have a grip."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        is_loaded = index.data(_IS_LOADED)
        painter.save()
        self.paint_row(
            painter,
            option,
            index,
            ground="selection" if is_loaded else "",
            right_room=0 if is_loaded else _GRIP_WIDTH,
        )
        if not is_loaded:
            self._paint_grip(painter, option.rect)
        painter.restore()

    def _paint_grip(self, painter: QPainter, row: QRect) -> None:
        painter.setPen(QPen(self._style.colour("text3"), 2, c=Qt.PenCapStyle.RoundCap))
        centre = row.center().y()
        for x in (row.right() - MARGIN - 10, row.right() - MARGIN - 2):
            for y in (centre - 4, centre, centre + 4):
                painter.drawPoint(x, y)
