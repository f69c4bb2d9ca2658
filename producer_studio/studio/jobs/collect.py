"""From a finished task to clips on disk: rows first, then the media, fetched at once."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Clip, MediaLinks, MediaState, Registration, Sound
from producer_studio.domain.credits import LedgerEntry, is_believable_price
from producer_studio.domain.errors import Fault, MediaRefused, StorageFault
from producer_studio.domain.ids import AccountName, ClipId, JobId, new_clip_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.tempo import requested_tempo
from producer_studio.files.regular_file import open_regular
from producer_studio.library.errors import storage_fault
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import Fetched, Finished, RemoteClip
from producer_studio.providers.downloads.media_types import UNKNOWN
from producer_studio.studio.accounts.ledger import correction, unbelievable
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.jobs.download import Fetcher, Place
from producer_studio.studio.jobs.result_age import ResultAges
from producer_studio.studio.jobs.stems import Stems
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.jobs.submit import charge
from producer_studio.studio.measurement import Measurer

log = logging.getLogger(__name__)

_FOR_THE_SOURCE = frozenset({Operation.VIDEO, Operation.EXPORT})
"""What these deliver belongs to the clip that they were made from."""

_COPY_BYTES = 1 << 20
_GIVEN_UP = "Fetching was stopped. It can be tried again for as long as the service keeps the file."


class Collector:
    """Brings results home.

    Args:
        service_of: Tells which service an account belongs to.
        measurer: Decodes and measures, away from the event loop.
    """

    def __init__(
        self,
        library: Library,
        fetcher: Fetcher,
        ages: ResultAges,
        journal: Journal,
        service_of: Callable[[AccountName], str],
        events: Events,
        measurer: Measurer,
    ) -> None:
        self._library = library
        self._fetcher = fetcher
        self._ages = ages
        self._journal = journal
        self._service_of = service_of
        self._events = events
        self._measurer = measurer
        self._stems = Stems(
            library,
            fetcher,
            journal,
            measurer,
            lambda clips: self._publish(clips, ChangeKind.ADDED),
        )
        self._delivered: dict[JobId, Path] = {}
        self._fetching: set[ClipId] = set()

    async def collect(self, job: Job, finished: Finished) -> Job:
        """Writes what the service delivered into the library, then fetches its media.

        Raises:
            StorageFault: The library cannot be written; the job can be collected again.
        """
        if finished.raw:
            await self._library.put_answer(job.id, finished.raw)
        # A service that answers with the result at once was never seen to accept it: unless it says
        # otherwise, it has charged what was expected.
        known = job.credits_charged if job.task_id else job.credits_expected
        told = finished.charged
        is_believed = told is not None and is_believable_price(told)
        charged = told if is_believed else known
        entries = correction(job, charged) if job.task_id else [charge(job, charged)]
        if told is not None and not is_believed:
            entries.append(unbelievable(job, told))
            self._events.publish(Notice(Level.WARN, _unbelievable_price(job, told)))
        if job.task_id is None and finished.task is not None:
            job = await self._journal.note(job, task_id=finished.task)
        if is_registration(job):
            return await self._register(job, finished, entries, charged)
        if job.recipe.operation in _FOR_THE_SOURCE:
            fresh: list[Clip] = []
            ids = [job.recipe.source] if job.recipe.source else []
        else:
            fresh = await self._clips_of(job, finished.clips)
            ids = [clip.id for clip in fresh]
        self._ages.receive(job)
        changes = {"clips": tuple(ids), "credits_charged": charged, "fault": None}
        received_at = job.received_at or datetime.now(UTC)
        job = await self._journal.collect(job, fresh, entries, received_at=received_at, **changes)
        self._publish(fresh, ChangeKind.ADDED)
        if finished.note:
            self._events.publish(Notice(Level.WARN, finished.note))
        return await self.fetch(job, finished.clips)

    async def fetch(self, job: Job, results: Sequence[RemoteClip] = ()) -> Job:
        """Fetches whatever media of a collecting job is not there yet, and ends the job.

        Args:
            results: What the service delivered; after a restart it is asked again if need be.

        Raises:
            StorageFault: The disk is full; the job stays where it is and can go on later.
        """
        clips = [] if is_registration(job) else await self._library.rows(list(job.clips))
        links = results[0].links if results else MediaLinks()
        try:
            if _are_boxed(job, clips):
                await self._bring_stems(job, clips)
                clips = []
            async with asyncio.TaskGroup() as group:
                for clip in clips:
                    group.create_task(self._fetch_clip(job, clip, links), name=f"fetch {clip.id}")
        except ExceptionGroup as several:
            # One clip's trouble stops the others; the disk's is the one that can be waited for.
            known = [error for error in several.exceptions if isinstance(error, Fault)]
            raise (known or several.exceptions)[0] from several
        self._ages.forget(job)
        return await self._journal.take(
            job, JobState.DONE, fault=None, finished_at=datetime.now(UTC)
        )

    async def give_up(self, job: Job) -> Job:
        """Ends a collecting job without the media that is not there yet, at the user's word.

        What came so far goes: it may be large, and the disk full.
        """
        for clip in await self._library.rows(list(job.clips)):
            await self._library.drop_partials(clip.id)
        await self._leave_alone(job, _GIVEN_UP)
        return await self._journal.take(
            job,
            JobState.DONE,
            only_from=frozenset({JobState.COLLECTING}),
            fault=None,
            finished_at=datetime.now(UTC),
        )

    async def _leave_alone(self, job: Job, why: str) -> None:
        for clip in await self._library.rows(list(job.clips)):
            if clip.media is MediaState.PENDING:
                await self._amend(clip, media=MediaState.REFUSED, media_note=why)

    async def fetch_again(self, clip_id: ClipId) -> None:
        """Tries the media of one clip once more, at the user's word.

        Nothing happens while it is being fetched already.

        Raises:
            StorageFault: The disk is full.
        """
        clip = await self._library.get(clip_id)
        job = await self._journal.load(clip.job) if clip is not None and clip.job else None
        if clip is None or job is None or clip_id in self._fetching:
            return
        again = await self._amend(clip, media=MediaState.PENDING, media_note="")
        together = await self._library.rows(list(job.clips))
        self._ages.end_patience(job)
        try:
            if _are_boxed(job, together):
                await self._bring_stems(job, together)
            else:
                await self._fetch_clip(job, again, MediaLinks())
        except StorageFault as fault:
            # Nobody goes on with it by himself: it is the user who tries again.
            with suppress(StorageFault):
                await self._leave_alone(job, fault.message)
            raise
        finally:
            self._ages.forget(job)

    async def _clips_of(self, job: Job, results: tuple[RemoteClip, ...]) -> list[Clip]:
        # A job collected before keeps the ids it gave out, so that nothing comes in twice.
        known = {clip.position: clip for clip in await self._library.rows(list(job.clips))}
        return [
            known.get(position)
            or _clip_of(job, result, position, len(results)).with_(
                service=self._service_of(job.account)
            )
            for position, result in enumerate(results)
        ]

    async def _register(
        self, job: Job, finished: Finished, entries: list[LedgerEntry], charged: float | None
    ) -> Job:
        """Notes on the clip that the account knows it now; no clip of its own comes of it."""
        source = job.recipe.source
        remote_id = finished.clips[0].remote_id if finished.clips else None
        changes: dict[str, Any] = {"credits_charged": charged, "fault": None}
        if source is not None and remote_id is not None:
            known = Registration(account=job.account, remote_id=remote_id)
            job = await self._journal.register(
                job, source, known, entries, clips=(source,), **changes
            )
            self._events.publish(LibraryChange(frozenset({source}), ChangeKind.DETAILS))
        else:
            job = await self._journal.collect(job, [], entries, **changes)
            self._events.publish(
                Notice(
                    Level.BAD,
                    f"“{job.title}” was uploaded, and the service did not say by which id it "
                    "knows it. So nothing can be made from it there.",
                )
            )
        return await self._journal.take(
            job, JobState.DONE, fault=None, finished_at=datetime.now(UTC)
        )

    async def _bring_stems(self, job: Job, clips: list[Clip]) -> None:
        waiting = [clip for clip in clips if clip.media is MediaState.PENDING]
        if not waiting or any(clip.id in self._fetching for clip in clips):
            return
        self._fetching.update(clip.id for clip in clips)
        try:
            came = await self._stems.bring(job, clips)
            self._publish(came, ChangeKind.MEDIA)
        except MediaRefused as fault:
            log.warning("Stems of job %s refused: %s", job.id, fault)
            for clip in waiting:
                await self._amend(clip, media=MediaState.REFUSED, media_note=fault.message)
            self._events.publish(
                Notice(Level.BAD, f"{waiting[0].title}: {fault.message}", fault.service_words)
            )
        finally:
            self._fetching.difference_update(clip.id for clip in clips)

    async def _fetch_clip(self, job: Job, clip: Clip, links: MediaLinks) -> None:
        """Fetches a clip's own media, or with `links` what was made for a clip that is here."""
        if clip.id in self._fetching:
            return
        self._fetching.add(clip.id)
        try:
            if job.recipe.operation is Operation.VIDEO:
                await self._fetch_video(job, clip, links)
            elif job.recipe.operation is Operation.EXPORT:
                await self._fetch_export(job, clip, links)
            else:
                if clip.media is MediaState.PENDING:
                    clip = await self._fetch_audio(job, clip)
                await self._fetch_cover(clip)
        except MediaRefused as fault:
            log.warning("Media of clip %s refused: %s", clip.id, fault)
            if job.recipe.operation not in _FOR_THE_SOURCE:
                await self._amend(clip, media=MediaState.REFUSED, media_note=fault.message)
            self._events.publish(
                Notice(Level.BAD, f"{clip.title}: {fault.message}", fault.service_words)
            )
        finally:
            self._fetching.discard(clip.id)

    async def _fetch_audio(self, job: Job, clip: Clip) -> Clip:
        target = self._library.partial(clip.id, MediaKind.AUDIO)
        place = Place(clip.position, clip.remote_id)
        # What was uploaded is known here, also where the service gives no address for it.
        own = Path(job.recipe.audio_file) if job.recipe.audio_file else None
        given = "" if own else job.recipe.audio_url
        tries = 0
        while True:
            if own is not None and not clip.links.audio:
                await asyncio.to_thread(_copy, own, target)
            else:
                await self._fetcher.bring(
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
            except MediaRefused as fault:
                # It arrived whole by its length and does not decode: again from the start.
                await asyncio.to_thread(_drop, target)
                tries += 1
                is_own = own is not None and not clip.links.audio
                made_at = clip.created_at
                if is_own or not await self._fetcher.may_improve(job, fault, tries, made_at):
                    raise
        await self._library.set_peaks(clip.id, measured.peaks)
        path = await self._library.adopt(target, clip, MediaKind.AUDIO, measured.suffix)
        # Of the two prompts the one that was sent says what was asked for.
        asked = requested_tempo(job.recipe.sound) or requested_tempo(clip.sound)
        return await self._amend(
            clip,
            path=path,
            media=MediaState.READY,
            media_note="",
            measured=measured.sound.with_requested_tempo(asked),
        )

    async def _fetch_cover(self, clip: Clip) -> None:
        """The picture is nice to have: a few tries, and the gradient serves without it."""
        if not clip.links.image or clip.cover is not None:
            return
        target = self._library.partial(clip.id, MediaKind.COVER)
        fetched = await self._fetcher.try_briefly(clip.account, clip.links.image, "image", target)
        if fetched is None:
            return
        cover = await self._library.adopt(fetched.path, clip, MediaKind.COVER)
        await self._amend(clip, cover=cover)

    async def _fetch_video(self, job: Job, clip: Clip, links: MediaLinks) -> None:
        target = self._library.partial(clip.id, MediaKind.VIDEO)
        fetched = await self._fetcher.bring(
            job, links, Place(), lambda found: found.video, "video", target
        )
        video = await self._library.adopt(fetched.path, clip, MediaKind.VIDEO)
        await self._amend(clip, video=video)

    async def _fetch_export(self, job: Job, clip: Clip, links: MediaLinks) -> None:
        target = self._library.partial(clip.id, MediaKind.EXPORT)
        tries = 0
        suffix = None
        while suffix is None:
            fetched = await self._fetcher.bring(
                job, links, Place(), lambda found: found.audio, "audio", target
            )
            tries += 1
            suffix = await self._suffix_of_export(job, fetched, tries)
        self._delivered[job.id] = await self._library.adopt(
            fetched.path, clip, MediaKind.EXPORT, suffix
        )

    async def _suffix_of_export(self, job: Job, fetched: Fetched, tries: int) -> str | None:
        """How a service's file is named; None where it is dropped, to be fetched once more.

        One that begins like sound is delivered at last even if it does not decode: the service made
        it, and was paid.

        Raises:
            MediaRefused: It is no sound.
        """
        is_unknown = fetched.extension == UNKNOWN.extension
        try:
            measured = await self._measurer.measure(fetched.path)
        except MediaRefused as fault:
            improves = await self._fetcher.may_improve(job, fault, tries)
            if not is_unknown and not improves:
                return fetched.extension
            await asyncio.to_thread(_drop, fetched.path)
            if not improves:
                raise
            return None
        return measured.suffix if is_unknown else fetched.extension

    def delivered(self, job_id: JobId) -> Path | None:
        """The file that an export by the service has brought in this run."""
        return self._delivered.get(job_id)

    async def _amend(self, clip: Clip, **fields: Any) -> Clip:  # noqa: ANN401
        """Changes these fields alone: the user may be editing the others."""
        after = await self._library.amend(clip.id, **fields)
        self._publish([clip], ChangeKind.MEDIA)
        return after or clip.with_(**fields)

    def _publish(self, clips: list[Clip], kind: ChangeKind) -> None:
        self._events.publish(LibraryChange(frozenset(clip.id for clip in clips), kind))


def _unbelievable_price(job: Job, amount: float) -> str:
    return (
        f"“{job.title}”: the service says that this cost {amount:g} credits, which cannot be "
        "right. The ledger notes it, and neither the ledger nor the budget counts it. Look at "
        "your balance."
    )


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)


