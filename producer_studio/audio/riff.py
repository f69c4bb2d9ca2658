"""RIFF chunk parser for WAV files, including streamed files and files larger than 4 GB."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_CHUNK_BYTES = 0xFFFFFFFF
"""Maximum of RIFF size fields; as a size it means that the true one is stored elsewhere."""

_UNKNOWN_SIZE_FROM = 0x7FFF0000
"""Writers that cannot seek leave 0xFFFFFFFF, 0x7FFFFFFF, or that minus the header size."""

_DS64 = 28
_MAX_CHUNKS = 1000
_NO_NAME = bytes(4)
UNCOMPRESSED_FORMATS = frozenset({1, 3, 6, 7, 0xFFFE})
"""Format tags with a fixed number of bytes per sample: PCM, float, A-law and mu-law."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Chunk of a RIFF file.

    Attributes:
        start: Offset of its content.
        size: Length of its content in bytes, as far as it can be determined: from a 64-bit file's
            own table, or up to the end of the file if the header does not state it.
        is_size_unknown: Whether the header does not state the size.
    """

    name: bytes
    start: int
    size: int
    is_size_unknown: bool = False

    @property
    def end(self) -> int:
        """Offset of the next header: chunks are padded to even lengths."""
        return self.start + self.size + self.size % 2


def build_chunk(name: bytes, content: bytes) -> bytes:
    """Returns a whole chunk, padded to an even length."""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def is_wave(head: bytes) -> bool:
    """Whether the first 12 bytes are those of a WAV file, of up to 4 GB or more (RF64, BW64)."""
    return head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:12] == b"WAVE"


def read_chunks(file: BinaryIO) -> list[Chunk]:
    """Returns every chunk of a WAV file up to its end, whatever the outer size is.

    Zeros after the audio are not chunks, and reading stops after a thousand chunks: any eight bytes
    look like a chunk header.
    """
    length = file.seek(0, 2)
    found: list[Chunk] = []
    large: int | None = None
    at = 12
    has_sound = False
    while at + 8 <= length and len(found) < _MAX_CHUNKS:
        file.seek(at)
        name, size = struct.unpack("<4sI", file.read(8))
        if name == _NO_NAME and has_sound:
            break
        start = at + 8
        if name == b"ds64" and size >= _DS64:
            sizes = file.read(24)
            if len(sizes) == 24:
                large = struct.unpack("<QQQ", sizes)[1]
        is_open = False
        if name == b"data":
            has_sound = True
            if size == MAX_CHUNK_BYTES and large:
                size = large
            rest = length - start
            is_open = (size == 0 and rest > 0 and not _is_header(file, start, length)) or (
                size >= _UNKNOWN_SIZE_FROM and size > rest
            )
            if is_open:
                size = rest
        found.append(Chunk(name, start, size, is_open))
        at = found[-1].end
    return found


def find_wave_end(file: BinaryIO) -> int | None:
    """Returns the end of a WAV file's chunks, if other bytes follow them; else None.

    FFmpeg parses all following bytes as chunks, even millions of them. None for other files, too.
    """
    file.seek(0)
    if not is_wave(file.read(12)):
        return None
    found = read_chunks(file)
    length = file.seek(0, 2)
    return found[-1].end if found and found[-1].end + 8 <= length else None


def is_length_unknown(file: BinaryIO) -> bool:
    """Whether a file is a WAV file whose header does not state the length of its audio."""
    file.seek(0)
    if not is_wave(file.read(12)):
        return False
    return any(chunk.is_size_unknown for chunk in read_chunks(file) if chunk.name == b"data")


def _is_header(file: BinaryIO, at: int, length: int) -> bool:
    """Whether an offset holds the header of a chunk that fits into the file."""
    file.seek(at)
    head = file.read(8)
    if len(head) < 8:
        return False
    name, size = struct.unpack("<4sI", head)
    return all(32 <= byte < 127 for byte in name) and 0 < size <= length - at - 8


def declared_duration_s(file: BinaryIO) -> float | None:
    """Returns the duration of a WAV file from its header; None if not stated."""
    parts = {chunk.name: chunk for chunk in reversed(read_chunks(file))}
    layout, data = parts.get(b"fmt "), parts.get(b"data")
    if layout is None or data is None or data.is_size_unknown or data.size == 0 or layout.size < 16:
        return None
    file.seek(layout.start)
    content = file.read(16)
    if len(content) < 16:
        return None
    kind, _, rate, bytes_per_second, _, _ = struct.unpack("<HHIIHH", content)
    if kind in UNCOMPRESSED_FORMATS:
        return data.size / bytes_per_second if bytes_per_second else None
    # The byte rate of compressed audio is only an average, and wrong in many files.
    fact = parts.get(b"fact")
    if fact is None or fact.size < 4 or not rate:
        return None
    file.seek(fact.start)
    content = file.read(4)
    samples = int.from_bytes(content, "little") if len(content) == 4 else 0
    return samples / rate if 0 < samples < _UNKNOWN_SIZE_FROM else None


def repair_header(path: Path) -> None:
    """Writes the true sizes into the header of a WAV file; other files are not changed.

    A 64-bit file that fits into the 32-bit format is converted to it, which more programs read.
    """
    with path.open("rb+") as file:
        if not is_wave(file.read(12)):
            return
        found = read_chunks(file)
        length = file.seek(0, 2)
        data = next((chunk for chunk in found if chunk.name == b"data"), None)
        if data is None:
            return
        size = min(data.size, length - data.start)
        if data is found[-1] and size % 2 and data.start + size == length:
            file.seek(length)
            file.write(b"\0")
            length += 1
        write_sizes(file, found, length, size)


def write_sizes(file: BinaryIO, chunks_in_file: list[Chunk], length: int, data_size: int) -> None:
    """Writes outer size and data size, in the 64-bit form only if needed."""
    table = next((chunk for chunk in chunks_in_file if chunk.name == b"ds64"), None)
    data = next(chunk for chunk in chunks_in_file if chunk.name == b"data")
    if length - 8 < MAX_CHUNK_BYTES:
        outer, inner, kind = length - 8, data_size, b"RIFF"
        if table is not None:
            file.seek(table.start - 8)
            file.write(b"JUNK")
    elif table is not None:
        outer = inner = MAX_CHUNK_BYTES
        kind = b"RF64"
        file.seek(table.start)
        file.write(struct.pack("<QQ", length - 8, data_size))
    else:
        # Without space for a table the header can only declare the size as unknown.
        outer = inner = MAX_CHUNK_BYTES
        kind = b"RIFF"
    file.seek(0)
    file.write(kind + struct.pack("<I", outer))
    file.seek(data.start - 4)
    file.write(struct.pack("<I", inner))
