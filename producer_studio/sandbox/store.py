"""SQLite store of accepted tasks, which survive the end of the server."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from producer_studio.sandbox.records import CreditEntry, SandboxClip, SandboxTask

_SCHEMA = """
CREATE TABLE IF NOT EXISTS task (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS clip (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""

Row = TypeVar("Row", SandboxTask, SandboxClip, CreditEntry)


class StoreUnwritable(Exception):
    """The disk is full or cannot be written; nothing of the transaction was stored."""


class SandboxStore:
    """Tasks, clips and ledger entries in one SQLite file; all other state is in memory.

    Args:
        path: Path of the database, created if missing.
        durable: Whether to flush at each commit. Without it the data survives a killed process, but
            maybe not a power failure.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        self._connection.executescript(_SCHEMA)

    def commit(self, *rows: SandboxTask | SandboxClip | CreditEntry) -> None:
        """Writes all rows in one transaction; they are on disk when this returns.

        Raises:
            StoreUnwritable: Nothing was written.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for row in rows:
                    self._write(row)
                self._connection.execute("COMMIT")
            except BaseException:
                # When the disk is full, SQLite rolls back by itself; a second rollback would hide
                # the error.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise StoreUnwritable(str(error)) from error

    def tasks(self) -> Iterator[SandboxTask]:
        """Iterates over all tasks in the order in which they were accepted."""
        return self._read("SELECT body FROM task ORDER BY rowid", SandboxTask)

    def clips(self) -> Iterator[SandboxClip]:
        return self._read("SELECT body FROM clip ORDER BY rowid", SandboxClip)

    def entries(self) -> Iterator[CreditEntry]:
        return self._read("SELECT body FROM entry ORDER BY id", CreditEntry)

    def close(self) -> None:
        self._connection.close()

    def _read(self, query: str, kind: type[Row]) -> Iterator[Row]:
        for (body,) in self._connection.execute(query):
            yield msgspec.json.decode(body, type=kind)

    def _write(self, row: SandboxTask | SandboxClip | CreditEntry) -> None:
        body = msgspec.json.encode(row)
        match row:
            case SandboxTask():
                self._connection.execute(
                    "INSERT INTO task VALUES (?, ?)"
                    " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                    (row.id, body),
                )
            case SandboxClip():
                self._connection.execute(
                    "INSERT OR REPLACE INTO clip VALUES (?, ?)", (row.id, body)
                )
            case CreditEntry():
                self._connection.execute("INSERT INTO entry (body) VALUES (?)", (body,))
