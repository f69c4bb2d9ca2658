"""View of the clip list: pointer, keyboard, selection, drag; the panel handles the actions."""

import asyncio
from contextlib import suppress

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QToolTip,
    QWidget,
)

from producer_studio.domain.best_takes import choose_takes
from producer_studio.domain.clip_list import ClipList, RowKey
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.clips.row_layout import RowPart, row_height
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.card_delegate import CardDelegate, card_height, cards_per_row
from producer_studio.ui.library.clip_delegate import GroupButtons, PlaybackState
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.group_painter import button_tooltip
from producer_studio.ui.library.list_keys import (
    NAVIGATION_KEYS,
    OPEN_KEYS,
    TRASH_KEYS,
    group_state_from_key,
    is_compare_key,
    is_keep_key,
    moves_by_one,
    overrides_shortcut,
)
from producer_studio.ui.library.list_pointer import ListPointer
from producer_studio.ui.library.row_delegate import RowDelegate
from producer_studio.ui.library.selectable_table import SelectableTable
from producer_studio.ui.library.title_editor import TitleEditor
from producer_studio.ui.widgets.keyboard import KeyRepeatFilter
from producer_studio.ui.widgets.star_rating import rating_from_key

_PAINT_TIMEOUT_S = 0.25
_CLEAR_AND_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect


