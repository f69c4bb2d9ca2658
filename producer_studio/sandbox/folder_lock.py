"""One server at a time on one state folder."""

import sqlite3
from pathlib import Path

#: A server whose owner has died needs a moment to end; its successor waits for it.
LOCK_TIMEOUT_S = 15.0


class FolderInUse(Exception):
    """Another server still works in the folder."""


class FolderLock:
    """Held from the start to the end of a server; the system lets go of it when one is killed.

    The lock is SQLite's own, on a file that holds nothing: the one kind of lock in the standard
    library that works alike on all systems.
    """

    def __init__(self, folder: Path, timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Waits up to `patience_s` seconds, then raises FolderTaken."""
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            folder / "claim.sqlite",
            timeout=timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise FolderInUse(f"another sandbox is using {folder}") from error

    def close(self) -> None:
        self._connection.close()
