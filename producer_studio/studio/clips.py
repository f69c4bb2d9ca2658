"""The library as the user works with it."""

from collections.abc import Sequence
from pathlib import Path

from producer_studio.domain.change import ChangeKind, LibraryChange
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.library.catalogue import Library
from producer_studio.library.listing import Counts, Cursor, Page, Smart, Sort, SortKey
from producer_studio.studio.collecting import Collector
from producer_studio.studio.events import Events

__all__ = ["Clips", "Counts", "Cursor", "Page", "Smart", "Sort", "SortKey"]

_NEWEST_FIRST = Sort()


class Clips:
    """Browsing and editing; every change is published once, with who asked for it.

    Changes raise `StorageFault` when the library cannot be written.
    """

    def __init__(self, library: Library, collector: Collector, events: Events) -> None:
        self._library = library
        self._collector = collector
        self._events = events

    @property
    def folder(self) -> Path:
        """Where the library is."""
        return self._library.folder

    @property
    def read_only(self) -> bool:
        return self._library.read_only

    async def page(
        self,
        query: str = "",
        sort: Sort = _NEWEST_FIRST,
        smart: Smart = Smart.ALL,
        limit: int = 100,
        after: Cursor | None = None,
    ) -> Page:
        """The first ids of a list, fast whatever the library's size."""
        return await self._library.page(query, sort, smart, limit, after)

    async def ids(
        self, query: str = "", sort: Sort = _NEWEST_FIRST, smart: Smart = Smart.ALL
    ) -> list[ClipId]:
        return await self._library.ids(query, sort, smart)

    async def rows(self, ids: Sequence[ClipId]) -> list[Clip]:
        return await self._library.rows(ids)

    async def get(self, clip_id: ClipId) -> Clip | None:
        return await self._library.get(clip_id)

    async def peaks(self, ids: Sequence[ClipId]) -> dict[ClipId, bytes]:
        return await self._library.peaks(ids)

    async def counts(self) -> Counts:
        return await self._library.counts()

    async def family(self, clip_id: ClipId) -> list[Clip]:
        """The clip's root and all that was made from it."""
        return await self._library.family(clip_id)

    async def folder_of(self, clip_id: ClipId) -> Path | None:
        return await self._library.folder_of(clip_id)

    async def edit(
        self,
        ids: Sequence[ClipId],
        origin: object | None = None,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        stars: int | None = None,
        favourite: bool | None = None,
        heard: bool | None = None,
        notes: str | None = None,
    ) -> list[Clip]:
        """Changes details; None leaves a field as it is."""
        clips = await self._library.edit(
            ids,
            title=title,
            tags=tags,
            stars=stars,
            favourite=favourite,
            heard=heard,
            notes=notes,
        )
        self._publish(ids, ChangeKind.DETAILS, origin)
        return clips

    async def trash(self, ids: Sequence[ClipId], origin: object | None = None) -> None:
        """Puts clips in the trash; nothing is deleted."""
        await self._library.trash(ids)
        self._publish(ids, ChangeKind.REMOVED, origin)

    async def restore(self, ids: Sequence[ClipId], origin: object | None = None) -> None:
        await self._library.restore(ids)
        self._publish(ids, ChangeKind.ADDED, origin)

    async def fetch_again(self, clip_id: ClipId) -> None:
        """Tries to fetch a clip's sound once more."""
        await self._collector.fetch_again(clip_id)

    async def find_missing(self, ids: Sequence[ClipId]) -> None:
        """Notices files that are gone, or back."""
        changed = await self._library.find_missing(ids)
        if changed:
            self._publish([clip.id for clip in changed], ChangeKind.MEDIA, None)

    def _publish(self, ids: Sequence[ClipId], kind: ChangeKind, origin: object | None) -> None:
        self._events.publish(LibraryChange(frozenset(ids), kind, origin))
