"""Unpacker for the untrusted ZIP archive of a song's stems.

No name in the archive decides where a file is written: the stem's name is sanitised first, and only
audio, detected by its first bytes, is written at all. Sizes in headers are not trusted; bytes are
counted as they are decompressed. All functions here block: call them in a thread.
"""

import errno
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from producer_studio.domain.errors import MediaRejected
from producer_studio.files.atomic_write import sync_handle
from producer_studio.files.filenames import safe_filename
from producer_studio.providers.base import ArchiveDamaged
from producer_studio.providers.downloads.partial_download import translate_disk_errors
from producer_studio.providers.local_audio_file import HEAD_BYTES, sniff
from producer_studio.translation import mark, sentences

STEMS_LIMIT = 32
ENTRIES_LIMIT = 256
"""Maximum number of entries, folders and text files included."""

FILE_LIMIT_BYTES = 400_000_000
"""Maximum bytes of a file. Half an hour of stereo in 24 bit at 44.1 kHz is just below."""

TOTAL_LIMIT_BYTES = 4_000_000_000
NAME_LIMIT_BYTES = 60

_BLOCK_BYTES = 256 * 1024
_DIRECTORY_LIMIT_BYTES = 1024 * 1024
_ENCRYPTED_FLAGS = 0x1 | 0x40
_COMPRESSION_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    OverflowError,
)
_LEADING_NUMBER_PATTERN = re.compile(r"^\d{1,3}[\s._-]+(?=\S)")
_NAME_BOUNDARIES = ("_", " - ", "(", "[")


@dataclass(frozen=True, slots=True)
class UnpackedStem:
    """One unpacked file.

    Attributes:
        name: Such as "vocals", from the file's name; safe as a file name, and unique among the
            stems of a song, ignoring case.
    """

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """Maximum number and sizes of the files unpacked from an archive."""

    stems: int = STEMS_LIMIT
    entries: int = ENTRIES_LIMIT
    file_bytes: int = FILE_LIMIT_BYTES
    total_bytes: int = TOTAL_LIMIT_BYTES


_DAMAGED = mark("The archive of stems is damaged, so it was discarded.")


def unpack_stems(
    archive: Path, folder: Path, limits: ArchiveLimits | None = None
) -> list[UnpackedStem]:
    """Unpacks the audio files of an archive into a folder, all of them or none.

    Existing files of the same name are replaced. The archive itself is preserved.

    Args:
        archive: A ZIP on disk.
        folder: Must exist.
        limits: Other limits than the defaults.

    Returns:
        The stems in the archive's order; at least one.

    Raises:
        ArchiveDamaged: It cannot be read, or contains no audio.
        MediaRejected: It is encrypted, too large, or contains links.
        StorageError: The disk cannot be written or read.
    """
    written: list[Path] = []
    try:
        with (
            translate_disk_errors(folder / "stem"),
            _BoundedReader(io.FileIO(archive)) as file,
            _translate_archive_errors(),
            zipfile.ZipFile(file) as zip_file,
        ):
            return _Unpacker(zip_file, folder, limits or ArchiveLimits(), written).unpack()
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


