"""Demo Studio as a process: started on demand, shared, and gone when its studio goes."""

import asyncio
import gc
import json
import os
import sys
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from producer_studio.domain.errors import Unreachable
from producer_studio.studio.demo import DemoAddress, DemoStudio, is_genuine

pytestmark = pytest.mark.anyio

COMMAND = [
    sys.executable,
    "-c",
    "import sys; from producer_studio.sandbox.command import run; sys.exit(run(sys.argv[1:]))",
]
KEEPS_IT_OPEN = """
import asyncio, sys
from pathlib import Path
from producer_studio.studio.demo import DemoStudio

async def main():
    demo = DemoStudio(sys.argv[2:], Path(sys.argv[1]))
    print((await demo.address()).url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def status_of(url: str, path: str, **headers: str) -> int | None:
    """None where nobody listens."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501
        try:
            answer = await client.get(url + path, headers=headers)
        except httpx.TransportError:
            return None
        return answer.status_code


async def answers(address: DemoAddress) -> bool:
    bearer = f"Bearer {address.key}"
    return await status_of(address.url, "/api/v1/get-credits", Authorization=bearer) == 200


async def until_silent(url: str) -> None:
    async def watch() -> None:
        while await status_of(url, "/") is not None:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.05)

    await asyncio.wait_for(watch(), 20)


async def test_two_studios_on_one_folder_share_it(tmp_path: Path) -> None:
    one, other = DemoStudio(COMMAND, tmp_path), DemoStudio(COMMAND, tmp_path)
    # At the same moment: only one of them can have the folder.
    found = await asyncio.gather(one.address(), other.address())
    assert found[0] == found[1]
    assert await answers(found[0])
    assert await one.address() == found[0]
    first, second = (one, other) if one._process is not None else (other, one)
    assert second._process is None
    await second.close()
    assert await answers(found[0])
    await first.close()
    assert not await answers(found[0])
    assert not (tmp_path / "address.json").exists()


async def test_one_that_died_is_started_again(tmp_path: Path) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    before = await demo.address()
    assert demo._process is not None
    demo._process.kill()
    await demo._process.wait()
    after = await demo.address()
    assert await answers(after)
    assert after.key != before.key
    await demo.close()


async def test_it_dies_with_a_studio_that_is_killed(tmp_path: Path) -> None:
    studio = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KEEPS_IT_OPEN, str(tmp_path), *COMMAND,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert studio.stdout is not None
    try:
        url = (await asyncio.wait_for(studio.stdout.readline(), 120)).decode().strip()
        assert await status_of(url, "/") is not None
    finally:
        # Otherwise a failure here fails the tests after it as well, by their warnings.
        studio.kill()
        await studio.communicate()
    await until_silent(url)
    # What the dead one has left is not believed.
    assert json.loads((tmp_path / "address.json").read_text())["url"] == url
    demo = DemoStudio(COMMAND, tmp_path)
    assert await answers(await demo.address())
    await demo.close()


async def test_a_start_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    start = asyncio.create_task(demo.address())
    await asyncio.sleep(0.3)
    start.cancel()
    await asyncio.gather(start, return_exceptions=True)
    assert await answers(await asyncio.wait_for(demo.address(), 20))
    await demo.close()


async def test_a_program_that_is_none_says_so(tmp_path: Path) -> None:
    demo = DemoStudio([sys.executable, "-c", "print('not a server')"], tmp_path)
    with pytest.raises(Unreachable, match="Nothing was sent"):
        await demo.address()
    await demo.close()


STARTS_WHEN_TOLD = """
import sys, time
from pathlib import Path
while not Path(sys.argv[1]).exists():
    time.sleep(0.01)
from producer_studio.sandbox.command import run
sys.exit(run(sys.argv[2:]))
"""


