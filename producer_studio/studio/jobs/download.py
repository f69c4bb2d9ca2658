"""Bringing one file from a media link: at once, resumed, and with a new link when one expires."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.errors import (
    ErrorRecord,
    MediaRejected,
    ServiceError,
    StorageError,
    UnknownTask,
)
from producer_studio.domain.ids import AccountName, RemoteId
from producer_studio.domain.job import Job
from producer_studio.providers.base import (
    DownloadedFile,
    LinkExpired,
    MediaKind,
    RemoteClip,
    delivered_so_far,
)
from producer_studio.providers.downloads.downloader import download_file
from producer_studio.providers.http.retry import free_delay_s
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.result_age import ResultAges
from producer_studio.studio.jobs.store import JobStore

log = logging.getLogger(__name__)

LinkSelector = Callable[[MediaLinks], str]

_WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Between tries; the last is repeated, as what was paid for is not given up."""

_FAILURES_PER_POLL = 2
"""After so many failures in a row the task is asked for its links again."""

_MAX_RENEWALS = 6
"""How often an old link may turn out dead right after the service has renewed it."""

_MISSING_WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Between tries while a file is not there; the last is repeated for as long as it may come."""

_UNREADABLE_WAITS_S = (0.0, 5.0, 20.0, 60.0, 120.0)
"""Before a file that came whole and cannot be read is fetched anew: it may have been half made.

An old result is fetched anew once.
"""

_BRIEF_WAITS_S = (1.0, 3.0, 8.0, 20.0)
"""Between tries of what can be done without."""

_REJECTED_WAITS_S = (0.5, 1.0, 5.0, 20.0)
"""Before what came and is not the file at all is fetched anew: stores and their proxies give out
zeros or a page while a file reaches them.
"""

_OLD_RESULT_REJECTIONS = 2
"""How often that is taken for a passing trouble where the result is old."""

_MAX_CONCURRENT_DOWNLOADS = 4
"""Of one account; a slow or hostile service holds up nobody else's downloads."""

_LIMITS_BYTES: dict[MediaKind, int] = {
    "audio": 600_000_000,
    "image": 30_000_000,
    "video": 2_000_000_000,
    "zip": 2_000_000_000,
}


@dataclass(frozen=True, slots=True)
class ResultRef:
    """Which of a task's results is meant: by its id at the service, else by its position."""

    position: int = 0
    remote_id: RemoteId | None = None

    def find_in(self, results: Sequence[RemoteClip]) -> RemoteClip | None:
        """The result; services do not promise to keep their order."""
        same = [one for one in results if self.remote_id and one.remote_id == self.remote_id]
        at_position = results[self.position] if self.position < len(results) else None
        if same:
            # Where several have one id, the position alone tells which is which.
            return at_position if at_position in same else same[0]
        if at_position is None:
            return None
        # An id of its own tells that it is another clip.
        other = self.remote_id is not None and at_position.remote_id is not None
        return None if other else at_position


