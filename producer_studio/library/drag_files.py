"""Files for dragging several clips out of the library, with distinct names."""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from producer_studio.domain.ids import ClipId
from producer_studio.domain.takes import take_label
from producer_studio.domain.text import fold_name
from producer_studio.files.atomic_write import link_or_copy
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename
from producer_studio.library.column_values import path_from_column, replace_lone_surrogates
from producer_studio.library.path_confinement import (
    OutsideLibrary,
    exists_without_following,
    is_plain_file,
    read_plain_head,
    require_inside,
)

_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv"})
_MATROSKA_MAGIC = b"\x1aE\xdf\xa3"
_MP4_BOX_TYPE = b"ftyp"


def is_video(path: Path, library: Path) -> bool:
    """Whether a file may be opened with the system's player; blocking.

    Both its name and its content must be a video's: systems use one or the other, and anything else
    might be started as a program.
    """
    try:
        require_inside(path, library)
        if path.suffix.lower() not in _SUFFIXES or not is_plain_file(path):
            return False
        head = read_plain_head(path, 12)
    except (OSError, ValueError):
        return False
    return head.startswith(_MATROSKA_MAGIC) or head[4:8] == _MP4_BOX_TYPE


log = logging.getLogger(__name__)

_CHUNK = 500


class StoredAudio(NamedTuple):
    """Clip with audio.

    Attributes:
        path: As stored.
        take_label: Such as "take 2"; empty unless its press has several takes.
    """

    clip: ClipId
    path: str
    take_label: str = ""


def read_audio_paths(db: sqlite3.Connection, ids: Sequence[ClipId]) -> list[StoredAudio]:
    """Returns clips that have audio, in the order of `ids`."""
    found: dict[str, StoredAudio] = {}
    for start in range(0, len(ids), _CHUNK):
        part = [replace_lone_surrogates(item) for item in ids[start : start + _CHUNK]]
        rows = db.execute(
            "SELECT c.id, c.take, c.takes, d.path FROM clips c JOIN details d ON d.seq = c.seq "  # noqa: S608 - marks only
            "WHERE c.media = 'ready' AND d.path IS NOT NULL "
            f"AND c.id IN ({', '.join('?' * len(part))})",
            part,
        )
        for row in rows:
            label = take_label(row["take"], row["takes"])
            found[row["id"]] = StoredAudio(ClipId(row["id"]), row["path"], label)
    return [found[clip] for clip in ids if clip in found]


def files_with_distinct_names(
    library: Path, stored: Sequence[StoredAudio], *, writes: bool
) -> list[Path]:
    """Returns each clip's own file, which is not moved; blocking.

    Of several files with the same name, all but the first are returned under a second name in their
    folder (a link or copy) that contains the take or the folder's short id: a target folder would
    otherwise receive only one of them, and a program that refers to them finds them there the next
    time.

    Args:
        writes: Whether second names can be created; without them some names may be equal.

    Raises:
        OSError: A second name cannot be written.
    """
    return list(_iter_distinct_files(library, stored, writes=writes))


def _iter_distinct_files(
    library: Path, stored: Sequence[StoredAudio], *, writes: bool
) -> Iterator[Path]:
    taken: set[str] = set()
    for one in stored:
        path = path_from_column(one.path, library)
        if path is None or not is_plain_file(path):
            continue
        if writes and _name_key(path) in taken and _is_in_library(path, library):
            path = _link_under_second_name(path, one, taken)
        taken.add(_name_key(path))
        yield path


def _is_in_library(path: Path, library: Path) -> bool:
    """Whether a file's folder is in the library; nothing is written beyond links out of it.

    The file itself can still be dragged from there, under its current name.
    """
    try:
        require_inside(path.parent, library)
    except OutsideLibrary as error:
        log.warning("Using current file name of %s: %s", path.name, error)
        return False
    return True


def _link_under_second_name(path: Path, stored: StoredAudio, taken: set[str]) -> Path:
    for mark in _name_suffixes(stored):
        room = MAX_NAME_BYTES - len((mark + path.suffix).encode())
        target = path.with_name(f"{safe_filename(path.stem, max_bytes=room)}{mark}{path.suffix}")
        if _name_key(target) in taken:
            continue
        if not exists_without_following(target):
            link_or_copy(path, target)
            return target
        if is_plain_file(target) and _is_same_file(path, target):
            return target
    raise AssertionError("unreachable: the marks do not end")


def _name_suffixes(stored: StoredAudio) -> Iterator[str]:
    if stored.take_label:
        yield f" · {stored.take_label}"
    short = safe_filename(stored.clip[:8], max_bytes=65, default="clip")
    yield f" [{short}]"
    for number in count(2):
        yield f" [{short}] ({number})"


def _is_same_file(path: Path, other: Path) -> bool:
    first, second = path.stat(), other.stat()
    same_file = (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
    return same_file or (first.st_size, int(first.st_mtime)) == (
        second.st_size,
        int(second.st_mtime),
    )


def _name_key(path: Path) -> str:
    """Normalises a file name like file systems that ignore case and Unicode normalisation form."""
    return fold_name(path.name)
