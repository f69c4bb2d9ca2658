"""Saved searches: smart lists of the user."""

from producer_studio.domain.ids import new_saved_search_id
from producer_studio.library.clip_listing import SmartList, SortOrder
from producer_studio.library.list_repository import ListChanges
from producer_studio.library.saved_search import SavedSearch
from producer_studio.studio.clips import UndoStep
from producer_studio.studio.user_lists import ListMessages, UserLists
from producer_studio.translation import mark, pmark

_DEFAULT_NAME = pmark("name of a list", "Search")


class SavedSearches:
    """Saves queries under names; see `UserLists` for what it has in common with playlists."""

    def __init__(self, lists: UserLists) -> None:
        self._lists = lists

    async def save(
        self, name: str, query: str, sort: SortOrder, smart_list: SmartList
    ) -> UndoStep | None:
        """Adds a query under a name, behind all lists; with a number where one has that name."""
        new = SavedSearch(
            id=new_saved_search_id(),
            name=await self._lists.unused_name(name, query.strip()[:40] or _DEFAULT_NAME),
            query=query.strip(),
            sort=sort,
            smart_list=smart_list,
            position=await self._lists.next_position(),
        )
        return await self._lists.perform(
            ListChanges(searches=[(None, new)]),
            ListMessages(
                mark("Smart list “{new}” saved.", new=new.name),
                mark("Smart list “{new}” removed.", new=new.name),
            ),
        )

    async def change(
        self, saved: SavedSearch, query: str, sort: SortOrder, smart_list: SmartList
    ) -> UndoStep | None:
        """Stores another query and order under the name of a saved search."""
        changed = saved.with_changes(query=query.strip(), sort=sort, smart_list=smart_list)
        return await self._lists.perform(
            ListChanges(searches=[(saved, changed)]),
            ListMessages(
                mark("Smart list “{saved}” has the current search now.", saved=saved.name),
                mark("Smart list “{saved}” has its earlier search again.", saved=saved.name),
            ),
        )