class _BoundedReader(io.BufferedReader):
    """Reader that rejects a central directory larger than any real one."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _DIRECTORY_LIMIT_BYTES + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, _DIRECTORY_LIMIT_BYTES + 1))
        if len(data) > _DIRECTORY_LIMIT_BYTES:
            raise _create_rejected_error(
                mark(
                    "The archive of stems has a directory that is far too long, so it was "
                    "discarded."
                )
            )
        return data


class _Unpacker:
    """Unpacks one archive into a folder."""

    def __init__(
        self, zip_file: zipfile.ZipFile, folder: Path, limits: ArchiveLimits, written: list[Path]
    ) -> None:
        self._zip_file = zip_file
        self._folder = folder
        self._limits = limits
        self._written_paths = written
        self._total = 0

    def unpack(self) -> list[UnpackedStem]:
        # is_dir() raises on a name that is empty, or that begins with NUL.
        entries = [one for one in self._zip_file.infolist() if not one.filename.endswith("/")]
        if len(entries) > self._limits.entries:
            raise _create_rejected_error(
                mark(
                    "The archive of stems contains {number} files, far more than a song has stems, "
                    "so it was discarded.",
                    number=len(entries),
                )
            )
        # All entries are checked before the first is written.
        for entry in entries:
            _check_entry(entry)
        stems = [stem for entry in entries if (stem := self._unpack_entry(entry)) is not None]
        if not stems:
            raise _create_damaged_error(
                mark("The archive of stems contains no audio files, so it was discarded.")
            )
        return [
            self._rename_stem(stem, name)
            for stem, name in zip(stems, _name_stems(stems), strict=True)
        ]

    def _unpack_entry(self, entry: zipfile.ZipInfo) -> UnpackedStem | None:
        """Writes one entry under a temporary name; None when it is not audio."""
        with self._zip_file.open(entry) as source:
            head = source.read(HEAD_BYTES)
            found = sniff(head, "audio")
            if found is None:
                return None
            number = len(self._written_paths) + 1
            if number > self._limits.stems:
                raise _create_rejected_error(
                    mark(
                        "The archive of stems contains more than {number} audio files, so it was "
                        "discarded.",
                        number=self._limits.stems,
                    )
                )
            path = self._folder / f".unpacked {number}{found.extension}"
            path.unlink(missing_ok=True)
            self._written_paths.append(path)
            with path.open("xb") as target:
                self._copy(head, source, target)
        return UnpackedStem(entry.filename, path)

    def _copy(self, head: bytes, source: IO[bytes], target: IO[bytes]) -> None:
        size, block = 0, head
        while block:
            size += len(block)
            self._total += len(block)
            if size > self._limits.file_bytes:
                raise _create_rejected_error(
                    mark(
                        "The archive of stems contains a file larger than {size}, so it was "
                        "discarded.",
                        size=_format_megabytes(self._limits.file_bytes),
                    )
                )
            if self._total > self._limits.total_bytes:
                raise _create_rejected_error(
                    mark(
                        "The archive of stems is larger than {size} unpacked, so it was discarded.",
                        size=_format_megabytes(self._limits.total_bytes),
                    )
                )
            target.write(block)
            block = source.read(_BLOCK_BYTES)
        target.flush()
        sync_handle(target.fileno())

    def _rename_stem(self, stem: UnpackedStem, name: str) -> UnpackedStem:
        path = self._folder / f"{name}{stem.path.suffix}"
        stem.path.replace(path)
        self._written_paths.remove(stem.path)
        self._written_paths.append(path)
        return replace(stem, name=name, path=path)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED_FLAGS:
        raise _create_rejected_error(
            mark("The archive of stems is password-protected, so it was discarded.")
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise _create_rejected_error(
            mark(
                "The archive of stems contains links or devices instead of regular files, so it "
                "was discarded."
            )
        )
    if entry.compress_type not in _COMPRESSION_METHODS:
        raise _create_rejected_error(
            mark(
                "The archive of stems uses a compression method that ordinary ZIP files do not "
                "use, so it was discarded."
            )
        )


def _name_stems(stems: Sequence[UnpackedStem]) -> list[str]:
    """Returns the names of the stems: their files' names without the parts common to all."""
    plain = [_strip_filename(stem.name) for stem in stems]
    shared = os.path.commonprefix(plain) if len(plain) > 1 else ""  # noqa: RUF071 - of texts
    cut = max(
        (shared.rfind(one) + len(one) for one in _NAME_BOUNDARIES if one in shared), default=0
    )
    names: list[str] = []
    taken: set[str] = set()
    for text in plain:
        rest = text[cut:].strip(" _-()[].") or text
        name = base = safe_filename(rest, max_bytes=NAME_LIMIT_BYTES, default="stem")
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} {number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _strip_filename(filename: str) -> str:
    """Strips the folders, the extension and a leading number from a file name."""
    last = re.split(r"[/\\]", filename)[-1]
    before, dot, ending = last.rpartition(".")
    stem = before if dot and before and len(ending) <= 4 else last
    return _LEADING_NUMBER_PATTERN.sub("", stem.strip())


@contextmanager
def _translate_archive_errors() -> Iterator[None]:
    try:
        yield
    except _ARCHIVE_ERRORS as error:
        raise _create_damaged_error(_DAMAGED, detail=str(error)) from error
    except OSError as error:
        # Only an invalid seek position causes EINVAL; other errors are those of the disk.
        if error.errno != errno.EINVAL:
            raise
        raise _create_damaged_error(_DAMAGED, detail=str(error)) from error


def _create_damaged_error(reason: str, *, detail: str = "") -> MediaRejected:
    return _create_rejected_error(reason, detail=detail, kind=ArchiveDamaged)


def _create_rejected_error(
    reason: str, *, detail: str = "", kind: type[MediaRejected] = MediaRejected
) -> MediaRejected:
    return kind(
        sentences(reason, mark("The details of the stems are kept; you can try again.")),
        service_words=detail,
    )


def _format_megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB".replace(",", "\u202f")
