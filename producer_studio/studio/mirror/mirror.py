"""Fetches everything that services still have of the library's clips; free, never deletes."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import (
    ErrorRecord,
    MediaRejected,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
    StorageError,
    Unreachable,
)
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.link_expiry import find_link_expiry
from producer_studio.domain.operation import Operation
from producer_studio.files.disk_features import free_bytes
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import DownloadedFile, LinkExpired, delivered_so_far
from producer_studio.providers.base import MediaKind as ContentKind
from producer_studio.providers.http.retry import free_delay_s
from producer_studio.providers.http.url_checks import split_url
from producer_studio.studio.events import Events
from producer_studio.studio.jobs.download_patience import limited_failures
from producer_studio.studio.jobs.job_services import JobServices
from producer_studio.studio.jobs.result_clips import result_ref
from producer_studio.studio.mirror.mirror_plan import (
    MirrorItem,
    MirrorKind,
    MirrorOutcome,
    MirrorPlan,
    MirrorProgress,
    MirrorResult,
    create_item,
    select_link,
)
from producer_studio.studio.mirror.missing_files import find_missing_files, is_missing
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_MAX_SIZE_REQUESTS = 8
_MAX_DOWNLOADS = 3
_RETRY_WAITS_S = (1.0, 4.0)
_MAX_FAILURES = len(_RETRY_WAITS_S) + 1
_MAX_UNREACHABLE = 3
"""Number of files after which a server that cannot be reached, or wants no more requests, is not
asked for others: it may ask for ten minutes' wait before each."""

_PARTIAL_NAME = JobId("mirror")
"""Part of the names of unfinished downloads, so that no job writes to the same file."""

_NO_LINK = mark("No service has given an address for this file.")
_NOT_OF_A_SERVICE = mark("This clip was not made by a service, so it cannot be fetched again.")
_OTHER_VERSION = mark(
    "The service has another version of this file, so the one that is here was left as it is."
)

_STORED_AS: dict[MirrorKind, tuple[MediaKind, ContentKind]] = {
    MirrorKind.AUDIO: (MediaKind.AUDIO, "audio"),
    MirrorKind.WAV: (MediaKind.EXPORT, "audio"),
    MirrorKind.COVER: (MediaKind.COVER, "image"),
    MirrorKind.VIDEO: (MediaKind.VIDEO, "video"),
}


class DeadHosts:
    """Servers that gave no file several times in one run, as they were away or limited requests."""

    def __init__(self) -> None:
        self._faults: defaultdict[str, list[ServiceError]] = defaultdict(list)

    def record(self, host: str, fault: ServiceError) -> None:
        self._faults[host].append(fault)

    def find(self, host: str) -> ErrorRecord | None:
        """Returns the latest error of a server that is not asked again; None for all others."""
        faults = self._faults.get(host, [])
        return faults[-1].to_record() if len(faults) >= _MAX_UNREACHABLE else None


