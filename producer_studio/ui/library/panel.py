"""Library panel: smart lists, running jobs and the list of clips."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.clip_list import ClipList, RowKey
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.clips import SmartList, SmartListCounts, SortOrder
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.clips.drag import ClipDrag
from producer_studio.ui.clips.list_columns import ListColumns
from producer_studio.ui.clips.menu import MenuCallbacks
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.bulk_editing import BulkEditing
from producer_studio.ui.library.clip_list_loader import ClipListLoader
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.library.column_headers import ColumnHeaders
from producer_studio.ui.library.empty_text import empty_text
from producer_studio.ui.library.group_actions import GroupActions
from producer_studio.ui.library.jobs_pane import JobsPane
from producer_studio.ui.library.list_header import ListHeader
from producer_studio.ui.library.list_keys import while_visible
from producer_studio.ui.library.list_menu import ListMenu
from producer_studio.ui.library.list_navigation import ListNavigation
from producer_studio.ui.library.list_stack import ListStack
from producer_studio.ui.library.playlist_bar import PlaylistBar
from producer_studio.ui.library.playlist_pane import PlaylistPane
from producer_studio.ui.library.row_loader import RowLoader
from producer_studio.ui.library.similar_bar import SimilarBar
from producer_studio.ui.library.trash_bar import TrashBar
from producer_studio.ui.widgets.checked_state import set_checked

_GRID_MARGIN = 8


class LibraryPanel(QWidget):
    """Shows the library and forwards the user's requests to the window.

    Signals:
        selection_changed: The selection changed (list of ids).
        play_requested: Play this clip (double-click, Enter, the play mark on its cover).
        play_toggle_requested: Play or pause the clip in the player (play mark on its cover).
        play_next_requested: Play these clips after the one that plays.
        queue_requested: Add these clips to the queue.
        use_recipe_requested: Apply this recipe to the compose form.
        operation_requested: An operation on a clip.
        export_requested: Export these clips.
        result_count_changed: Number of known clips of the list, and whether these are all of them.
        search_problem_changed: The part of the query that was not understood; empty for none.
        clear_search_requested: The button of an empty result was pressed.
        compare_requested: Compare these clips (list of ids); one of them with others to choose.
        arrangement_changed: Takes are grouped or not, a group opened or closed, or the list became
            a grid or rows.
    """

    # As object: a list would be copied item by item, which grows with the selection.
    selection_changed = Signal(object)
    play_requested = Signal(str)
    play_toggle_requested = Signal(str)
    play_next_requested = Signal(object)
    queue_requested = Signal(object)
    use_recipe_requested = Signal(Recipe)
    operation_requested = Signal(Operation, str)
    export_requested = Signal(object)
    result_count_changed = Signal(int, bool)
    search_problem_changed = Signal(str)
    clear_search_requested = Signal()
    compare_requested = Signal(object)
    arrangement_changed = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._has_loaded = False
        self._last_position = 0
        self._selects_first = False
        self._selection_to_restore: Sequence[ClipId] = ()
        self._trash_count = 0
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.clip_actions = ClipActions(self._studio, self._tasks, self)
        self._covers = CoverCache(self)
        columns = ListColumns(self)
        self._row_style = RowStyle(self._style, self._covers, columns)
        self._table = ClipTable(self, columns)
        self._list_loader = ClipListLoader(self._studio, self._tasks, self)
        self._row_loader = RowLoader(self._studio, self._tasks, self._table, self)
        self.column_headers = ColumnHeaders(self._style, columns, self)
        self.header = ListHeader(self._style, self.column_headers, self)
        self.tabs, self.group_button = self.header.tabs, self.header.group_button
        self.jobs = JobsPane(self._studio, self._tasks, self._row_style, self)
        self.trash_bar = TrashBar(self._style, self)
        self.playlist_bar = PlaylistBar(self._style, self)
        self.similar_bar = SimilarBar(context, self)
        headers, loader = self.column_headers, self._list_loader
        self.lists = ListNavigation(context, self.tabs, headers, loader, self)
        self.view = ClipView(self._table, self._row_style, self)
        GroupActions(self._style, self.view, self)
        self.bulk_editing = BulkEditing(context, self.clip_actions, self.view)
        self._drag = ClipDrag(self._studio, self._tasks, self._row_style, self.view)
        self._stack = ListStack(self._style, self.view, self)
        self._empty = self._stack.empty
        self._playlist_pane = PlaylistPane(
            self._style, self.view, self._list_loader, self.lists, self.playlist_bar
        )
        self._menu = ListMenu(self._style, self.view, self.clip_actions, self._menu_callbacks())
        self._build_layout()
        self._connect()
        self._list_loader.known_rows = self._table.up_to_date_ids
        self._list_loader.wait_until_painted = self.view.wait_until_painted
        self._list_loader.set_smart_list(SmartList.ALL)
        self._count_clips()

    # Interface of the window

    def set_query(self, query: str) -> None:
        """Filters the list as the user types."""
        self._list_loader.visible_row_count = self.view.visible_clip_count()
        self._selects_first = False
        self._list_loader.set_query(query)
        self.lists.update_state()

    @property
    def smart_list(self) -> SmartList:
        """The smart list that is shown."""
        return self._list_loader.list_query.smart_list

    def restore(
        self,
        query: str,
        sort: SortOrder,
        smart_list: SmartList,
        *,
        grid: bool,
        selection: Sequence[ClipId],
        groups_takes: bool = True,
        open_groups: Sequence[PressId] = (),
    ) -> None:
        """Restores the view of an earlier run; selects the clips once the list has them."""
        set_checked(self.group_button, groups_takes)
        self._table.open_groups.restore(open_groups)
        self.column_headers.set_sort(sort)
        self.tabs.set_current(smart_list)
        self.set_grid(grid)
        self._selection_to_restore = tuple(selection)
        self._list_loader.set_list_query(query, sort, smart_list, groups_takes=groups_takes)

    @property
    def groups_takes(self) -> bool:
        """Whether the takes of a press are one group."""
        return self._list_loader.list_query.groups_takes

    def open_groups(self) -> tuple[PressId, ...]:
        """Returns the presses whose groups are open."""
        return self._table.open_groups.presses()

    def set_can_compare(self, can_compare: bool) -> None:
        """Sets whether clips can be compared; else nothing offers it."""
        self.view.group_buttons.compares = can_compare
        self.view.viewport().update()

    def set_playing(self, clip: ClipId | None, playing: bool, position: float) -> None:
        """Marks the clip in the player; `position` runs from 0 to 1."""
        self.view.set_playing(clip, is_playing=playing, progress=position)

    def neighbour(self, clip: ClipId, step: int) -> ClipId | None:
        """Returns the clip `step` positions further down the list; None at its ends."""
        found = self._table.neighbour(clip, step, self._last_position)
        if found is not None:
            self._last_position = self._table.find_shown(found, self._last_position) or 0
        return found

    def selected_ids(self) -> list[ClipId]:
        """Returns the selected clips, in the list's order."""
        return self.view.selected_ids()

    def listed_clips(self) -> Sequence[ClipId]:
        """Returns the clips of the list, in order; not to be changed."""
        return self._table.clips_of(self._table.ids)

    def select_clip(self, clip: ClipId) -> None:
        """Selects a clip and scrolls to it; emits `selection_changed` alone if it is not listed."""
        if not self.view.select_clip(clip):
            self.selection_changed.emit([clip])

    def focus_list(self) -> None:
        """Focuses the list: the first search result, or the selected clip."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._list_loader.is_current:
            # The list is still loading: the first row of its result is selected later.
            self._selects_first = True
        elif self._list_loader.list_query.query or not self.view.selected_ids():
            self.view.select_first()

    def set_grid(self, grid: bool) -> None:
        """Shows the clips as cards with large covers, or as rows; checks the button of that."""
        self.header.show_grid(grid=grid)
        # With the cards' own margin, covers align with the tabs above them.
        side = _GRID_MARGIN if grid else 0
        self._stack.setContentsMargins(side, side // 2, side, 0)
        # Cards have no columns.
        self.column_headers.setVisible(not grid)
        self.view.set_grid(grid)

    def close_cover_cache(self) -> None:
        """Waits for the cover that is being scaled; called before the window is destroyed."""
        self._covers.close()

    # Internals

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.jobs.update_height()

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.column_headers)
        column.addWidget(self.jobs)
        for bar in (self.trash_bar, self.playlist_bar, self.similar_bar):
            column.addWidget(bar)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        listing, view = self._list_loader, self.view
        listing.rows_loaded.connect(self._row_loader.store_rows)
        listing.list_loaded.connect(self._on_list_loaded)
        listing.problem_changed.connect(self.search_problem_changed)
        self.tabs.smart_list_chosen.connect(self.lists.show_smart_list)
        self.lists.list_changed.connect(self._show_bars)
        self.header.grid_chosen.connect(self.set_grid)
        self.header.grid_chosen.connect(self.arrangement_changed)
        self.jobs.focus_released.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.column_headers.sort_changed.connect(self._on_sort_changed)
        self._row_style.columns.changed.connect(view.viewport().update)
        self._row_style.columns.changed.connect(self.jobs.reload_style)
        view.selected_clips_changed.connect(self.selection_changed)
        view.clip_opened.connect(self._play_row)
        view.cover_pressed.connect(self._on_cover_pressed)
        view.star_clicked.connect(lambda clip, stars: self.clip_actions.rate([clip], stars))
        view.menu_requested.connect(self._on_menu_requested)
        view.drag_requested.connect(self._drag.start)
        view.trash_requested.connect(self._on_trash_requested)
        self._table.title_edited.connect(self.clip_actions.rename)
        self._empty.action_requested.connect(self._on_empty_action_requested)
        self._style.changed.connect(self._on_style_changed)
        unsubscribe = self._studio.events.subscribe(LibraryChange, self._on_library_change)
        self.destroyed.connect(unsubscribe)
        view.rating_requested.connect(self._rate_selected)
        view.compare_requested.connect(self._compare)
        view.keep_requested.connect(self.clip_actions.keep_takes)
        self.header.groups_takes_changed.connect(listing.set_groups_takes)
        self.header.groups_takes_changed.connect(self.arrangement_changed)
        view.group_toggled.connect(self.arrangement_changed)

    def _rate_selected(self, stars: int) -> None:
        self.clip_actions.rate(self.view.selected_ids(), stars)

    def _count_clips(self) -> None:
        self._tasks.restart(
            "count the clips", self._studio.clips.count_smart_lists(), on_result=self._on_counted
        )

    def _on_counted(self, counts: SmartListCounts) -> None:
        self._trash_count = counts.trashed
        self.tabs.set_counts(counts)
        self._show_bars()
        self._update_empty_state()

    def _compare(self, clips: Sequence[ClipId]) -> None:
        if clips:
            self.compare_requested.emit(list(clips))

    def _show_bars(self) -> None:
        query = self._list_loader.list_query
        is_trash = query.smart_list is SmartList.TRASH
        self.view.group_buttons.keeps = not is_trash
        self.trash_bar.show_count(self._trash_count, is_trash=is_trash)
        self._playlist_pane.show_bar()
        self.similar_bar.show_query(query)

    def _on_list_loaded(self, listed: ClipList, same_list: bool) -> None:
        self._has_loaded = True
        self.view.show_list(listed, same_list=same_list)
        self._show_bars()
        self._update_empty_state()
        self.result_count_changed.emit(listed.clip_count, self._list_loader.is_complete)
        if self._selection_to_restore:
            self._restore_selection()
        if self._selects_first:
            self._selects_first = False
            self.view.select_first()

    def _restore_selection(self) -> None:
        restored = self._selection_to_restore
        if self.view.selected_ids():
            # The user selected something first.
            self._selection_to_restore = ()
        elif self._list_loader.is_complete or all(
            self._table.find_shown(clip) is not None for clip in restored
        ):
            self._selection_to_restore = ()
            self.view.select_clips(restored)

    def _update_empty_state(self) -> None:
        list_query = self._list_loader.list_query
        if self._table.ids or not self._has_loaded:
            self._stack.show_list()
            return
        self._stack.show_empty(empty_text(list_query, self._trash_count))

    def _on_sort_changed(self, sort: SortOrder) -> None:
        self._list_loader.set_sort(sort)
        self.lists.update_state()

    def _on_library_change(self, change: LibraryChange) -> None:
        if change.kind is ChangeKind.EVERYTHING:
            self._table.mark_stale()
        else:
            self._table.mark_stale(change.clips)
        if change.kind is ChangeKind.ADDED and not change.edits:
            self._table.open_groups.arrived |= change.clips
        if change.kind is ChangeKind.MEDIA:
            for clip in change.clips:
                self._covers.invalidate(clip)
        self._list_loader.apply_change(change)
        self._count_clips()

    def _on_cover_pressed(self, row: RowKey) -> None:
        clip = self._table.clip_of(row)
        if clip == self.view.playback.clip:
            self.play_toggle_requested.emit(clip)
        else:
            self._play_row(row)

    def _play_row(self, row: RowKey) -> None:
        self.play_requested.emit(self._table.clip_of(row))

    def key_actions(self) -> dict[str, Callable[[], object]]:
        """Returns what keys of the window do here, by the names of their actions."""
        choose = self._playlist_pane.choose_playlist
        changes = self.bulk_editing.key_actions()
        changes["playlist"] = lambda: choose(self.view.selected_ids())
        return while_visible(self, changes) | {"lists": self.tabs.open_chooser}

    def _menu_callbacks(self) -> MenuCallbacks:
        return MenuCallbacks(
            play=self.play_requested.emit,
            play_next=self.play_next_requested.emit,
            add_to_queue=self.queue_requested.emit,
            rename=self.bulk_editing.rename,
            use_settings=self._on_use_settings,
            request_operation=self.operation_requested.emit,
            export=self.export_requested.emit,
            add_to_playlist=self._playlist_pane.choose_playlist,
            find_similar=self.lists.find_similar,
            compare=self._compare,
            can_compare=lambda: self.view.group_buttons.compares,
        )

    def _on_menu_requested(self, position: QPoint) -> None:
        in_trash = self._list_loader.list_query.smart_list is SmartList.TRASH
        self._menu.popup(position, in_trash=in_trash, removal=self._playlist_pane.removal())

    def _on_use_settings(self, clip: Clip) -> None:
        self.use_recipe_requested.emit(clip.recipe)

    def _on_trash_requested(self) -> None:
        chosen = self.view.selected_ids()
        if self._list_loader.list_query.smart_list is SmartList.TRASH:
            self.clip_actions.request_deletion(chosen)
        else:
            self.clip_actions.trash(chosen)

    def _on_empty_action_requested(self) -> None:
        if self._list_loader.list_query.query:
            self.clear_search_requested.emit()
        else:
            self.tabs.set_current(SmartList.TRASH)
            self.lists.show_smart_list(SmartList.TRASH)

    def _on_style_changed(self) -> None:
        self._row_style.reload()
        self.view.reload_style()
        self.jobs.reload_style()
