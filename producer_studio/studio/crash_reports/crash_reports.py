"""The reports of this computer, for the faces of the studio."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from producer_studio.settings.paths import default_paths
from producer_studio.studio.crash_reports.recorder import FOLDER
from producer_studio.studio.crash_reports.store import Ending, Report, ReportShelf
from producer_studio.studio.crash_reports.writer import Writer

__all__ = ["Ending", "Report", "ReportDesk"]

log = logging.getLogger(__name__)


class ReportDesk:
    """Reads and answers reports; every file behind `await`.

    Args:
        state: The user's state folder.
        environ: Where the names of user and computer are found.
    """

    def __init__(self, state: Path, environ: Mapping[str, str]) -> None:
        self._shelf = ReportShelf(state / FOLDER)
        self._writer = Writer(state / FOLDER, environ)
        self._answers: set[asyncio.Future[None]] = set()

    @classmethod
    def for_user(cls, environ: Mapping[str, str]) -> Self:
        """Those in the user's own folder; they need no library."""
        return cls(default_paths(environ).state, environ)

    async def offered(self) -> Sequence[Report]:
        """What crashed, or stopped in a window, and was not answered yet; newest first."""
        await asyncio.to_thread(self._collect)
        return await asyncio.to_thread(self._shelf.offered)

    async def all(self) -> Sequence[Report]:
        """Every report that is kept, newest first."""
        await asyncio.to_thread(self._collect)
        return await asyncio.to_thread(self._shelf.all)

    async def text(self, report: Report) -> str:
        """What a report says; a sentence where it cannot be read."""
        try:
            return await asyncio.to_thread(self._shelf.text, report)
        except OSError as error:
            log.warning("A report could not be read: %s", error)
            return f"This report cannot be read ({error.strerror or error})."

    def answer(self, reports: Sequence[Report]) -> "asyncio.Future[None]":
        """Offers these no more; they are kept. It is done by `close`, also if nobody waits."""
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(None, self._shelf.answer, reports)
        self._answers.add(done)
        done.add_done_callback(self._answers.discard)
        return done

    async def remove(self, report: Report) -> None:
        """Raises:
        OSError: It cannot be removed.
        """
        await asyncio.to_thread(self._shelf.remove, report)

    async def close(self) -> None:
        """Finishes what was begun."""
        await asyncio.gather(*self._answers)

    def _collect(self) -> None:
        try:
            self._writer.collect()
        except OSError as error:
            # Those that are written can be read all the same; the rest waits for the next start.
            log.warning("A crash could not be written down: %s", error)
