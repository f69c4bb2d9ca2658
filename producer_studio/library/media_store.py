"""Storage of the clips' media as plain files in folders with readable names.

A folder's name is not changed when the title changes: a DAW or a player may have the file open or
refer to it by its path, and an interrupted rename could not be distinguished from a loss.
`recipe.json` and exported files contain the current title.
"""

import errno
import filecmp
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.files.atomic_write import sync_file, sync_folder, sync_handle
from producer_studio.files.file_types import HEAD_BYTES, detect_file_type
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename
from producer_studio.files.path_checks import is_folder
from producer_studio.files.regular_files import has_content
from producer_studio.library.clip_folders import day_folder_name
from producer_studio.library.column_values import replace_lone_surrogates
from producer_studio.library.internal_files import PARTIAL, TRASH
from producer_studio.library.path_confinement import (
    exists_without_following,
    file_type,
    is_plain_file,
    is_plain_folder,
    list_matching,
    open_new_file,
    remove_files,
    require_inside,
)
from producer_studio.library.sidecar import SIDECAR_NAME, serialize_sidecar


def find_service_file(clip: Clip, suffix: str) -> Path | None:
    """Returns a file that a service made of a clip, such as a WAV; None without one. Blocking.

    The title, and so the name of a later file, may have changed since.

    Raises:
        OSError: The folder cannot be read.
    """
    if clip.path is None:
        return None
    found = list_matching(clip.path.parent, f"*{EXPORT_SUFFIX}{suffix}")
    return next(iter(found), None)


def clip_folder_name(title: str, clip_id: str, created_at: datetime, id_length: int = 8) -> str:
    """Returns `<year>/<month>-<day>/<title> [short id]`.

    The day is the local one; no day of a person has so many clips that its folder becomes slow.

    Args:
        id_length: Number of characters of the id.
    """
    mark = f" [{safe_filename(clip_id[:id_length], max_bytes=65, default='clip')}]"
    name = safe_filename(title, max_bytes=MAX_NAME_BYTES - len(mark.encode()))
    return f"{day_folder_name(created_at)}/{name}{mark}"


LYRICS_NAME = "lyrics.txt"
UNREADABLE_SIDECAR_NAME = "recipe (not readable{}).json"
"""Name for a `recipe.json` with unreadable content."""

EXPORT_SUFFIX = " (by service)"

_PART_SUFFIX = ".part"


class MediaKind(StrEnum):
    AUDIO = "audio"
    COVER = "cover"
    VIDEO = "video"
    EXPORT = "export"
    """File that the service exported from the clip; stored beside the original."""
    MIX = "mix"
    """Mix that is being written; one that a killed process left behind is of no use."""
    ARCHIVE = "archive"
    """ZIP that is unpacked and then deleted."""


MIX_SUFFIX = f".{MediaKind.MIX}{_PART_SUFFIX}"
"""End of the names of unfinished mixes."""