class ClipView(SelectableTable):
    """Shows a `ClipTable` in rows, or as cards.

    Signals:
        clip_opened: Double-click or Enter (row); a group opens or closes instead.
        cover_pressed: The play mark on a cover was pressed (row).
        star_clicked: A star was clicked (id, 0 to 5).
        menu_requested: Open the context menu (global position).
        trash_requested: Move the selection to the trash, by key.
        rating_requested: Shift and a digit of the top row were pressed (0 to 5), for the selection.
        drag_requested: The pointer begins to drag the selection (list of ids).
        compare_requested: Ctrl+Enter, for the selection, or the button of a group (list of ids).
        keep_requested: The button of a group was pressed (`TakeChoice`).
    """

    clip_opened = Signal(str)
    cover_pressed = Signal(str)
    star_clicked = Signal(str, int)
    menu_requested = Signal(QPoint)
    trash_requested = Signal()
    rating_requested = Signal(int)
    drag_requested = Signal(object)
    compare_requested = Signal(object)
    keep_requested = Signal(object)

    def __init__(
        self, table: ClipTable, row_style: RowStyle, parent: QWidget | None = None
    ) -> None:
        super().__init__(table, parent)
        self._row_style = row_style
        self._pointer = ListPointer(self, table, self._part_at)
        self.playback = PlaybackState()
        self._playing_position: int | None = None
        self._is_press_handled = False
        self._pressed: tuple[RowPart | None, RowKey | None] = (None, None)
        self._repeat_filter = KeyRepeatFilter(self)
        self._deferred_list: ClipList | None = None
        self._has_deferred_reload = False
        self._painted = asyncio.Event()
        self._was_pointed_at = False
        hover, playback = self._pointer.hover, self.playback
        self.group_buttons = buttons = GroupButtons()
        self.row_delegate = RowDelegate(table, row_style, hover, playback, buttons, self)
        self._card_delegate = CardDelegate(table, row_style, hover, playback, buttons, self)
        self._is_grid = False
        self.setItemDelegate(self.row_delegate)
        # Qt then moves what is painted, and paints only the rows that appear.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.reload_style()
        for moved in (table.rowsInserted, table.rowsRemoved, table.modelReset):
            moved.connect(self._on_rows_changed)
        row_style.covers.cover_loaded.connect(self.viewport().update)

    def reload_style(self) -> None:
        """Applies another theme, text size or width; postponed while an editor is open."""
        if self._is_editing():
            self._has_deferred_reload = True
            return
        self._has_deferred_reload = False
        # Whether there is a scroll bar must not decide it: fewer rows may need none.
        scale, width = self._row_style.scale, self.width()
        height = card_height(width, scale) if self._is_grid else row_height(scale)
        across = cards_per_row(width) if self._is_grid else 1
        if across != self.table.clips_per_row:
            with self._anchor.preserved_selection(same_list=True):
                self.table.set_clips_per_row(across)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(row_height(scale) // 3)
        self.viewport().update()

    async def wait_until_painted(self) -> None:
        """Returns after the list was painted, or after a timeout when no paint is needed."""
        if self.isVisible():
            self._painted.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._painted.wait(), _PAINT_TIMEOUT_S)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), self._row_style.theme.ground)
        super().paintEvent(event)
        self._painted.set()

    @property
    def has_pointer(self) -> bool:
        """Whether the pointer was moved over the list, and did not only happen to be there."""
        return self._was_pointed_at and self.underMouse()

    def visible_clip_count(self) -> int:
        """Returns how many clips are visible at once, including partly visible ones."""
        rows = self.viewport().height() // max(1, self.verticalHeader().defaultSectionSize()) + 2
        return rows * self.table.clips_per_row

    @property
    def is_grid(self) -> bool:
        return self._is_grid

    def set_grid(self, grid: bool) -> None:
        """Shows cards beside each other, or rows."""
        if grid != self._is_grid:
            self.finish_editing()
            self._is_grid = grid
            self.setItemDelegate(self._card_delegate if grid else self.row_delegate)
            self.reload_style()
            index = self.currentIndex()
            if index.isValid():
                self.scrollTo(index)

    def show_list(self, listed: ClipList, *, same_list: bool) -> None:
        """Shows a list; the `same_list` read again preserves its scroll position."""
        if self._is_editing() and same_list:
            # A row must not move away under the editor.
            self._deferred_list = listed
            return
        self._deferred_list = None
        self.finish_editing()
        with self._anchor.preserved_selection(same_list=same_list):
            self.table.set_list(listed)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:  # noqa: N802
        super().closeEditor(editor, hint)
        if self._has_deferred_reload:
            self.reload_style()
        if self._deferred_list is not None:
            self.show_list(self._deferred_list, same_list=True)

    def finish_editing(self) -> None:
        """Commits the title that is being edited, as Enter does; nothing without an editor."""
        found = self.viewport().findChildren(TitleEditor) if self._is_editing() else []
        for editor in (one for one in found if not one.isHidden()):  # others are being deleted
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def _is_editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def set_playing(self, clip: ClipId | None, *, is_playing: bool, progress: float) -> None:
        """Marks the clip in the player; repaints that row alone, when a bar changes."""
        playing = self.playback
        moved = round(progress * 100) != round(playing.progress * 100)
        if clip == playing.clip and is_playing == playing.is_playing and not moved:
            return
        before = self._playing_position if playing.clip is not None else None
        if clip != playing.clip:
            self._playing_position = None if clip is None else self.table.find_shown(clip)
        playing.clip, playing.is_playing, playing.progress = clip, is_playing, progress
        for place in [place for place in (before, self._playing_position) if place is not None]:
            self.viewport().update(self.visualRect(self.table.index_of(place)))

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Disables Qt's keyboard search, which reads every row's text; see the search field."""

    def event(self, event: QEvent) -> bool:
        # Qt sends other events before the view is complete.
        if event.type() is QEvent.Type.ShortcutOverride:
            grid, compares = self._is_grid, self.group_buttons.compares
            on_group = self.current_group() is not None
            if overrides_shortcut(event, is_grid=grid, on_group=on_group, compares=compares):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        current, group = self.current_row(), self.current_group()
        if not self._is_editing():
            stars = rating_from_key(event)
            if stars is not None:
                self.rating_requested.emit(stars)
                return
            if self.group_buttons.compares and is_compare_key(event):
                # With the focus elsewhere, this key generates.
                self._repeat_filter.start(event)
                self.compare_requested.emit(self.chosen_ids())
                return
            if key in OPEN_KEYS and current:
                self._open_row(current)
                return
            is_open = group_state_from_key(event, is_grid=self._is_grid)
            if group is not None and is_open is not None:
                self.set_group_open(group, is_open=is_open)
                return
            if key == Qt.Key.Key_Space:
                event.ignore()
                return
            if key == Qt.Key.Key_F2:
                self.edit_title()
                return
            if key in TRASH_KEYS:
                # The next row takes the place of the one that goes.
                self._repeat_filter.start(event)
                if is_keep_key(event):
                    self._keep_best()
                else:
                    self.trash_requested.emit()
                return
            moves = moves_by_one(event, is_grid=self._is_grid)
            if moves and current and not self.selectionModel().hasSelection():
                # The current row is not selected yet: select it first.
                self.selectionModel().select(self.currentIndex(), _CLEAR_AND_SELECT)
                self.scrollTo(self.currentIndex())
                return
        super().keyPressEvent(event)
        index = self.currentIndex()
        if key in NAVIGATION_KEYS and index.isValid() and not self.selectionModel().hasSelection():
            # The only row is already the current one: navigating to it still selects it.
            self.selectionModel().select(index, _CLEAR_AND_SELECT)

    def _keep_best(self) -> None:
        """Keeps the best take of the current group, or says why that cannot be decided."""
        group, row = self.group_of_current()
        if group is None or row is None or not self.group_buttons.keeps:
            return
        if row.choice is None:
            reason = button_tooltip(RowPart.KEEP, row)
            box = self.visualRect(self.currentIndex())
            QToolTip.showText(self.viewport().mapToGlobal(box.center()), reason, self.viewport())
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, reason))
            return
        self.press_group(group, RowPart.KEEP)

    def _open_row(self, row: RowKey) -> None:
        """Plays a clip; opens or closes a group."""
        if self.table.takes_of(row):
            self.set_group_open(row, is_open=row not in self.table.open_groups)
        else:
            self.clip_opened.emit(row)

    def edit_title(self) -> None:
        """Opens the title editor of the current row; that of a group renames all of its takes."""
        index = self.currentIndex()
        if index.isValid() and self.table.data(index):
            self.edit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part, star, row = self._pointer.hit_test(event.position().toPoint())
        self._pressed = part, row
        self._is_press_handled = False
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            if self.table.takes_of(row):
                self._is_press_handled = self.press_group(row, part)
                if self._is_press_handled:
                    return
            clip, clip_row = self.table.clip_of(row), self.table.cached_row(row)
            self._is_press_handled = clip_row is not None and part is not RowPart.ROW
            if part is RowPart.STARS and clip_row is not None:
                self.star_clicked.emit(clip, 0 if star == clip_row.stars else star)
                return
            if part is RowPart.COVER and clip_row is not None and clip_row.clip.playable:
                self.cover_pressed.emit(row)
                return
        self._is_press_handled = False
        super().mousePressEvent(event)

    def press_group(self, group: RowKey, part: RowPart) -> bool:
        """Handles a press on a part of a group; returns False if it only selects the row."""
        if part is RowPart.TOGGLE:
            self.set_group_open(group, is_open=group not in self.table.open_groups)
            return True
        takes = self.table.takes_of(group)
        if part is RowPart.COMPARE:
            self.compare_requested.emit(list(takes))
            return True
        rows = [row for clip in takes if (row := self.table.cached_row(clip)) is not None]
        if part is RowPart.KEEP:
            choice = choose_takes([row.clip for row in rows], self.table.selected_take)
            if choice is not None and len(rows) == len(takes):
                self.keep_requested.emit(choice)
            return True
        playable = [row.id for row in rows if row.clip.playable]
        if part is RowPart.COVER and playable:
            playing = self.playback.clip
            self.cover_pressed.emit(playing if playing in playable else playable[0])
            return True
        return False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        part, _, row = self._pointer.hit_test(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and part is RowPart.ROW and row is not None:
            self._open_row(row)
            return
        # A quick second click on a star or a cover counts as a click like the first. Where the
        # first was on a group's button, another row or another part may be there now.
        if (part, row) == self._pressed:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._was_pointed_at = True
        self._pointer.move_to(event.position().toPoint())
        if not (self._is_press_handled and event.buttons()):
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._was_pointed_at = False
        self._pointer.move_to(None)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            part, _, row = self._pointer.hit_test(event.pos())
            is_group = bool(self.table.takes_of(row))
            place = self.table.position(self.indexAt(event.pos())) if is_group else -1
            group = self.table.group_row(place) if is_group else None
            text = button_tooltip(part, group) if group is not None else ""
            if text:
                QToolTip.showText(event.globalPos(), text, self.viewport())
                return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_requested.emit(event.globalPos())
            return
        index = self.currentIndex()
        self.scrollTo(index)
        box = self.visualRect(index)
        self.menu_requested.emit(self.viewport().mapToGlobal(box.center()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_grid and event.oldSize().width() != event.size().width():
            self.reload_style()
        self.viewport().update()

    def startDrag(self, _actions: Qt.DropAction) -> None:  # noqa: N802 - Qt's name
        # The files of all clips are read first; until then the pointer must not select rows.
        self._is_press_handled = True
        self.drag_requested.emit(self.selected_ids())

    def group_part_rects(self, box: QRect, group: GroupRow) -> dict[RowPart, QRect]:
        """Returns the boxes of the parts of a group in the row or card with this box."""
        delegate = self._card_delegate if self._is_grid else self.row_delegate
        return delegate.group_part_rects(box, group)

    def _part_at(self, box: QRect, point: QPoint, position: int) -> tuple[RowPart, int]:
        delegate = self._card_delegate if self._is_grid else self.row_delegate
        return delegate.part_at(box, point, position)

    def _on_rows_changed(self) -> None:
        clip = self.playback.clip
        self._playing_position = None if clip is None else self.table.find_shown(clip)
        self._pointer.hover.position = -1
