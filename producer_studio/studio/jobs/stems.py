"""From one ZIP to a clip for each stem in it."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from producer_studio.domain.clip import Clip, MediaState, Sound
from producer_studio.domain.errors import MediaRefused
from producer_studio.domain.ids import new_clip_id
from producer_studio.domain.job import Job
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import ArchiveDamaged
from producer_studio.providers.downloads.media_types import UNKNOWN
from producer_studio.providers.downloads.partial_download import Partial
from producer_studio.studio.jobs.download import Fetcher, Place
from producer_studio.studio.jobs.store import Journal
from producer_studio.studio.measurement import MeasuredFile, Measurer

if TYPE_CHECKING:
    from producer_studio.providers.downloads.stems_archive import Stem


class Stems:
    """Fetches the archive that a placeholder clip stands for, and lets it become its stems.

    Args:
        added: Told of the clips that came in.
    """

    def __init__(
        self,
        library: Library,
        fetcher: Fetcher,
        journal: Journal,
        measurer: Measurer,
        added: Callable[[list[Clip]], None],
    ) -> None:
        self._library = library
        self._fetcher = fetcher
        self._journal = journal
        self._measurer = measurer
        self._added = added

    async def bring(self, job: Job, clips: Sequence[Clip]) -> list[Clip]:
        """Fetches and unpacks the archive; clips that have their sound are left alone.

        Stopped at any point it can be called again: stems are known by their place in the archive,
        and an archive that is here is not fetched a second time. It is kept until all of them are
        there, or nothing can come of it.

        Args:
            clips: All clips of the job, the placeholder among them or what became of it.

        Returns:
            The clips whose sound came, as they are now.

        Raises:
            MediaRefused: The archive is not one, is not safe, or holds no sound.
            StorageFault: The disk is full.
        """
        tries = 0
        while True:
            try:
                return await self._try_once(job, clips)
            except ArchiveDamaged as fault:
                # As with a song that does not decode: it may have been half made.
                tries += 1
                if not await self._fetcher.may_improve(job, fault, tries, clips[0].created_at):
                    raise

    async def _try_once(self, job: Job, clips: Sequence[Clip]) -> list[Clip]:
        box = clips[0]
        target = self._library.partial(box.id, MediaKind.ARCHIVE)
        if not await asyncio.to_thread(Partial(target).is_whole):
            await self._fetcher.bring(
                job,
                box.links,
                Place(),
                lambda links: links.archive,
                "zip",
                target,
                box.created_at,
            )
        folder = target.with_name(f"{target.name}.d")
        try:
            stems = await asyncio.to_thread(_unpacked, target, folder)
            came = await self._take_in(job, clips, await self._sounding(stems))
        except MediaRefused:
            await asyncio.to_thread(target.unlink, missing_ok=True)
            raise
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        await asyncio.to_thread(target.unlink, missing_ok=True)
        return came

    async def _sounding(self, stems: "list[Stem]") -> "list[Stem]":
        """Leaves out what begins like no sound and does not decode: notes, projects, thumbnails.

        Raises:
            MediaRefused: Nothing is left.
        """
        sounding: list[Stem] = []
        refusal: MediaRefused | None = None
        for stem in stems:
            try:
                if stem.path.suffix == UNKNOWN.extension:
                    await self._measurer.measure(stem.path)
            except MediaRefused as fault:
                refusal = fault
            else:
                sounding.append(stem)
        if not sounding and refusal is not None:
            raise refusal
        return sounding

    async def _take_in(
        self, job: Job, clips: Sequence[Clip], stems: "Sequence[Stem]"
    ) -> list[Clip]:
        known = {clip.position: clip for clip in clips if clip.stem}
        wanted = {
            place: stem
            for place, stem in enumerate(stems)
            if place not in known or known[place].media is MediaState.PENDING
        }
        measured: dict[int, MeasuredFile] = {}
        refused: dict[int, MediaRefused] = {}
        for place, stem in wanted.items():
            try:
                measured[place] = await self._measurer.measure(stem.path)
            except MediaRefused as fault:
                refused[place] = fault
        if refused and not measured:
            raise next(iter(refused.values()))
        placeholder = next((clip for clip in clips if not clip.stem), None)
        if placeholder is not None:
            known |= await self._unfold(job, placeholder, wanted, measured, refused)
        came = []
        for place, file in measured.items():
            clip = known[place]
            await self._library.set_peaks(clip.id, file.peaks)
            path = await self._library.adopt(wanted[place].path, clip, MediaKind.AUDIO, file.suffix)
            fields: dict[str, Any] = {"path": path, "measured": file.sound, "media_note": ""}
            after = await self._library.amend(clip.id, media=MediaState.READY, **fields)
            came.append(after or clip)
        for place, refusal in refused.items():
            await self._library.amend(
                known[place].id, media=MediaState.REFUSED, media_note=refusal.message
            )
        return came

    async def _unfold(
        self,
        job: Job,
        placeholder: Clip,
        stems: "dict[int, Stem]",
        measured: dict[int, MeasuredFile],
        refused: dict[int, MediaRefused],
    ) -> dict[int, Clip]:
        """Gives the placeholder's row to the first stem, and each other one a row of its own."""
        parent = await self._library.get(placeholder.parent) if placeholder.parent else None
        title = parent.title if parent is not None else placeholder.title
        first, *others = [
            placeholder.with_(
                id=placeholder.id if place == 0 else new_clip_id(),
                remote_id=None,
                title=f"{title} · {stem.name}",
                stem=stem.name,
                position=place,
                measured=measured[place].sound if place in measured else Sound(),
                media=MediaState.REFUSED if place in refused else MediaState.PENDING,
                media_note=refused[place].message if place in refused else "",
            )
            for place, stem in stems.items()
        ]
        names = ("remote_id", "title", "stem", "position", "measured", "media", "media_note")
        fields = {name: getattr(first, name) for name in names}
        await self._journal.unfold(job, placeholder.id, fields, others)
        self._added(others)
        return dict(enumerate([first, *others]))


def _unpacked(archive: Path, folder: Path) -> "list[Stem]":
    # Start-up cost: nobody unpacks anything before the window is there.
    from producer_studio.providers.downloads.stems_archive import unpack

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return unpack(archive, folder)
