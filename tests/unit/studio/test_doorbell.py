"""A second start finds the first, and hands its files in."""

import asyncio
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from producer_studio.studio.doorbell import Doorbell, Ring

SECOND = """
import sys
from pathlib import Path
from producer_studio.studio.doorbell import Doorbell, Ring

state, library, *files = map(Path, sys.argv[1:])
bell = Doorbell(state, library)
if bell.take():
    print("free")
else:
    print("answered" if bell.ring(Ring(tuple(files), "token")) else "silent")
"""


async def second_start(state: Path, library: Path, *files: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SECOND, str(state), str(library), *map(str, files),
        stdout=subprocess.PIPE,
    )  # fmt: skip
    told, _ = await process.communicate()
    return told.decode().strip()


@pytest.mark.anyio
async def test_a_second_start_hands_its_files_to_the_first(tmp_path: Path) -> None:
    bell, rings = Doorbell(tmp_path, tmp_path / "songs"), list[Ring]()
    library = tmp_path / "Müsik"
    assert bell.take(library)
    assert bell.take(library), "taking twice is harmless"
    await bell.listen(rings.append)
    files = (tmp_path / "a song.mp3", tmp_path / "歌.wav")
    assert await second_start(tmp_path, library, *files) == "answered"
    assert rings == [Ring(files, "token")]
    assert await second_start(tmp_path, tmp_path / "another") == "free"
    await bell.close()
    assert await second_start(tmp_path, library) == "free"


@pytest.mark.anyio
async def test_both_ways_to_write_a_library_are_one(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    (tmp_path / "link").symlink_to("songs")
    bell, rings = Doorbell(tmp_path, tmp_path / "songs"), list[Ring]()
    assert bell.take(tmp_path / "songs")
    await bell.listen(rings.append)
    assert await second_start(tmp_path, tmp_path / "link") == "answered"
    assert rings == [Ring((), "token")]
    await bell.close()


@pytest.mark.anyio
async def test_choosing_another_library_frees_the_first(tmp_path: Path) -> None:
    bell = Doorbell(tmp_path, tmp_path / "songs")
    assert bell.take(tmp_path / "one")
    assert bell.take(tmp_path / "two")
    assert await second_start(tmp_path, tmp_path / "one") == "free"
    await bell.close()


@pytest.mark.anyio
async def test_strangers_are_not_heard(tmp_path: Path) -> None:
    bell, rings = Doorbell(tmp_path, tmp_path / "songs"), list[Ring]()
    assert bell.take(tmp_path / "songs")
    await bell.listen(rings.append)
    (place,) = (tmp_path / "windows").glob("*.json")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    port = int(place.read_text("utf-8").split('"port": ')[1].split(",")[0])

    def knock(said: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(said)
            return line.recv(16)

    wrong = b'{"token": "guessed", "files": ["/etc/passwd"], "activation": ""}\n'
    for said in (wrong, b"GET / HTTP/1.1\n", b"[]\n", b'{"token": 5}\n'):
        assert await asyncio.to_thread(knock, said) == b""
    assert rings == []
    await bell.close()
    assert not place.exists()


def test_a_window_that_was_killed_keeps_nobody_out(tmp_path: Path) -> None:
    folder = tmp_path / "windows"
    bell = Doorbell(tmp_path, tmp_path / "songs")
    assert bell.take(tmp_path / "songs")
    (folder / next(folder.glob("*.lock")).with_suffix(".json").name).write_text('{"port": 9}')
    bell._lock.release()  # type: ignore[union-attr] - what the system does when a process dies
    after = Doorbell(tmp_path, tmp_path / "songs")
    assert after.take(tmp_path / "songs")
    assert list(folder.glob("*.json")) == []


def test_a_state_folder_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "windows").write_text("in the way")
    assert Doorbell(tmp_path, tmp_path / "songs").take(tmp_path / "songs")


@pytest.mark.anyio
async def test_who_rings_at_a_window_that_closes_takes_its_place(tmp_path: Path) -> None:
    bell, rings = Doorbell(tmp_path, tmp_path / "songs"), list[Ring]()
    assert bell.take()
    await bell.listen(rings.append)
    await bell.hush()
    second = Doorbell(tmp_path, tmp_path / "songs")
    assert not second.take()
    ringing = asyncio.create_task(asyncio.to_thread(second.ring, Ring()))
    await bell.close()
    assert not await ringing
    assert not Doorbell(tmp_path, tmp_path / "songs").take(), "the second has it now"
    assert rings == []
    await second.close()
