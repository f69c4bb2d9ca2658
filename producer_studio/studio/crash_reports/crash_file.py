"""Crash files of processes: written by Python's fault handler, read once the process has ended."""

import contextlib
import faulthandler
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from producer_studio.domain.timestamps import from_unix_time
from producer_studio.files.locks import FileLock
from producer_studio.files.path_checks import path_exists
from producer_studio.studio.crash_reports.exception_format import public_path
from producer_studio.studio.crash_reports.recent_log import PACKAGE_NAME, REDACTED

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


_MAX_DUMP_BYTES = 48 * 1024
_FRAME = re.compile(r'\s*File "(.*)", line (\d+|\?\?\?) in (.*)')
# Other lines are thread ids or names of extension modules.
_HANDLER_LINE = re.compile(
    r"Fatal Python error: [\w :']+|Windows fatal exception: [\w :]+|(Current t|T)hread 0x[0-9a-f]+"
    r"( \(most recent call first\))?:?|Stack \(most recent call first\):|  Garbage-collecting"
    r"|  <no Python frame>|  \.\.\.|Extension modules: [\w., ]+ \(total: \d+\)"
)

_FATAL = re.compile(r"^(Fatal Python error: |Windows fatal exception: (?!code ))", re.MULTILINE)
_CODE = re.compile(r"^Windows fatal exception: code 0x([0-9a-fA-F]{1,8})$", re.MULTILINE)
_MIN_ERROR_CODE = 0xC0000000
"""Minimum code of errors on Windows; lower codes are messages and warnings."""


@dataclass(frozen=True, slots=True)
class CrashRecord:
    """Record of a process that crashed.

    Attributes:
        at: Time of the crash.
        facts: The last recorded facts.
        lines: The last lines of its log, oldest first.
        dump: Output of the fault handler, with public paths only.
    """

    at: datetime
    facts: dict[str, str]
    lines: Sequence[str]
    dump: str


@contextlib.contextmanager
def read_crash_files(folder: Path) -> Iterator[list[CrashRecord]]:
    """Yields the crashes of processes that have ended; deletes their files afterwards.

    Blocking. Files are not deleted if the caller fails to process them.
    """
    locks: list[tuple[FileLock, Path]] = []
    found: list[CrashRecord] = []
    try:
        for path in sorted(folder.glob(f"*{CRASH_FILE_SUFFIX}")):
            lock = FileLock(path)
            # A file that cannot be read now may be readable at the next start.
            with contextlib.suppress(OSError):
                if lock.acquire():
                    locks.append((lock, path))
                    found += _read_crash_file(path)
        yield found
        for _, path in locks:
            # First, so that no crash is reported twice if the file cannot be deleted.
            os.truncate(path, FACTS_BYTES)
            _delete_file(path)
    finally:
        for lock, path in locks:
            is_reported = path_exists(path) and path.stat().st_size <= FACTS_BYTES
            lock.release()
            if is_reported:  # Windows deletes no file that another process has open
                _delete_file(path)


def _delete_file(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _read_crash_file(path: Path) -> list[CrashRecord]:
    with path.open("rb", buffering=0) as file:
        # The first byte is locked and cannot be read on Windows.
        file.seek(1)
        head = file.read(FACTS_BYTES - 1)
        raw = file.read(_MAX_DUMP_BYTES)
        at = from_unix_time(os.fstat(file.fileno()).st_mtime)
    dump = raw.decode("utf-8", "replace")
    if not _is_fatal(dump):
        return []
    top, _, rest = head.decode("utf-8", "replace").partition(f"\n{FACTS_SEPARATOR}\n")
    facts = dict(line.split(": ", 1) for line in top.splitlines() if ": " in line)
    lines = [line for line in rest.splitlines() if line.strip()][::-1]
    return [CrashRecord(at, facts, lines, _format_dump(dump))]


def _is_fatal(dump: str) -> bool:
    """Whether the fault handler recorded an error that ends a process.

    On Windows it also records exceptions that system libraries raise and handle (calls between
    programs, thread names, debugger messages): their codes are not errors. The process continued,
    and its later end, such as being killed, is no crash.
    """
    if _FATAL.search(dump):
        return True
    codes = _CODE.findall(dump)
    return any(int(code, 16) >= _MIN_ERROR_CODE for code in codes)


def _format_dump(dump: str) -> str:
    """Formats the output of the fault handler, without text of other sources."""
    formatted = []
    for line in dump.splitlines():
        frame = _FRAME.fullmatch(line)
        if frame:
            where = public_path(frame[1])
            own = "> " if where.startswith(f"{PACKAGE_NAME}/") else "  "
            formatted.append(f"{own}{where}:{frame[2]} in {frame[3]}")
        elif not line.strip() or _HANDLER_LINE.fullmatch(line):
            formatted.append(line)
        else:
            formatted.append(REDACTED)
    text = re.sub(
        rf"(^{REDACTED}$\n?){{2,}}", f"{REDACTED}\n", "\n".join(formatted), flags=re.MULTILINE
    )
    # The crashed thread is last, after all waiting ones.
    blocks = text.strip("\n").split("\n\n")
    return "\n\n".join(sorted(blocks, key=_block_rank))


def _block_rank(block: str) -> int:
    if block.startswith(("Fatal", "Windows fatal")):
        return 0
    return 1 if block.startswith("Current thread") else 2
