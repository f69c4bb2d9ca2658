"""Lists of the user in the library panel: which is shown, and what belongs to it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId, PlaylistId
from producer_studio.domain.library_change import LibraryChange
from producer_studio.domain.playlist import Playlist, PlaylistTotal
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.studio.events import ListsChanged
from producer_studio.studio.user_lists import SavedSearch, UserList
from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.clip_list_loader import ClipListLoader
from producer_studio.ui.library.column_headers import ColumnHeaders
from producer_studio.ui.library.list_tabs import ListTabs
from producer_studio.ui.library.playlist_file_actions import PlaylistFileActions
from producer_studio.ui.library.user_list_actions import UserListActions
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.menu import Menu

OWN_ORDER = SortOrder("")
"""Order of a playlist as the column headers know it: that of none of them."""

_COUNT_DELAY_MS = 400
_MAX_COUNT_DELAY_MS = 4_000
_MAX_COUNTED = 60
"""Saved searches that are counted at a change: each is a query over the whole library."""
_SHOWN_ID = 8
"""Characters of the id of a clip in the search field."""


class ListNavigation(QObject):
    """Shows saved searches and playlists, and keeps their tabs up to date.

    The search of a saved one is that of the search field, where it can be changed; its tab says so.

    Signals:
        query_requested: Show this query in the search field.
        list_changed: Another list is shown, or in another order.
        import_requested: Choose songs to be imported.
        folder_import_requested: Choose a folder of songs to be imported.
        play_requested: Play these clips in their order.
    """

    query_requested = Signal(str)
    list_changed = Signal()
    import_requested = Signal()
    folder_import_requested = Signal()
    play_requested = Signal(object)

    def __init__(
        self,
        context: UiContext,
        tabs: ListTabs,
        headers: ColumnHeaders,
        loader: ClipListLoader,
        panel: QWidget,
    ) -> None:
        super().__init__(panel)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._tabs = tabs
        self._headers = headers
        self._loader = loader
        self.actions = UserListActions(context, panel)
        self.files = PlaylistFileActions(context, panel)
        self.files.created.connect(self._on_created)
        self.files.undo_available.connect(self.actions.undo_available)
        tabs.files_dropped.connect(self._on_files_dropped)
        self._lists: Sequence[UserList] = ()
        self._totals: Mapping[PlaylistId, PlaylistTotal] = {}
        self._active: UserList | None = None
        self._sort_before = SortOrder()
        self._id_to_show = ""
        self._shows_new = False
        self._count_later = Debounce(
            self._count, _COUNT_DELAY_MS, self, max_delay_ms=_MAX_COUNT_DELAY_MS
        )
        tabs.user_list_chosen.connect(self.show_list)
        tabs.addition_requested.connect(self._open_addition_menu)
        tabs.menu_requested.connect(self._open_list_menu)
        tabs.rename_requested.connect(self.actions.rename)
        tabs.deletion_requested.connect(self.actions.delete)
        tabs.move_requested.connect(self.actions.move)
        tabs.key_move_requested.connect(partial(self.actions.move, by_key=True))
        tabs.clips_dropped.connect(self.actions.add_clips)
        self.actions.created.connect(self._on_created)
        self.actions.unchanged.connect(self._on_lists_changed)
        events = self._studio.events
        subscriptions = (
            events.subscribe(ListsChanged, lambda _event: self._on_lists_changed()),
            events.subscribe(LibraryChange, lambda _change: self._count_later.trigger()),
        )
        self.destroyed.connect(lambda: [unsubscribe() for unsubscribe in subscriptions])
        self._read()

    @property
    def playlist(self) -> Playlist | None:
        """The playlist that is shown."""
        return self._active if isinstance(self._active, Playlist) else None

    @property
    def playlist_length_s(self) -> float:
        """Length of the whole playlist that is shown, in seconds, as it was last counted."""
        return 0.0 if self.playlist is None else self._total(self.playlist.id).length_s

    @property
    def active_id(self) -> str:
        """Id of the list of the user that is shown; empty for a predefined one."""
        return self._active.id if self._active is not None else ""

    def restore(self, list_id: str) -> None:
        """Shows the list of an earlier run, whose query and order are there already, once read."""
        self._id_to_show = list_id

    def show_list(self, one: UserList) -> None:
        """Shows a list of the user."""
        before = self._active
        if before is None:
            self._sort_before = self._headers.sort
        self._active = one
        if isinstance(one, SavedSearch):
            self._headers.set_sort(one.sort)
            grouped = self._loader.list_query.groups_takes
            self._loader.set_list_query(one.query, one.sort, one.smart_list, groups_takes=grouped)
            self.query_requested.emit(one.query)
        else:
            self._headers.set_sort(OWN_ORDER)
            self._loader.set_playlist(one.id)
            if isinstance(before, SavedSearch):
                self.query_requested.emit("")
        self._tabs.set_current(one)
        self.update_state()

    def show_own_order(self) -> None:
        """Shows the whole playlist in its own order again."""
        if self.playlist is not None:
            self.query_requested.emit("")
            self.show_list(self.playlist)

    def show_smart_list(self, smart_list: SmartList) -> None:
        """Shows a predefined list; the search of a saved one ends with its list."""
        before, self._active = self._active, None
        if before is not None:
            self._restore_sort()
        if isinstance(before, SavedSearch):
            self.query_requested.emit("")
        self._loader.set_smart_list(smart_list)
        self.update_state()

    def find_similar(self, clip: ClipId) -> None:
        """Shows the clips of the whole library that sound like one, most alike first."""
        self._tabs.set_current(SmartList.ALL)
        self.show_smart_list(SmartList.ALL)
        self._headers.set_sort(SortOrder())
        self._loader.set_sort(SortOrder())
        self.query_requested.emit(f"similar:{clip[:_SHOWN_ID]}")

    def update_state(self) -> None:
        """Shows whether the current search is that of the saved one; call it after a change."""
        active = self._active
        if isinstance(active, SavedSearch) and active.query and not self._loader.list_query.query:
            # Without a query the list is no longer what its tab says.
            self._active = None
            self._restore_sort()
            self._tabs.set_current(active.smart_list)
        self._tabs.set_changed(active if self._is_changed() else None)
        self.list_changed.emit()

    def _restore_sort(self) -> None:
        self._headers.set_sort(self._sort_before)
        self._loader.set_sort(self._sort_before)

    def _is_changed(self) -> bool:
        active, shown = self._active, self._loader.list_query
        if not isinstance(active, SavedSearch):
            return False
        # The search field may have moved terms into chips, in front of the words.
        same_query = sorted(active.query.split()) == sorted(shown.query.split())
        same_list = active.smart_list is shown.smart_list
        return not (same_query and same_list and active.sort == shown.sort)

    def _store_search(self, saved: SavedSearch) -> None:
        shown = self._loader.list_query
        self.actions.change_search(saved, shown.query, shown.sort, shown.smart_list)

    def _open_list_menu(self, one: UserList, place: QPoint) -> None:
        menu = Menu(self._style, self._tabs, name=tr("Actions of the list {name}", name=one.name))
        menu.add_item(tr("Play list"), partial(self.play, one), icon="play")
        menu.add_item(tr("Export as M3U8…"), partial(self.files.export, one), icon="download")
        menu.addSeparator()
        store = partial(self._store_search, one) if isinstance(one, SavedSearch) else None
        self.actions.fill_menu(
            menu,
            one,
            is_changed=one == self._active and self._is_changed(),
            store=store,
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _open_addition_menu(self) -> None:
        menu = Menu(self._style, self._tabs, name=tr("New list"))
        shown, active = self._loader.list_query, self._active
        if isinstance(active, SavedSearch) and self._is_changed():
            menu.add_item(
                tr("Store the search in “{name}”", name=active.name),
                lambda: self._store_search(active),
                icon="search",
            )
        can_save = shown.playlist is None and bool(shown.query)
        menu.add_item(
            tr("Save this search as a smart list…"),
            lambda: self.actions.save_search(shown.query, shown.sort, shown.smart_list),
            icon="search",
            enabled=can_save,
            reason="" if can_save else tr("Search for something first, such as bpm:80..95."),
        )
        menu.add_item(tr("New playlist…"), self.actions.create_playlist, icon="list-music")
        menu.addSeparator()
        menu.add_item(
            tr("Import songs…"),
            self.import_requested.emit,
            icon="folder-open",
            shortcut=native_keys("Ctrl+O"),
        )
        menu.add_item(tr("Import a folder…"), self.folder_import_requested.emit, icon="folder-open")
        menu.add_item(tr("Import a playlist (M3U8)…"), self.files.choose_import, icon="folder-open")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self._tabs.add_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def play(self, one: UserList) -> None:
        """Plays a list in its order, whichever list is shown then."""
        self._tasks.restart(
            "play a list",
            self._studio.playlist_files.list_clips(one),
            on_result=self.play_requested.emit,
        )

    def _on_files_dropped(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.files.load(path)

    def _on_created(self) -> None:
        self._shows_new = True
        self._read()

    def _on_lists_changed(self) -> None:
        self._read()
        query = self._loader.list_query
        if query.playlist is not None or "list" in query.query or "playlist" in query.query:
            self._loader.reload()

    def _read(self) -> None:
        self._tasks.restart(
            "read lists", self._studio.lists.list_all(), on_result=self._on_lists_read
        )

    def _on_lists_read(self, lists: Sequence[UserList]) -> None:
        self._lists = lists
        self.actions.set_order(lists)
        self._tabs.set_user_lists(lists)
        active = self._active
        if active is not None:
            same = next((one for one in lists if one.id == active.id), None)
            if same is None:
                self.show_smart_list(SmartList.ALL)
            else:
                self._active = same
        if self._shows_new and lists:
            self._shows_new = False
            self.show_list(lists[-1])
        self._show_restored()
        self.update_state()
        self._count_later.trigger()

    def _show_restored(self) -> None:
        wanted, self._id_to_show = self._id_to_show, ""
        one = next((one for one in self._lists if one.id == wanted), None)
        if isinstance(one, SavedSearch):
            self._active = one
            self._tabs.set_current(one)
        elif one is not None:
            self.show_list(one)

    def _count(self) -> None:
        if self._lists:
            self._tasks.restart("count lists", self._read_counts(), on_result=self._on_counted)

    async def _read_counts(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        self._totals = await self._studio.playlists.read_totals()
        counts.update(
            (one.id, self._total(one.id).count) for one in self._lists if isinstance(one, Playlist)
        )
        searches = [one for one in self._lists if isinstance(one, SavedSearch)]
        for one in searches[:_MAX_COUNTED]:
            counts[one.id] = await self._studio.lists.count(one)
        return counts

    def _on_counted(self, counts: Mapping[str, int]) -> None:
        self._tabs.set_user_counts(counts)
        self.list_changed.emit()

    def _total(self, playlist: PlaylistId) -> PlaylistTotal:
        return self._totals.get(playlist, PlaylistTotal())
