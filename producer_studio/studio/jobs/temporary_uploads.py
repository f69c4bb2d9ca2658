"""Files of this computer, put up somewhere for as long as a service needs to fetch them."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.errors import (
    Fault,
    FaultKind,
    MediaRefused,
    NotAuthorised,
    Refused,
    StorageFault,
    Unreachable,
)
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.files.file_types import HEAD_BYTES, recognise
from producer_studio.files.regular_file import open_regular
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.measurement import Measurer

if TYPE_CHECKING:
    from producer_studio.providers.uploads.host import Host

log = logging.getLogger(__name__)

Hosts = Callable[[AccountName], Awaitable["Sequence[Host]"]]
"""Where an account's files can be put up, the best place first; empty where nowhere."""

Ways = Callable[[AccountName], str]
"""What the user can do where there is none, as half a sentence."""

_MAY_LIE_THERE = frozenset({FaultKind.UNREACHABLE, FaultKind.SERVICE_DOWN, FaultKind.NONSENSE})
"""Faults after which nobody knows how far the sending of a file came."""


def is_over(job: Job) -> bool:
    """Whether the service needs nothing of the job's any more."""
    if job.state is JobState.CANCELLED:
        return job.task_id is None or job.finished_at is not None
    return job.state.is_over or job.state is JobState.COLLECTING


class Lending:
    """Puts a job's file up before it is sent, and takes it down when the job is over."""

    def __init__(
        self, journal: Journal, hosts: Hosts, ways: Ways, measurer: Measurer, events: Events
    ) -> None:
        self._journal = journal
        self._hosts = hosts
        self._ways = ways
        self._measurer = measurer
        self._events = events

    async def check(self, recipe: Recipe, account: AccountName) -> None:
        """Looks whether there is a place for a recipe's file, if it has one; puts nothing up.

        Raises:
            Refused: There is none, or the one that is set up lacks its secret.
        """
        if _is_of_a_file(recipe):
            # What else is wrong with the account is told by the job, as for every operation.
            with suppress(NotAuthorised, Unreachable):
                await self._places(account)

    async def put_up(self, job: Job) -> Job:
        """Gives a job with a local file a public address for it; others stay as they are.

        Raises:
            Fault: The file is not there or cannot be put up; nothing was sent.
            StorageFault: The job's row could not be written.
        """
        if not _is_of_a_file(job.recipe):
            return job
        # What an earlier run put up may be out of date by now.
        job = await self.take_down(job)
        hosts = await self._places(job.account)
        host, path = hosts[0], Path(job.recipe.audio_file)
        await self._check_sound(path)
        with _of_the_file():
            handle = await host.reserve(path)
        before = job.hosted
        if handle:
            # On disk before anything lies there, so that it is found again whatever happens.
            lent = _text([*_lent(job), (host.name, handle)])
            job = await self._journal.note(job, hosted=lent)
        try:
            with _of_the_file():
                hosted = await host.put(path, handle)
        except Fault as fault:
            if fault.kind in _MAY_LIE_THERE:
                await self.take_down(job, quietly=True)
            else:
                await self._journal.note(job, hosted=before)
            raise
        return await self._journal.note(job, recipe=job.recipe.with_(audio_url=hosted.url))

    async def obstacle(self, account: AccountName) -> str:
        """Why nothing can be put up for an account, as a sentence; empty when something can."""
        try:
            hosts = await self._hosts(account)
        except Fault as fault:
            return fault.message
        return "" if hosts else f"There is nowhere to put this file up. {self._ways(account)}."

    async def take_down(self, job: Job, *, quietly: bool = False) -> Job:
        """Takes a job's file down; what cannot be taken down now is tried at later starts.

        Args:
            quietly: Whether a host that cannot be reached is no news.
        """
        if not job.hosted:
            return job
        left = []
        for name, handle in _lent(job):
            try:
                await self._take_one_down(job.account, name, handle)
            except Fault as fault:
                left.append((name, handle))
                log.warning("The file of job %s still lies at %s: %s", job.id, name, fault)
                if not (quietly and isinstance(fault, Unreachable)):
                    self._tell(job, fault)
        return await self._journal.note(
            job, hosted=_text(left), recipe=job.recipe.with_(audio_url="")
        )

    async def _places(self, account: AccountName) -> "Sequence[Host]":
        """Where the account's files can be put up, one place or more.

        Raises:
            Refused: Nowhere, as far as is set up.
            Fault: The account cannot be used.
        """
        hosts = await self._hosts(account)
        if not hosts:
            raise Refused(
                "There is nowhere to put this file up, so that the service could fetch it. Nothing "
                f"was sent. {self._ways(account)}, or give a public address of the file.",
                field="audio_file",
            )
        return hosts

    async def _check_sound(self, path: Path) -> None:
        """Decodes a file whose beginning does not say whether it is sound.

        Raises:
            Refused: It is none.
        """
        if not await asyncio.to_thread(_is_unknown, path):
            return
        try:
            with _of_the_file():
                await self._measurer.measure(path)
        except MediaRefused as fault:
            raise Refused(
                f"{path.name}: {fault.message} Nothing was sent and nothing was charged. Choose "
                "another file.",
                field="audio_file",
                service_words=fault.service_words,
            ) from fault

    async def _take_one_down(self, account: AccountName, name: str, handle: str) -> None:
        for host in await self._hosts(account):
            if host.name == name:
                await host.take_down(handle)
                return
        raise Refused(f"It lies at {name}, which is not set up here any more.")

    def _tell(self, job: Job, fault: Fault) -> None:
        self._events.publish(
            Notice(
                Level.WARN,
                f"The file that was lent to the service for “{job.title}” could not be taken down. "
                "It is tried again at the next start.",
                fault.message,
            )
        )


def _is_of_a_file(recipe: Recipe) -> bool:
    return recipe.operation is Operation.UPLOAD and bool(recipe.audio_file)


def _is_unknown(path: Path) -> bool:
    """Whether a file begins like nothing that is known; what cannot be read is the host's news."""
    try:
        with open_regular(path) as file:
            return recognise(file.read(HEAD_BYTES)) is None
    except (OSError, ValueError):
        return False


@contextmanager
def _of_the_file() -> Iterator[None]:
    """Lets what is wrong with the user's file be no fault of the library's."""
    try:
        yield
    except StorageFault as fault:
        raise Refused(
            fault.message, field="audio_file", service_words=fault.service_words
        ) from fault


def _lent(job: Job) -> list[tuple[str, str]]:
    """By which host, and under which handle; more than one where taking down did not work."""
    return [(name, handle) for name, handle in json.loads(job.hosted or "[]")]


def _text(lent: Sequence[tuple[str, str]]) -> str:
    return json.dumps(lent) if lent else ""
