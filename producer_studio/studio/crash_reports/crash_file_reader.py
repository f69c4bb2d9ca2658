"""What processes that crashed have left in their boxes, made readable."""

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from producer_studio.domain.timestamps import from_unix_time
from producer_studio.files.locks import FileLock
from producer_studio.studio.crash_reports.crash_file import (
    CRASH_FILE_SUFFIX,
    FACTS_BYTES,
    FACTS_SEPARATOR,
)
from producer_studio.studio.crash_reports.exception_format import public_path
from producer_studio.studio.crash_reports.recent_log import PACKAGE_NAME, REDACTED

_MAX_DUMP_BYTES = 48 * 1024
_FRAME = re.compile(r'\s*File "(.*)", line (\d+|\?\?\?) in (.*)')
# Whatever else the handler writes is a thread's number or the name of an extension module.
_HANDLER_LINE = re.compile(
    r"Fatal Python error: [\w :']+|Windows fatal exception: [\w :]+|(Current t|T)hread 0x[0-9a-f]+"
    r"( \(most recent call first\))?:?|Stack \(most recent call first\):|  Garbage-collecting"
    r"|  <no Python frame>|  \.\.\.|Extension modules: [\w., ]+ \(total: \d+\)"
)

_FATAL = re.compile(r"^(Fatal Python error: |Windows fatal exception: (?!code ))", re.MULTILINE)
_CODE = re.compile(r"^Windows fatal exception: code 0x([0-9a-fA-F]{1,8})$", re.MULTILINE)
_MIN_ERROR_CODE = 0xC0000000
"""Of the codes of Windows: below it are messages and warnings."""


@dataclass(frozen=True, slots=True)
class CrashRecord:
    """What a process left that ended in a crash.

    Attributes:
        at: When the crash was written down.
        facts: As they were noted last.
        lines: The last lines of its log, oldest first.
        dump: What the fault handler wrote, with places as everyone may know them.
    """

    at: datetime
    facts: dict[str, str]
    lines: Sequence[str]
    dump: str


@contextlib.contextmanager
def read_crash_files(folder: Path) -> Iterator[list[CrashRecord]]:
    """The crashes of processes that have gone; their boxes are thrown away afterwards.

    Blocking. Boxes stay if what is done with them fails.
    """
    locks: list[tuple[FileLock, Path]] = []
    found: list[CrashRecord] = []
    try:
        for path in sorted(folder.glob(f"*{CRASH_FILE_SUFFIX}")):
            lock = FileLock(path)
            # What cannot be looked into now may be at the next start.
            with contextlib.suppress(OSError):
                if lock.acquire():
                    locks.append((lock, path))
                    found += _read_crash_file(path)
        yield found
        for _, path in locks:
            # First of all nothing is told twice, should the file not go.
            os.truncate(path, FACTS_BYTES)
            _delete_file(path)
    finally:
        for lock, path in locks:
            is_reported = path.exists() and path.stat().st_size <= FACTS_BYTES
            lock.release()
            if is_reported:  # Windows removes no file that somebody has open
                _delete_file(path)


def _delete_file(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _read_crash_file(path: Path) -> list[CrashRecord]:
    with path.open("rb", buffering=0) as file:
        # The first byte is locked, which on Windows keeps it from being read.
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
    """Whether the fault handler saw something that ends a process.

    On Windows it also writes down exceptions that the system's own libraries raise and handle
    (calls between programs, names of threads, messages for debuggers): their codes are no errors.
    The process went on, and what ended it later, such as its killing, is no crash.
    """
    if _FATAL.search(dump):
        return True
    codes = _CODE.findall(dump)
    return any(int(code, 16) >= _MIN_ERROR_CODE for code in codes)


def _format_dump(dump: str) -> str:
    """The fault handler's words, line by line, without what others may have written there."""
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
    # The thread that broke comes last, behind all those that only waited.
    blocks = text.strip("\n").split("\n\n")
    return "\n\n".join(sorted(blocks, key=_block_rank))


def _block_rank(block: str) -> int:
    if block.startswith(("Fatal", "Windows fatal")):
        return 0
    return 1 if block.startswith("Current thread") else 2
