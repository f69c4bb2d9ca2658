"""Demo Studio as a process: started on demand, shared, and gone when its studio goes."""

import asyncio
import json
import sys
from pathlib import Path

import httpx
import pytest

from producer_studio.domain.faults import Unreachable
from producer_studio.studio.demo import DemoStudio

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
    print(await demo.url(), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def answers(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501
        try:
            answer = await client.get(
                f"{url}/api/v1/get-credits", headers={"Authorization": "Bearer demo"}
            )
        except httpx.TransportError:
            return False
        return answer.status_code == 200


async def until_silent(url: str) -> None:
    async def watch() -> None:
        while await answers(url):  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.05)

    await asyncio.wait_for(watch(), 20)


async def test_two_studios_on_one_folder_share_it(tmp_path: Path) -> None:
    one, other = DemoStudio(COMMAND, tmp_path), DemoStudio(COMMAND, tmp_path)
    # At the same moment: only one of them can have the folder.
    urls = await asyncio.gather(one.url(), other.url())
    assert urls[0] == urls[1]
    assert await answers(urls[0])
    assert await one.url() == urls[0]
    first, second = (one, other) if one._process is not None else (other, one)
    assert second._process is None
    await second.close()
    assert await answers(urls[0])
    await first.close()
    assert not await answers(urls[0])
    assert not (tmp_path / "address.json").exists()


async def test_one_that_died_is_started_again(tmp_path: Path) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    await demo.url()
    assert demo._process is not None
    demo._process.kill()
    await demo._process.wait()
    assert await answers(await demo.url())
    await demo.close()


async def test_it_dies_with_a_studio_that_is_killed(tmp_path: Path) -> None:
    studio = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KEEPS_IT_OPEN, str(tmp_path), *COMMAND,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert studio.stdout is not None
    url = (await asyncio.wait_for(studio.stdout.readline(), 30)).decode().strip()
    assert await answers(url)
    studio.kill()
    await studio.wait()
    await until_silent(url)
    # What the dead one has left is not believed.
    assert json.loads((tmp_path / "address.json").read_text())["url"] == url
    demo = DemoStudio(COMMAND, tmp_path)
    assert await answers(await demo.url())
    await demo.close()


async def test_a_start_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    demo = DemoStudio(COMMAND, tmp_path)
    start = asyncio.create_task(demo.url())
    await asyncio.sleep(0.3)
    start.cancel()
    await asyncio.gather(start, return_exceptions=True)
    assert await answers(await asyncio.wait_for(demo.url(), 20))
    await demo.close()


async def test_a_program_that_is_none_says_so(tmp_path: Path) -> None:
    demo = DemoStudio([sys.executable, "-c", "print('not a server')"], tmp_path)
    with pytest.raises(Unreachable, match="Nothing was sent"):
        await demo.url()
    await demo.close()
