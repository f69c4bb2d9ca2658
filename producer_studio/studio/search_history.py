"""Searches of the library that were used, to be used again."""

from collections.abc import Sequence
from datetime import UTC, datetime

from producer_studio.library.library import Library
from producer_studio.library.past_query import PastQuery
from producer_studio.library.past_query_repository import MAX_PAST_QUERIES
from producer_studio.library.search.parser import parse_query
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.undo import LibraryAction
from producer_studio.translation import mark, nmark

__all__ = ["PastQuery", "SearchHistory"]

_SHOWN_CHARACTERS = 60


class SearchHistory:
    """Past queries of a library. They are on this computer only, and can be forgotten."""

    def __init__(self, library: Library, clips: Clips) -> None:
        self._library = library
        self._clips = clips

    async def list_latest(self, limit: int = MAX_PAST_QUERIES) -> list[PastQuery]:
        """Returns the queries that were used last, latest first."""
        return await self._library.past_queries.list_latest(limit)

    async def record(self, query: str) -> None:
        """Records that a query was used.

        Nothing is recorded of one with a mistake, or in a library that can only be read.

        Raises:
            StorageError: The library cannot be written.
        """
        used = query.strip()
        if used and not self._library.read_only and not parse_query(used).problem:
            await self._library.past_queries.record(used, datetime.now(UTC))

    async def forget_all(self) -> UndoStep | None:
        """Deletes all queries; see `forget`."""
        return await self.forget(await self._library.past_queries.list_latest())

    async def forget(self, queries: Sequence[PastQuery]) -> UndoStep | None:
        """Deletes queries, as a step of the undo history; None if none of them exists.

        Raises:
            StorageError: The library cannot be written.
        """
        if len(queries) == 1:
            shown = queries[0].query[:_SHOWN_CHARACTERS]
            messages = (
                mark("Search “{shown}” forgotten.", shown=shown),
                mark("Search “{shown}” is remembered again.", shown=shown),
            )
        else:
            count = len(queries)
            messages = (
                nmark("{count} search forgotten.", "{count} searches forgotten.", count),
                nmark(
                    "{count} search is remembered again.",
                    "{count} searches are remembered again.",
                    count,
                ),
            )
        stored = self._library.past_queries
        return await self._clips.perform(
            LibraryAction(lambda: stored.delete(queries), lambda: stored.add(queries), *messages)
        )
