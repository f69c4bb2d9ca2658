"""Moves the index of an MP4 file (the atom `moov`) to its front."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_COPY_BYTES = 1 << 20
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_LARGEST_OFFSET = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Atom:
    """MP4 atom: name, offset of the header, offset of the content, and total size."""

    name: bytes
    start: int
    content: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size


def move_index_first(path: Path) -> bool:
    """Moves the index before the audio, in place, so that players can start while downloading.

    The audio itself is not changed. Files whose index is in front already, fragmented files, and
    files that are too large for their 32-bit offsets are not changed.

    Returns:
        Whether the index was moved.

    Raises:
        OSError: The file cannot be read or written.
    """
    with path.open("rb+") as file:
        length = file.seek(0, 2)
        atoms = list(_file_atoms(file, length))
        names = [atom.name for atom in atoms]
        if names.count(b"moov") != 1 or b"mdat" not in names or b"moof" in names:
            return False
        index = atoms[names.index(b"moov")]
        first_sound = atoms[names.index(b"mdat")]
        if index.start < first_sound.start or index.end != length:
            return False
        file.seek(index.start)
        moov = bytearray(file.read(index.size))
        if not _shift_offsets(moov, len(moov)):
            return False
        _move_forward(file, first_sound.start, index.start, len(moov))
        file.seek(first_sound.start)
        file.write(moov)
        return True


def _file_atoms(file: BinaryIO, length: int) -> Iterator[_Atom]:
    position = 0
    while position + 8 <= length:
        file.seek(position)
        header = file.read(16)
        size, name = struct.unpack(">I4s", header[:8])
        content = 8
        if size == 1 and len(header) == 16:
            size, content = struct.unpack(">Q", header[8:])[0], 16
        elif size == 0:
            size = length - position
        if size < content or position + size > length:
            return
        yield _Atom(name, position, position + content, size)
        position += size


def _shift_offsets(moov: bytearray, by: int) -> bool:
    """Adds `by` to every chunk offset in the index; returns whether all of them fit."""
    tables = list(_offset_tables(moov, 0, len(moov)))
    for write in (False, True):
        for atom in tables:
            count = struct.unpack_from(">I", moov, atom.content + 4)[0]
            form = ">I" if atom.name == b"stco" else ">Q"
            width = struct.calcsize(form)
            for number in range(min(count, (atom.end - atom.content - 8) // width)):
                position = atom.content + 8 + number * width
                offset = struct.unpack_from(form, moov, position)[0] + by
                if width == 4 and offset > _LARGEST_OFFSET:
                    return False
                if write:
                    struct.pack_into(form, moov, position, offset)
    return True


def _offset_tables(moov: bytearray, start: int, end: int) -> Iterator[_Atom]:
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", moov, start)
        if size < 8 or start + size > end:
            return
        if name in _CONTAINERS:
            yield from _offset_tables(moov, start + 8, start + size)
        elif name in {b"stco", b"co64"}:
            yield _Atom(bytes(name), start, start + 8, size)
        start += size


def _move_forward(file: BinaryIO, start: int, end: int, by: int) -> None:
    """Moves the bytes from start to end towards the end of the file, the last ones first."""
    while end > start:
        piece = min(_COPY_BYTES, end - start)
        end -= piece
        file.seek(end)
        data = file.read(piece)
        file.seek(end + by)
        file.write(data)
