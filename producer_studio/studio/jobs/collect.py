"""Collects the results of finished tasks: clip rows first, then the media at once."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from producer_studio.domain.clip import (
    AudioMeasurements,
    Clip,
    MediaLinks,
    MediaState,
    Registration,
)
from producer_studio.domain.credits import LedgerEntry, is_plausible_price
from producer_studio.domain.errors import (
    ErrorKind,
    ErrorRecord,
    MediaRejected,
    ServiceError,
    StorageError,
)
from producer_studio.domain.ids import AccountName, ClipId, JobId, new_clip_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.tempo import find_requested_tempo
from producer_studio.files.regular_file import open_regular
from producer_studio.library.errors import to_storage_error
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import FinishedTask, RemoteClip
from producer_studio.studio.accounts.ledger import correction_entries, implausible_price_entry
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.download import ResultDownloader, ResultRef
from producer_studio.studio.jobs.result_age import ResultAges
from producer_studio.studio.jobs.source_files import SOURCE_FILE_OPERATIONS, SourceFileCollector
from producer_studio.studio.jobs.stems import StemsCollector
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.jobs.submit import charge_entry
from producer_studio.studio.measurement import Measurer

log = logging.getLogger(__name__)

_COPY_BYTES = 1 << 20
_UNDELIVERED_MESSAGE = "It was made and charged: fetching it is tried again at the next start."
_ABANDONED_MESSAGE = (
    "Fetching was stopped. It can be tried again for as long as the service keeps the file."
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
        ages: ResultAges,
        store: JobStore,
        get_service_name: Callable[[AccountName], str],
        events: Events,
        measurer: Measurer,
    ) -> None:
        self._library = library
        self._downloader = downloader
        self._ages = ages
        self._store = store
        self._get_service_name = get_service_name
        self._events = events
        self._measurer = measurer
        self._stems_collector = StemsCollector(
            library,
            downloader,
            store,
            measurer,
            lambda clips: self._publish(clips, ChangeKind.ADDED),
        )
        self._source_files = SourceFileCollector(library, downloader, measurer)
        # Only one download writes a file at a time. A lock exists while a task waits for it or
        # holds it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def collect(self, job: Job, finished: FinishedTask) -> Job:
        """Writes the results of a task into the library, then downloads their media.

        Raises:
            StorageError: The library cannot be written; the job can be collected again.
        """
        if finished.raw:
            await self._library.add_response(job.id, finished.raw)
        # If a service responds with the result at once and names no task, the job was never seen as
        # accepted: unless the service reports otherwise, it has charged the expected price.
        known = job.credits_charged if job.task_id else job.credits_expected
        reported = finished.charged_credits
        is_plausible = reported is not None and is_plausible_price(reported)
        charged = reported if is_plausible else known
        entries = correction_entries(job, charged) if job.task_id else [charge_entry(job, charged)]
        if reported is not None and not is_plausible:
            entries.append(implausible_price_entry(job, reported))
            self._events.publish(
                Notice(NoticeLevel.WARNING, _implausible_price_message(job, reported))
            )
        if is_registration(job):
            return await self._register(job, finished, entries, charged)
        if job.recipe.operation in SOURCE_FILE_OPERATIONS:
            new_clips: list[Clip] = []
            ids = [job.recipe.source] if job.recipe.source else []
        else:
            new_clips = await self._build_clips(job, finished.clips)
            ids = [clip.id for clip in new_clips]
        self._ages.record_received(job)
        changes = {"clips": tuple(ids), "credits_charged": charged, "fault": None}
        received_at = job.received_at or datetime.now(UTC)
        job = await self._store.collect(job, new_clips, entries, received_at=received_at, **changes)
        self._publish(new_clips, ChangeKind.ADDED)
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
        clips = [] if is_registration(job) else await self._library.get_clips(list(job.clips))
        if job.recipe.operation in SOURCE_FILE_OPERATIONS:
            links = results[0].links if results else MediaLinks()
            undelivered = await self._deliver_source_files(job, clips, links)
            if undelivered is not None:
                return undelivered
            clips = []
        try:
            if _are_in_archive(job, clips):
                await self._collect_stems(job)
                clips = []
            async with asyncio.TaskGroup() as group:
                for clip in clips:
                    group.create_task(self._download_clip(job, clip.id), name=f"fetch {clip.id}")
        except ExceptionGroup as several:
            # An error of one clip does not stop the others. A disk error has priority: the job
            # waits for space.
            known = [error for error in several.exceptions if isinstance(error, ServiceError)]
            raise (known or several.exceptions)[0] from several
        self._ages.forget(job)
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
        current = self._store.current(job)
        if current.is_undelivered:
            await self._store.update(current, fault=None)
        try:
            for clip in clips:
                file = await self._source_files.collect(job, clip, links)
                if job.recipe.operation is Operation.VIDEO:
                    await self._update_clip(clip, video=file)
        except MediaRejected as fault:
            log.warning("The file of job %s did not come: %s", job.id, fault)
            message = f"{fault.message} {_UNDELIVERED_MESSAGE}"
            self._events.publish(
                Notice(NoticeLevel.ERROR, f"{job.title}: {message}", fault.service_words)
            )
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
                await self._library.delete_partial_files(clip_id)
            await self._mark_pending_refused(job, _ABANDONED_MESSAGE)
        return await self._store.transition(
            job,
            JobState.DONE,
            from_states=frozenset({JobState.COLLECTING}),
            fault=fault,
            finished_at=datetime.now(UTC),
        )

    async def _mark_pending_refused(self, job: Job, reason: str) -> None:
        for clip in await self._library.get_clips(list(job.clips)):
            if clip.media is MediaState.PENDING:
                await self._update_clip(clip, media=MediaState.REJECTED, media_note=reason)

    async def retry_download(self, clip_id: ClipId) -> None:
        """Retries the media download of one clip, as requested by the user.

        Does nothing while the clip is being downloaded.

        Raises:
            StorageError: The disk is full.
        """
        clip = await self._library.get_clip(clip_id)
        job = await self._store.load(clip.job) if clip is not None and clip.job else None
        if clip is None or job is None or self._is_downloading(job, clip_id):
            return
        await self._update_clip(clip, media=MediaState.PENDING, media_note="")
        together = await self._library.get_clips(list(job.clips))
        self._ages.expire(job)
        try:
            if _are_in_archive(job, together):
                await self._collect_stems(job)
            else:
                await self._download_clip(job, clip_id)
        except StorageError as fault:
            # No automatic retry follows: the user requested this download and can request it again.
            with suppress(StorageError):
                await self._mark_pending_refused(job, fault.message)
            raise
        finally:
            self._ages.forget(job)

    async def _build_clips(self, job: Job, results: tuple[RemoteClip, ...]) -> list[Clip]:
        # Reuses the clip ids of an earlier collection of this job, so that no result is imported
        # twice.
        known = {clip.position: clip for clip in await self._library.get_clips(list(job.clips))}
        return [
            known.get(position)
            or _build_clip(job, result, position, len(results)).with_changes(
                service=self._get_service_name(job.account)
            )
            for position, result in enumerate(results)
        ]

    async def _register(
        self, job: Job, finished: FinishedTask, entries: list[LedgerEntry], charged: float | None
    ) -> Job:
        """Records on the source clip that the account's service knows it; creates no clip."""
        source = job.recipe.source
        remote_id = finished.clips[0].remote_id if finished.clips else None
        changes: dict[str, Any] = {"credits_charged": charged, "fault": None}
        if source is not None and remote_id is not None:
            known = Registration(account=job.account, remote_id=remote_id)
            job = await self._store.register(
                job, source, known, entries, clips=(source,), **changes
            )
            self._events.publish(LibraryChange(frozenset({source}), ChangeKind.DETAILS))
        else:
            job = await self._store.collect(job, [], entries, **changes)
            self._events.publish(
                Notice(
                    NoticeLevel.ERROR,
                    f"“{job.title}” was uploaded, and the service did not say by which id it "
                    "knows it. So nothing can be made from it there.",
                )
            )
        return await self._store.transition(
            job, JobState.DONE, fault=None, finished_at=datetime.now(UTC)
        )

    async def _collect_stems(self, job: Job) -> None:
        async with self._lock(job.id, MediaKind.ARCHIVE):
            # Reload the clips: the previous holder of the lock may have unpacked the stems.
            job = await self._store.load(job.id) or job
            clips = await self._library.get_clips(list(job.clips))
            waiting = [clip for clip in clips if clip.media is MediaState.PENDING]
            if not waiting:
                return
            try:
                came = await self._stems_collector.collect(job, clips)
                self._publish(came, ChangeKind.MEDIA)
            except MediaRejected as fault:
                log.warning("Stems of job %s refused: %s", job.id, fault)
                for clip in waiting:
                    await self._update_clip(
                        clip, media=MediaState.REJECTED, media_note=fault.message
                    )
                self._events.publish(
                    Notice(
                        NoticeLevel.ERROR,
                        f"{waiting[0].title}: {fault.message}",
                        fault.service_words,
                    )
                )

    async def _download_clip(self, job: Job, clip_id: ClipId) -> None:
        """Downloads the audio of a clip if it is pending, then its cover."""
        async with self._lock(clip_id, MediaKind.AUDIO):
            clip = await self._library.get_clip(clip_id)
            if clip is None:
                return
            if clip.media is MediaState.PENDING:
                try:
                    clip = await self._download_audio(job, clip)
                except MediaRejected as fault:
                    log.warning("Media of clip %s refused: %s", clip.id, fault)
                    await self._update_clip(
                        clip, media=MediaState.REJECTED, media_note=fault.message
                    )
                    self._events.publish(
                        Notice(
                            NoticeLevel.ERROR,
                            f"{clip.title}: {fault.message}",
                            fault.service_words,
                        )
                    )
                    return
        async with self._lock(clip_id, MediaKind.COVER):
            await self._download_cover(await self._library.get_clip(clip_id) or clip)

    def _lock(self, owner: ClipId | JobId, kind: MediaKind) -> asyncio.Lock:
        return self._locks.setdefault(f"{owner} {kind}", asyncio.Lock())

    def _is_downloading(self, job: Job, clip_id: ClipId) -> bool:
        return (
            self._lock(clip_id, MediaKind.AUDIO).locked()
            or self._lock(job.id, MediaKind.ARCHIVE).locked()
        )

    async def _download_audio(self, job: Job, clip: Clip) -> Clip:
        target = self._library.partial_path(clip.id, MediaKind.AUDIO)
        place = ResultRef(clip.position, clip.remote_id)
        # The source of an upload is a file of this computer, even if the service returns no URL for
        # it.
        is_own = bool(job.recipe.audio_file) and not self._store.is_foreign(job)
        own = Path(job.recipe.audio_file) if is_own else None
        given = "" if own else job.recipe.audio_url
        tries = 0
        while True:
            if own is not None and not clip.links.audio:
                await asyncio.to_thread(_copy_file, own, target)
            else:
                await self._downloader.download(
                    job,
                    clip.links,
                    place,
                    lambda links: links.audio or given,
                    "audio",
                    target,
                    clip.created_at,
                )
            try:
                measured = await self._measurer.measure(target)
                break
            except MediaRejected as fault:
                # The length is right, but the file does not decode: download it from the beginning.
                await asyncio.to_thread(_delete_file, target)
                tries += 1
                is_copy = own is not None and not clip.links.audio
                made_at = clip.created_at
                if is_copy or not await self._downloader.wait_before_retry(
                    job, fault, tries, made_at
                ):
                    raise
        await self._library.set_peaks(clip.id, measured.peaks)
        path = await self._library.store_media_file(target, clip, MediaKind.AUDIO, measured.suffix)
        # The prompt that was sent takes precedence over the prompt that the service returned.
        asked = find_requested_tempo(job.recipe.sound) or find_requested_tempo(clip.sound)
        return await self._update_clip(
            clip,
            path=path,
            media=MediaState.READY,
            media_note="",
            measured=measured.sound.with_requested_tempo(asked),
        )

    async def _download_cover(self, clip: Clip) -> None:
        """Downloads the cover with a few retries; without it the clip shows a gradient."""
        if not clip.links.image or clip.cover is not None:
            return
        target = self._library.partial_path(clip.id, MediaKind.COVER)
        fetched = await self._downloader.download_briefly(
            clip.account, clip.links.image, "image", target
        )
        if fetched is None:
            return
        cover = await self._library.store_media_file(fetched.path, clip, MediaKind.COVER)
        await self._update_clip(clip, cover=cover)

    def export_file(self, job_id: JobId) -> Path | None:
        """Returns the file of an export by the service that was downloaded in this run."""
        return self._source_files.export_file(job_id)

    async def _update_clip(self, clip: Clip, **fields: Any) -> Clip:  # noqa: ANN401
        """Updates only these fields of a clip: the user may be editing the others."""
        after = await self._library.update_fields(clip.id, **fields)
        self._publish([clip], ChangeKind.MEDIA)
        return after or clip.with_changes(**fields)

    def _publish(self, clips: list[Clip], kind: ChangeKind) -> None:
        self._events.publish(LibraryChange(frozenset(clip.id for clip in clips), kind))


