"""Keeps what was accepted on disk, so that a killed server still knows it."""

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


class SandboxStore:
    """Tasks, clips and ledger entries in one SQLite file; everything else lives in memory.

    Args:
        path: the database, made when absent.
        durable: wait for the disk at each commit. Without it a killed process still loses
            nothing, only a power cut may.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        self._connection.executescript(_SCHEMA)

    def commit(self, *rows: SandboxTask | SandboxClip | CreditEntry) -> None:
        """Writes all rows in one transaction; returns when they are on disk."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                self._write(row)
        except BaseException:
            # A full disk makes SQLite roll back by itself; a second time would hide why.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def tasks(self) -> Iterator[SandboxTask]:
        """All tasks in the order in which they were accepted."""
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
