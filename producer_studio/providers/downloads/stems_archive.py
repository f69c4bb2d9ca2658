"""Unpacks the ZIP of a song's stems; what is in it comes from outside and is not trusted.

No name in the archive decides where anything is written: the stem's name is made safe first, and
only sound, judged by its first bytes, is written at all. What a header says of a size is not
believed; bytes are counted as they come out. Everything here blocks: call it in a thread.
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

from producer_studio.domain.errors import MediaRefused
from producer_studio.files.filenames import safe_name
from producer_studio.files.fsync import sync_handle
from producer_studio.providers.base import ArchiveDamaged
from producer_studio.providers.downloads.media_types import HEAD_BYTES, sniff
from producer_studio.providers.downloads.partial_download import storing

STEMS_LIMIT = 32
ENTRIES_LIMIT = 256
"""Folders, notes and the like included."""

FILE_LIMIT_BYTES = 400_000_000
"""Half an hour of stereo in 24 bit at 44.1 kHz is just below."""

TOTAL_LIMIT_BYTES = 4_000_000_000
NAME_LIMIT_BYTES = 60

_BLOCK = 256 * 1024
_DIRECTORY_LIMIT_BYTES = 1024 * 1024
_LOCKED = 0x1 | 0x40
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    OverflowError,
)
_NUMBER_BEFORE = re.compile(r"^\d{1,3}[\s._-]+(?=\S)")
_BOUNDARIES = ("_", " - ", "(", "[")


@dataclass(frozen=True, slots=True)
class Stem:
    """One unpacked file.

    Attributes:
        name: Such as "vocals", from the file's name; safe as a file name, and unique among the
            stems of a song whatever the case of its letters.
    """

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may come out of an archive."""

    stems: int = STEMS_LIMIT
    entries: int = ENTRIES_LIMIT
    file_bytes: int = FILE_LIMIT_BYTES
    total_bytes: int = TOTAL_LIMIT_BYTES


def unpack(archive: Path, folder: Path, limits: Limits | None = None) -> list[Stem]:
    """Writes the sounds of an archive into a folder, all of them or none.

    Files of the same name that are there already are replaced. The archive itself is kept.

    Args:
        archive: A ZIP on disk.
        folder: Must exist.
        limits: Other bounds than the usual ones.

    Returns:
        The stems in the archive's order; at least one.

    Raises:
        ArchiveDamaged: It cannot be read, or holds no sound.
        MediaRefused: It is locked, too large, or holds links.
        StorageFault: The disk refuses.
    """
    written: list[Path] = []
    try:
        with (
            storing(folder / "stem"),
            _Careful(io.FileIO(archive)) as file,
            _reading(),
            zipfile.ZipFile(file) as opened,
        ):
            return _Unpacking(opened, folder, limits or Limits(), written).stems()
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


class _Careful(io.BufferedReader):
    """Refuses to read a list of contents into memory that is larger than any real one."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _DIRECTORY_LIMIT_BYTES + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, _DIRECTORY_LIMIT_BYTES + 1))
        if len(data) > _DIRECTORY_LIMIT_BYTES:
            raise _refused("has a list of contents that is far too long")
        return data


class _Unpacking:
    """One archive on its way into a folder."""

    def __init__(
        self, opened: zipfile.ZipFile, folder: Path, limits: Limits, written: list[Path]
    ) -> None:
        self._opened = opened
        self._folder = folder
        self._limits = limits
        self._written = written
        self._total = 0

    def stems(self) -> list[Stem]:
        # is_dir() breaks at a name that is empty, or that begins with NUL.
        entries = [one for one in self._opened.infolist() if not one.filename.endswith("/")]
        if len(entries) > self._limits.entries:
            raise _refused(f"holds {len(entries)} files, far more than a song has stems")
        # All of them are judged before the first is written.
        for entry in entries:
            _check(entry)
        stems = [stem for entry in entries if (stem := self._stem(entry)) is not None]
        if not stems:
            raise _damaged("holds no sound")
        return [self._named(stem, name) for stem, name in zip(stems, _names(stems), strict=True)]

    def _stem(self, entry: zipfile.ZipInfo) -> Stem | None:
        """Writes one entry under a passing name; None when it is not sound."""
        with self._opened.open(entry) as source:
            head = source.read(HEAD_BYTES)
            found = sniff(head, "audio")
            if found is None:
                return None
            number = len(self._written) + 1
            if number > self._limits.stems:
                raise _refused(f"holds more than {self._limits.stems} sounds")
            path = self._folder / f".unpacked {number}{found.extension}"
            path.unlink(missing_ok=True)
            self._written.append(path)
            with path.open("xb") as target:
                self._copy(head, source, target)
        return Stem(entry.filename, path)

    def _copy(self, head: bytes, source: IO[bytes], target: IO[bytes]) -> None:
        size, block = 0, head
        while block:
            size += len(block)
            self._total += len(block)
            if size > self._limits.file_bytes:
                raise _refused(f"holds a file of more than {_mb(self._limits.file_bytes)}")
            if self._total > self._limits.total_bytes:
                raise _refused(f"holds more than {_mb(self._limits.total_bytes)}")
            target.write(block)
            block = source.read(_BLOCK)
        target.flush()
        sync_handle(target.fileno())

    def _named(self, stem: Stem, name: str) -> Stem:
        path = self._folder / f"{name}{stem.path.suffix}"
        stem.path.replace(path)
        self._written.remove(stem.path)
        self._written.append(path)
        return replace(stem, name=name, path=path)


def _check(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _LOCKED:
        raise _refused("is locked with a password")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise _refused("holds links or devices instead of plain files")
    if entry.compress_type not in _METHODS:
        raise _refused("is packed in a way that no ordinary ZIP is")


def _names(stems: Sequence[Stem]) -> list[str]:
    """What the stems are called: their files' names without what is the same in all of them."""
    plain = [_plain(stem.name) for stem in stems]
    shared = os.path.commonprefix(plain) if len(plain) > 1 else ""  # noqa: RUF071 - of texts
    cut = max((shared.rfind(one) + len(one) for one in _BOUNDARIES if one in shared), default=0)
    names: list[str] = []
    taken: set[str] = set()
    for text in plain:
        rest = text[cut:].strip(" _-()[].") or text
        name = base = safe_name(rest, limit=NAME_LIMIT_BYTES, otherwise="stem")
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} {number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _plain(filename: str) -> str:
    """A file's name without its folders, its ending and a number in front."""
    last = re.split(r"[/\\]", filename)[-1]
    before, dot, ending = last.rpartition(".")
    stem = before if dot and before and len(ending) <= 4 else last
    return _NUMBER_BEFORE.sub("", stem.strip())


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise _damaged("is damaged", words=str(error)) from error
    except OSError as error:
        # Only a place that no file has is asked for so; the rest is the disk's own trouble.
        if error.errno != errno.EINVAL:
            raise
        raise _damaged("is damaged", words=str(error)) from error


def _damaged(why: str, *, words: str = "") -> MediaRefused:
    return _refused(why, words=words, kind=ArchiveDamaged)


def _refused(why: str, *, words: str = "", kind: type[MediaRefused] = MediaRefused) -> MediaRefused:
    return kind(
        f"The archive of stems {why}, and nothing of it was kept. The details of the stems are "
        "kept, and it can be tried again.",
        service_words=words,
    )


def _mb(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB".replace(",", "\u202f")