def _implausible_price_message(job: Job, amount: float) -> str:
    return (
        f"“{job.title}”: the service says that this cost {amount:g} credits, which cannot be "
        "right. The ledger notes it, and neither the ledger nor the budget counts it. Look at "
        "your balance."
    )


def _delete_file(path: Path) -> None:
    path.unlink(missing_ok=True)


def _copy_file(file: Path, target: Path) -> None:
    try:
        with open_regular(file) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, _COPY_BYTES)
    except (FileNotFoundError, PermissionError) as error:
        raise MediaRejected(
            f"The uploaded file “{file.name}” cannot be read here any more, and the service gives "
            "no address for it. What it said about the clip is kept.",
            service_words=str(error),
        ) from error
    except OSError as error:
        raise to_storage_error(error) or error from error


def is_registration(job: Job) -> bool:
    """Whether the job uploads a clip of the library to register it at an account."""
    return job.recipe.operation is Operation.UPLOAD and job.recipe.source is not None


def _are_in_archive(job: Job, clips: Sequence[Clip]) -> bool:
    """Whether the audio of the clips is delivered in one archive."""
    if job.recipe.operation is not Operation.STEMS or not clips:
        return False
    return any(clip.links.archive for clip in clips) or not any(clip.links.audio for clip in clips)


