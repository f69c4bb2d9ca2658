"""Lock of a state folder, which only one server may use at a time."""

import sqlite3
from pathlib import Path

#: Seconds to wait for the lock: a server whose parent has died needs time to end.
LOCK_TIMEOUT_S = 15.0


class FolderInUse(Exception):
    """Another server still uses the folder."""


class FolderLock:
    """Lock held for the lifetime of a server; the system releases it when the process is killed.

    It is SQLite's own lock on an empty database: the only lock in the standard library that works
    alike on all systems.
    """

    def __init__(self, folder: Path, timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Waits up to `timeout_s` seconds for the lock, then raises FolderInUse."""
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
