"""Collection of stems: a ZIP archive becomes one clip per stem."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.errors import MediaRejected
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.job import Job
from producer_studio.files.folder_deletion import delete_folder
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import ArchiveDamaged
from producer_studio.providers.downloads.partial_download import PartialDownload
from producer_studio.providers.local_audio_file import UNKNOWN
from producer_studio.studio.jobs.download import ResultDownloader
from producer_studio.studio.jobs.result_clips import ARCHIVE_STEP, result_index, result_ref
from producer_studio.studio.jobs.store import JobStore
from producer_studio.studio.measurement import MeasuredFile, Measurer
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.downloads.stems_archive import UnpackedStem


_STEM_GONE_MESSAGE = mark("The archive that the service has now does not contain this stem.")


class StemsCollector:
    """Downloads the archive of a placeholder clip and splits the clip into its stems.

    Args:
        on_added: Called with the clips that were added.
    """

    def __init__(
        self,
        library: Library,
        downloader: ResultDownloader,
        store: JobStore,
        measurer: Measurer,
        on_added: Callable[[list[Clip]], None],
    ) -> None:
        self._library = library
        self._downloader = downloader
        self._store = store
        self._measurer = measurer
        self._on_added = on_added
        # Two archives of a job may contain files of the same name.
        self._splitting = asyncio.Lock()

    async def collect(self, job: Job, clips: Sequence[Clip]) -> list[Clip]:
        """Downloads and unpacks the archive; clips that have their audio are not changed.

        Can be called again after an interruption at any point: stems are identified by their
        position in the archive, and a complete archive is not downloaded again. It is stored until
        all stems are imported, or it turns out to be unusable.

        Args:
            clips: All clips of the archive: the placeholder, or the stems that replaced it.

        Returns:
            The clips whose audio was added, in their current version.

        Raises:
            MediaRejected: The file is not an archive, is not safe, or contains no audio.
            StorageError: The disk is full.
        """
        tries = 0
        while True:
            try:
                return await self._try_once(job, clips)
            except ArchiveDamaged as fault:
                # As for a clip that does not decode: the service may not have finished writing it.
                tries += 1
                if not await self._downloader.wait_before_retry(
                    job, fault, tries, clips[0].created_at
                ):
                    raise

    async def _try_once(self, job: Job, clips: Sequence[Clip]) -> list[Clip]:
        box = clips[0]
        target = self._library.media.partial_path(box.id, MediaKind.ARCHIVE)
        if not await asyncio.to_thread(PartialDownload(target).is_complete):
            await self._downloader.download(
                job,
                box.links,
                result_ref(box),
                lambda links: links.archive,
                "zip",
                target,
                box.created_at,
            )
        folder = target.with_name(f"{target.name}.d")
        try:
            stems = await asyncio.to_thread(_unpack_archive, target, folder)
            imported = await self._import_stems(job, clips, await self._audio_stems(stems))
        except MediaRejected:
            await asyncio.to_thread(target.unlink, missing_ok=True)
            raise
        finally:
            await asyncio.to_thread(delete_folder, folder)
        await asyncio.to_thread(target.unlink, missing_ok=True)
        return imported

    async def _audio_stems(self, stems: "list[UnpackedStem]") -> "list[UnpackedStem]":
        """Removes files that are not audio: notes, projects, thumbnails.

        A file remains if it has an audio signature or decodes.

        Raises:
            MediaRejected: No file remains.
        """
        audio_stems: list[UnpackedStem] = []
        refusal: MediaRejected | None = None
        for stem in stems:
            try:
                if stem.path.suffix == UNKNOWN.extension:
                    await self._measurer.measure(stem.path)
            except MediaRejected as fault:
                refusal = fault
            else:
                audio_stems.append(stem)
        if not audio_stems and refusal is not None:
            raise refusal
        return audio_stems

    async def _import_stems(
        self, job: Job, clips: Sequence[Clip], stems: "Sequence[UnpackedStem]"
    ) -> list[Clip]:
        # The user may have requested other stems of the archive since the download began.
        clips = await self._library.clips.get_many([clip.id for clip in clips]) or clips
        first = result_index(clips[0]) * ARCHIVE_STEP
        known = {clip.position - first: clip for clip in clips if clip.stem}
        placeholder = next((clip for clip in clips if not clip.stem), None)
        wanted = {
            place: stem
            for place, stem in enumerate(stems)
            # Without the placeholder, an unknown stem is one that the user has deleted for good.
            if (known[place].media is MediaState.PENDING if place in known else placeholder)
        }
        measured: dict[int, MeasuredFile] = {}
        refused: dict[int, MediaRejected] = {}
        for place, stem in wanted.items():
            try:
                # The archive is whole, so another download brings the same file.
                measured[place] = await self._measurer.measure(stem.path, accepts_damage=True)
            except MediaRejected as fault:
                refused[place] = fault
        if refused and not measured:
            raise next(iter(refused.values()))
        if placeholder is not None:
            async with self._splitting:
                known |= await self._split_placeholder(job, placeholder, wanted, measured, refused)
        imported = []
        for place, file in measured.items():
            clip = known[place]
            await self._library.clips.set_peaks(clip.id, file.peaks, file.features)
            path = await self._library.media.store_file(
                wanted[place].path, clip, MediaKind.AUDIO, file.suffix
            )
            fields: dict[str, Any] = {
                "path": path,
                "measured": file.sound,
                "sha256": file.sha256,
                "size_bytes": file.size_bytes,
                "media_note": file.problem,
            }
            after = await self._library.clips.update_fields(
                clip.id, media=MediaState.READY, **fields
            )
            imported.append(after or clip)
        for place, refusal in refused.items():
            await self._library.clips.update_fields(
                known[place].id, media=MediaState.REJECTED, media_note=refusal.message
            )
        for place, clip in known.items():
            if clip.media is MediaState.PENDING and place not in wanted:
                await self._library.clips.update_fields(
                    clip.id, media=MediaState.REJECTED, media_note=_STEM_GONE_MESSAGE
                )
        return imported

    async def _split_placeholder(
        self,
        job: Job,
        placeholder: Clip,
        stems: "dict[int, UnpackedStem]",
        measured: dict[int, MeasuredFile],
        refused: dict[int, MediaRejected],
    ) -> dict[int, Clip]:
        """Assigns the placeholder's row to the first stem and a new row to each other one."""
        parent = await self._library.clips.get(placeholder.parent) if placeholder.parent else None
        title = parent.display_title if parent is not None else placeholder.display_title
        others_of_job = (await self._store.load(job.id) or job).clips
        taken = {
            clip.stem.casefold() for clip in await self._library.clips.get_many(list(others_of_job))
        }
        stem_names = {place: _free_name(stem.name, taken) for place, stem in stems.items()}
        first, *others = [
            placeholder.with_changes(
                id=placeholder.id if place == 0 else new_clip_id(),
                remote_id=None,
                title=f"{title} · {name}",
                stem=name,
                position=result_index(placeholder) * ARCHIVE_STEP + place,
                measured=measured[place].sound if place in measured else AudioMeasurements(),
                media=MediaState.REJECTED if place in refused else MediaState.PENDING,
                media_note=refused[place].message if place in refused else "",
            )
            for place, name in stem_names.items()
        ]
        names = ("remote_id", "title", "stem", "position", "measured", "media", "media_note")
        fields = {name: getattr(first, name) for name in names}
        await self._store.split_clip(job, placeholder.id, fields, others)
        self._on_added(others)
        return dict(enumerate([first, *others]))


def _free_name(name: str, taken: set[str]) -> str:
    """Returns a name that no other stem has, and adds it to those taken."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    taken.add(free.casefold())
    return free


def _unpack_archive(archive: Path, folder: Path) -> "list[UnpackedStem]":
    # Imported late for a fast start: nothing is unpacked before the window is shown.
    from producer_studio.providers.downloads.stems_archive import unpack_stems

    delete_folder(folder)
    folder.mkdir()
    return unpack_stems(archive, folder)