def _build_clip(job: Job, result: RemoteClip, position: int, count: int) -> Clip:
    recipe = job.recipe
    title = result.title or recipe.title or recipe.sound[:60].strip()
    title = title or recipe.file_name or recipe.operation.label
    if job.takes > 1 and not result.title.strip():
        title = f"{title} · take {job.take}"
    if count > 1 and position > 0 and not result.stem:
        title = f"{title} ({position + 1})"
    silent = recipe.operation is Operation.LYRICS
    return Clip(
        id=new_clip_id(),
        remote_id=result.remote_id,
        title=title,
        sound=result.sound or recipe.sound,
        lyrics=result.lyrics or ("" if recipe.instrumental else recipe.lyrics),
        operation=recipe.operation,
        model="" if recipe.operation is Operation.UPLOAD else result.model or recipe.model,
        account=job.account,
        seed=result.seed or recipe.seed,
        recipe=recipe.with_changes(
            seed=result.seed or recipe.seed,
            # The temporary upload of a local file has been deleted already.
            audio_url="" if recipe.audio_file else recipe.audio_url,
        ),
        parent=recipe.source,
        job=job.id,
        position=position,
        stem=result.stem,
        measured=AudioMeasurements(duration_s=result.duration_s or 0.0),
        media=MediaState.NONE if silent else MediaState.PENDING,
        links=result.links,
        created_at=result.created_at or datetime.now(UTC),
    )