async def test_a_slow_start_is_told_and_waited_for(tmp_path: Path) -> None:
    go = tmp_path / "go"
    command = [sys.executable, "-c", STARTS_WHEN_TOLD, str(go)]
    demo = DemoStudio(command, tmp_path / "state", slow_start_s=1)
    demo.on_slow_start = go.touch
    try:
        assert await answers(await demo.address())
    finally:
        await demo.close()


async def test_a_sleeping_computer_does_not_use_up_the_time_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the clock of the event loop goes on while the computer sleeps."""
    go = tmp_path / "go"
    command = [sys.executable, "-c", STARTS_WHEN_TOLD, str(go)]
    demo = DemoStudio(command, tmp_path / "state", slow_start_s=3)
    demo.on_slow_start = go.touch
    loop = asyncio.get_running_loop()
    clock = loop.time
    waking = loop.time() + 1.5
    monkeypatch.setattr(loop, "time", lambda: clock() + (3600 if clock() > waking else 0))
    try:
        assert await answers(await demo.address())
    finally:
        await demo.close()


ITS_CHILD_HAS_THE_OUTPUT = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.5)"])
print("not a server")
"""


def test_a_failed_start_leaves_nothing_unclosed(tmp_path: Path) -> None:
    """Also where the loop ends right after it; pytest takes the warning for an error."""

    async def fail() -> None:
        demo = DemoStudio([sys.executable, "-c", ITS_CHILD_HAS_THE_OUTPUT], tmp_path)
        with pytest.raises(Unreachable):
            await demo.address()
        await demo.close()

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(fail())
        gc.collect()
    assert [str(one.message) for one in warned] == []


class Stranger:
    """Listens at a port that Demo Studio may have had, and writes down all that it hears.

    Args:
        ally: Where it passes challenges on to; empty answers something of its own.
    """

    def __init__(self, ally: str = "") -> None:
        self.heard: list[str] = []
        self.url = ""
        self._ally = ally

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            # The studio has found what it wanted elsewhere.
            writer.close()
            return
        self.heard.append(head)
        body = b'{"credits": 1240}'
        if self._ally:
            path = head.split(" ")[1]
            async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501
                body = (await client.get(self._ally + path)).content
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self.url


def leave(folder: Path, mode: int = 0o600, **address: object) -> None:
    file = folder / "address.json"
    file.unlink(missing_ok=True)
    file.write_text(json.dumps({"key": "k", "secret": "s", "pid": 1, **address}))
    file.chmod(mode)


async def test_a_stranger_at_the_old_address_hears_no_key_and_no_words(tmp_path: Path) -> None:
    stranger = Stranger()
    demo = DemoStudio(COMMAND, tmp_path)
    async with stranger.listening() as url:
        leave(tmp_path, url=url)
        address = await demo.address()
        assert address.url != url
        assert await answers(address)
    assert stranger.heard
    for head in stranger.heard:
        assert head.startswith("GET /handshake/")
        assert "authorization" not in head.lower()
    await demo.close()


async def test_a_stranger_that_asks_the_real_one_is_not_believed(tmp_path: Path) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    genuine = await demo.address()
    assert await is_genuine(genuine)
    stranger = Stranger(genuine.url)
    async with stranger.listening() as url:
        assert not await is_genuine(replace(genuine, url=url))
    assert not await is_genuine(replace(genuine, secret="another"))
    assert len(stranger.heard) == 1
    await demo.close()


@pytest.mark.parametrize("key", ["demo", "any"])
async def test_only_the_key_of_the_run_opens_it(tmp_path: Path, key: str) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    address = await demo.address()
    for path, header in (
        ("/api/v1/get-credits", {"Authorization": f"Bearer {key}"}),
        ("/acedata/api/v1/applications/?user_id=me", {"Authorization": f"Bearer {key}"}),
        ("/acedata/api/v1/applications/?user_id=me", {"Authorization": f"Bearer platform-{key}"}),
        ("/apiframe/v2/me", {"X-API-Key": key}),
    ):
        assert await status_of(address.url, path, **header) == 401
    assert await status_of(address.url, "/control/state") == 404
    await demo.close()


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]


