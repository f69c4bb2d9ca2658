"""Download of one file from a media link, with retries, resumption and renewal of expired links."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

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
from producer_studio.studio.jobs.download_messages import (
    FILE_UNREADABLE_MESSAGE,
    NO_ADDRESS_MESSAGE,
    TASK_UNKNOWN_MESSAGE,
    expired_link_error,
    missing_file_message,
)
from producer_studio.studio.jobs.download_patience import is_exhausted
from producer_studio.studio.jobs.poll import JobPoller
from producer_studio.studio.jobs.result_age import ResultAges
from producer_studio.studio.jobs.store import JobStore

if TYPE_CHECKING:
    from producer_studio.providers.downloads.link_check import LinkSize

log = logging.getLogger(__name__)

LinkSelector = Callable[[MediaLinks], str]

_WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Delays between retries in seconds. The last one is repeated: a paid result is not given up."""

_FAILURES_PER_POLL = 2
"""Number of consecutive failures after which the task is polled for its links again."""

_MAX_RENEWALS = 6
"""Maximum number of links that are dead right after the service has renewed them."""

_MISSING_WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Delays in seconds between retries while a file is missing.

The last one is repeated for as long as the file may still appear.
"""

_UNREADABLE_WAITS_S = (0.0, 5.0, 20.0, 60.0, 120.0)
"""Delays in seconds before a complete but unreadable file is downloaded again.

The service may not have finished writing it. An old result is downloaded again once.
"""

_BRIEF_WAITS_S = (1.0, 3.0, 8.0, 20.0)
"""Delays in seconds between retries of optional files."""

_REJECTED_WAITS_S = (0.5, 1.0, 5.0, 20.0, 60.0, 120.0, 240.0)
"""Delays in seconds before a rejected file is downloaded again.

Stores and their proxies return zeros or an HTML page until a file is available.
"""

_OLD_RESULT_REJECTIONS = 2
"""Number of rejections that are treated as temporary if the result is old."""

_MAX_CONCURRENT_DOWNLOADS = 4
"""Maximum per account, so that a slow or hostile service does not delay downloads of others."""

_LIMITS_BYTES: dict[MediaKind, int] = {
    "audio": 600_000_000,
    "image": 30_000_000,
    "video": 2_000_000_000,
    "zip": 2_000_000_000,
}


@dataclass(frozen=True, slots=True)
class ResultRef:
    """Identifies one of a task's results: by its id at the service, otherwise by its position."""

    position: int = 0
    remote_id: RemoteId | None = None

    def find_in(self, results: Sequence[RemoteClip]) -> RemoteClip | None:
        """Returns the referenced result; services do not promise a stable order."""
        same = [one for one in results if self.remote_id and one.remote_id == self.remote_id]
        at_position = results[self.position] if self.position < len(results) else None
        if same:
            # If several results have the same id, only the position distinguishes them.
            return at_position if at_position in same else same[0]
        if at_position is None:
            return None
        # A result with another id is another clip.
        other = self.remote_id is not None and at_position.remote_id is not None
        return None if other else at_position


