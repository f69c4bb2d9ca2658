"""The chunks of a WAV file."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

_OPEN_END = 0xFFFFFFFF
"""What a writer that cannot go back leaves as the size."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk; `start` is the offset of its content and `size` what its header claims."""

    name: bytes
    start: int
    size: int

    @property
    def end(self) -> int:
        """Where the next header stands: chunks are padded to even lengths."""
        return self.start + self.size + self.size % 2


def is_wave(head: bytes) -> bool:
    """Whether the first 12 bytes are those of a WAV file."""
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def chunks(file: BinaryIO) -> list[Chunk]:
    """Every chunk of a WAV file up to its end, whatever the outer size says."""
    file.seek(0, 2)
    length = file.tell()
    found: list[Chunk] = []
    at = 12
    while at + 8 <= length:
        file.seek(at)
        name, size = struct.unpack("<4sI", file.read(8))
        found.append(Chunk(name, at + 8, size))
        at = found[-1].end
    return found


def claimed_seconds(file: BinaryIO) -> float | None:
    """How long the sound of a WAV file should be; None where its header does not say."""
    parts = {chunk.name: chunk for chunk in reversed(chunks(file))}
    layout, data = parts.get(b"fmt "), parts.get(b"data")
    if layout is None or data is None or data.size in {0, _OPEN_END} or layout.size < 16:
        return None
    file.seek(layout.start)
    bytes_per_second = struct.unpack("<HHIIHH", file.read(16))[3]
    return data.size / bytes_per_second if bytes_per_second else None
