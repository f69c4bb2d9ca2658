"""Files of clips: downloads in progress, and the stored media."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.files.atomic_write import rename_exclusively, temporary_file
from producer_studio.files.checksum import compute_sha256
from producer_studio.library import file_sql
from producer_studio.library.clip_queries import ClipQueries
from producer_studio.library.context import LibraryContext
from producer_studio.library.drag_files import is_video
from producer_studio.library.media_store import MediaKind
from producer_studio.library.path_confinement import exists_without_following, require_inside
from producer_studio.translation import mark

_HASH_DIGITS = 12


class ClipMedia:
    """Stores the files of clips in their folders."""

    def __init__(self, context: LibraryContext, clips: ClipQueries) -> None:
        self._context = context
        self._clips = clips

    def partial_path(self, clip_id: ClipId, kind: MediaKind, job_id: JobId | None = None) -> Path:
        """Returns the path of a clip's unfinished download; creates the folder `partial/`.

        Args:
            job_id: The job that the file belongs to, if a clip may have several of its kind.
        """
        return self._context.media.partial_path(clip_id, kind, job_id)

    async def delete_partial_files(self, clip_id: ClipId, job_id: JobId | None = None) -> None:
        """Removes unfinished downloads of a clip that are given up; with a job only its files."""
        await self._context.database.run_file_work(
            self._context.media.delete_partial_files, clip_id, job_id
        )

    async def store_file(
        self, partial: Path, clip: Clip, kind: MediaKind, decoded: str = ""
    ) -> Path:
        """Moves a finished file into the clip's folder; `update_fields` must follow with the path.

        Its checksum is stored behind it; after a kill in between the file counts as not recorded.

        Args:
            decoded: The suffix detected by the decoder, if the first bytes are of unknown type.

        Raises:
            StorageError: The clip is not in the library, or the file cannot be moved.
        """
        self._context.require_writable()
        folder = await self._clips.find_folder(clip.id)
        if folder is None:
            raise StorageError(
                mark("This clip is no longer in the library; its file was not added.")
            )
        database, media = self._context.database, self._context.media
        where = (partial, folder, clip.display_title, kind, decoded)
        sha256, size_bytes = await database.run_checksum_work(compute_sha256, partial)
        target = await database.run_file_work(media.media_path, *where)
        if await database.run_file_work(exists_without_following, target):
            await database.write(file_sql.delete_checksum, clip.id, target.name)
        path = await database.run_file_work(media.store_media_file, *where)
        checksum = FileChecksum(path.name, sha256, size_bytes)
        await database.write(file_sql.write_checksums, clip.id, [checksum])
        self._context.sidecars.schedule([clip.id])
        return path

    async def store_export_cover(self, ids: Sequence[ClipId], content: bytes, suffix: str) -> str:
        """Stores a picture in the folders of clips, for their exported files.

        Its name is made from its content, so that none replaces another one: an edit of the clip
        that names it can be undone.

        Returns:
            Its name, the same in all folders.

        Raises:
            StorageError: The disk is full, or the library cannot be written.
        """
        self._context.require_writable()
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"cover for exports {sha256[:_HASH_DIGITS]}{suffix}"
        checksum = FileChecksum(name, sha256, len(content))
        for clip_id in ids:
            folder = await self._clips.find_folder(clip_id)
            if folder is not None:
                await self._context.database.run_file_work(
                    _write_new, folder / name, content, self._context.folder
                )
                await self._context.database.write(file_sql.write_checksums, clip_id, [checksum])
        self._context.sidecars.schedule(ids)
        return name

    async def is_video(self, path: Path) -> bool:
        """Whether a file of the library is a video, by its name and by its content."""
        return await asyncio.to_thread(is_video, path, self._context.folder)


def _write_new(path: Path, content: bytes, library: Path) -> None:
    """Writes a file unless there is one of that name, which has this content then.

    Raises:
        OutsideLibrary: A link leads out of the library.
    """
    require_inside(path.parent, library)
    if exists_without_following(path):
        return
    with temporary_file(path.parent, path.suffix) as part:
        part.write_bytes(content)
        rename_exclusively(part, path)
