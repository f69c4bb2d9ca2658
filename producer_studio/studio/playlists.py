"""Playlists: clips in the user's own order; a clip may be in one several times."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from producer_studio.domain.ids import (
    ClipId,
    PlaylistId,
    PlaylistItemId,
    new_playlist_id,
    new_playlist_item_id,
)
from producer_studio.domain.playlist import Playlist, PlaylistItem, PlaylistTotal, positions_between
from producer_studio.library.library import Library
from producer_studio.library.list_repository import ListChanges
from producer_studio.studio.clips import UndoStep
from producer_studio.studio.user_lists import ListMessages, UserLists
from producer_studio.translation import mark, nmark

_DEFAULT_NAME = mark("Playlist")


class Playlists:
    """Changes the clips of playlists; see `UserLists` for names, order and deletion.

    Every change is a step of the library's undo history. Changes return the undo step, or None if
    nothing was changed, and raise `StorageError` if the library cannot be written.
    """

    def __init__(self, library: Library, lists: UserLists) -> None:
        self._library = library
        self._lists = lists

    async def list_all(self) -> list[Playlist]:
        """Returns all playlists in their order."""
        return await self._library.lists.list_playlists()

    async def get(self, playlist: PlaylistId) -> Playlist | None:
        return next((one for one in await self.list_all() if one.id == playlist), None)

    async def read_totals(self) -> dict[PlaylistId, PlaylistTotal]:
        """Returns number and length of the clips in each playlist that has any."""
        return await self._library.lists.read_totals()

    async def list_items(self, playlist: PlaylistId) -> list[PlaylistItem]:
        """Returns the items of a playlist in their order, without those in the trash."""
        listed = await self._library.clips.list_playlist(playlist)
        items = {item.id: item for item in await self._library.lists.list_items(playlist)}
        return [items[row] for row in listed.item_ids() if row in items]

    async def create(self, name: str, clips: Sequence[ClipId] = ()) -> UndoStep | None:
        """Adds a playlist behind all lists; with a number where another list has its name."""
        new = Playlist(
            id=new_playlist_id(),
            name=await self._lists.unused_name(name, _DEFAULT_NAME),
            position=await self._lists.next_position(),
        )
        items = _new_items(new.id, clips, positions_between(None, None, len(clips)) or [])
        created = mark("Playlist “{name}” created.", name=new.name)
        if clips:
            count = _clips_text(len(clips))
            created = mark("Playlist “{name}” created with {clips}.", name=new.name, clips=count)
        return await self._lists.perform(
            ListChanges(playlists=[(None, new)], items=[(None, item) for item in items]),
            ListMessages(created, mark("Playlist “{name}” removed.", name=new.name)),
        )

    async def add(
        self, playlist: Playlist, clips: Sequence[ClipId], before: PlaylistItemId | None = None
    ) -> UndoStep | None:
        """Adds clips in front of an item, or at the end; those that it has already are added again.

        Does nothing without clips.
        """
        if not clips:
            return None
        items = await self._library.lists.list_items(playlist.id)
        room, moved = _make_room(items, before, len(clips))
        added = _new_items(playlist.id, clips, room)
        count = _clips_text(len(clips))
        return await self._lists.perform(
            ListChanges(items=[*moved, *((None, item) for item in added)]),
            ListMessages(
                mark("{clips} added to “{name}”.", clips=count, name=playlist.name),
                mark("{clips} removed from “{name}”.", clips=count, name=playlist.name),
            ),
        )

    async def remove(
        self, playlist: Playlist, items: Collection[PlaylistItemId]
    ) -> UndoStep | None:
        """Removes items; the clips stay in the library."""
        known = await self._library.lists.list_items(playlist.id)
        removed = [item for item in known if item.id in items]
        if not removed:
            return None
        count = _clips_text(len(removed))
        return await self._lists.perform(
            ListChanges(items=[(item, None) for item in removed]),
            ListMessages(
                mark("{clips} removed from “{name}”.", clips=count, name=playlist.name),
                mark("{clips} back in “{name}”.", clips=count, name=playlist.name),
            ),
        )

    async def move(
        self,
        playlist: Playlist,
        items: Collection[PlaylistItemId],
        before: PlaylistItemId | None,
        *,
        continues: bool = False,
    ) -> UndoStep | None:
        """Moves items, which keep their order, in front of another one, or to the end.

        Does nothing if none of them gets another place.

        Args:
            continues: Whether it is one undo step with the last one, if that moved these items.
        """
        known = await self._library.lists.list_items(playlist.id)
        moved = [item for item in known if item.id in items]
        others = [item for item in known if item.id not in items]
        if before in items:
            following = known[[item.id for item in known].index(before) :] if before else []
            before = next((item.id for item in following if item.id not in items), None)
        place = _place_of(others, before)
        if [*others[:place], *moved, *others[place:]] == known:
            return None
        room, renumbered = _make_room(others, before, len(moved))
        changes = [
            (item, replace(item, position=position))
            for item, position in zip(moved, room, strict=True)
        ]
        count = _clips_text(len(moved))
        return await self._lists.perform(
            ListChanges(items=[*renumbered, *changes]),
            ListMessages(
                mark("{clips} moved in “{name}”.", clips=count, name=playlist.name),
                mark("{clips} moved back in “{name}”.", clips=count, name=playlist.name),
            ),
            continued=frozenset(item.id for item in moved) if continues else None,
        )


def _new_items(
    playlist: PlaylistId, clips: Sequence[ClipId], positions: Sequence[float]
) -> list[PlaylistItem]:
    return [
        PlaylistItem(new_playlist_item_id(), playlist, clip, position)
        for clip, position in zip(clips, positions, strict=True)
    ]


def _place_of(items: Sequence[PlaylistItem], before: PlaylistItemId | None) -> int:
    return next((at for at, item in enumerate(items) if item.id == before), len(items))


def _make_room(
    items: Sequence[PlaylistItem], before: PlaylistItemId | None, count: int
) -> tuple[list[float], list[tuple[PlaylistItem, PlaylistItem]]]:
    """Returns positions for items in front of another one, and other items that must move for it.

    They only move where numbers have become too close, after many moves to one place.
    """
    place = _place_of(items, before)
    low = items[place - 1].position if place else None
    high = items[place].position if place < len(items) else None
    room = positions_between(low, high, count)
    if room is not None:
        return room, []
    numbers = [*range(1, place + 1), *range(place + count + 1, len(items) + count + 1)]
    moved = [
        (item, replace(item, position=float(number)))
        for item, number in zip(items, numbers, strict=True)
        if item.position != number
    ]
    return [float(place + one) for one in range(1, count + 1)], moved


def _clips_text(count: int) -> str:
    return nmark("{count} clip", "{count} clips", count)
