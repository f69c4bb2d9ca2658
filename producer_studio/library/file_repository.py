"""Checksums of the clips' files, and their comparison with the files on disk."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.file_problem import FileProblem
from producer_studio.domain.ids import ClipId
from producer_studio.files.checksum import compute_sha256
from producer_studio.library import clip_sql, file_sql
from producer_studio.library.clip_folders import iter_clip_folders
from producer_studio.library.context import LibraryContext
from producer_studio.library.file_inspection import (
    FolderInspection,
    RecordedFiles,
    find_foreign_paths,
    find_unrecorded,
    inspect_folder,
)
from producer_studio.library.internal_files import is_own_name


class FileRepository:
    """Stores checksums and compares files; files are read on a thread of their own."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def list_unrecorded(self, before: int, limit: int) -> list[tuple[int, ClipId]]:
        """Returns sequence numbers and ids of clips that have files without a checksum."""
        return await self._context.database.read(file_sql.list_unrecorded, before, limit)

    async def list_clips(self, after: int, limit: int) -> list[tuple[int, ClipId]]:
        """Returns sequence numbers and ids of all clips, those in the trash too, oldest first."""
        return await self._context.database.read(file_sql.list_clips, after, limit)

    async def count_clips(self, after: int) -> int:
        """Counts the clips that `list_clips` lists from there on."""
        return await self._context.database.read(file_sql.count_clips, after)

    async def read_totals(self) -> tuple[int, int, int]:
        """Returns the number of clips, and number and size in bytes of their recorded files."""
        return await self._context.database.read(file_sql.read_totals)

    async def get(self, ids: Sequence[ClipId]) -> list[RecordedFiles]:
        """Returns clips with their folders and checksums; deleted ones are omitted."""
        database = self._context.database
        stored = await database.read(clip_sql.read_stored_clips, self._context.folder, ids)
        checksums = await database.read(file_sql.read_checksums, ids)
        return [RecordedFiles(one, tuple(checksums.get(one.clip.id, ()))) for one in stored]

    async def find_unrecorded(
        self, item: RecordedFiles, is_cancelled: Callable[[], bool]
    ) -> list[FileChecksum]:
        """Returns the checksums of files that have none; see `file_inspection`."""
        return await self._context.database.run_checksum_work(find_unrecorded, item, is_cancelled)

    async def inspect(
        self, item: RecordedFiles, is_cancelled: Callable[[], bool]
    ) -> FolderInspection:
        """Compares every file of a clip with its checksum.

        Raises:
            ReadingCancelled: `is_cancelled` returned true.
            StorageError: The folder cannot be read.
        """
        return await self._context.database.run_checksum_work(
            inspect_folder, self._context.folder, item, is_cancelled
        )

    async def compute_sha256(self, path: Path) -> str:
        """Returns the checksum of a file.

        Raises:
            StorageError: It cannot be read.
        """
        return (await self._context.database.run_checksum_work(compute_sha256, path))[0]

    async def find_foreign_paths(self) -> list[FileProblem]:
        """Returns folders of no clip, and files beside them, that are not this program's."""
        known = await self._context.database.read(file_sql.list_folders)
        folder = self._context.folder

        def find() -> list[FileProblem]:
            names = sorted(one.name for one in folder.iterdir() if not is_own_name(one.name))
            return find_foreign_paths(folder, known, list(iter_clip_folders(folder)), names)

        return await self._context.database.run_checksum_work(find)

    async def add_missing(self, checksums: Mapping[ClipId, Sequence[FileChecksum]]) -> None:
        """Stores checksums of files that have none, in one transaction."""
        await self._context.database.write(file_sql.add_missing_of_clips, checksums)
        self._context.sidecars.schedule(checksums)

    async def forget(self, clip_id: ClipId, name: str) -> None:
        """Deletes the checksum of a file that has another name now."""
        await self._context.database.write(file_sql.delete_checksum, clip_id, name)

    async def rewrite_texts(self, clip_id: ClipId, *, keeps_old: bool) -> None:
        """Writes a clip's `recipe.json` and lyrics anew.

        Args:
            keeps_old: Whether an existing `recipe.json` is preserved under another name.
        """
        await self._context.database.write(file_sql.mark_texts, clip_id, keeps_old=keeps_old)
        await self._context.sidecars.write_now([clip_id])