def _copy(file: Path, target: Path) -> None:
    try:
        with open_regular(file) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, _COPY_BYTES)
    except (FileNotFoundError, PermissionError) as error:
        raise MediaRefused(
            f"The uploaded file “{file.name}” cannot be read here any more, and the service gives "
            "no address for it. What it said about the clip is kept.",
            service_words=str(error),
        ) from error
    except OSError as error:
        raise storage_fault(error) or error from error


def is_registration(job: Job) -> bool:
    """Whether it uploads a clip of the library, so that an account knows it."""
    return job.recipe.operation is Operation.UPLOAD and job.recipe.source is not None


def _are_boxed(job: Job, clips: Sequence[Clip]) -> bool:
    """Whether the clips' sound comes in one archive."""
    if job.recipe.operation is not Operation.STEMS or not clips:
        return False
    return any(clip.links.archive for clip in clips) or not any(clip.links.audio for clip in clips)


def _clip_of(job: Job, result: RemoteClip, position: int, count: int) -> Clip:
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
        recipe=recipe.with_(
            seed=result.seed or recipe.seed,
            # What a file of this computer was lent by is gone already.
            audio_url="" if recipe.audio_file else recipe.audio_url,
        ),
        parent=recipe.source,
        job=job.id,
        position=position,
        stem=result.stem,
        measured=Sound(duration_s=result.duration_s or 0.0),
        media=MediaState.NONE if silent else MediaState.PENDING,
        links=result.links,
        created_at=result.created_at or datetime.now(UTC),
    )
