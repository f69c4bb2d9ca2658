"""Queries for clips."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from producer_studio.domain.clip import Clip
from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import AccountName, ClipId, JobId, PlaylistId, PressId, RemoteId
from producer_studio.domain.library_change import ClipField, FieldValue
from producer_studio.domain.prompt_phrases import PromptPhrase
from producer_studio.library import (
    clip_edits,
    clip_sql,
    drag_files,
    press_sql,
    prompt_sql,
    similar_sql,
)
from producer_studio.library.clip_edits import read_shared_values
from producer_studio.library.clip_listing import (
    NEWEST_FIRST,
    ClipPage,
    ClipPageWithRows,
    ClipRows,
    PageCursor,
    SmartList,
    SmartListCounts,
    SortOrder,
)
from producer_studio.library.clip_relations import ClipRelations, read_relations
from producer_studio.library.context import LibraryContext
from producer_studio.library.errors import LibraryDamaged
from producer_studio.library.search import clip_search, playlist_search, suggestions
from producer_studio.library.search.filters import SimilarFilter
from producer_studio.library.search.parser import parse_query
from producer_studio.library.search.suggestions import Suggestions
from producer_studio.library.similar_sql import SimilarClip

V = TypeVar("V")
_CHUNK = 500


class ClipQueries:
    """Reads clips and lists of them; nothing is changed."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    @property
    def folder(self) -> Path:
        """Folder of the library."""
        return self._context.folder

    @property
    def read_only(self) -> bool:
        """Whether the library can only be browsed."""
        return self._context.read_only

    async def get(self, clip_id: ClipId) -> Clip | None:
        found = await self.get_many([clip_id])
        return found[0] if found else None

    async def get_many(self, ids: Sequence[ClipId]) -> list[Clip]:
        """Returns clips in the order of `ids`; deleted ones are omitted.

        Rows of a damaged database that cannot be read are omitted, too, and `on_damage` is called.
        """
        try:
            return await self._context.database.read(clip_sql.read_clips, self._context.folder, ids)
        except LibraryDamaged as fault:
            self._context.report_damage(fault)
            if len(ids) == 1:
                return []
            # Splits in halves: few rows are damaged, and many are requested.
            middle = len(ids) // 2
            return [*await self.get_many(ids[:middle]), *await self.get_many(ids[middle:])]

    async def compute(self, ids: Sequence[ClipId], work: Callable[[Clip], V]) -> dict[ClipId, V]:
        """Returns the result of a function for each clip, which runs on a thread of the database.

        For so many clips that the caller should not hold them all.
        """

        def compute_part(db: sqlite3.Connection, part: Sequence[ClipId]) -> dict[ClipId, V]:
            clips = clip_sql.read_clips(db, self._context.folder, part)
            return {clip.id: work(clip) for clip in clips}

        found: dict[ClipId, V] = {}
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            found |= await self._context.database.read(compute_part, part)
        return found

    async def count_tags(self, ids: Sequence[ClipId]) -> dict[str, int]:
        """Returns the tags that these clips have, with the number of those that have them."""
        return await self._context.database.read(clip_edits.count_tags, ids)

    async def shared_values(
        self, ids: Sequence[ClipId], fields: Collection[ClipField]
    ) -> dict[ClipField, FieldValue]:
        """Returns the value of each field that all clips share; those with several are left out."""
        return await self._context.database.read(read_shared_values, ids, fields)

    async def list_ids(
        self, query: str = "", sort: SortOrder = NEWEST_FIRST, smart: SmartList = SmartList.ALL
    ) -> list[ClipId]:
        """Returns all clips of a list in order; cancelling the call interrupts its query."""
        return await self._context.database.read(clip_search.list_ids, query, sort, smart)

    async def list_groups(
        self, sort: SortOrder = NEWEST_FIRST, smart: SmartList = SmartList.ALL
    ) -> ClipList:
        """Returns a list in order, in which the takes of a press are one group.

        Cancelling the call interrupts its query.
        """
        return await self._context.database.read(clip_search.list_groups, sort, smart)

    async def list_playlist(
        self, playlist: PlaylistId, query: str = "", sort: SortOrder | None = None
    ) -> ClipList:
        """Returns the items of a playlist whose clips a query finds, without the trash.

        Args:
            sort: Order in place of the playlist's own.
        """
        return await self._context.database.read(
            playlist_search.list_playlist, playlist, query, sort
        )

    async def playlist_with_rows(
        self,
        playlist: PlaylistId,
        query: str,
        sort: SortOrder | None,
        rows: int,
        known: Collection[ClipId] = (),
    ) -> ClipPageWithRows:
        """Returns a whole playlist with its first rows, in one read; see `page_with_rows`."""

        def read_list(db: sqlite3.Connection) -> ClipPageWithRows:
            listed = playlist_search.list_playlist(db, playlist, query, sort)
            return ClipPageWithRows(ClipPage([], problem=parse_query(query).problem), listed)

        return await self._read_with_rows(read_list, rows, known)

    async def page(
        self,
        query: str = "",
        sort: SortOrder = NEWEST_FIRST,
        smart: SmartList = SmartList.ALL,
        limit: int = 100,
        after: PageCursor | None = None,
    ) -> ClipPage:
        """Returns part of a list; the first page does not wait for the whole list."""
        return await self._context.database.read(
            clip_search.read_page, query, sort, smart, limit, after
        )

    async def page_with_rows(
        self,
        query: str,
        sort: SortOrder,
        smart: SmartList,
        limit: int,
        rows: int,
        known: Collection[ClipId] = (),
        *,
        grouped: bool = False,
    ) -> ClipPageWithRows:
        """Returns the first page with its first rows, in one read.

        Args:
            rows: Number of rows that are visible at once; 0 for none.
            known: Clips whose rows are not needed.
            grouped: Whether the takes of a press are one row; for an empty query.
        """

        def read_list(db: sqlite3.Connection) -> ClipPageWithRows:
            page = clip_search.read_page(db, query, sort, smart, limit, None)
            listed = (
                clip_search.group_page(db, page, smart)
                if grouped and not query
                else ClipList(page.ids)
            )
            return ClipPageWithRows(page, listed)

        return await self._read_with_rows(read_list, rows, known)

    async def _read_with_rows(
        self,
        read_list: Callable[[sqlite3.Connection], ClipPageWithRows],
        rows: int,
        known: Collection[ClipId],
    ) -> ClipPageWithRows:
        def read_all(db: sqlite3.Connection) -> ClipPageWithRows:
            filled = read_list(db)
            shown = filled.listed.clips_of(filled.listed.rows[:rows])
            ids = [clip for clip in shown if clip not in known]
            return replace(filled, rows=self._read_rows(db, ids))

        try:
            return await self._context.database.read(read_all)
        except LibraryDamaged:
            # A damaged row must not hide the others: rows are read one by one when they are shown.
            return await self._context.database.read(read_list)

    async def get_rows(self, ids: Sequence[ClipId]) -> ClipRows:
        """Returns clips with all that their rows show; see `get_many`."""
        clips = await self.get_many(ids)
        return await self._context.database.read(self._complete_rows, clips)

    def _read_rows(self, db: sqlite3.Connection, ids: Sequence[ClipId]) -> ClipRows:
        return self._complete_rows(db, clip_sql.read_clips(db, self._context.folder, ids))

    @staticmethod
    def _complete_rows(db: sqlite3.Connection, clips: Sequence[Clip]) -> ClipRows:
        pressed = {clip.press for clip in clips if clip.press is not None}
        presses = {clip.press for clip in clips if clip.press is not None and clip.takes > 1}
        return ClipRows(
            clips,
            clip_sql.read_peaks(db, [clip.id for clip in clips]),
            press_sql.read_prices(db, presses),
            press_sql.read_sweeps(db, presses),
            clip_sql.read_charges(db, [clip.id for clip in clips]),
            press_sql.read_preset_names(db, pressed),
        )

    async def get_takes(self, press: PressId) -> list[Clip]:
        """Returns the takes of a press that are not in the trash, in their order."""
        return await self.get_many(await self._context.database.read(clip_search.list_takes, press))

    async def count(self, query: str = "", smart: SmartList = SmartList.ALL) -> int:
        return await self._context.database.read(clip_search.count_clips, query, smart)

    async def get_relations(self, ids: Sequence[ClipId]) -> dict[ClipId, ClipRelations]:
        """Returns what other tables have of clips, by their ids."""
        return await self._context.database.read(read_relations, ids)

    async def find_similar(
        self, clip_id: ClipId, limit: int = similar_sql.MAX_SIMILAR
    ) -> list[SimilarClip] | None:
        """Returns the clips that sound most like one, which is the first of them.

        None if it is not measured yet.
        """
        return await self._context.database.read(similar_sql.find_similar, clip_id, limit)

    async def get_similar_reference(self, query: str) -> Clip | None:
        """Returns the clip of the first `similar:` term of a query; None without one."""
        starts = [
            term.condition.start
            for term in parse_query(query).terms
            if isinstance(term.condition, SimilarFilter)
        ]
        if not starts:
            return None
        found = await self._context.database.read(similar_sql.find_clip, starts[0])
        return None if found is None else await self.get(found)

    async def suggest_terms(self, text: str, position: int) -> Suggestions:
        """Completes the term at a position of a query; see `search.suggestions`."""
        now = datetime.now().astimezone()
        return await self._context.database.read(suggestions.suggest_terms, text, position, now)

    async def count_values(self, field: str) -> list[tuple[str, int]]:
        """Returns the values of a search field with the number of their clips, largest first.

        Raises:
            KeyError: There is no such field.
        """
        now = datetime.now().astimezone()
        return await self._context.database.read(suggestions.count_values, field, now)

    async def list_prompt_phrases(self, newest: int | None = None) -> list[PromptPhrase]:
        """Returns the phrases of sound prompts, best rated first; see `prompt_sql`.

        Args:
            newest: Maximum number of clips, the newest ones; None for all.
        """
        return await self._context.database.read(prompt_sql.read_phrases, newest)

    async def count_smart_lists(self) -> SmartListCounts:
        return await self._context.database.read(clip_sql.count_smart_lists)

    async def list_outdated(
        self, version: int, before: int, limit: int
    ) -> list[tuple[int, ClipId]]:
        """Returns clips with audio that were measured by an earlier version, newest first.

        Args:
            before: Sequence number below which they are.

        Returns:
            Their sequence numbers and ids.
        """
        return await self._context.database.read(
            clip_sql.list_outdated_clips, version, before, limit
        )

    async def get_family(self, clip_id: ClipId) -> list[Clip]:
        """Returns the oldest known ancestor and all of its descendants, oldest first."""
        return await self._context.database.read(
            clip_sql.read_family, self._context.folder, clip_id
        )

    async def find_by_remote_id(self, account: AccountName, remote_id: RemoteId) -> Clip | None:
        return await self._context.database.read(
            clip_sql.find_by_remote_id, self._context.folder, account, remote_id
        )

    async def list_of_job(self, job: JobId) -> list[Clip]:
        """Returns the clips that a job has made, in the order of the service."""
        return await self._context.database.read(
            clip_sql.list_clips_of_job, self._context.folder, job
        )

    async def get_peaks(self, ids: Sequence[ClipId]) -> dict[ClipId, bytes]:
        return await self._context.database.read(clip_sql.read_peaks, ids)

    async def find_folder(self, clip_id: ClipId) -> Path | None:
        """Returns the clip's folder, absolute; None if the clip is deleted."""
        found = await self._context.database.read(
            clip_sql.read_stored_clips, self._context.folder, [clip_id]
        )
        return found[0].folder if found else None

    async def get_drag_files(self, ids: Sequence[ClipId]) -> list[Path]:
        """Returns the audio files of clips in the order of `ids`, with distinct names.

        See `drag_files`. Clips without audio are omitted.

        Raises:
            StorageError: A second name for a file cannot be written.
        """
        stored = await self._context.database.read(drag_files.read_audio_paths, ids)
        return await self._context.database.run_file_work(
            drag_files.files_with_distinct_names,
            self._context.folder,
            stored,
            writes=not self._context.read_only,
        )

    async def trash_size_bytes(self, ids: Sequence[ClipId]) -> int:
        """Returns the size of the files that `delete` would delete, in bytes."""
        return await self._context.deleter.total_size_bytes(ids)
