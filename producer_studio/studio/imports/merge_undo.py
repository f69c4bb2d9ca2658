"""Undo and redo of a merge of another library."""

from collections.abc import Sequence

from producer_studio.domain.ids import ClipId
from producer_studio.library.library import Library
from producer_studio.library.list_repository import ListChanges
from producer_studio.library.merge_repository import PressRow
from producer_studio.studio.clips import Clips
from producer_studio.studio.events import Events, ListsChanged, PressesChanged
from producer_studio.studio.imports.merge_plan import search_meaning


class MergeUndo:
    """Takes back what a merge has added, and adds it again.

    Kept are a playlist that has got other clips since, a saved search with another meaning, and
    presses that are used or were pinned since.
    """

    def __init__(
        self,
        library: Library,
        clips: Clips,
        events: Events,
        added: Sequence[ClipId],
        presses: Sequence[PressRow],
        lists: ListChanges | None,
    ) -> None:
        self._library = library
        self._clips = clips
        self._events = events
        self._added = added
        self._presses = presses
        self._lists = lists or ListChanges()

    async def apply(self) -> bool:
        """Adds all of it again after `revert`; returns whether anything changed."""
        # First: clips that are restored without their presses get new ones of less content.
        has_presses = bool(await self._library.merges.add_presses(self._presses))
        if has_presses:
            self._events.publish(PressesChanged())
        edits = await self._clips.restore_unrecorded(self._added)
        has_lists = await self._replace_lists(self._lists)
        return bool(edits) or has_lists or has_presses

    async def revert(self) -> bool:
        """Moves the clips to the trash and removes the rest; returns whether anything changed.

        A list that was renamed or moved since is removed, too, and comes back as it was.
        """
        removal = await self._plan_removal()
        has_lists = await self._replace_lists(removal)
        self._lists = removal.inverse() if has_lists else ListChanges()
        edits = await self._clips.trash_unrecorded(self._added)
        self._presses = await self._library.merges.remove_presses(self._presses)
        if self._presses:
            self._events.publish(PressesChanged())
        return has_lists or bool(edits) or bool(self._presses)

    async def _plan_removal(self) -> ListChanges:
        """Returns the removal of the lists that have nothing but what was merged."""
        lists = self._library.lists
        own_items = {after.id for _, after in self._lists.items if after is not None}
        own_lists = {after.id for _, after in self._lists.playlists if after is not None}
        meanings = {after.id: search_meaning(after) for _, after in self._lists.searches if after}
        searches = [
            one
            for one in await lists.list_searches()
            if search_meaning(one) == meanings.get(one.id)
        ]
        playlists, items = [], []
        for playlist in await lists.list_playlists():
            if playlist.id not in own_lists:
                continue
            found = await lists.list_items(playlist.id)
            if all(item.id in own_items for item in found):
                playlists.append(playlist)
                items += found
        return ListChanges(
            [(one, None) for one in searches],
            [(one, None) for one in playlists],
            [(one, None) for one in items],
        )

    async def _replace_lists(self, changes: ListChanges) -> bool:
        is_changed = await self._library.lists.replace(changes)
        if is_changed:
            self._events.publish(ListsChanged())
        return is_changed
