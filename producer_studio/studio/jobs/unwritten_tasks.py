"""Ids of tasks that the disk of the library did not take, kept on that of the settings.

The library may be on a drive that was disconnected while a request was sent: without the id its
result could not be found after the program has ended.
"""

import asyncio
import logging
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import JobId, TaskId
from producer_studio.settings.json_file import JsonFile

log = logging.getLogger(__name__)


class UnwrittenTasks:
    """Task ids by job, in a file that all processes of this user share."""

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._stored: set[JobId] = set()
        """Jobs that this process has stored, or found: without one, nothing is read."""

    async def keep(self, job: JobId, task: TaskId) -> None:
        """Stores the task of a job; a disk that does not take it either is logged only."""
        self._stored.add(job)
        await asyncio.to_thread(self._change, job, task)

    async def forget(self, job: JobId) -> None:
        """Removes the task of a job, after the library has it."""
        if job in self._stored:
            self._stored.discard(job)
            await asyncio.to_thread(self._change, job, None)

    async def find(self, job: JobId) -> TaskId | None:
        """Returns the task of a job; None if none is stored."""
        found = (await asyncio.to_thread(self._document.peek)).get(job)
        if not isinstance(found, str) or not found:
            return None
        self._stored.add(job)
        return TaskId(found)

    def _change(self, job: JobId, task: TaskId | None) -> None:
        with self._document.exclusive():
            stored = self._document.read()
            stored.pop(job, None)
            try:
                self._document.write({**stored, job: task} if task is not None else stored)
            except StorageError as fault:
                log.warning("Cannot keep task of job %s: %s", job, fault)
