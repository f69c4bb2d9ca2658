"""Sizes that no file can have, in front of the index of an MP4 or QuickTime file."""

import struct
from pathlib import Path

import pytest

from producer_studio.audio.compressed_metadata import reject_large_metadata
from producer_studio.audio.measure import measure
from producer_studio.domain.errors import MediaRejected

_LARGEST = (2**63 - 9, 2**63, 2**64 - 1)


@pytest.mark.parametrize("size", _LARGEST)
def test_a_size_in_front_of_the_index_is_damage(tmp_path: Path, size: int) -> None:
    path = tmp_path / "song.m4a"
    head = struct.pack(">I4s4sI4s", 20, b"ftyp", b"M4A ", 0, b"isom")
    path.write_bytes(head + struct.pack(">I4sQ", 1, b"free", size) + bytes(64))
    reject_large_metadata(path)
    with pytest.raises(MediaRejected):
        measure(path)
