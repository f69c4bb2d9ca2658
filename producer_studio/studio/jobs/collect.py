"""Collects the results of finished tasks: clip rows first, then the media at once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip, MediaLinks, MediaState, Registration
from producer_studio.domain.credits import is_plausible_price
from producer_studio.domain.errors import ErrorKind, ErrorRecord, MediaRejected
from producer_studio.domain.ids import AccountName, ClipId, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import LedgerEntry
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import DownloadedFile, FinishedTask, RemoteClip
from producer_studio.providers.local_audio_file import UNKNOWN
from producer_studio.studio.accounts.ledger import (
    charge_entry,
    correction_entries,
    delivery_entries,
    implausible_price_entry,
)
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.clip_media_download import ClipMediaDownloader
from producer_studio.studio.jobs.download import ResultDownloader, ResultRef
from producer_studio.studio.jobs.result_clips import build_clip, find_clip, result_position
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.measurement import Measurer
from producer_studio.translation import mark, sentences

SOURCE_FILE_OPERATIONS = frozenset({Operation.VIDEO, Operation.EXPORT})
"""Operations whose result belongs to the source clip."""


class SourceFileCollector:
    """Downloads such files; each job independently of other downloads of the clip."""

    def __init__(self, library: Library, downloader: ResultDownloader, measurer: Measurer) -> None:
        self._library = library
        self._downloader = downloader
        self._measurer = measurer
        self._export_files: dict[JobId, Path] = {}

    def export_file(self, job_id: JobId) -> Path | None:
        """Returns the file of an export by the service that was downloaded in this run."""
        return self._export_files.get(job_id)

    async def collect(self, job: Job, clip: Clip, links: MediaLinks) -> Path:
        """Downloads the file of a job and stores it beside the clip's audio.

        Raises:
            MediaRejected: The downloaded file is not of the expected kind, or the link is dead for
                good.
            StorageError: The disk is full or cannot be written.
        """
        if job.recipe.operation is Operation.VIDEO:
            return await self._download_video(job, clip, links)
        file = await self._download_export(job, clip, links)
        self._export_files[job.id] = file
        return file

    async def delete_partial_file(self, job: Job, clip_id: ClipId) -> None:
        """Deletes the partial file of a job; those of other jobs stay."""
        await self._library.media.delete_partial_files(clip_id, job.id)

    async def _download_video(self, job: Job, clip: Clip, links: MediaLinks) -> Path:
        target = self._library.media.partial_path(clip.id, MediaKind.VIDEO, job.id)
        fetched = await self._downloader.download(
            job, links, ResultRef(), lambda found: found.video, "video", target
        )
        return await self._library.media.store_file(fetched.path, clip, MediaKind.VIDEO)

    async def _download_export(self, job: Job, clip: Clip, links: MediaLinks) -> Path:
        target = self._library.media.partial_path(clip.id, MediaKind.EXPORT, job.id)
        tries = 0
        suffix = None
        while suffix is None:
            fetched = await self._downloader.download(
                job, links, ResultRef(), lambda found: found.audio, "audio", target
            )
            tries += 1
            suffix = await self._export_suffix(job, fetched, tries)
        return await self._library.media.store_file(fetched.path, clip, MediaKind.EXPORT, suffix)

    async def _export_suffix(self, job: Job, fetched: DownloadedFile, tries: int) -> str | None:
        """Returns the file name suffix of an export; None if it is deleted, to be downloaded again.

        A file with an audio signature is delivered in the end even if it does not decode: the
        service made it, and was paid.

        Raises:
            MediaRejected: The file is not audio.
        """
        is_unknown = fetched.extension == UNKNOWN.extension
        try:
            measured = await self._measurer.measure(fetched.path)
        except MediaRejected as fault:
            improves = await self._downloader.wait_before_retry(job, fault, tries)
            if not is_unknown and not improves:
                return fetched.extension
            await asyncio.to_thread(_delete_file, fetched.path)
            if not improves:
                raise
            return None
        return measured.suffix if is_unknown else fetched.extension


def _delete_file(path: Path) -> None:
    path.unlink(missing_ok=True)


log = logging.getLogger(__name__)

_UNDELIVERED_MESSAGE = mark("It was made and charged: the download is retried at the next start.")
_NO_CLIP_MESSAGE = mark(
    "“{title}”: the service has made the file, but its clip is not in the library any more, so the "
    "file has no place and was not downloaded."
)
_ABANDONED_MESSAGE = mark(
    "The download was stopped. You can download it again for as long as the service stores the "
    "file."
)


class ResultCollector:
    """Stores the results of finished tasks in the library and downloads their media.

    Args:
        get_service_name: Returns the name of the service that an account belongs to.
        measurer: Decodes and measures audio outside the event loop's thread.
    """

    def __init__(
        self,
        library: Library,
        downloader: ResultDownloader,
        store: JobStore,
        measurer: Measurer,
        events: Events,
        get_service_name: Callable[[AccountName], str],
    ) -> None:
        self._library = library
        self._downloader = downloader
        self._store = store
        self._get_service_name = get_service_name
        self._events = events
        self._clip_media = ClipMediaDownloader(library, downloader, store, measurer, events)
        self._source_files = SourceFileCollector(library, downloader, measurer)

    async def collect(self, job: Job, finished: FinishedTask) -> Job:
        """Writes the results of a task into the library, then downloads their media.

        Raises:
            StorageError: The library cannot be written; the job can be collected again.
        """
        was_cancelled = self._store.current(job).state is JobState.CANCELLED
        job = await self._collect(job, finished)
        if was_cancelled:
            self._events.publish(
                Notice(
                    NoticeLevel.INFO,
                    mark(
                        "“{title}” had already been accepted when it was cancelled. The clip is "
                        "in your library.",
                        title=job.title,
                    ),
                )
            )
        return job

    async def _collect(self, job: Job, finished: FinishedTask) -> Job:
        if finished.raw:
            await self._library.jobs.add_response(job.id, finished.raw)
        # If a service responds with the result at once and names no task, the job was never seen as
        # accepted: unless the service reports otherwise, it has charged the expected price.
        known = job.credits_charged if job.task_id else job.credits_expected
        reported = finished.charged_credits
        is_plausible = reported is not None and is_plausible_price(reported)
        charged = reported if is_plausible else known
        entries = correction_entries(job, charged) if job.task_id else [charge_entry(job, charged)]
        entries += delivery_entries(job)
        if reported is not None and not is_plausible:
            entries.append(implausible_price_entry(job, reported))
            self._events.publish(
                Notice(NoticeLevel.WARNING, _implausible_price_message(job, reported))
            )
        if job.is_registration:
            return await self._register(job, finished, entries, charged)
        if job.recipe.operation in SOURCE_FILE_OPERATIONS:
            new_clips: list[Clip] = []
            ids = [job.recipe.source] if job.recipe.source else []
        else:
            new_clips = await self._build_clips(job, finished.clips)
            ids = [clip.id for clip in new_clips]
        self._downloader.ages.record_received(job)
        changes = {
            "clips": tuple(ids),
            "credits_charged": charged,
            "credits_refunded": None,
            "fault": None,
        }
        received_at = job.received_at or datetime.now(UTC)
        job = await self._store.collect(job, new_clips, entries, received_at=received_at, **changes)
        self._clip_media.publish(new_clips, ChangeKind.ADDED)
        if finished.message:
            self._events.publish(Notice(NoticeLevel.WARNING, finished.message))
        return await self.download(job, finished.clips)

    async def download(self, job: Job, results: Sequence[RemoteClip] = ()) -> Job:
        """Downloads the missing media of a collecting job and completes the job.

        Args:
            results: Results as the service delivered them; after a restart they are requested again
                if needed.

        Raises:
            StorageError: The disk is full; the job stays in its state and can be continued later.
        """
        clips = [] if job.is_registration else await self._library.clips.get_many(list(job.clips))
        if job.recipe.operation in SOURCE_FILE_OPERATIONS:
            links = results[0].links if results else MediaLinks()
            undelivered = await self._deliver_source_files(job, clips, links)
            if undelivered is not None:
                return undelivered
            clips = []
        await self._clip_media.download(job, clips)
        self._downloader.ages.forget(job)
        return await self._store.transition(
            job, JobState.DONE, fault=None, finished_at=datetime.now(UTC)
        )

    async def _deliver_source_files(
        self, job: Job, clips: Sequence[Clip], links: MediaLinks
    ) -> Job | None:
        """Downloads the file that a job made from a clip; returns the job unchanged if that failed.

        No clip row can show this error, so the job itself stays collecting. The download is retried
        at later starts and when the user requests it.
        """
        if not clips:
            self._events.publish(
                Notice(NoticeLevel.ERROR, _NO_CLIP_MESSAGE.with_values(title=job.title))
            )
        current = self._store.current(job)
        if current.is_undelivered:
            await self._store.update(current, fault=None)
        try:
            for clip in clips:
                file = await self._source_files.collect(job, clip, links)
                if job.recipe.operation is Operation.VIDEO:
                    await self._clip_media.update_clip(clip, video=file)
        except MediaRejected as fault:
            log.warning("Cannot download file of job %s: %s", job.id, fault)
            message = sentences(fault.message, _UNDELIVERED_MESSAGE)
            text = mark("{title}: {message}", title=job.title, message=message)
            self._events.publish(Notice(NoticeLevel.ERROR, text, fault.service_words))
            record = replace(fault.to_record(), kind=ErrorKind.NOT_DELIVERED, message=message)
            return await self._store.update(job, fault=record)
        return None

    async def abandon_download(self, job: Job) -> Job:
        """Completes a collecting job without its missing media, as requested by the user.

        Deletes partial files: they may be large, and the disk may be full.
        """
        fault = None
        if job.recipe.operation in SOURCE_FILE_OPERATIONS:
            for clip_id in job.clips:
                await self._source_files.delete_partial_file(job, clip_id)
            fault = ErrorRecord(kind=ErrorKind.NOT_DELIVERED, message=_ABANDONED_MESSAGE)
        else:
            for clip_id in job.clips:
                await self._library.media.delete_partial_files(clip_id)
            await self._clip_media.mark_pending_rejected(job.clips, _ABANDONED_MESSAGE)
        return await self._store.transition(
            job,
            JobState.DONE,
            from_states=frozenset({JobState.COLLECTING}),
            fault=fault,
            finished_at=datetime.now(UTC),
        )

    async def retry_download(self, clip_id: ClipId) -> None:
        """Retries the media download of one clip, as requested by the user.

        Does nothing while the clip is being downloaded, by this process or another. A stem waits
        while other stems of its archive are downloaded, and is taken from the same download.

        A clip whose request is not in this library is downloaded by its stored link.

        Raises:
            StorageError: The disk is full.
        """
        clip = await self._library.clips.get(clip_id)
        if clip is None:
            return
        job = await self._store.load(clip.job) if clip.job else None
        is_downloading = self._clip_media.is_downloading
        if is_downloading(clip_id, MediaKind.AUDIO):
            return
        is_pending = clip.media is MediaState.PENDING
        if is_pending and job is not None and is_downloading(job.id, MediaKind.ARCHIVE):
            return
        # What is wrong with a file that is there is true until there is another.
        note = clip.media_note if clip.playable else ""
        await self._clip_media.update_clip(clip, media=MediaState.PENDING, media_note=note)
        if job is None:
            await self._clip_media.retry_without_job(clip)
            return
        with self._downloader.ages.treated_as_old():
            await self._clip_media.retry(job, clip_id)

    async def _build_clips(self, job: Job, results: tuple[RemoteClip, ...]) -> list[Clip]:
        # Reuses the clips of an earlier collection of this job, so that no result is imported
        # twice. The job itself may not name them: in a restored backup it is as it was before they
        # arrived, and only their folders tell.
        known = await self._library.clips.list_of_job(job.id)
        service = self._get_service_name(job.account)
        clips = []
        for index, result in enumerate(results):
            position = result_position(index, results)
            clips.append(
                find_clip(known, index, position)
                or build_clip(job, result, index, len(results), position).with_changes(
                    service=service
                )
            )
        # The other stems of an archive that was unpacked.
        ids = {clip.id for clip in clips}
        return clips + [clip for clip in known if clip.stem and clip.id not in ids]

    async def _register(
        self, job: Job, finished: FinishedTask, entries: list[LedgerEntry], charged: float | None
    ) -> Job:
        """Records on the source clip that the account's service knows it; creates no clip."""
        source = job.recipe.source
        remote_id = finished.clips[0].remote_id if finished.clips else None
        changes: dict[str, Any] = {
            "credits_charged": charged,
            "credits_refunded": None,
            "fault": None,
        }
        if source is not None and remote_id is not None:
            known = Registration(
                account=job.account,
                remote_id=remote_id,
                service=self._get_service_name(job.account),
            )
            job = await self._store.register(
                job, source, known, entries, clips=(source,), **changes
            )
            self._events.publish(LibraryChange(frozenset({source}), ChangeKind.DETAILS))
        else:
            job = await self._store.collect(job, [], entries, **changes)
            self._events.publish(
                Notice(
                    NoticeLevel.ERROR,
                    mark(
                        "“{title}” was uploaded, but the service did not return an id for it, so "
                        "it cannot be used as a source there.",
                        title=job.title,
                    ),
                )
            )
        return await self._store.transition(
            job, JobState.DONE, fault=None, finished_at=datetime.now(UTC)
        )

    def export_file(self, job_id: JobId) -> Path | None:
        """Returns the file of an export by the service that was downloaded in this run."""
        return self._source_files.export_file(job_id)


def _implausible_price_message(job: Job, amount: float) -> str:
    return mark(
        "“{title}”: the service reports a charge of {amount} credits, which cannot be right. The "
        "ledger lists it, but neither the ledger nor the budget counts it. Check your balance.",
        title=job.title,
        amount=f"{amount:g}",
    )
