"""What outlives a process that the system ends at once: a file that Python's fault handler writes.

While a process runs, its box lies beside the reports and is locked. It has room for a few lines of
facts; what comes behind them was written by the fault handler, in a crash. A box whose process has
gone is turned into a report if there is anything behind the facts, and else thrown away: then the
process was killed, or the power was cut.
"""

import contextlib
import faulthandler
import os
import time
from collections.abc import Sequence
from pathlib import Path

from producer_studio.files.locks import FileLock

FACTS_BYTES = 12 * 1024
"""Bytes for the facts, and before them one byte that is only there to be locked."""

RUNNING_FOLDER = "running"
"""The folder of boxes, in that of the reports."""

CRASH_FILE_SUFFIX = ".box"
FACTS_SEPARATOR = "---"


class CrashFile:
    """The box of this process.

    Args:
        folder: Where boxes lie.
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
            OSError: The disk does not take them.
        """
        rows = [f"{name}: {' '.join(text.split())}" for name, text in facts.items()]
        raw = "\n".join([*rows, FACTS_SEPARATOR, *lines[::-1]]).encode("utf-8", "replace")
        os.lseek(self._facts, 1, os.SEEK_SET)
        # Newest lines first, so that the oldest are cut off.
        os.write(self._facts, raw[: FACTS_BYTES - 2].ljust(FACTS_BYTES - 1, b"\n"))

    def close(self) -> None:
        """The process ends as it should: there is nothing to tell."""
        faulthandler.disable()
        os.close(self._facts)
        os.close(self._dump)
        self._lock.release()
        # Another process may have thrown it away in between.
        with contextlib.suppress(OSError):
            self._path.unlink()
