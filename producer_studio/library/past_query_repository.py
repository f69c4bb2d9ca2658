"""Past queries in the database."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from producer_studio.library.column_values import (
    format_time,
    parse_text,
    parse_time,
    replace_lone_surrogates,
)
from producer_studio.library.context import LibraryContext
from producer_studio.library.past_query import PastQuery

MAX_PAST_QUERIES = 500
"""The oldest ones beyond this number are deleted."""


class PastQueryRepository:
    """Reads and writes past queries; changes are on the disk when a call returns."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def list_latest(self, limit: int = MAX_PAST_QUERIES) -> list[PastQuery]:
        """Returns the queries that were used last, latest first."""
        return await self._context.database.read(_list_latest, limit)

    async def record(self, query: str, at: datetime) -> None:
        """Counts one more use of a query."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO past_queries(query, uses, at) VALUES (?, 1, ?) "
                "ON CONFLICT(query) DO UPDATE SET uses = uses + 1, at = excluded.at",
                (replace_lone_surrogates(query), format_time(at)),
            )
            db.execute(
                "DELETE FROM past_queries WHERE query IN ("
                "SELECT query FROM past_queries ORDER BY at DESC, query LIMIT -1 OFFSET ?)",
                (MAX_PAST_QUERIES,),
            )

        await self._context.database.write(work)

    async def add(self, queries: Sequence[PastQuery]) -> bool:
        """Adds queries; those that are there already stay as they are.

        Returns:
            Whether any was added.
        """

        def work(db: sqlite3.Connection) -> bool:
            rows = [(one.query, one.uses, format_time(one.at)) for one in queries]
            added = db.executemany("INSERT OR IGNORE INTO past_queries VALUES (?, ?, ?)", rows)
            return added.rowcount > 0

        return await self._context.database.write(work)

    async def delete(self, queries: Sequence[PastQuery]) -> bool:
        """Deletes queries; returns whether any was there."""

        def work(db: sqlite3.Connection) -> bool:
            rows = [(one.query,) for one in queries]
            return db.executemany("DELETE FROM past_queries WHERE query = ?", rows).rowcount > 0

        return await self._context.database.write(work)


def _list_latest(db: sqlite3.Connection, limit: int) -> list[PastQuery]:
    rows = db.execute(
        "SELECT query, uses, at FROM past_queries ORDER BY at DESC, query LIMIT ?", (limit,)
    )
    return [PastQuery(parse_text(row["query"]), row["uses"], parse_time(row["at"])) for row in rows]
