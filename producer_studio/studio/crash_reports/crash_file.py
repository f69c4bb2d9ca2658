"""Crash file of a process, written by Python's fault handler if the system ends the process.

While a process runs, its crash file is beside the reports and locked. It starts with a few lines of
facts; anything after them was written by the fault handler in a crash. If the process of a file has
ended, the file becomes a report if it has such a dump, and is deleted otherwise: then the process
was killed, or the power was cut.
"""

import contextlib
import faulthandler
import os
import time
from collections.abc import Sequence
from pathlib import Path

from producer_studio.files.locks import FileLock

FACTS_BYTES = 12 * 1024
"""Bytes for the facts. The byte before them is only used for the lock."""

RUNNING_FOLDER = "running"
"""Folder of crash files, inside the folder of the reports."""

CRASH_FILE_SUFFIX = ".box"
FACTS_SEPARATOR = "---"


class CrashFile:
    """Crash file of this process.

    Args:
        folder: Folder of crash files.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{os.getpid()}-{time.time_ns()}{CRASH_FILE_SUFFIX}"
        self._lock = FileLock(self._path)
        self._lock.acquire()
        flags = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        self._facts = os.open(self._path, flags)
        self._dump = os.open(self._path, flags | os.O_APPEND)
        os.lseek(self._facts, 1, os.SEEK_SET)
        os.write(self._facts, b"\n" * (FACTS_BYTES - 1))
        faulthandler.enable(self._dump, all_threads=True)

    def write_facts(self, facts: dict[str, str], lines: Sequence[str]) -> None:
        """Replaces the facts.

        Raises:
            OSError: The file cannot be written.
        """
        rows = [f"{name}: {' '.join(text.split())}" for name, text in facts.items()]
        raw = "\n".join([*rows, FACTS_SEPARATOR, *lines[::-1]]).encode("utf-8", "replace")
        os.lseek(self._facts, 1, os.SEEK_SET)
        # Newest lines first, so that the oldest are truncated.
        os.write(self._facts, raw[: FACTS_BYTES - 2].ljust(FACTS_BYTES - 1, b"\n"))

    def close(self) -> None:
        """Deletes the file: the process ends normally."""
        faulthandler.disable()
        os.close(self._facts)
        os.close(self._dump)
        self._lock.release()
        # Another process may have deleted it in between.
        with contextlib.suppress(OSError):
            self._path.unlink()
