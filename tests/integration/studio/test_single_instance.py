"""A second start finds the first, and hands its files in."""

import asyncio
import contextlib
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from producer_studio.studio.single_instance import (
    MAX_CONNECTIONS,
    ActivationRequest,
    SingleInstance,
)

SECOND = """
import sys
from pathlib import Path
from producer_studio.studio.single_instance import SingleInstance, ActivationRequest

state, library, *files = map(Path, sys.argv[1:])
instance = SingleInstance(state, library)
if instance.acquire():
    print("free")
else:
    request = ActivationRequest(tuple(files), "token")
    print("answered" if instance.activate_running(request) else "silent")
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
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    library = tmp_path / "Müsik"
    assert instance.acquire(library)
    assert instance.acquire(library), "taking twice is harmless"
    await instance.listen(rings.append)
    files = (tmp_path / "a song.mp3", tmp_path / "歌.wav")
    assert await second_start(tmp_path, library, *files) == "answered"
    assert rings == [ActivationRequest(files, "token")]
    assert await second_start(tmp_path, tmp_path / "another") == "free"
    await instance.close()
    assert await second_start(tmp_path, library) == "free"


@pytest.mark.anyio
async def test_both_ways_to_write_a_library_are_one(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    (tmp_path / "link").symlink_to("songs")
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    assert instance.acquire(tmp_path / "songs")
    await instance.listen(rings.append)
    assert await second_start(tmp_path, tmp_path / "link") == "answered"
    assert rings == [ActivationRequest((), "token")]
    await instance.close()


@pytest.mark.anyio
async def test_choosing_another_library_frees_the_first(tmp_path: Path) -> None:
    instance = SingleInstance(tmp_path, tmp_path / "songs")
    assert instance.acquire(tmp_path / "one")
    assert instance.acquire(tmp_path / "two")
    assert await second_start(tmp_path, tmp_path / "one") == "free"
    await instance.close()


@pytest.mark.anyio
async def test_strangers_are_not_heard(tmp_path: Path) -> None:
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    assert instance.acquire(tmp_path / "songs")
    await instance.listen(rings.append)
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
    await instance.close()
    assert not place.exists()


def test_a_window_that_was_killed_keeps_nobody_out(tmp_path: Path) -> None:
    folder = tmp_path / "windows"
    instance = SingleInstance(tmp_path, tmp_path / "songs")
    assert instance.acquire(tmp_path / "songs")
    (folder / next(folder.glob("*.lock")).with_suffix(".json").name).write_text('{"port": 9}')
    instance._lock.release()  # type: ignore[union-attr] - what the system does when a process dies
    after = SingleInstance(tmp_path, tmp_path / "songs")
    assert after.acquire(tmp_path / "songs")
    assert list(folder.glob("*.json")) == []


def test_a_state_folder_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "windows").write_text("in the way")
    assert SingleInstance(tmp_path, tmp_path / "songs").acquire(tmp_path / "songs")


@pytest.mark.anyio
async def test_who_rings_at_a_window_that_closes_takes_its_place(tmp_path: Path) -> None:
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    assert instance.acquire()
    await instance.listen(rings.append)
    await instance.stop_listening()
    second = SingleInstance(tmp_path, tmp_path / "songs")
    assert not second.acquire()
    ringing = asyncio.create_task(asyncio.to_thread(second.activate_running, ActivationRequest()))
    await instance.close()
    assert not await ringing
    assert not SingleInstance(tmp_path, tmp_path / "songs").acquire(), "the second has it now"
    assert rings == []
    await second.close()


async def port_of(state: Path) -> int:
    (place,) = (state / "windows").glob("*.json")
    text = await asyncio.to_thread(place.read_text, "utf-8")
    return int(text.split('"port": ')[1].split(",")[0])


@pytest.mark.anyio
async def test_as_many_files_as_one_command_can_name_are_handed_in(tmp_path: Path) -> None:
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    assert instance.acquire(tmp_path / "songs")
    await instance.listen(rings.append)
    files = [tmp_path / f"{'歌' * 60} {number}.wav" for number in range(3_500)]
    assert await second_start(tmp_path, tmp_path / "songs", *files) == "answered"
    assert rings == [ActivationRequest(tuple(files), "token")]
    await instance.close()


@pytest.mark.parametrize(
    "address",
    [
        b'{"port": 99999, "token": "a"}',
        b'{"port": -1, "token": "a"}',
        b'{"port": 1e999, "token": "a"}',
        b'{"port": "x", "token": "a"}',
        b'{"port": null, "token": "a"}',
        b'{"a":' * 100_000,
        b"[7]",
        b"\xff",
    ],
)
def test_a_damaged_address_of_a_window_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: bytes
) -> None:
    monkeypatch.setattr("producer_studio.studio.single_instance._RESPONSE_TIMEOUT_S", 0.2)
    first = SingleInstance(tmp_path, tmp_path / "songs")
    assert first.acquire()
    (lock,) = (tmp_path / "windows").glob("*.lock")
    lock.with_suffix(".json").write_bytes(address)
    second = SingleInstance(tmp_path, tmp_path / "songs")
    assert not second.activate_running(ActivationRequest())


@pytest.mark.anyio
@pytest.mark.parametrize(
    "said",
    [
        b"[" * 200_000 + b"\n",
        b'{"a":' * 100_000 + b"\n",
        b"9" * 5000 + b"\n",
        b"\xff\xfe\x00\n",
        b'{"token": {}, "files": [], "activation": ""}\n',
        b'{"token": "\\ud800", "files": [], "activation": ""}\n',
        b'{"token": "\xc3\xa9", "files": [], "activation": ""}\n',
        b"x" * (3 << 20),
        b"\n",
        b"",
    ],
)
async def test_nothing_that_is_said_to_it_is_a_mistake_of_the_program(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, said: bytes
) -> None:
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    assert instance.acquire(tmp_path / "songs")
    await instance.listen(rings.append)
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))
    reader, writer = await asyncio.open_connection("127.0.0.1", await port_of(tmp_path))
    with contextlib.suppress(ConnectionError):
        writer.write(said)
        writer.write_eof()
        assert await reader.read() == b""
    writer.close()
    assert await second_start(tmp_path, tmp_path / "songs") == "answered"
    assert rings == [ActivationRequest((), "token")]
    await instance.close()
    assert failures == []
    assert [one for one in caplog.records if one.levelname in {"ERROR", "WARNING"}] == []


@pytest.mark.anyio
async def test_who_connects_and_says_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    instance, rings = SingleInstance(tmp_path, tmp_path / "songs"), list[ActivationRequest]()
    assert instance.acquire(tmp_path / "songs")
    await instance.listen(rings.append)
    port = await port_of(tmp_path)
    silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3 * MAX_CONNECTIONS)]
    assert await silent[0][0].read() == b"", "the oldest make room"
    assert len(instance._connections) <= MAX_CONNECTIONS
    assert await second_start(tmp_path, tmp_path / "songs") == "answered"
    assert rings == [ActivationRequest((), "token")]
    # Closing waits for nobody.
    await instance.close()
    assert instance._connections == {}
    for reader, writer in silent:
        assert await reader.read() == b""
        writer.close()


@pytest.mark.anyio
async def test_what_cannot_be_done_for_a_second_start_is_a_mistake_that_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_ring: ActivationRequest) -> None:
        raise ZeroDivisionError

    instance = SingleInstance(tmp_path, tmp_path / "songs")
    assert instance.acquire(tmp_path / "songs")
    await instance.listen(broken)
    assert await second_start(tmp_path, tmp_path / "songs") == "silent"
    assert await second_start(tmp_path, tmp_path / "songs") == "silent"
    assert [one.exc_info is not None for one in caplog.records if one.levelname == "ERROR"]
    await instance.close()
