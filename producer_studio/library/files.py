"""The clips' folders: plain files with readable names.

A folder keeps the name it was given when its clip arrived, also when the title changes: a DAW or a
player may have the file open or refer to it by its path, and a half-done rename of a folder could
not be told from a loss. The title of today stands in `recipe.json` and in exported files.
"""

import errno
import filecmp
import logging
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.names import safe_name
from producer_studio.files.durability import sync_file, sync_folder, sync_handle
from producer_studio.library.faults import storage_fault
from producer_studio.library.sidecar import NAME, sidecar_text

log = logging.getLogger(__name__)

PARTIAL = "partial"
TRASH = "trash"
BY_SERVICE = " (by service)"

_NAMED = ".part"
_SIGNS = (
    (0, b"RIFF", ".wav"),
    (0, b"fLaC", ".flac"),
    (0, b"OggS", ".ogg"),
    (0, b"ID3", ".mp3"),
    (0, b"\x89PNG", ".png"),
    (0, b"\xff\xd8\xff", ".jpg"),
    (0, b"GIF8", ".gif"),
    (4, b"ftypM4A", ".m4a"),
    (4, b"ftyp", ".mp4"),
    (0, b"\x1aE\xdf\xa3", ".webm"),
)


class MediaKind(StrEnum):
    AUDIO = "audio"
    COVER = "cover"
    VIDEO = "video"
    EXPORT = "export"
    """A file that the service made from the clip; it stands beside the original."""
    ARCHIVE = "archive"
    """A ZIP that is unpacked and not kept."""


class MediaFolders:
    """Work on the files of one library; blocking, called on the lane for files.

    Args:
        library: The library's folder, absolute.
    """

    def __init__(self, library: Path) -> None:
        self.library = library

    def partial(self, clip_id: ClipId, kind: MediaKind) -> Path:
        """Where a download of a clip is gathered; the folder is there, the file need not be."""
        return self.library / PARTIAL / f"{safe_name(clip_id, limit=80)}.{kind}{_NAMED}"

    def drop_partials(self, clip_id: ClipId) -> None:
        """Removes all that was gathered of a clip's downloads and is not in its folder."""
        begins = f"{safe_name(clip_id, limit=80)}."
        for path in (self.library / PARTIAL).iterdir():
            if path.name.startswith(begins):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)

    def adopt(self, partial: Path, folder: Path, title: str, kind: MediaKind) -> Path:
        """Moves a finished file into its clip's folder: complete there or not there at all.

        The file's data is on the disk before its name is, and the name before this returns. What
        stood there under the name and differs goes to the trash folder.
        """
        _make_folder(folder)
        suffix = sniffed_suffix(partial)
        if suffix == ".mp4" and kind in {MediaKind.AUDIO, MediaKind.EXPORT}:
            suffix = ".m4a"
        name = "cover" if kind is MediaKind.COVER else safe_name(title, limit=100)
        if kind is MediaKind.EXPORT:
            name = f"{name}{BY_SERVICE}"
        target = folder / f"{name}{suffix}"
        sync_file(partial)
        if target.exists() and not filecmp.cmp(partial, target, shallow=False):
            self._to_trash(target)
        try:
            partial.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = target.with_name(f".{target.name}{_NAMED}")
            shutil.copyfile(partial, beside)
            sync_file(beside)
            beside.replace(target)
            partial.unlink()
        sync_folder(folder)
        return target

    def describe(self, clip: Clip, folder: Path, *, durable: bool) -> None:
        """Writes `recipe.json` and the lyrics beside the sound.

        Args:
            clip: As it is now.
            folder: The clip's.
            durable: Whether it must be on the disk when this returns; for an edit the database is.
        """
        _make_folder(folder)
        write_text(folder / NAME, sidecar_text(clip, folder), durable=durable)
        words = folder / "lyrics.txt"
        if clip.lyrics.strip():
            write_text(words, clip.lyrics.rstrip() + "\n", durable=durable)
        elif words.exists():
            self._to_trash(words)
        if durable:
            sync_folder(folder)

    def describe_all(self, clips: Sequence[tuple[Clip, Path]], *, durable: bool) -> set[ClipId]:
        """Describes each clip in its folder; gives those whose folder cannot be written now."""
        failed: set[ClipId] = set()
        for clip, folder in clips:
            try:
                self.describe(clip, folder, durable=durable)
            except OSError as error:
                if storage_fault(error) is None:
                    raise
                log.warning("recipe.json in %s: %s", folder.name, error)
                failed.add(clip.id)
        return failed

    def discard(self, folder: Path) -> Path | None:
        """Moves a clip's folder into the trash folder; where to, or None when it was not there."""
        return self._to_trash(folder) if folder.exists() else None

    def _to_trash(self, path: Path) -> Path:
        trash = self.library / TRASH
        trash.mkdir(exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S")
        count = 0
        while True:
            target = trash / (
                f"{stamp} {path.name}" if not count else f"{stamp}-{count} {path.name}"
            )
            if not target.exists():
                path.rename(target)
                return target
            count += 1


def media_state(clip: Clip) -> MediaState:
    """What a clip's state should be, by whether its file is there."""
    if clip.media is MediaState.READY and (clip.path is None or not clip.path.is_file()):
        return MediaState.MISSING
    if clip.media is MediaState.MISSING and clip.path is not None and clip.path.is_file():
        return MediaState.READY
    return clip.media


def sniffed_suffix(path: Path) -> str:
    """The suffix by the file's first bytes; its own where they are not known."""
    with path.open("rb") as file:
        head = file.read(16)
    for offset, sign, suffix in _SIGNS:
        if head[offset:].startswith(sign):
            return ".webp" if suffix == ".wav" and head[8:12] == b"WEBP" else suffix
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return ".mp3"
    own = "" if path.suffix == _NAMED else path.suffix.lower().lstrip(".")
    return f".{safe_name(own, limit=16, otherwise='bin')}"


def write_text(path: Path, text: str, *, durable: bool) -> None:
    """Replaces a file whole, through a temporary one beside it."""
    beside = path.with_name(f".{path.name}{_NAMED}")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        if durable:
            file.flush()
            sync_handle(file.fileno())
    beside.replace(path)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
        sync_folder(folder.parent.parent)