@pytest.mark.skipif(os.name == "nt", reason="folders decide there")
async def test_the_key_is_the_owners_alone_and_in_no_argument(tmp_path: Path) -> None:
    # As an earlier version, or a copy of it, may have left the folder.
    (tmp_path / "state").mkdir(0o755)
    demo = DemoStudio(COMMAND, tmp_path / "state")
    address = await demo.address()
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert open_to_others(tmp_path / "state") == []
    assert (tmp_path / "state" / "address.json").stat().st_mode & 0o777 == 0o600
    if sys.platform == "linux":
        for name in ("cmdline", "environ"):
            told = await asyncio.to_thread(Path(f"/proc/{address.pid}/{name}").read_bytes)
            assert address.key.encode() not in told
            assert address.secret.encode() not in told
    assert address.key not in repr(address)
    await demo.close()


@pytest.mark.parametrize(
    "left",
    [
        {"url": "http://127.0.0.1:9"},
        {"url": "http://127.0.0.1:9", "mode": 0o644},
        {"url": "https://elsewhere.example"},
        {"url": ""},
        {"url": 7, "key": None},
        {"url": "http://127.0.0.1:9", "secret": ""},
        {"url": "http://127.0.0.1:9", "pid": "x"},
    ],
)
async def test_an_address_that_is_no_use_is_passed_over(
    tmp_path: Path, left: dict[str, Any]
) -> None:
    leave(tmp_path, **left)
    demo = DemoStudio(COMMAND, tmp_path)
    assert await answers(await demo.address())
    await demo.close()


async def test_a_file_in_the_way_of_its_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    demo = DemoStudio(COMMAND, tmp_path / "state")
    with pytest.raises(Unreachable, match="did not start"):
        await demo.address()
    await demo.close()


async def test_a_program_that_has_gone_is_told(tmp_path: Path) -> None:
    demo = DemoStudio([str(tmp_path / "uninstalled")], tmp_path)
    with pytest.raises(Unreachable, match="did not start"):
        await demo.address()
    await demo.close()


async def test_it_is_used_where_its_address_cannot_be_written(tmp_path: Path) -> None:
    """And ends without an error, so that what is closed after it is closed as well."""
    (tmp_path / "address.json").mkdir()
    demo = DemoStudio(COMMAND, tmp_path)
    address = await demo.address()
    assert await answers(address)
    assert await demo.address() == address
    await demo.close()
    assert not await answers(address)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
async def test_a_pipe_in_place_of_the_address_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "address.json", 0o600)
    demo = DemoStudio(COMMAND, tmp_path)
    assert await answers(await asyncio.wait_for(demo.address(), 60))
    await demo.close()


@pytest.mark.parametrize("pid", ["1e999", '"x"', "null", "[" * 100_000])
async def test_a_damaged_address_is_passed_over(tmp_path: Path, pid: str) -> None:
    file = tmp_path / "address.json"
    file.write_text(f'{{"url": "http://127.0.0.1:1", "key": "k", "secret": "s", "pid": {pid}}}')
    file.chmod(0o600)
    demo = DemoStudio(COMMAND, tmp_path)
    assert await answers(await demo.address())
    await demo.close()


async def test_what_it_was_asked_for_outlives_the_key(tmp_path: Path) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    address = await demo.address()
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501
        order = {"task_type": "create_music", "sound": "calm piano and strings, 80 bpm"}
        answer = await client.post(
            f"{address.url}/api/v1/producer/create",
            json=order,
            headers={"Authorization": f"Bearer {address.key}"},
        )
    task = answer.json()["task_id"]
    await demo.close()
    again = await demo.address()
    assert again.key != address.key
    bearer = f"Bearer {again.key}"
    path = f"/api/v1/producer/task/{task}"
    assert await status_of(again.url, path, Authorization=bearer) in {200, 202}
    await demo.close()