class MediaStore:
    """File operations in one library; blocking, called on the file thread.

    Args:
        library: The library's folder, absolute.
    """

    def __init__(self, library: Path) -> None:
        self.library = library

    def partial_path(self, clip_id: ClipId, kind: MediaKind, job_id: JobId | None = None) -> Path:
        """Returns the path of a clip's unfinished download; creates the folder, not the file.

        Args:
            job_id: The job that the file belongs to, if a clip may have several of its kind.
        """
        return self.library / PARTIAL / f"{_partial_prefix(clip_id, job_id)}{kind}{_PART_SUFFIX}"

    def delete_partial_files(self, clip_id: ClipId, job_id: JobId | None = None) -> None:
        """Removes all of a clip's downloads that were not moved to its folder.

        Args:
            job_id: Only files of this job are removed.
        """
        prefix = _partial_prefix(clip_id, job_id)
        for path in (self.library / PARTIAL).iterdir():
            if path.name.startswith(prefix):
                if is_plain_folder(path):
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)

    def store_media_file(
        self, partial: Path, folder: Path, title: str, kind: MediaKind, decoded: str = ""
    ) -> Path:
        """Moves a finished file into its clip's folder, atomically.

        The file's data is flushed before it is renamed, and the name before this returns. A
        different file of the same name is moved to the trash folder.
        """
        name = self.media_path(partial, folder, title, kind, decoded).name
        return self.store_file_as(partial, folder, name)

    def store_file_as(self, partial: Path, folder: Path, name: str) -> Path:
        """Moves a finished file into a clip's folder under a name; see `store_media_file`."""
        require_inside(folder, self.library)
        self._create_folder(folder)
        target = folder / name
        sync_file(partial)
        if file_type(target) is not None and not _has_same_content(partial, target):
            self.move_to_trash(target)
        try:
            partial.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = target.with_name(f".{target.name}{_PART_SUFFIX}")
            with partial.open("rb") as source, os.fdopen(open_new_file(beside), "wb") as copy:
                shutil.copyfileobj(source, copy)
            sync_file(beside)
            beside.replace(target)
            partial.unlink()
        sync_folder(folder)
        self._sync_ancestors(folder)
        return target

    def media_path(
        self, partial: Path, folder: Path, title: str, kind: MediaKind, decoded: str = ""
    ) -> Path:
        """Returns the path that `store_media_file` gives a file."""
        suffix = detect_suffix(partial, decoded)
        if suffix == ".mp4" and kind in {MediaKind.AUDIO, MediaKind.EXPORT}:
            suffix = ".m4a"
        name = "cover" if kind is MediaKind.COVER else safe_filename(title, max_bytes=100)
        if kind is MediaKind.EXPORT:
            name = f"{name}{EXPORT_SUFFIX}"
        return folder / f"{name}{suffix}"

    def write_sidecar(
        self, clip: Clip, folder: Path, files: Sequence[FileChecksum] = (), *, durable: bool
    ) -> None:
        """Writes `recipe.json` and the lyrics beside the audio.

        Args:
            clip: The current clip.
            folder: The clip's folder.
            files: Checksums of the clip's files.
            durable: Whether it must be on the disk when this returns; after an edit the database
                is.
        """
        require_inside(folder, self.library)
        self._create_folder(folder)
        self._write_text(
            folder / SIDECAR_NAME, serialize_sidecar(clip, folder, files), durable=durable
        )
        words = folder / LYRICS_NAME
        if clip.lyrics.strip():
            text = replace_lone_surrogates(clip.lyrics.rstrip() + "\n")
            self._write_text(words, text, durable=durable)
        elif exists_without_following(words):
            self.move_to_trash(words)
        if durable:
            sync_folder(folder)
            self._sync_ancestors(folder)

    def remove_temporary_files(self, folder: Path) -> None:
        """Removes temporary files of interrupted sidecar writes from a folder.

        Raises:
            OutsideLibrary: A link leads out of the library.
        """
        require_inside(folder, self.library)
        for name in (SIDECAR_NAME, LYRICS_NAME):
            remove_files(folder, f".{name}*{_PART_SUFFIX}")

    def rename_unreadable_sidecar(self, folder: Path) -> None:
        """Renames anything that exists as `recipe.json`."""
        require_inside(folder, self.library)
        found = folder / SIDECAR_NAME
        if not exists_without_following(found):
            return
        count = 1
        while exists_without_following(
            kept := folder / UNREADABLE_SIDECAR_NAME.format("" if count == 1 else f" {count}")
        ):
            count += 1
        found.rename(kept)

    def _create_folder(self, folder: Path) -> None:
        """Creates a clip's folder with those of its day and year.

        What is written into it durably is followed by `_sync_ancestors`: the folder may have been
        created for something that is not.
        """
        if not is_folder(folder):
            # The library's folder has other permissions.
            self.library.mkdir(parents=True, exist_ok=True)
            for path in reversed(self._ancestors(folder)):
                path.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)

    def _sync_ancestors(self, folder: Path) -> None:
        for path in (*self._ancestors(folder), self.library):
            sync_folder(path)

    def _ancestors(self, folder: Path) -> list[Path]:
        """Returns the folders between a clip's folder and the library's, the innermost first."""
        return [path for path in folder.parents if path.is_relative_to(self.library)][:-1]

    def _write_text(self, path: Path, text: str, *, durable: bool) -> None:
        """Replaces a file atomically; a folder of this name is moved to the trash folder."""
        if is_plain_folder(path):
            self.move_to_trash(path)
        write_text(path, text, durable=durable)

    def move_to_trash(self, path: Path) -> Path:
        """Moves a file that another one takes the place of into the trash folder."""
        trash = self.library / TRASH
        trash.mkdir(mode=0o700, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S")
        count = 0
        while True:
            target = trash / (
                f"{stamp} {path.name}" if not count else f"{stamp}-{count} {path.name}"
            )
            if not exists_without_following(target):
                path.rename(target)
                return target
            count += 1


def _partial_prefix(clip_id: ClipId, job_id: JobId | None) -> str:
    prefix = f"{safe_filename(clip_id, max_bytes=80)}."
    return prefix if job_id is None else f"{prefix}{safe_filename(job_id, max_bytes=80)}."


def actual_media_state(clip: Clip) -> MediaState:
    """Returns a clip's media state, depending on whether its file is there."""
    if clip.media is MediaState.READY and not has_content(clip.path):
        return MediaState.MISSING
    if clip.media is MediaState.MISSING and has_content(clip.path):
        return MediaState.READY
    return clip.media


def detect_suffix(path: Path, decoded: str = "") -> str:
    """Returns the suffix detected from the file's first bytes.

    Args:
        path: The file.
        decoded: The suffix detected by the decoder, if the first bytes are of unknown type.

    Returns:
        The file's own suffix if none is detected.
    """
    with path.open("rb") as file:
        found = detect_file_type(file.read(HEAD_BYTES))
    if found is not None and found.suffix:
        return found.suffix
    own = "" if path.suffix == _PART_SUFFIX else path.suffix.lower().lstrip(".")
    return decoded or f".{safe_filename(own, max_bytes=16, default='bin')}"


def write_text(path: Path, text: str, *, durable: bool) -> None:
    """Replaces a file atomically, through a temporary file beside it; does not follow links.

    The temporary file is named after the process: two may write at the same time.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}{_PART_SUFFIX}")
    try:
        with os.fdopen(open_new_file(beside), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            if durable:
                file.flush()
                sync_handle(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _has_same_content(partial: Path, target: Path) -> bool:
    return is_plain_file(target) and filecmp.cmp(partial, target, shallow=False)
