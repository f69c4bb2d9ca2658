"""Lists of the user's own: saved searches and playlists in one order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from producer_studio.domain.names import clean_name, unique_name
from producer_studio.domain.playlist import Playlist, PlaylistTotal, positions_between
from producer_studio.library.library import Library
from producer_studio.library.list_repository import ListChanges
from producer_studio.library.saved_search import SavedSearch
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.events import Events, ListsChanged
from producer_studio.studio.undo import LibraryAction
from producer_studio.translation import mark

__all__ = ["MAX_LIST_NAME_LENGTH", "ListChanges", "SavedSearch", "UserList", "UserLists"]

MAX_LIST_NAME_LENGTH = 80
"""Characters; a longer name is cut."""

UserList = SavedSearch | Playlist
"""List that the user has made."""


@dataclass(frozen=True, slots=True)
class ListMessages:
    """Messages after a change was made, and after it was undone."""

    applied: str
    reverted: str


class UserLists:
    """Reads the lists of a library, and changes their names, order and existence.

    Every change is a step of the library's undo history. Changes return the undo step, or None if
    nothing was changed, and raise `StorageError` if the library cannot be written.
    """

    def __init__(self, library: Library, clips: Clips, events: Events) -> None:
        self._library = library
        self._clips = clips
        self._events = events
        self._last: tuple[UndoStep, object, ListChanges] | None = None

    async def list_all(self) -> list[UserList]:
        """Returns all lists in their order."""
        found: list[UserList] = [
            *await self._library.lists.list_searches(),
            *await self._library.lists.list_playlists(),
        ]
        return sorted(found, key=lambda one: (one.position, one.created_at, one.id))

    async def count(self, one: UserList) -> int:
        """Returns the number of clips in a list."""
        if isinstance(one, SavedSearch):
            return await self._library.clips.count(one.query, one.smart_list)
        totals = await self._library.lists.read_totals()
        return totals.get(one.id, PlaylistTotal()).count

    async def unused_name(self, name: str, default: str, *, but: UserList | None = None) -> str:
        """Returns a clean name that no other list has."""
        others = [one.name for one in await self.list_all() if but is None or one.id != but.id]
        clean = clean_name(name, MAX_LIST_NAME_LENGTH) or default
        return unique_name(clean, others, MAX_LIST_NAME_LENGTH)

    async def next_position(self) -> float:
        """Returns the position behind all lists."""
        return max((one.position for one in await self.list_all()), default=0.0) + 1.0

    async def rename(self, one: UserList, name: str) -> UndoStep | None:
        """Gives a list another name, with a number where another list has it."""
        named = one.with_changes(name=await self.unused_name(name, one.name, but=one))
        return await self.perform(
            list_changes([(one, named)]),
            ListMessages(
                mark("“{one}” is called “{named}” now.", one=one.name, named=named.name),
                mark("The list is called “{one}” again.", one=one.name),
            ),
        )

    async def move(self, one: UserList, place: int, *, continues: bool = False) -> UndoStep | None:
        """Moves a list to a place among all lists, from 0.

        Args:
            continues: Whether it is one undo step with the last one, if that moved this list.
        """
        others = [other for other in await self.list_all() if other.id != one.id]
        place = max(0, min(place, len(others)))
        low = others[place - 1].position if place else None
        high = others[place].position if place < len(others) else None
        between = positions_between(low, high, 1)
        if between is not None:
            changes = [(one, one.with_changes(position=between[0]))]
        else:
            ordered = [*others[:place], one, *others[place:]]
            changes = [
                (other, other.with_changes(position=float(number)))
                for number, other in enumerate(ordered, 1)
            ]
        return await self.perform(
            list_changes(changes),
            ListMessages(
                mark("“{one}” moved.", one=one.name), mark("“{one}” moved back.", one=one.name)
            ),
            continued=one.id if continues else None,
        )

    async def delete(self, one: UserList) -> UndoStep | None:
        """Deletes a list; no clip is deleted."""
        changes = list_changes([(one, None)])
        if isinstance(one, Playlist):
            items = await self._library.lists.list_items(one.id)
            changes = replace(changes, items=[(item, None) for item in items])
        messages = ListMessages(
            mark("“{one}” deleted. Its clips stay in the library.", one=one.name),
            mark("“{one}” restored.", one=one.name),
        )
        return await self.perform(changes, messages)

    async def perform(
        self, changes: ListChanges, messages: ListMessages, *, continued: object | None = None
    ) -> UndoStep | None:
        """Applies changes as a step of the undo history.

        Args:
            continued: Consecutive changes with an equal value are one step, unless they cancel each
                other out: a held key makes many.
        """
        whole = changes

        def merge(last: UndoStep) -> LibraryAction | None:
            nonlocal whole
            earlier = self._last
            if continued is None or earlier is None or earlier[:2] != (last, continued):
                return None
            both = earlier[2].followed_by(changes)
            if not both:
                return None
            whole = both
            return self._action(both, messages)

        step = await self._clips.perform(self._action(changes, messages), merge)
        if step is not None:
            self._last = (step, continued, whole)
        return step

    def _action(self, changes: ListChanges, messages: ListMessages) -> LibraryAction:
        async def apply(changes: ListChanges) -> bool:
            is_changed = await self._library.lists.replace(changes)
            if is_changed:
                self._events.publish(ListsChanged())
            return is_changed

        inverse = changes.inverse()
        return LibraryAction(
            lambda: apply(changes), lambda: apply(inverse), messages.applied, messages.reverted
        )


def list_changes(changes: Sequence[tuple[UserList | None, UserList | None]]) -> ListChanges:
    """Sorts changes of lists by kind."""
    searches = [(one, other) for one, other in changes if isinstance(one or other, SavedSearch)]
    playlists = [(one, other) for one, other in changes if isinstance(one or other, Playlist)]
    return ListChanges(searches, playlists)  # type: ignore[arg-type]
