"""Download of the sound and the cover of clips, or of the archive with their stems."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import MediaRejected, ServiceError, StorageError
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.media_note import KEPT_AS_IT_IS, parse_media_note
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.tempo import find_requested_tempo
from producer_studio.files.regular_files import has_content, open_regular
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.download import ResultDownloader
from producer_studio.studio.jobs.download_messages import NO_ADDRESS_MESSAGE
from producer_studio.studio.jobs.result_clips import group_by_archive, result_ref
from producer_studio.studio.jobs.stems import StemsCollector
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.measurement import MeasuredFile, Measurer
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark, sentences

log = logging.getLogger(__name__)

_COPY_BYTES = 1 << 20

_NO_REQUEST_MESSAGE = mark(
    "Its request is not in this library, so the service cannot be asked for a new link. If the "
    "clip came from another library, download it there and merge that library again."
)


class ClipMediaDownloader:
    """Downloads the sound and the cover of clips; only one download writes a file at a time.

    Args:
        measurer: Decodes and measures audio outside the event loop's thread.
    """

    def __init__(
        self,
        library: Library,
        downloader: ResultDownloader,
        store: JobStore,
        measurer: Measurer,
        events: Events,
    ) -> None:
        self._library = library
        self._downloader = downloader
        self._store = store
        self._measurer = measurer
        self._events = events
        self._stems_collector = StemsCollector(
            library,
            downloader,
            store,
            measurer,
            lambda clips: self.publish(clips, ChangeKind.ADDED),
        )
        # A lock exists while a task waits for it or holds it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def download(self, job: Job, clips: Sequence[Clip]) -> None:
        """Downloads the missing media of a job's clips, from archives or a file each.

        Raises:
            StorageError: The disk is full.
        """
        try:
            in_archives = {clip.id for group in group_by_archive(job, clips) for clip in group}
            clips = [clip for clip in clips if clip.id not in in_archives]
            async with asyncio.TaskGroup() as tasks:
                if in_archives:
                    tasks.create_task(self._collect_stems(job), name=f"fetch stems of {job.id}")
                for clip in clips:
                    tasks.create_task(self._download_clip(job, clip.id), name=f"fetch {clip.id}")
        except ExceptionGroup as several:
            raise _select_error(several) from several

    async def retry(self, job: Job, clip_id: ClipId) -> None:
        """Downloads the missing media of one clip, and of those that come in the same archive.

        Raises:
            StorageError: The disk is full; the missing media are marked as such.
            ServiceError: It failed as often as `limited_failures` allows; marked as well.
        """
        together = await self._library.clips.get_many(list(job.clips))
        archives = group_by_archive(job, together)
        together = next(
            (group for group in archives if any(clip.id == clip_id for clip in group)), []
        )
        try:
            if together:
                await self._collect_stems(job, clip_id)
            else:
                await self._download_clip(job, clip_id)
        except ServiceError as fault:
            # No automatic retry follows: the user requested this download and can request it again.
            # Another clip of the job may still be downloaded by the job itself.
            with suppress(StorageError):
                await self.mark_pending_rejected(
                    [clip.id for clip in together] or [clip_id], fault.message
                )
                await self._clear_error(job)
            raise
        await self._clear_error(job)

    async def retry_without_job(self, clip: Clip) -> None:
        """Downloads the missing sound of a clip by its stored link, once.

        Its request is in the library that it was merged from, or was lost with the catalogue: the
        service cannot be asked for a newer link.

        Raises:
            ServiceError: The server cannot be reached, or the disk is full; the clip is marked.
        """
        async with self._exclusive(clip.id, MediaKind.AUDIO):
            try:
                if not clip.links.audio:
                    raise MediaRejected(NO_ADDRESS_MESSAGE)  # noqa: TRY301
                target = self._library.media.partial_path(clip.id, MediaKind.AUDIO)
                await self._downloader.download_once(
                    clip.account, clip.links.audio, "audio", target
                )
                try:
                    measured = await self._measurer.measure(target)
                except MediaRejected as fault:
                    measured = await self._measure_damaged(target, fault)
                await self._store_audio(clip, target, measured, clip.recipe)
            except MediaRejected as fault:
                log.warning("Rejected media of clip %s: %s", clip.id, fault)
                told = MediaRejected(
                    sentences(fault.message, _NO_REQUEST_MESSAGE),
                    service_words=fault.service_words,
                )
                await self._mark_rejected([clip], told)
            except ServiceError as fault:
                with suppress(StorageError):
                    await self._reject(clip, fault.message)
                raise

    async def _clear_error(self, job: Job) -> None:
        """Removes what a download has recorded at its finished job, as it has ended.

        It says that the download is tried again; why a clip has no sound is noted at the clip.
        """
        newest = await self._store.load(job.id)
        if newest is None or newest.state is not JobState.DONE or newest.is_undelivered:
            return
        if newest.fault is not None:
            await self._store.update(newest, fault=None)

    def is_downloading(self, owner: ClipId | JobId, kind: MediaKind) -> bool:
        """Whether the sound of a clip, or the archive of a job, is being downloaded."""
        return self._lock(owner, kind).locked() or self._store.is_excluded(f"{kind}-of-{owner}")

    async def mark_pending_rejected(self, clips: Sequence[ClipId], reason: str) -> None:
        """Marks those clips whose sound is missing, with the reason for the user."""
        for clip in await self._library.clips.get_many(list(clips)):
            if clip.media is MediaState.PENDING:
                await self._reject(clip, reason)

    async def _reject(self, clip: Clip, reason: str) -> None:
        """Marks a clip whose sound was not downloaded; a file that is there is used as before."""
        if clip.path is not None and await asyncio.to_thread(has_content, clip.path):
            await self.update_clip(clip, media=MediaState.READY)
        else:
            await self.update_clip(clip, media=MediaState.REJECTED, media_note=reason)

    async def _mark_rejected(self, clips: Sequence[Clip], error: MediaRejected) -> None:
        for clip in clips:
            await self._reject(clip, error.message)
        self._events.publish(
            Notice(
                NoticeLevel.ERROR,
                mark("{title}: {message}", title=clips[0].display_title, message=error.message),
                error.service_words,
            )
        )

    async def update_clip(self, clip: Clip, **fields: Any) -> Clip:  # noqa: ANN401
        """Updates only these fields of a clip: the user may be editing the others."""
        after = await self._library.clips.update_fields(clip.id, **fields)
        self.publish([clip], ChangeKind.MEDIA)
        return after or clip.with_changes(**fields)

    def publish(self, clips: Sequence[Clip], kind: ChangeKind) -> None:
        """Publishes a change of clips."""
        self._events.publish(LibraryChange(frozenset(clip.id for clip in clips), kind))

    async def _collect_stems(self, job: Job, clip_id: ClipId | None = None) -> None:
        """Downloads and unpacks the archives with missing stems, or the one of a clip.

        Raises:
            ServiceError: As `retry`.
        """
        async with self._exclusive(job.id, MediaKind.ARCHIVE):
            # Reload the clips: the previous holder of the lock may have unpacked the stems.
            job = await self._store.load(job.id) or job
            clips = await self._library.clips.get_many(list(job.clips))
            wanted = [
                archive
                for archive in group_by_archive(job, clips)
                if any(clip.media is MediaState.PENDING for clip in archive)
                and (clip_id is None or any(clip.id == clip_id for clip in archive))
            ]
            try:
                async with asyncio.TaskGroup() as tasks:
                    for archive in wanted:
                        name = f"fetch stems of {archive[0].id}"
                        tasks.create_task(self._collect_archive(job, archive), name=name)
            except ExceptionGroup as several:
                raise _select_error(several) from several

    async def _collect_archive(self, job: Job, clips: Sequence[Clip]) -> None:
        try:
            came = await self._stems_collector.collect(job, clips)
            self.publish(came, ChangeKind.MEDIA)
        except MediaRejected as fault:
            log.warning("Rejected stems of job %s: %s", job.id, fault)
            waiting = [clip for clip in clips if clip.media is MediaState.PENDING]
            await self._mark_rejected(waiting, fault)

    async def _download_clip(self, job: Job, clip_id: ClipId) -> None:
        """Downloads the audio of a clip if it is pending, then its cover."""
        async with self._exclusive(clip_id, MediaKind.AUDIO):
            clip = await self._library.clips.get(clip_id)
            if clip is None:
                return
            if clip.media is MediaState.PENDING:
                try:
                    clip = await self._download_audio(job, clip)
                except MediaRejected as fault:
                    log.warning("Rejected media of clip %s: %s", clip.id, fault)
                    await self._mark_rejected([clip], fault)
                    return
        async with self._exclusive(clip_id, MediaKind.COVER):
            await self._download_cover(await self._library.clips.get(clip_id) or clip)

    async def _download_audio(self, job: Job, clip: Clip) -> Clip:
        target = self._library.media.partial_path(clip.id, MediaKind.AUDIO)
        place = result_ref(clip)
        # The source of an upload is a file of this computer, even if the service returns no URL for
        # it.
        is_own = bool(job.recipe.audio_file) and not self._store.is_foreign(job)
        own = Path(job.recipe.audio_file) if is_own else None
        given = "" if own else job.recipe.audio_url
        tries = 0
        while True:
            if own is not None and not clip.links.audio:
                await run_for_user_file(own, _copy_file, own, target)
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
                tries += 1
                is_copy = own is not None and not clip.links.audio
                made_at = clip.created_at
                if is_copy or self._downloader.unreadable_wait_s(job, tries, made_at) is None:
                    measured = await self._measure_damaged(target, fault)
                    break
                # The length is right, but the file does not decode: download it from the beginning.
                await asyncio.to_thread(_delete_file, target)
                await self._downloader.wait_before_retry(job, fault, tries, made_at)
        return await self._store_audio(clip, target, measured, job.recipe)

    async def _store_audio(
        self, clip: Clip, target: Path, measured: MeasuredFile, recipe: Recipe
    ) -> Clip:
        """Moves a downloaded file into its place; returns the clip that has it."""
        await self._library.clips.set_peaks(clip.id, measured.peaks, measured.features)
        path = await self._library.media.store_file(target, clip, MediaKind.AUDIO, measured.suffix)
        # The prompt that was sent takes precedence over the prompt that the service returned.
        asked = find_requested_tempo(recipe.sound) or find_requested_tempo(clip.sound)
        damage = parse_media_note(measured.problem)
        note = sentences(damage, KEPT_AS_IT_IS) if measured.problem else ""
        if note:
            text = mark("{title}: {message}", title=clip.display_title, message=note)
            self._events.publish(Notice(NoticeLevel.WARNING, text))
        return await self.update_clip(
            clip,
            path=path,
            media=MediaState.READY,
            media_note=note,
            measured=measured.sound.with_requested_tempo(asked),
            sha256=measured.sha256,
            size_bytes=measured.size_bytes,
        )

    async def _measure_damaged(self, target: Path, refusal: MediaRejected) -> MeasuredFile:
        """Measures a file that has been the same at each download: the service has no better one.

        Raises:
            MediaRejected: It cannot be used at all, and was deleted.
        """
        try:
            return await self._measurer.measure(target, accepts_damage=True)
        except MediaRejected:
            await asyncio.to_thread(_delete_file, target)
            raise refusal from None

    async def _download_cover(self, clip: Clip) -> None:
        """Downloads the cover with a few retries; without it the clip shows a gradient."""
        if not clip.links.image or clip.cover is not None:
            return
        target = self._library.media.partial_path(clip.id, MediaKind.COVER)
        fetched = await self._downloader.download_briefly(
            clip.account, clip.links.image, "image", target
        )
        if fetched is None:
            return
        cover = await self._library.media.store_file(fetched.path, clip, MediaKind.COVER)
        await self.update_clip(clip, cover=cover)

    @asynccontextmanager
    async def _exclusive(self, owner: ClipId | JobId, kind: MediaKind) -> AsyncIterator[None]:
        """Excludes other tasks and processes: they would write to the same partial file."""
        async with self._lock(owner, kind), self._store.exclusive(f"{kind}-of-{owner}"):
            yield

    def _lock(self, owner: ClipId | JobId, kind: MediaKind) -> asyncio.Lock:
        return self._locks.setdefault(f"{owner} {kind}", asyncio.Lock())


def _select_error(several: ExceptionGroup) -> Exception:
    """Returns the error to raise of several; one of the disk has priority: jobs wait for space."""
    known = [error for error in several.exceptions if isinstance(error, ServiceError)]
    return (known or several.exceptions)[0]


def _delete_file(path: Path) -> None:
    path.unlink(missing_ok=True)


def _copy_file(file: Path, target: Path) -> None:
    try:
        with open_regular(file) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, _COPY_BYTES)
    except (FileNotFoundError, PermissionError) as error:
        raise MediaRejected(
            mark(
                "The uploaded file “{file}” can no longer be read on this computer, and the "
                "service gives no address for it. The clip's details are kept.",
                file=file.name,
            ),
            service_words=str(error),
        ) from error
