"""Positions of packets in a file that changes, in a process of its own: the system may end it."""

import subprocess
import sys
from pathlib import Path

from producer_studio.audio.packet_positions import PacketPositions

READ_SHORTENED = """
import os, sys
from pathlib import Path
from producer_studio.audio.packet_positions import PacketPositions
path = Path(sys.argv[1])
positions = PacketPositions(path)
os.truncate(path, 0)
print(positions.count_skipped_bytes(bytes([255, 251]) + bytes(62)))
"""


def test_a_file_that_becomes_shorter_does_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"\xff\xfb" + bytes(100_000))
    ended = subprocess.run(
        [sys.executable, "-c", READ_SHORTENED, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "0\n")


def test_skipped_bytes_are_counted(tmp_path: Path) -> None:
    first, second = b"\xff\xfb" + bytes(range(100)), b"\xff\xfb" + bytes(range(100, 200))
    path = tmp_path / "song.mp3"
    path.write_bytes(first + bytes(70_000) + second)
    positions = PacketPositions(path)
    assert positions.count_skipped_bytes(first) == 0
    assert positions.count_skipped_bytes(second) == 70_000
    assert not positions.is_truncated
    positions.close()
