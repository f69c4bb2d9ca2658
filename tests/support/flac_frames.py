"""FLAC files written frame by frame, for headers that no encoder writes."""

from collections.abc import Sequence
from pathlib import Path


def flac_frame(number: int, samples: int, rate: int = 0, value: int = 1_000) -> bytes:
    """A frame of one channel with 16 bits that has the same value throughout, in a few bytes.

    Args:
        number: Index of the frame.
        samples: 1 to 65,536.
        rate: Sample rate in Hz up to 65,535; 0 for that of the file's header.
        value: Of all samples.
    """
    head = bytes([0xFF, 0xF8, 0x70 | (13 if rate else 0), 0x08]) + chr(number).encode()
    head += (samples - 1).to_bytes(2, "big") + (rate.to_bytes(2, "big") if rate else b"")
    head += _checksum(head, 8, 0x07)
    frame = head + b"\0" + value.to_bytes(2, "big", signed=True)
    return frame + _checksum(frame, 16, 0x8005)


def write_flac(path: Path, frames: Sequence[bytes], rate: int = 48_000) -> Path:
    """Writes a file of one channel with 16 bits, whose header does not state its length."""
    header = (16).to_bytes(2, "big") + b"\xff\xff" + bytes(6)
    header += (rate << 44 | 15 << 36).to_bytes(8, "big") + bytes(16)
    path.write_bytes(b"fLaC\x80" + len(header).to_bytes(3, "big") + header + b"".join(frames))
    return path


def _checksum(data: bytes, bits: int, polynomial: int) -> bytes:
    made, top, mask = 0, 1 << (bits - 1), (1 << bits) - 1
    for byte in data:
        made ^= byte << (bits - 8)
        for _ in range(8):
            made = ((made << 1) ^ polynomial if made & top else made << 1) & mask
    return made.to_bytes(bits // 8, "big")
