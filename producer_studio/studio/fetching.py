"""Bringing one file from a media link: at once, resumed, and with a new link when one expires."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.faults import Fault, MediaRefused, StorageFault, UnknownTask
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job
from producer_studio.providers.media import fetch
from producer_studio.providers.protocol import Fetched, Finished, LinkExpired, MediaKind
from producer_studio.studio.connections import Connections
from producer_studio.studio.journal import Journal
from producer_studio.studio.watching import Watcher

log = logging.getLogger(__name__)

LinkOf = Callable[[MediaLinks], str]

_WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Between tries; the last is repeated, as what was paid for is not given up."""

_LOOK_EVERY = 2
"""After so many failures in a row the task is asked for its links again."""

_RENEWALS = 3
"""How often a link may turn out dead right after the service has renewed it."""

_REFUSALS = 2
"""How often something that is not the file is taken for a passing trouble."""

_LIMITS_BYTES: dict[MediaKind, int] = {
    "audio": 600_000_000,
    "image": 30_000_000,
    "video": 2_000_000_000,
}


class Fetcher:
    """Fetches the media of jobs, as long as it takes."""

    def __init__(self, connections: Connections, journal: Journal, watcher: Watcher) -> None:
        self._connections = connections
        self._journal = journal
        self._watcher = watcher

    async def bring(
        self,
        job: Job,
        links: MediaLinks,
        position: int,
        link_of: LinkOf,
        kind: MediaKind,
        target: Path,
    ) -> Fetched:
        """Fetches a file to `target`, going on where an earlier try stopped.

        Args:
            links: What the service gave last.
            position: Which of the task's results the file belongs to, to find its link again.
            link_of: Picks the address.

        Raises:
            MediaRefused: What arrives is not what it should be, or the link is dead for good.
            StorageFault: The disk is full or cannot be written.
        """
        failures = renewals = refusals = 0
        while True:
            try:
                url = link_of(links)
                if not url:
                    raise LinkExpired("The service has not given an address for this file.")  # noqa: TRY301
                fetched = await self.try_once(job.account, url, kind, target)
            except LinkExpired as fault:
                renewals += 1
                if renewals > _RENEWALS:
                    raise
                log.info("Link of job %s: %s", job.id, fault)
                links = await self._renewed(job, position, fault)
                if renewals > 1:
                    await asyncio.sleep(_wait_s(renewals))
            except MediaRefused as fault:
                # A page instead of a file is often a server that is being mended.
                refusals += 1
                if refusals > _REFUSALS:
                    raise
                log.info("File of job %s: %s", job.id, fault)
                await asyncio.sleep(_wait_s(refusals))
                links = await self._moved(job, position, links)
            except StorageFault:
                raise
            except Fault as fault:
                failures += 1
                current = self._journal.current(job)
                if current.fault is None or current.fault.kind is not fault.kind:
                    await self._journal.note(job, fault=fault.record())
                await asyncio.sleep(max(fault.retry_after_s or 0.0, _wait_s(failures)))
                if failures % _LOOK_EVERY == 0:
                    # The file may have moved to another address; asking for it is free.
                    links = await self._moved(job, position, links)
            else:
                if self._journal.current(job).fault is not None:
                    await self._journal.note(job, fault=None)
                return fetched

    async def try_once(
        self, account: AccountName, url: str, kind: MediaKind, target: Path
    ) -> Fetched:
        """One attempt; plain http to this computer only where the account itself is here.

        Raises:
            Fault: It did not work.
        """
        return await fetch(
            url,
            target,
            kind=kind,
            limit_bytes=_LIMITS_BYTES[kind],
            allow_loopback_http=self._connections.is_local(account),
        )

    async def _moved(self, job: Job, position: int, links: MediaLinks) -> MediaLinks:
        """The links the task gives now; the ones there are, where it cannot be asked."""
        if job.task_id is None:
            return links
        try:
            answer = await self._watcher.look(job)
        except Fault as fault:
            log.info("Looking for a link of job %s: %s", job.id, fault)
            return links
        if isinstance(answer, Finished) and position < len(answer.clips):
            return answer.clips[position].links
        return links

    async def _renewed(self, job: Job, position: int, expired: LinkExpired) -> MediaLinks:
        """The links that the task gives when it is looked at once more."""
        if job.task_id is None:
            raise expired
        failures = 0
        while True:
            try:
                answer = await self._watcher.look(job)
            except UnknownTask as fault:
                raise MediaRefused(
                    "The link has expired, and the service no longer knows this task. "
                    "What it said about the clip is kept.",
                    service_words=fault.service_words,
                ) from fault
            except Fault as fault:
                failures += 1
                log.info("Renewing a link of job %s: %s", job.id, fault)
                await asyncio.sleep(max(fault.retry_after_s or 0.0, _wait_s(failures)))
                continue
            if isinstance(answer, Finished) and answer.expired:
                raise MediaRefused(answer.note, service_words=expired.service_words) from expired
            if isinstance(answer, Finished) and position < len(answer.clips):
                return answer.clips[position].links
            raise expired


def _wait_s(tries: int) -> float:
    return _WAITS_S[min(tries, len(_WAITS_S)) - 1]