class ResultDownloader:
    """Fetches the media of jobs, as long as it takes."""

    def __init__(
        self, connections: Connections, store: JobStore, poller: JobPoller, ages: ResultAges
    ) -> None:
        self._ages = ages
        self._connections = connections
        self._store = store
        self._poller = poller
        self._download_slots: defaultdict[AccountName, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(_MAX_CONCURRENT_DOWNLOADS)
        )

    async def download(
        self,
        job: Job,
        links: MediaLinks,
        result: ResultRef,
        select_link: LinkSelector,
        kind: MediaKind,
        target: Path,
        made_at: datetime | None = None,
    ) -> DownloadedFile:
        """Fetches a file to `target`, going on where an earlier try stopped.

        A file that is not there is waited for while the result is young; an old one is given up
        after a few tries.

        Args:
            links: What the service gave last.
            place: Which of the task's results the file belongs to, to find its link again.
            link_of: Picks the address.
            made_at: When the service made it, by its own clock; None when it did not say.

        Raises:
            MediaRefused: What arrives is not what it should be, or the link is dead for good.
            StorageFault: The disk is full or cannot be written.
        """
        failures = missing = rejections = 0
        while True:
            try:
                url = select_link(links)
                if not url:
                    raise LinkExpired("The service has not given an address for this file.")  # noqa: TRY301
                fetched = await self.download_once(job.account, url, kind, target)
            except LinkExpired as fault:
                missing += 1
                log.info("Link of job %s: %s", job.id, fault)
                if self._ages.is_recent(job, made_at, fault.server_time):
                    links = await self._wait_for_file(job, result, links, fault, missing)
                    continue
                if missing > _MAX_RENEWALS:
                    raise _expired_link_error(fault) from fault
                links = await self._renew_links(job, result, fault)
                if missing > 1:
                    await asyncio.sleep(_retry_wait_s(missing))
            except MediaRejected as fault:
                # A page instead of a file is often a server that is being mended.
                rejections += 1
                is_young = self._ages.is_recent(job, made_at)
                tries = len(_REJECTED_WAITS_S) if is_young else _OLD_RESULT_REJECTIONS
                if rejections > tries:
                    raise
                log.info("File of job %s: %s", job.id, fault)
                if rejections > _OLD_RESULT_REJECTIONS:
                    waiting = replace(fault.to_record(), message=FILE_UNREADABLE_MESSAGE)
                    await self._record_error(job, waiting)
                await asyncio.sleep(_REJECTED_WAITS_S[rejections - 1])
                links = await self._current_links(job, result, links)
            except StorageError:
                raise
            except ServiceError as fault:
                failures += 1
                await self._record_error(job, fault.to_record().with_retry_message())
                await asyncio.sleep(free_delay_s(_retry_wait_s(failures), fault.retry_after_s))
                if failures % _FAILURES_PER_POLL == 0:
                    # The file may have moved to another address; asking for it is free.
                    links = await self._current_links(job, result, links)
            else:
                if self._store.current(job).fault is not None:
                    await self._store.update(job, fault=None)
                return fetched

    async def _wait_for_file(
        self, job: Job, result: ResultRef, links: MediaLinks, error: LinkExpired, missing: int
    ) -> MediaLinks:
        """Waits a while for a file that is not there yet; gives the links to try next.

        Raises:
            MediaRefused: The service says that it has deleted the file.
        """
        if missing > 1:
            # The first one may be a link that has expired: a new one helps at once.
            message = f"{error.reason} {RETRIED_MESSAGE}" if error.reason else FILE_MISSING_MESSAGE
            await self._record_error(job, replace(error.to_record(), message=message))
            own_s = _MISSING_WAITS_S[min(missing - 1, len(_MISSING_WAITS_S)) - 1]
            await asyncio.sleep(free_delay_s(own_s, error.retry_after_s))
        return await self._current_links(job, result, links, expired=error)

    async def wait_before_retry(
        self, job: Job, error: MediaRejected, tries: int, made_at: datetime | None = None
    ) -> bool:
        """Waits until a file that came and cannot be read is worth fetching once more.

        Args:
            fault: Why it cannot be read.
            tries: How often it was fetched.
            made_at: As in `bring`.

        Returns:
            False when it is not: it was fetched often enough, for a result of its age.
        """
        is_young = self._ages.is_recent(job, made_at)
        waits_s = _UNREADABLE_WAITS_S if is_young else _UNREADABLE_WAITS_S[:1]
        if tries > len(waits_s):
            return False
        wait_s = waits_s[tries - 1]
        if wait_s:
            await self._record_error(
                job, replace(error.to_record(), message=FILE_UNREADABLE_MESSAGE)
            )
        await asyncio.sleep(wait_s)
        return True

    async def _record_error(self, job: Job, error: ErrorRecord) -> None:
        current = self._store.current(job)
        if current.fault is None or current.fault.kind is not error.kind:
            await self._store.update(job, fault=error)

    async def download_once(
        self, account: AccountName, url: str, kind: MediaKind, target: Path
    ) -> DownloadedFile:
        """One attempt; plain http to this computer only where the account itself is here.

        Raises:
            Fault: It did not work.
        """
        async with self._download_slots[account]:
            return await download_file(
                url,
                target,
                kind=kind,
                limit_bytes=_LIMITS_BYTES[kind],
                allow_loopback_http=self._connections.is_local(account),
            )

    async def download_briefly(
        self, account: AccountName, url: str, kind: MediaKind, target: Path
    ) -> DownloadedFile | None:
        """Tries for half a minute, as a picture may come after its sound; None without it."""
        for wait_s in (*_BRIEF_WAITS_S, None):
            try:
                return await self.download_once(account, url, kind, target)
            except ServiceError as fault:
                log.info("A file of %s: %s", account, fault)
                is_final = isinstance(fault, MediaRejected) and not isinstance(fault, LinkExpired)
                if wait_s is None or is_final or isinstance(fault, StorageError):
                    break
                await asyncio.sleep(wait_s)
        return None

    async def _current_links(
        self, job: Job, result: ResultRef, links: MediaLinks, expired: LinkExpired | None = None
    ) -> MediaLinks:
        """The links the task gives now; the ones there are, where it cannot be asked.

        Args:
            expired: Why a file that is awaited has not come.

        Raises:
            MediaRefused: It is awaited, and the service says that it has deleted it.
        """
        if job.task_id is None:
            return links
        try:
            poll_result = await self._poller.poll(job)
        except ServiceError as fault:
            log.info("Looking for a link of job %s: %s", job.id, fault)
            return links
        delivered = delivered_so_far(poll_result)
        if delivered is None:
            return links
        if expired is not None and delivered.is_expired:
            raise MediaRejected(delivered.message, service_words=expired.service_words) from expired
        found = result.find_in(delivered.clips)
        return found.links if found is not None else links

    async def _renew_links(self, job: Job, result: ResultRef, expired: LinkExpired) -> MediaLinks:
        """The links that the task gives when it is looked at once more; free.

        Raises:
            MediaRefused: The service has no newer ones.
        """
        if job.task_id is None:
            raise _expired_link_error(expired) from expired
        failures = 0
        while True:
            try:
                return await self.fetch_new_links(job, result, expired)
            except MediaRejected:
                raise
            except ServiceError as fault:
                failures += 1
                log.info("Renewing a link of job %s: %s", job.id, fault)
                await self._record_error(job, fault.to_record().with_retry_message())
                await asyncio.sleep(free_delay_s(_retry_wait_s(failures), fault.retry_after_s))

    async def fetch_new_links(
        self, job: Job, result: ResultRef, expired: LinkExpired
    ) -> MediaLinks:
        """One look at the task for newer links; free.

        Raises:
            MediaRefused: The service has no newer ones.
            Fault: It cannot be asked now.
        """
        try:
            poll_result = await self._poller.poll(job)
        except UnknownTask as fault:
            raise MediaRejected(
                "The link has expired, and the service no longer knows this task. "
                "What it said about the clip is kept.",
                service_words=fault.service_words,
            ) from fault
        delivered = delivered_so_far(poll_result)
        if delivered is not None and delivered.is_expired:
            raise MediaRejected(delivered.message, service_words=expired.service_words) from expired
        found = result.find_in(delivered.clips) if delivered is not None else None
        if found is None:
            raise _expired_link_error(expired) from expired
        return found.links


RETRIED_MESSAGE = "Nothing is lost: it is tried again by itself, and at the next start as well."
FILE_MISSING_MESSAGE = (
    f"The service has finished this, and its file is not there yet. {RETRIED_MESSAGE}"
)

FILE_UNREADABLE_MESSAGE = (
    "The service has finished this, and its file cannot be read yet. It is fetched again by itself "
    "for some minutes."
)


def _expired_link_error(expired: LinkExpired) -> MediaRejected:
    if expired.reason:
        return MediaRejected(
            f"{expired.reason} What the service said about the clip is kept, and the file can be "
            "tried again from there.",
            service_words=expired.service_words or expired.message,
            status=expired.status,
        )
    return MediaRejected(
        "The link to this file has expired, and the service gives no newer one. What it said about "
        "the clip is kept, and the file can be tried again from there.",
        service_words=expired.service_words or expired.message,
        status=expired.status,
    )


def _retry_wait_s(tries: int) -> float:
    return _WAITS_S[min(tries, len(_WAITS_S)) - 1]
