"""Headers of AIFF and W64 files, also of those whose writer did not finish.

These state no sizes, and FFmpeg does not open them. WAV files are handled by `riff`. FFmpeg reads
CAF files without a size up to their end; compressed ones cannot be read without the packet table
that follows the sound.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from producer_studio.audio.riff import UNCOMPRESSED_FORMATS

_UNKNOWN_FROM = 0x7F000000
"""Writers leave 0, the size of an empty file, or a placeholder: SoX this one."""

_MAX_UINT32 = 0xFFFFFFFF
_MAX_CHUNKS = 1000

_AIFF_BYTES_BY_COMPRESSION = {b"fl32": 4, b"FL32": 4, b"fl64": 8, b"FL64": 8} | dict.fromkeys(
    (b"ulaw", b"ULAW", b"alaw", b"ALAW"), 1
)
_AIFF_PCM = frozenset({b"NONE", b"twos", b"sowt", b"in24", b"in32"})

_W64_RIFF = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_W64_WAVE = b"wave\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_W64_FORMAT = b"fmt \xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_W64_FACT = b"fact\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_W64_HEAD_BYTES = 40
_W64_CHUNK_BYTES = 24

Repairs = dict[int, bytes]
"""Bytes of a header by their offset in the file."""


def find_repairs(file: BinaryIO) -> Repairs:
    """Returns what the header of an unfinished file must have; empty for any other file.

    The sound extends to the end of the file.
    """
    length = file.seek(0, 2)
    file.seek(0)
    head = file.read(_W64_HEAD_BYTES)
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return _find_aiff_repairs(file, head, length)
    if head[:16] == _W64_RIFF and head[24:40] == _W64_WAVE:
        return _find_w64_repairs(file, head, length)
    return {}


def repair_unfinished_header(path: Path) -> None:
    """Writes the true sizes into the header of an unfinished file; others are not changed."""
    with path.open("rb+") as file:
        for offset, content in find_repairs(file).items():
            file.seek(offset)
            file.write(content)


class RepairedFile:
    """File as it is with a repaired header, for FFmpeg; the file itself is not changed."""

    def __init__(self, file: BinaryIO, repairs: Repairs) -> None:
        self._file = file
        self._repairs = repairs

    def read(self, size: int = -1) -> bytes:
        """Reads as from the repaired file."""
        start = self._file.tell()
        found = bytearray(self._file.read(size))
        for offset, content in self._repairs.items():
            for at, byte in enumerate(content, offset - start):
                if 0 <= at < len(found):
                    found[at] = byte
        return bytes(found)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Moves to an offset, as `io.IOBase.seek`."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Returns the offset of the next byte."""
        return self._file.tell()


def _find_aiff_repairs(file: BinaryIO, head: bytes, length: int) -> Repairs:
    if length - 8 > _MAX_UINT32:
        return {}
    form_size = int.from_bytes(head[4:8])
    common: tuple[int, int, int] | None = None
    at, size = 12, 0
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        name = file.read(4)
        size = int.from_bytes(file.read(4))
        start = at + 8
        if start > length:
            return {}
        if name == b"COMM":
            common = _read_aiff_format(file.read(min(size, 22)), start)
        if name == b"SSND":
            break
        at = start + size + size % 2
    if common is None or name != b"SSND":
        return {}
    rest = length - start
    is_open = (size <= 8 < rest) or (size >= _UNKNOWN_FROM and size > rest)
    offset = int.from_bytes(file.read(4))
    frames_at, frames, frame_bytes = common
    data_bytes = (rest if is_open else min(size, rest)) - 8 - offset
    is_unfinished = is_open or form_size < start or frames == 0 or frames >= _UNKNOWN_FROM
    if not is_unfinished or data_bytes < frame_bytes:
        return {}
    repairs = {frames_at: struct.pack(">I", data_bytes // frame_bytes)}
    if is_open:
        repairs[start - 4] = struct.pack(">I", rest)
    if not start <= form_size <= length:
        repairs[4] = struct.pack(">I", length - 8)
    return repairs


def _read_aiff_format(content: bytes, start: int) -> tuple[int, int, int] | None:
    """Returns the offset of the number of frames, it, and the bytes of a frame.

    None where frames have no fixed size.
    """
    if len(content) < 18:
        return None
    channels, frames, bits = struct.unpack(">hIh", content[:8])
    compression = content[18:22] or b"NONE"
    sample_bytes = _AIFF_BYTES_BY_COMPRESSION.get(
        compression, (bits + 7) // 8 if compression in _AIFF_PCM else 0
    )
    return (start + 2, frames, channels * sample_bytes) if channels * sample_bytes > 0 else None


def _find_w64_repairs(file: BinaryIO, head: bytes, length: int) -> Repairs:
    repairs: Repairs = {}
    outer = int.from_bytes(head[16:24], "little")
    if outer < _W64_HEAD_BYTES or (outer >= _UNKNOWN_FROM and outer > length):
        repairs[16] = struct.pack("<Q", length)
    for name, at, size in _w64_chunks(file, length):
        if name == _W64_DATA:
            rest = length - at
            if _is_w64_open(size, rest):
                repairs[at + 16] = struct.pack("<Q", rest)
            return repairs
        if name == _W64_FACT and repairs:
            # Without the number of samples FFmpeg computes it from the size.
            repairs[at + _W64_CHUNK_BYTES] = bytes(8)
    return {}


def declared_w64_duration_s(file: BinaryIO) -> float | None:
    """Returns the duration of an uncompressed W64 file from its header; None if not stated.

    FFmpeg computes it from the bytes that are present, also in a truncated file.
    """
    length = file.seek(0, 2)
    bytes_per_second = 0
    for name, at, size in _w64_chunks(file, length):
        if name == _W64_FORMAT:
            file.seek(at + _W64_CHUNK_BYTES)
            kind, _, _, bytes_per_second = struct.unpack("<HHII", file.read(12).ljust(12, b"\0"))
            if kind not in UNCOMPRESSED_FORMATS:
                return None
        if name == _W64_DATA and bytes_per_second and not _is_w64_open(size, length - at):
            return (size - _W64_CHUNK_BYTES) / bytes_per_second
    return None


def _w64_chunks(file: BinaryIO, length: int) -> Iterator[tuple[bytes, int, int]]:
    """Iterates over the chunks up to the sound: GUID, offset, and size with the chunk's header."""
    at = _W64_HEAD_BYTES
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        header = file.read(_W64_CHUNK_BYTES)
        name, size = header[:16], int.from_bytes(header[16:], "little")
        is_sound = name == _W64_DATA
        if len(header) < _W64_CHUNK_BYTES or (size < _W64_CHUNK_BYTES and not is_sound):
            return
        yield name, at, size
        if is_sound or size > length - at:
            return
        at += size + -size % 8


def _is_w64_open(size: int, rest: int) -> bool:
    return size <= _W64_CHUNK_BYTES < rest or (size >= _UNKNOWN_FROM and size > rest)
