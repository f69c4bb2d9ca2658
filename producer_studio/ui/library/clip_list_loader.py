"""Loader of the ids of listed clips: query, smart list and sort order."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import ClipId, PlaylistId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.clips import SORTS, SmartList, SortOrder
from producer_studio.translation import tr
from producer_studio.ui.widgets.debounce import Debounce

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_TASK = "list the clips"
_CHANGE_DEBOUNCE_MS = 80
_FIRST_PAGE = 200


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Search text, smart list and sort order of a list, and whether takes are grouped.

    Attributes:
        playlist: Playlist in place of the smart list.
        is_sorted: Whether `sort` replaces a playlist's own order.
    """

    query: str = ""
    sort: SortOrder = SortOrder()
    smart_list: SmartList = SmartList.ALL
    groups_takes: bool = True
    playlist: PlaylistId | None = None
    is_sorted: bool = False

    @property
    def is_grouped(self) -> bool:
        """Whether the list has groups; a search lists what it has found."""
        return self.groups_takes and not self.query and self.playlist is None

    @property
    def is_playlist_order(self) -> bool:
        """Whether a whole playlist is listed in its own order."""
        return self.playlist is not None and not self.is_sorted and not self.query


class ClipListLoader(QObject):
    """Loads the ids for the latest `ListQuery`; results of older queries are discarded.

    The first page is shown with its rows as soon as it is loaded; the rest follows.

    Attributes:
        visible_row_count: Rows that the list shows at once; the panel updates it.
        known_rows: Returns the clips whose rows need not be loaded.
        wait_until_painted: Waits until a page is on the screen, so that loading the rest does not
            delay it.

    Signals:
        rows_loaded: `ClipRows` of the list that is about to be shown.
        list_loaded: `ClipList`, and whether it is the same list as before, loaded again.
        problem_changed: Message about the part of the query that is not understood; empty if valid.
    """

    # As object: Qt would copy a list item by item, which grows with the library.
    rows_loaded = Signal(object)
    list_loaded = Signal(object, bool)
    problem_changed = Signal(str)

    def __init__(self, studio: "Studio", tasks: "Tasks", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._list_query = ListQuery()
        self._shown_query: ListQuery | None = None
        self._listed = ClipList()
        self._is_complete = False
        self._added_ids: set[ClipId] | None = set()
        self._problem = ""
        self.visible_row_count = 16
        self.known_rows: Callable[[], Collection[ClipId]] = tuple
        self.wait_until_painted: Callable[[], Awaitable[None]] | None = None
        self._delayed_load = Debounce(self._start, _CHANGE_DEBOUNCE_MS, self, restarts=False)

    @property
    def list_query(self) -> ListQuery:
        return self._list_query

    @property
    def is_current(self) -> bool:
        """Whether the loaded ids are those of the current query."""
        return self._shown_query == self._list_query

    @property
    def is_complete(self) -> bool:
        """Whether the list was loaded to its end."""
        return self._is_complete

    def set_query(self, query: str) -> None:
        """Loads the results of a search text; loading for an older one is cancelled."""
        if query.strip() != self._list_query.query:
            self._list_query = replace(self._list_query, query=query.strip())
            self._start()

    def set_list_query(
        self, query: str, sort: SortOrder, smart_list: SmartList, *, groups_takes: bool = True
    ) -> None:
        """Sets search text, smart list, order and grouping at once, with one load."""
        self._list_query = ListQuery(query.strip(), sort, smart_list, groups_takes)
        self._start()

    def set_playlist(self, playlist: PlaylistId) -> None:
        """Shows a playlist in its own order."""
        self._list_query = replace(
            self._list_query, smart_list=SmartList.ALL, playlist=playlist, is_sorted=False
        )
        self._start()

    def show_order(self, listed: ClipList) -> None:
        """Shows a playlist in the order that it is about to have."""
        self._publish(listed, same_list=True)

    def reload(self) -> None:
        """Loads the list again; after several calls in a row, once."""
        self._added_ids = None
        self._delayed_load.trigger()

    def set_groups_takes(self, groups_takes: bool) -> None:
        """Sets whether the takes of a press are one group."""
        self._list_query = replace(self._list_query, groups_takes=groups_takes)
        self._start()

    def set_sort(self, sort: SortOrder) -> None:
        self._list_query = replace(self._list_query, sort=sort, is_sorted=True)
        self._start()

    def set_smart_list(self, smart_list: SmartList) -> None:
        self._list_query = replace(
            self._list_query, smart_list=smart_list, playlist=None, is_sorted=False
        )
        self._start()

    def apply_change(self, change: LibraryChange) -> None:
        """Updates the list after a change, with as few reads as possible."""
        list_query = self._list_query
        if change.kind in {ChangeKind.DETAILS, ChangeKind.MEDIA} and not self._affects(change.kind):
            return
        if change.kind is ChangeKind.REMOVED and list_query.smart_list is not SmartList.TRASH:
            self._publish(self._listed.without(change.clips), same_list=True)
            if not self._tasks.is_running(_TASK):
                return
        # None means changes that require loading the whole list.
        if change.kind is not ChangeKind.ADDED:
            self._added_ids = None
        elif self._added_ids is not None:
            self._added_ids |= change.clips
        # Many changes in a row cause one load.
        self._delayed_load.trigger()

    def _affects(self, kind: ChangeKind) -> bool:
        """Whether changed details or media can affect membership or order of the list."""
        list_query = self._list_query
        # A clip that was just played stays in Unheard until the list is opened again: a row must
        # not disappear while it plays.
        if list_query.smart_list is SmartList.UNHEARD:
            return False
        if list_query.query:
            return True
        if list_query.is_playlist_order:
            return False
        if kind is SORTS[list_query.sort.by].changed_by:
            return True
        return list_query.smart_list is (
            SmartList.VIDEOS if kind is ChangeKind.MEDIA else SmartList.FAVOURITES
        )

    def _start(self) -> None:
        self._delayed_load.cancel()
        self._tasks.restart(_TASK, self._read())

    async def _read(self) -> None:
        list_query = self._list_query
        clips = self._studio.clips
        if list_query.playlist is not None:
            await self._read_playlist(list_query, list_query.playlist)
            return
        if list_query != self._shown_query:
            # The screen first: a page costs the same whatever the library's size.
            filled = await clips.page_with_rows(
                list_query.query,
                list_query.sort,
                list_query.smart_list,
                _FIRST_PAGE,
                self.visible_row_count,
                self.known_rows(),
                grouped=list_query.is_grouped,
            )
            page = filled.page
            self._shown_query = list_query
            self._is_complete = page.next is None
            self._report(page.problem)
            self.rows_loaded.emit(filled.rows)
            self._publish(filled.listed, same_list=False)
            if self._is_complete:
                self._added_ids = set()
                return
            if self.wait_until_painted is not None:
                await self.wait_until_painted()
        elif (
            self._is_complete
            and self._added_ids
            and not list_query.query
            and list_query.sort == SortOrder()
        ):
            added = frozenset(self._added_ids)
            top = await clips.page_with_rows(
                list_query.query,
                list_query.sort,
                list_query.smart_list,
                _FIRST_PAGE,
                0,
                grouped=list_query.is_grouped,
            )
            joined = self._listed.merge_added(top.listed, added)
            if joined is not None:
                self._added_ids -= added
                self._publish(joined, same_list=True)
                return
        # Until the list is loaded to its end, the next load must not use the short path.
        self._is_complete, self._added_ids = False, set()
        listed = await self._read_whole(list_query)
        self._is_complete = True
        self._publish(listed, same_list=True)

    async def _read_playlist(self, list_query: ListQuery, playlist: PlaylistId) -> None:
        """Shows a playlist as one page: its length is that of what the user has put together."""
        filled = await self._studio.clips.playlist_with_rows(
            playlist,
            list_query.query,
            list_query.sort if list_query.is_sorted else None,
            self.visible_row_count,
            self.known_rows(),
        )
        same_list = list_query == self._shown_query
        self._shown_query, self._is_complete, self._added_ids = list_query, True, set()
        self._report(filled.page.problem)
        self.rows_loaded.emit(filled.rows)
        self._publish(filled.listed, same_list=same_list)

    async def _read_whole(self, list_query: ListQuery) -> ClipList:
        clips = self._studio.clips
        if list_query.is_grouped:
            return await clips.list_groups(list_query.sort, list_query.smart_list)
        return ClipList(
            await clips.list_ids(list_query.query, list_query.sort, list_query.smart_list)
        )

    def _publish(self, listed: ClipList, *, same_list: bool) -> None:
        self._listed = listed
        self.list_loaded.emit(listed, same_list)

    def _report(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(tr(problem))
