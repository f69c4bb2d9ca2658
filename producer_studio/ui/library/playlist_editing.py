"""Order of a playlist in the list: by dragging, and by keys."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QWidget

from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import PlaylistItemId
from producer_studio.ui.clips.drag import CLIPS_MIME_TYPE, get_mime_clips
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.library.list_keys import TRASH_KEYS, is_keep_key
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import ignore_repetitions

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SCROLL_EDGE = 36
_SCROLL_MS = 30
_ALT = Qt.KeyboardModifier.AltModifier


class PlaylistEditing(QObject):
    """Moves, adds and removes items where the view shows a playlist.

    Args:
        is_playlist: Whether the view shows a playlist.
        is_in_order: Whether it shows the whole of it in its own order, which can be changed.

    Signals:
        moved: The list as it is now, the items that were moved, the item in front of which they are
            (None for the end), and whether a key moved them.
        removal_requested: Remove these items.
        clips_dropped: Ids of clips from elsewhere, and the item in front of which they go.
    """

    moved = Signal(object, object, object, bool)
    removal_requested = Signal(object)
    clips_dropped = Signal(object, object)

    def __init__(
        self,
        style: Style,
        view: ClipView,
        is_playlist: Callable[[], bool],
        is_in_order: Callable[[], bool],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._table = view.table
        self._is_playlist = is_playlist
        self._is_in_order = is_in_order
        self._line = _DropLine(style, view.viewport())
        self._scroll_timer = QTimer(self, interval=_SCROLL_MS)
        self._scroll_timer.timeout.connect(self._scroll)
        self._scroll_step = 0
        view.viewport().setAcceptDrops(True)
        # No event filter: Qt would call it while the view is destroyed.
        view.list_event_handler = self._handle

    def _handle(self, event: QEvent) -> bool:
        """Handles an event of the view or its viewport; returns whether it is done with."""
        if isinstance(event, QKeyEvent):
            return self._handle_key(event)
        # An entry is a move, too, in Qt's classes, and a move a drop.
        if isinstance(event, QDragMoveEvent):
            return self._handle_drag(event)
        if isinstance(event, QDropEvent):
            return self._handle_drop(event)
        if isinstance(event, QDragLeaveEvent):
            self._end_drag()
            return True
        return False

    def selected_items(self) -> list[PlaylistItemId]:
        """Returns the selected items in their order."""
        return [PlaylistItemId(row) for row in self._view.selected_rows()]

    def _handle_key(self, event: QKeyEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not self._is_playlist():
            return False
        key = Qt.Key(event.key())
        if key in TRASH_KEYS and not is_keep_key(event):
            items = self.selected_items()
            if items and self._view.state() != ClipView.State.EditingState:
                # The next row takes the place of the one that goes.
                ignore_repetitions(event)
                self.removal_requested.emit(items)
                return True
            return False
        step = _STEPS.get(key, 0)
        if not step or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != _ALT:
            return False
        if self._is_in_order():
            self._move_by(step)
        return True

    def _move_by(self, step: int) -> None:
        """Moves the selected items by one row; those that are apart come together."""
        rows = [PlaylistItemId(row) for row in self._table.ids]
        items = self.selected_items()
        if not items:
            return
        chosen = set(items)
        edge = self._table.find_position(items[0] if step < 0 else items[-1]) or 0
        place = edge - 1 if step < 0 else edge + 2
        if place < 0 or place > len(rows):
            return
        before = rows[place] if place < len(rows) else None
        self._move(rows, chosen, before, by_key=True)

    def _move(
        self,
        rows: Sequence[PlaylistItemId],
        chosen: set[PlaylistItemId],
        before: PlaylistItemId | None,
        *,
        by_key: bool = False,
    ) -> None:
        moved = [row for row in rows if row in chosen]
        others = [row for row in rows if row not in chosen]
        if before in chosen and before is not None:
            following = rows[rows.index(before) :]
            before = next((row for row in following if row not in chosen), None)
        place = others.index(before) if before is not None else len(others)
        ordered = [*others[:place], *moved, *others[place:]]
        if ordered != list(rows):
            # It is shown at once: the next key moves it from there.
            listed = ClipList(ordered, items=self._table.listed.items)
            self.moved.emit(listed, moved, before, by_key)
            self._view.scrollTo(self._view.currentIndex())

    def _handle_drag(self, event: QDragMoveEvent) -> bool:
        if not self._is_in_order() or not event.mimeData().hasFormat(CLIPS_MIME_TYPE):
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        point = event.position().toPoint()
        self._line.setGeometry(self._line_rect(self._place_at(point)))
        self._line.show()
        height = self._view.viewport().height()
        near_end = point.y() > height - _SCROLL_EDGE
        self._scroll_step = -1 if point.y() < _SCROLL_EDGE else int(near_end)
        if self._scroll_step:
            self._scroll_timer.start()
        else:
            self._scroll_timer.stop()
        return True

    def _handle_drop(self, event: QDropEvent) -> bool:
        self._end_drag()
        if not self._is_in_order() or not event.mimeData().hasFormat(CLIPS_MIME_TYPE):
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        place = self._place_at(event.position().toPoint())
        rows = [PlaylistItemId(row) for row in self._table.ids]
        before = rows[place] if place < len(rows) else None
        if event.source() is self._view:
            self._move(rows, set(self.selected_items()), before)
        else:
            self.clips_dropped.emit(get_mime_clips(event.mimeData()), before)
        return True

    def _end_drag(self) -> None:
        self._line.hide()
        self._scroll_timer.stop()

    def _scroll(self) -> None:
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + self._scroll_step * bar.singleStep())

    def _place_at(self, point: QPoint) -> int:
        """Returns the position in front of which a drop at a point goes."""
        index = self._view.indexAt(point)
        count = len(self._table.ids)
        if not index.isValid() or self._table.position(index) >= count:
            return count
        box = self._view.visualRect(index)
        is_behind = (
            point.x() > box.center().x() if self._view.is_grid else point.y() > box.center().y()
        )
        return self._table.position(index) + int(is_behind)

    def _line_rect(self, place: int) -> QRect:
        count = len(self._table.ids)
        if not count:
            return QRect(0, 0, self._view.viewport().width(), 2)
        box = self._view.visualRect(self._table.index_of(min(place, count - 1)))
        if self._view.is_grid:
            x = box.right() if place >= count else box.left()
            return QRect(max(0, x - 1), box.top(), 2, box.height())
        y = box.bottom() if place >= count else box.top()
        return QRect(0, max(0, y - 1), self._view.viewport().width(), 2)


class _DropLine(QWidget):
    """Line where the dragged clips will be."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        style.changed.connect(self._update_colour)
        self._update_colour()
        self.hide()

    def _update_colour(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), self._style.theme.accent)
        self.setPalette(palette)
