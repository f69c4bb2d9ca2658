"""Saved searches and playlists in the database."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from producer_studio.domain.field_reader import parse_json_object
from producer_studio.domain.ids import ClipId, PlaylistId, SavedSearchId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.playlist import Playlist, PlaylistItem, PlaylistTotal
from producer_studio.library import playlist_sql
from producer_studio.library.clip_listing import SmartList, SortOrder
from producer_studio.library.column_values import format_time, parse_time
from producer_studio.library.compared_table import ComparedTable
from producer_studio.library.context import LibraryContext
from producer_studio.library.fields import SORTS
from producer_studio.library.playlist_sql import PLAYLISTS, ItemChange
from producer_studio.library.saved_search import SavedSearch


@dataclass(frozen=True, slots=True)
class ListChanges:
    """Changes of the user's lists: pairs of the state before (None for new) and after (None for
    deleted).
    """

    searches: Sequence[tuple[SavedSearch | None, SavedSearch | None]] = ()
    playlists: Sequence[tuple[Playlist | None, Playlist | None]] = ()
    items: Sequence[ItemChange] = ()

    def inverse(self) -> "ListChanges":
        """Returns the changes that undo these."""
        return ListChanges(
            [(after, before) for before, after in self.searches],
            [(after, before) for before, after in self.playlists],
            [(after, before) for before, after in self.items],
        )

    def followed_by(self, later: "ListChanges") -> "ListChanges":
        """Returns one change that does these and then the later ones."""
        return ListChanges(
            _join(self.searches, later.searches),
            _join(self.playlists, later.playlists),
            _join(self.items, later.items),
        )

    def __bool__(self) -> bool:
        return bool(self.searches or self.playlists or self.items)


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


_Row = TypeVar("_Row", bound=_WithId)


def _join(
    earlier: Sequence[tuple[_Row | None, _Row | None]],
    later: Sequence[tuple[_Row | None, _Row | None]],
) -> list[tuple[_Row | None, _Row | None]]:
    found: dict[str, tuple[_Row | None, _Row | None]] = {}
    for before, after in (*earlier, *later):
        one = before or after
        if one is not None:
            first = found[one.id][0] if one.id in found else before
            found[one.id] = (first, after)
    return [(before, after) for before, after in found.values() if before != after]


class ListRepository:
    """Reads and writes saved searches and playlists; changes are on the disk on return."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def list_searches(self) -> list[SavedSearch]:
        """Returns all saved searches in their order."""
        return await self._context.database.read(SEARCHES.list_all)

    async def list_playlists(self) -> list[Playlist]:
        """Returns all playlists in their order."""
        return await self._context.database.read(PLAYLISTS.list_all)

    async def read_totals(self) -> dict[PlaylistId, PlaylistTotal]:
        """Returns number and length of the clips in each playlist that has any."""
        return await self._context.database.read(playlist_sql.read_totals)

    async def list_items(self, playlist: PlaylistId) -> list[PlaylistItem]:
        """Returns the items of a playlist in their order, those in the trash included."""
        return await self._context.database.read(playlist_sql.list_items, playlist)

    async def list_sound_paths(self) -> list[tuple[ClipId, str, float]]:
        """Returns clip, stored path and length of every sound, newest first."""
        return await self._context.database.read(playlist_sql.list_sound_paths)

    async def replace(self, changes: ListChanges) -> bool:
        """Applies changes in one transaction.

        Saved searches and playlists are changed all or none; a playlist is deleted only with all
        of its items. Items that are no longer as they were are skipped.

        Returns:
            Whether anything is different now.
        """

        def work(db: sqlite3.Connection) -> bool:
            searches = [pair for pair in changes.searches if pair[0] != pair[1]]
            playlists = [pair for pair in changes.playlists if pair[0] != pair[1]]
            if not (
                SEARCHES.are_as_expected(db, searches)
                and PLAYLISTS.are_as_expected(db, playlists)
                and playlist_sql.are_items_included(db, playlists, changes.items)
            ):
                return False
            SEARCHES.apply(db, searches)
            # Items go before their playlist, and come after it.
            PLAYLISTS.apply(db, [pair for pair in playlists if pair[1] is not None])
            count = playlist_sql.apply_item_changes(db, changes.items)
            PLAYLISTS.apply(db, [pair for pair in playlists if pair[1] is None])
            is_changed = bool(searches or playlists or count)
            if is_changed:
                self._context.change_log.record(db, _LISTS_CHANGED)
            return is_changed

        return await self._context.database.write(work)


_LISTS_CHANGED = LibraryChange(frozenset(), ChangeKind.LISTS)


def _search_columns(search: SavedSearch) -> dict[str, Any]:
    return {
        "id": search.id,
        "name": search.name,
        "position": search.position,
        "query": search.query,
        "sort": search.sort.by,
        "descending": int(search.sort.descending),
        "view": json.dumps({"list": search.smart_list.value}),
        "created_at": format_time(search.created_at),
    }


def _parse_search(row: sqlite3.Row | Mapping[str, Any]) -> SavedSearch:
    """Parses a row; an order or list of a later version becomes the default."""
    by = row["sort"]
    return SavedSearch(
        id=SavedSearchId(row["id"]),
        name=row["name"],
        query=row["query"],
        sort=SortOrder(by, bool(row["descending"])) if by in SORTS else SortOrder(),
        smart_list=_parse_smart_list(row["view"]),
        position=row["position"],
        created_at=parse_time(row["created_at"]),
    )


def _parse_smart_list(view: str) -> SmartList:
    try:
        return SmartList(parse_json_object(view).get("list", SmartList.ALL.value))
    except ValueError:
        return SmartList.ALL


SEARCHES: ComparedTable[SavedSearch] = ComparedTable(
    "saved_searches", _search_columns, _parse_search
)
