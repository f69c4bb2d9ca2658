"""Files that a service made from a clip of the library: its video, or an export."""

import asyncio
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaLinks
from producer_studio.domain.errors import MediaRejected
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.operation import Operation
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.providers.base import DownloadedFile
from producer_studio.providers.media_types import UNKNOWN
from producer_studio.studio.jobs.download import ResultDownloader, ResultRef
from producer_studio.studio.measurement import Measurer

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
