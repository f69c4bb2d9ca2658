"""The reports of this computer, for the faces of the studio."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from producer_studio.settings.paths import default_paths
from producer_studio.studio.crash_reports.recorder import CRASH_FOLDER
from producer_studio.studio.crash_reports.store import CrashReport, CrashReportStore, ProcessOutcome
from producer_studio.studio.crash_reports.writer import CrashReportWriter

__all__ = ["CrashReport", "CrashReports", "ProcessOutcome"]

log = logging.getLogger(__name__)


class CrashReports:
    """Reads and answers reports; every file behind `await`.

    Args:
        state: The user's state folder.
        environ: Where the names of user and computer are found.
    """

    def __init__(self, state: Path, environ: Mapping[str, str]) -> None:
        self._report_store = CrashReportStore(state / CRASH_FOLDER)
        self._writer = CrashReportWriter(state / CRASH_FOLDER, environ)
        self._pending_writes: set[asyncio.Future[None]] = set()

    @classmethod
    def for_user(cls, environ: Mapping[str, str]) -> Self:
        """Those in the user's own folder; they need no library."""
        return cls(default_paths(environ).state, environ)

    async def pending(self) -> Sequence[CrashReport]:
        """What crashed, or stopped in a window, and was not answered yet; newest first."""
        await asyncio.to_thread(self._collect_crashes)
        return await asyncio.to_thread(self._report_store.pending)

    async def all(self) -> Sequence[CrashReport]:
        """Every report that is kept, newest first."""
        await asyncio.to_thread(self._collect_crashes)
        return await asyncio.to_thread(self._report_store.all)

    async def read_text(self, report: CrashReport) -> str:
        """What a report says; a sentence where it cannot be read."""
        try:
            return await asyncio.to_thread(self._report_store.read_text, report)
        except OSError as error:
            log.warning("A report could not be read: %s", error)
            return f"This report cannot be read ({error.strerror or error})."

    def acknowledge(self, reports: Sequence[CrashReport]) -> "asyncio.Future[None]":
        """Offers these no more; they are kept. It is done by `close`, also if nobody waits."""
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(None, self._report_store.acknowledge, reports)
        self._pending_writes.add(done)
        done.add_done_callback(self._pending_writes.discard)
        return done

    async def remove(self, report: CrashReport) -> None:
        """Raises:
        OSError: It cannot be removed.
        """
        await asyncio.to_thread(self._report_store.remove, report)

    async def close(self) -> None:
        """Finishes what was begun."""
        await asyncio.gather(*self._pending_writes)

    def _collect_crashes(self) -> None:
        try:
            self._writer.collect_crashes()
        except OSError as error:
            # Those that are written can be read all the same; the rest waits for the next start.
            log.warning("A crash could not be written down: %s", error)
