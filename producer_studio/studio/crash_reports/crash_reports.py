"""Crash reports of this computer, for the user interfaces."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from producer_studio.settings.paths import default_paths
from producer_studio.studio.crash_reports.recorder import CRASH_FOLDER
from producer_studio.studio.crash_reports.store import CrashReport, CrashReportStore, ProcessOutcome
from producer_studio.studio.crash_reports.writer import CrashReportWriter
from producer_studio.translation import tr

__all__ = ["CrashReport", "CrashReports", "ProcessOutcome"]

log = logging.getLogger(__name__)


class CrashReports:
    """Lists, reads and acknowledges reports; file access does not block the event loop.

    Args:
        state: The user's state folder.
        environ: Contains the names of the user and the computer.
    """

    def __init__(self, state: Path, environ: Mapping[str, str]) -> None:
        self._report_store = CrashReportStore(state / CRASH_FOLDER)
        self._writer = CrashReportWriter(state / CRASH_FOLDER, environ)
        self._pending_writes: set[asyncio.Future[None]] = set()

    @classmethod
    def for_user(cls, environ: Mapping[str, str]) -> Self:
        """Returns the reports in the user's own folder; they need no library."""
        return cls(default_paths(environ).state, environ)

    async def pending(self) -> Sequence[CrashReport]:
        """Returns unacknowledged crashes and unexpected ends of windows, newest first."""
        await asyncio.to_thread(self._collect_crashes)
        return await asyncio.to_thread(self._report_store.pending)

    async def all(self) -> Sequence[CrashReport]:
        """Returns all stored reports, newest first."""
        await asyncio.to_thread(self._collect_crashes)
        return await asyncio.to_thread(self._report_store.all)

    async def read_text(self, report: CrashReport) -> str:
        """Returns the text of a report; an error message if it cannot be read."""
        try:
            return await asyncio.to_thread(self._report_store.read_text, report)
        except OSError as error:
            log.warning("Cannot read crash report: %s", error)
            return tr("This report cannot be read ({reason}).", reason=error.strerror or str(error))

    def acknowledge(self, reports: Sequence[CrashReport]) -> "asyncio.Future[None]":
        """Marks reports as acknowledged; `close` completes this, even if it is not awaited."""
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(None, self._report_store.acknowledge, reports)
        self._pending_writes.add(done)
        done.add_done_callback(self._pending_writes.discard)
        return done

    async def remove(self, report: CrashReport) -> None:
        """Deletes a report.

        Raises:
            OSError: It cannot be deleted.
        """
        await asyncio.to_thread(self._report_store.remove, report)

    async def close(self) -> None:
        """Completes pending operations."""
        await asyncio.gather(*self._pending_writes)

    def _collect_crashes(self) -> None:
        try:
            self._writer.collect_crashes()
        except OSError as error:
            # Existing reports can be read nevertheless; the others are created at the next start.
            log.warning("Cannot write crash report: %s", error)