class Mirror:
    """Fetches sound, WAV, cover, video and response of all clips that are not in the trash.

    What has been fetched is in the library, and unfinished downloads are continued: a run that was
    stopped or killed at any point goes on with the next plan. Nothing is sent that costs credits;
    a link that has ended is renewed by polling its task.

    Attributes:
        current: What came of the latest run so far; None before the first one.
    """

    def __init__(self, library: Library, jobs: JobServices, events: Events) -> None:
        self._library = library
        self._jobs = jobs
        self._downloader = jobs.downloader
        self._store = jobs.store
        self._events = events
        self.current: MirrorResult | None = None

    async def plan(self) -> MirrorPlan:
        """Lists what is missing, with the sizes that the servers state; free."""
        found = [pair async for pair in find_missing_files(self._library)]
        items = [item for _, item in found]
        pending = iter(enumerate(found))

        async def request_sizes() -> None:
            for place, (clip, item) in pending:
                items[place] = await self._with_size(clip, item)

        async with asyncio.TaskGroup() as group:
            for _ in range(_MAX_SIZE_REQUESTS):
                group.create_task(request_sizes(), name="mirror sizes")
        responses = await self._missing_responses()
        free = await asyncio.to_thread(free_bytes, self._library.folder)
        return MirrorPlan((*items, *responses), free)

    async def run(
        self, plan: MirrorPlan, on_outcome: Callable[[MirrorOutcome], object] | None = None
    ) -> MirrorResult:
        """Fetches what a plan lists; files that arrived meanwhile are not fetched again.

        Args:
            on_outcome: Called after each item.

        Returns:
            What came of it. A full disk stops it; a server that cannot be reached, or limits
            requests, is not asked for more files.
        """
        result = self.current = MirrorResult(len(plan.items))
        dead_hosts = DeadHosts()
        async with self._store.one_at_a_time("mirror"):
            pending = iter(plan.items)

            async def fetch_next() -> None:
                while result.stopped is None and (item := next(pending, None)) is not None:
                    outcome = await self._fetch(item, dead_hosts)
                    result.outcomes.append(outcome)
                    if outcome.error is not None and outcome.error.kind is StorageError.kind:
                        result.stopped = outcome.error
                    self._events.publish(MirrorProgress(result))
                    if on_outcome is not None:
                        on_outcome(outcome)

            async with asyncio.TaskGroup() as group:
                for _ in range(_MAX_DOWNLOADS):
                    group.create_task(fetch_next(), name="mirror files")
        return result

    async def fetch_lost_file(self, clip: Clip, kind: MirrorKind, dead_hosts: DeadHosts) -> None:
        """Fetches a file that is not on this computer any more, as `run` does.

        Args:
            dead_hosts: Servers that are not asked again, of the whole run.

        Raises:
            ServiceError: The service does not have it, or it cannot be stored.
        """
        if kind is not MirrorKind.AUDIO and not select_link(clip.links, kind):
            raise MediaRejected(_NO_LINK)
        if kind is MirrorKind.AUDIO and clip.job is None:
            raise MediaRejected(_NOT_OF_A_SERVICE)
        outcome = await self._fetch(create_item(clip, kind), dead_hosts)
        if outcome.error is not None:
            raise MediaRejected(outcome.error.message, service_words=outcome.error.service_words)

    async def fetch_original(self, clip: Clip, kind: MirrorKind, sha256: str) -> Path:
        """Fetches a file whose content here has changed, if the service still has the original.

        The changed file moves to the trash folder of the library.

        Args:
            sha256: Checksum of the original.

        Raises:
            ServiceError: The service has no such file; nothing was changed.
        """
        url = clip.links.audio if kind is MirrorKind.AUDIO else select_link(clip.links, kind)
        if not url:
            raise MediaRejected(_NO_LINK)
        stored_as, content = _STORED_AS[kind]
        target = self._library.media.partial_path(clip.id, stored_as, _PARTIAL_NAME)
        fetched = await self._download(clip, kind, content, target)
        if await self._library.files.compute_sha256(fetched.path) != sha256:
            await self._library.media.delete_partial_files(clip.id, _PARTIAL_NAME)
            raise MediaRejected(_OTHER_VERSION)
        suffix = "" if kind in {MirrorKind.COVER, MirrorKind.VIDEO} else fetched.extension
        path = await self._library.media.store_file(fetched.path, clip, stored_as, suffix)
        if kind is not MirrorKind.WAV:
            field = "path" if kind is MirrorKind.AUDIO else str(kind)
            fields: dict[str, Any] = {field: path}
            await self._library.clips.update_fields(clip.id, **fields)
            self._events.publish(LibraryChange(frozenset({clip.id}), ChangeKind.MEDIA))
        return path

    async def _missing_responses(self) -> list[MirrorItem]:
        """Returns an item for each finished job whose response was not stored."""
        jobs = [job for job in await self._library.jobs.list_without_response() if job.clips]
        first = {job.clips[0]: job.id for job in jobs}
        return [
            MirrorItem(clip.id, clip.display_title, MirrorKind.RESPONSE, first[clip.id])
            for clip in await self._library.clips.get_many(list(first))
            if clip.trashed_at is None
        ]

    async def _with_size(self, clip: Clip, item: MirrorItem) -> MirrorItem:
        url = select_link(clip.links, item.kind)
        if not url or _has_ended(url):
            return replace(item, has_ended=True)
        try:
            size = await self._downloader.request_size(clip.account, url)
        except ServiceError as fault:
            log.info("Cannot request size of a file of clip %s: %s", clip.id, fault)
            return item
        return replace(item, size_bytes=size.size_bytes, has_ended=size.is_gone)

    async def _fetch(self, item: MirrorItem, dead_hosts: DeadHosts) -> MirrorOutcome:
        host = ""
        try:
            if item.kind is MirrorKind.RESPONSE:
                return MirrorOutcome(item, await self._fetch_response(item))
            clip = await self._library.clips.get(item.clip)
            if clip is None or not await is_missing(clip, item.kind):
                return MirrorOutcome(item)
            host = _host(select_link(clip.links, item.kind))
            if (known := dead_hosts.find(host)) is not None:
                return MirrorOutcome(item, error=known)
            if item.kind is MirrorKind.AUDIO:
                return MirrorOutcome(item, await self._fetch_audio(clip))
            return MirrorOutcome(item, await self._fetch_file(clip, item.kind))
        except ServiceError as fault:
            log.info("Cannot fetch %s of clip %s: %s", item.kind, item.clip, fault)
            if isinstance(fault, Unreachable | RateLimited | ServiceUnavailable):
                dead_hosts.record(host, fault)
            return MirrorOutcome(item, error=fault.to_record())

    async def _fetch_audio(self, clip: Clip) -> int:
        """Downloads the sound, or the archive with it, as the user's own retry does."""
        url = await self._newest_link(clip, MirrorKind.AUDIO)
        try:
            is_gone = not url or await self._is_gone(clip.account, url)
            problem: ServiceError | None = _create_ended_error() if is_gone else None
            if clip.operation is Operation.UPLOAD and not url:
                problem = None  # the retry copies the file of this computer
        except Unreachable as fault:
            problem = fault
        if problem is not None:
            # The retry would show a notice for each clip, and wait for its server without end.
            await self._renew_link(clip, MirrorKind.AUDIO, problem)
        with limited_failures(_MAX_FAILURES):
            await self._jobs.collector.retry_download(clip.id)
        after = await self._library.clips.get(clip.id)
        if after is None or after.media is not MediaState.READY:
            note = after.media_note if after is not None else ""
            raise MediaRejected(note or mark("The sound could not be downloaded."))
        return after.size_bytes or 0

    async def _is_gone(self, account: AccountName, url: str) -> bool:
        return (await self._downloader.request_size(account, url)).is_gone

    async def _fetch_file(self, clip: Clip, kind: MirrorKind) -> int:
        stored_as, content = _STORED_AS[kind]
        target = self._library.media.partial_path(clip.id, stored_as, _PARTIAL_NAME)
        fetched = await self._download(clip, kind, content, target)
        suffix = fetched.extension if kind is MirrorKind.WAV else ""
        path = await self._library.media.store_file(fetched.path, clip, stored_as, suffix)
        if kind is not MirrorKind.WAV:
            fields: dict[str, Any] = {str(kind): path}
            await self._library.clips.update_fields(clip.id, **fields)
            self._events.publish(LibraryChange(frozenset({clip.id}), ChangeKind.MEDIA))
        return fetched.size

    async def _download(
        self, clip: Clip, kind: MirrorKind, content: ContentKind, target: Path
    ) -> DownloadedFile:
        """Downloads a file; renews its link once, and tries a few times what may be temporary."""
        url = await self._newest_link(clip, kind)
        waits = iter(_RETRY_WAITS_S)
        is_renewed = False
        while True:
            try:
                return await self._downloader.download_once(clip.account, url, content, target)
            except LinkExpired as fault:
                if is_renewed:
                    raise
                is_renewed = True
                url = await self._renew_link(clip, kind, fault)
            except (MediaRejected, StorageError):
                raise
            except ServiceError as fault:
                wait_s = next(waits, None)
                if wait_s is not None:
                    await asyncio.sleep(free_delay_s(wait_s, fault.retry_after_s))
                elif is_renewed:
                    raise
                else:
                    # The file may have moved to another server.
                    is_renewed = True
                    url = await self._renew_link(clip, kind, fault)

    async def _newest_link(self, clip: Clip, kind: MirrorKind) -> str:
        """Returns the link to a file: a newer one where it states that it has ended, if any.

        The computer's clock may be wrong: whether a link has ended only its server decides.
        """
        url = select_link(clip.links, kind)
        if not _has_ended(url):
            return url
        try:
            return await self._renew_link(clip, kind, _create_ended_error())
        except ServiceError as fault:
            log.info("Cannot renew link of clip %s: %s", clip.id, fault)
            return url

    async def _renew_link(self, clip: Clip, kind: MirrorKind, problem: ServiceError) -> str:
        """Polls the clip's task for its current links; returns that of the file.

        Raises:
            ServiceError: The problem, or why there is no other link.
        """
        job = await self._store.load(clip.job) if clip.job else None
        if job is None or job.task_id is None:
            raise problem
        expired = problem if isinstance(problem, LinkExpired) else LinkExpired(problem.message)
        links = await self._downloader.fetch_new_links(job, result_ref(clip), expired)
        url = select_link(links, kind)
        if not url or url == select_link(clip.links, kind):
            raise problem
        await self._library.clips.update_fields(clip.id, links=links)
        return url

    async def _fetch_response(self, item: MirrorItem) -> int:
        """Polls the task once more, and stores what the service responds; returns its size."""
        job = await self._store.load(item.job) if item.job is not None else None
        if job is None or await self._library.jobs.list_responses(job.id):
            return 0
        raw = await self._poll_result(job)
        await self._library.jobs.add_response(job.id, raw)
        return len(raw)

    async def _poll_result(self, job: Job) -> bytes:
        delivered = delivered_so_far(await self._jobs.poller.poll(job))
        if delivered is None or not delivered.raw:
            raise MediaRejected(mark("The service no longer has the answer to this request."))
        return delivered.raw


def _has_ended(url: str) -> bool:
    """Whether a link states that it has ended, by the computer's clock."""
    expiry = find_link_expiry(url)
    return expiry is not None and expiry <= datetime.now(UTC)


def _create_ended_error() -> LinkExpired:
    return LinkExpired(
        mark(
            "The link to this file has ended, and the service gives no newer one. The clip's "
            "details "
            "are kept."
        )
    )


def _host(url: str) -> str:
    parts = split_url(url)
    return parts.netloc if parts is not None else ""
