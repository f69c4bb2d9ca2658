"""Which clips and lists of another library are new here, and under which ids."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import (
    ClipId,
    PlaylistId,
    PlaylistItemId,
    SavedSearchId,
)
from producer_studio.domain.names import unique_name
from producer_studio.domain.playlist import Playlist, PlaylistItem
from producer_studio.library.foreign_library import ForeignPlaylist
from producer_studio.library.list_repository import ListChanges
from producer_studio.studio.user_lists import MAX_LIST_NAME_LENGTH, SavedSearch

_NAMESPACE = uuid.UUID("0d3e6f5a-0c8d-4a4e-8a53-93a4c8f3c9d7")


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """Planned action for a clip of another library.

    Attributes:
        id: Its id here: its own, or another one beside a clip of other content.
        is_known: Whether it is here already.
    """

    id: ClipId
    is_known: bool


def plan_clip(clip: Clip, here: Clip | None, second: Clip | None) -> ClipPlan:
    """Returns what to do with a clip.

    Args:
        here: The clip here that has its id; None if there is none.
        second: The clip here that has its second id, as returned by `second_id`.
    """
    if here is None:
        return ClipPlan(clip.id, is_known=False)
    if content_key(here) == content_key(clip):
        return ClipPlan(clip.id, is_known=True)
    return ClipPlan(second_id(clip), is_known=second is not None)


def content_key(clip: Clip) -> str:
    """Returns what tells clips of one id apart: the sound, or without one the lyrics."""
    return clip.sha256 or hashlib.sha256(clip.lyrics.encode("utf-8", "replace")).hexdigest()


def second_id(clip: Clip) -> ClipId:
    """Returns the id under which a clip is kept beside another one with its id.

    It is the same each time, so that a repeated merge finds it.
    """
    return ClipId(_hashed(clip.id, content_key(clip)))


@dataclass(frozen=True, slots=True)
class ListsHere:
    """Lists of this library.

    Attributes:
        items: Clips of each playlist in their order.
        next_position: Position behind all lists.
    """

    playlists: Sequence[Playlist]
    items: Mapping[PlaylistId, Sequence[ClipId]]
    searches: Sequence[SavedSearch]
    next_position: float


def plan_lists(
    here: ListsHere,
    playlists: Sequence[ForeignPlaylist],
    searches: Sequence[SavedSearch],
    ids: Mapping[ClipId, ClipId],
) -> ListChanges:
    """Returns the lists to add; those that are here already, with the same content, are omitted.

    Args:
        ids: Ids of clips here by their ids there; other clips are left out of playlists.
    """
    names = [one.name for one in here.playlists] + [one.name for one in here.searches]
    position = here.next_position
    new_playlists: list[tuple[Playlist | None, Playlist | None]] = []
    new_items: list[tuple[PlaylistItem | None, PlaylistItem | None]] = []
    known = {one.id: one for one in here.playlists}
    for foreign in playlists:
        items = [one for one in foreign.items if one.clip in ids]
        clips = [ids[one.clip] for one in items]
        playlist = foreign.playlist
        same = known.get(playlist.id)
        if same is not None and list(here.items.get(same.id, ())) == clips:
            continue
        own_id = playlist.id if same is None else PlaylistId(_hashed(playlist.id, *clips))
        if own_id in known:
            continue
        name = unique_name(playlist.name, names, MAX_LIST_NAME_LENGTH)
        names.append(name)
        new_playlists.append((None, playlist.with_changes(id=own_id, name=name, position=position)))
        position += 1.0
        new_items += [
            (None, PlaylistItem(_item_id(own_id, item, place), own_id, clip, float(place)))
            for place, (item, clip) in enumerate(zip(items, clips, strict=True), 1)
        ]
    new_searches: list[tuple[SavedSearch | None, SavedSearch | None]] = []
    meanings = {search_meaning(one) for one in here.searches}
    taken = {one.id for one in here.searches}
    for search in searches:
        if search_meaning(search) in meanings:
            continue
        query = f"{search.query}\n{search.sort}\n{search.smart_list}"
        search_id = SavedSearchId(_hashed(search.id, query)) if search.id in taken else search.id
        name = unique_name(search.name, names, MAX_LIST_NAME_LENGTH)
        names.append(name)
        new_searches.append((None, search.with_changes(id=search_id, name=name, position=position)))
        position += 1.0
    return ListChanges(new_searches, new_playlists, new_items)


def search_meaning(search: SavedSearch) -> tuple[object, ...]:
    """Returns what two saved searches of the same content share."""
    return (search.query, search.sort, search.smart_list)


def _item_id(playlist: PlaylistId, item: PlaylistItem, place: int) -> PlaylistItemId:
    return PlaylistItemId(_hashed(playlist, item.id, str(place)))


def _hashed(*parts: str) -> str:
    return uuid.uuid5(_NAMESPACE, "\n".join(parts)).hex