class ResultDownloader:
    """Downloads the media of jobs; retries without a time limit.

    Attributes:
        ages: Ages of the results, which decide how long a missing file is waited for.
    """

    def __init__(self, connections: Connections, store: JobStore, poller: JobPoller) -> None:
        self.ages = ResultAges()
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
        """Downloads a file to `target` and resumes a partial download.

        Waits for a missing file while the result is young; gives up an old one after a few retries.

        Args:
            links: Links as the service returned them last.
            result: The task's result that the file belongs to; used to find its link again.
            select_link: Selects the URL from the links.
            made_at: Time of completion by the service's clock; None if the service did not report
                it.

        Raises:
            MediaRejected: The downloaded file is not of the expected kind, or the link is dead for
                good.
            StorageError: The disk is full or cannot be written.
        """
        failures = missing = rejections = 0
        while True:
            try:
                url = select_link(links)
                if not url:
                    raise LinkExpired(NO_ADDRESS_MESSAGE)  # noqa: TRY301
                fetched = await self.download_once(job.account, url, kind, target)
            except LinkExpired as fault:
                missing += 1
                log.info("Cannot use link of job %s: %s", job.id, fault)
                if self._is_recent(job, made_at, fault.server_time):
                    links = await self._wait_for_file(job, result, links, fault, missing)
                    continue
                if missing > _MAX_RENEWALS:
                    raise expired_link_error(fault) from fault
                links = await self._renew_links(job, result, fault)
                if missing > 1:
                    await asyncio.sleep(_retry_wait_s(missing))
            except MediaRejected as fault:
                # An HTML page instead of a file is often a temporary server error.
                rejections += 1
                is_young = self._is_recent(job, made_at)
                tries = len(_REJECTED_WAITS_S) if is_young else _OLD_RESULT_REJECTIONS
                if rejections > tries:
                    raise
                log.info("Cannot download file of job %s: %s", job.id, fault)
                if rejections > _OLD_RESULT_REJECTIONS:
                    waiting = replace(fault.to_record(), message=FILE_UNREADABLE_MESSAGE)
                    await self._record_error(job, waiting)
                await asyncio.sleep(_REJECTED_WAITS_S[rejections - 1])
                links = await self._current_links(job, result, links)
            except StorageError:
                raise
            except ServiceError as fault:
                failures += 1
                if is_exhausted(failures):
                    raise
                await self._record_error(job, fault.to_record().with_retry_message())
                await asyncio.sleep(free_delay_s(_retry_wait_s(failures), fault.retry_after_s))
                if failures % _FAILURES_PER_POLL == 0:
                    # The file may have moved to another URL; polling for it is free.
                    links = await self._current_links(job, result, links)
            else:
                if self._store.current(job).fault is not None:
                    await self._store.update(job, fault=None)
                return fetched

    def _is_recent(
        self, job: Job, made_at: datetime | None, served_at: datetime | None = None
    ) -> bool:
        service_now = self._connections.server_time(job.account)
        return self.ages.is_recent(job, made_at, served_at, service_now)

    async def _wait_for_file(
        self, job: Job, result: ResultRef, links: MediaLinks, error: LinkExpired, missing: int
    ) -> MediaLinks:
        """Waits a while for a missing file; returns the links to try next.

        Raises:
            MediaRejected: The service reports that it has deleted the file.
        """
        if missing > 1:
            # The first link may have expired: a new one may work at once.
            message = missing_file_message(error.reason)
            await self._record_error(job, replace(error.to_record(), message=message))
            own_s = _MISSING_WAITS_S[min(missing - 1, len(_MISSING_WAITS_S)) - 1]
            await asyncio.sleep(free_delay_s(own_s, error.retry_after_s))
        return await self._current_links(job, result, links, expired=error)

    async def wait_before_retry(
        self, job: Job, error: MediaRejected, tries: int, made_at: datetime | None = None
    ) -> bool:
        """Waits before an unreadable file is downloaded again.

        Args:
            error: Why the file cannot be read.
            tries: Number of downloads so far.
            made_at: As in `download`.

        Returns:
            False if it was downloaded often enough for a result of its age.
        """
        wait_s = self.unreadable_wait_s(job, tries, made_at)
        if wait_s is None:
            return False
        if wait_s:
            await self._record_error(
                job, replace(error.to_record(), message=FILE_UNREADABLE_MESSAGE)
            )
        await asyncio.sleep(wait_s)
        return True

    def unreadable_wait_s(
        self, job: Job, tries: int, made_at: datetime | None = None
    ) -> float | None:
        """Returns the seconds that `wait_before_retry` waits; None if it returns False."""
        is_young = self._is_recent(job, made_at)
        waits_s = _UNREADABLE_WAITS_S if is_young else _UNREADABLE_WAITS_S[:1]
        return waits_s[tries - 1] if tries <= len(waits_s) else None

    async def _record_error(self, job: Job, error: ErrorRecord) -> None:
        current = self._store.current(job)
        if current.fault is None or current.fault.kind is not error.kind:
            await self._store.update(job, fault=error)

    async def download_once(
        self, account: AccountName, url: str, kind: MediaKind, target: Path
    ) -> DownloadedFile:
        """Downloads a file without retries.

        Plain http to this computer is allowed only if the account's service is local, too.

        Raises:
            ServiceError: The download failed.
        """
        async with self._download_slots[account]:
            return await download_file(
                url,
                target,
                kind=kind,
                limit_bytes=_LIMITS_BYTES[kind],
                allow_loopback_http=self._connections.is_local(account),
            )

    async def request_size(self, account: AccountName, url: str) -> "LinkSize":
        """Asks the server of a file for its size, without downloading it; free.

        Raises:
            ServiceError: The link must not be followed, or its server cannot be reached.
        """
        # Imported late for a fast start: needed only for a whole library.
        from producer_studio.providers.downloads.link_check import request_size

        return await request_size(url, allow_loopback_http=self._connections.is_local(account))

    async def download_briefly(
        self, account: AccountName, url: str, kind: MediaKind, target: Path
    ) -> DownloadedFile | None:
        """Downloads an optional file, with retries for half a minute; None without it.

        The cover may become available after the audio.
        """
        for wait_s in (*_BRIEF_WAITS_S, None):
            try:
                return await self.download_once(account, url, kind, target)
            except ServiceError as fault:
                log.info("Cannot download file of %s: %s", account, fault)
                is_final = isinstance(fault, MediaRejected) and not isinstance(fault, LinkExpired)
                if wait_s is None or is_final or isinstance(fault, StorageError):
                    break
                await asyncio.sleep(wait_s)
        return None

    async def _current_links(
        self, job: Job, result: ResultRef, links: MediaLinks, expired: LinkExpired | None = None
    ) -> MediaLinks:
        """Polls for the current links; returns the known links if polling fails.

        Args:
            expired: Why a file that the caller waits for is missing.

        Raises:
            MediaRejected: The caller waits for the file, and the service reports that it has
                deleted it.
        """
        if job.task_id is None:
            return links
        try:
            poll_result = await self._poller.poll(job)
        except ServiceError as fault:
            log.info("Cannot look up link of job %s: %s", job.id, fault)
            return links
        delivered = delivered_so_far(poll_result)
        if delivered is None:
            return links
        if expired is not None and delivered.is_expired:
            raise MediaRejected(delivered.message, service_words=expired.service_words) from expired
        found = result.find_in(delivered.clips)
        return found.links if found is not None else links

    async def _renew_links(self, job: Job, result: ResultRef, expired: LinkExpired) -> MediaLinks:
        """Polls the task for new links; free.

        Raises:
            MediaRejected: The service has no newer ones.
        """
        if job.task_id is None:
            raise expired_link_error(expired) from expired
        failures = 0
        while True:
            try:
                return await self.fetch_new_links(job, result, expired)
            except MediaRejected:
                raise
            except ServiceError as fault:
                failures += 1
                if is_exhausted(failures):
                    raise
                log.info("Cannot renew link of job %s: %s", job.id, fault)
                await self._record_error(job, fault.to_record().with_retry_message())
                await asyncio.sleep(free_delay_s(_retry_wait_s(failures), fault.retry_after_s))

    async def fetch_new_links(
        self, job: Job, result: ResultRef, expired: LinkExpired
    ) -> MediaLinks:
        """Polls the task once for new links; free.

        Raises:
            MediaRejected: The service has no newer ones.
            ServiceError: The task cannot be polled now.
        """
        try:
            poll_result = await self._poller.poll(job)
        except UnknownTask as fault:
            raise MediaRejected(TASK_UNKNOWN_MESSAGE, service_words=fault.service_words) from fault
        delivered = delivered_so_far(poll_result)
        if delivered is not None and delivered.is_expired:
            raise MediaRejected(delivered.message, service_words=expired.service_words) from expired
        found = result.find_in(delivered.clips) if delivered is not None else None
        if found is None:
            raise expired_link_error(expired) from expired
        return found.links


def _retry_wait_s(tries: int) -> float:
    return _WAITS_S[min(tries, len(_WAITS_S)) - 1]
