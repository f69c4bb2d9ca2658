"""The real window with its list in view, making songs on and on, and what it keeps in memory.

    python -m tests.soak.window ACCOUNT

Prints a JSON line every few seconds: the time in seconds, the PSS in KiB, the clips so far. Ends
with its standard input, after all jobs have come to their ends.
"""

import asyncio
import json
import os
import sys
import time

import qasync

from producer_studio.app import AppSession, open_app_session, start_background_work
from producer_studio.domain.ids import AccountName
from producer_studio.domain.recipe import Recipe
from tests.performance.memory import rollup

_SOUNDS = ("lofi", "jazz", "house", "ambient", "folk", "piano", "reggae", "synthwave")
_AT_ONCE = 4
_BETWEEN_S = 0.5
_SAMPLE_EVERY_S = 10.0
_SETTLE_S = 120.0


async def _show(account: AccountName) -> None:
    async with open_app_session(os.environ, ["not", "needed"], None) as run:
        assert run is not None
        run.window.show()
        await start_background_work(run)
        run.window.views.show_view("library")
        over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        sampling = asyncio.create_task(_sample(run))
        number = 0
        while not over.done():
            if len(run.studio.jobs.visible_jobs()) < _AT_ONCE:
                number += 1
                await run.studio.jobs.submit([_recipe(number)], account)
            await asyncio.wait({over}, timeout=_BETWEEN_S)
        async with asyncio.timeout(_SETTLE_S):
            await run.studio.jobs.wait_until_idle()
        sampling.cancel()


def _recipe(number: int) -> Recipe:
    mark = f"tide{number:05d}x"
    sound = f"{_SOUNDS[number % len(_SOUNDS)]}, short sketch"
    return Recipe(sound=sound, title=f"Low {mark}", seed=str(number), instrumental=True)


async def _sample(run: AppSession) -> None:
    while True:
        clips = (await run.studio.clips.count_smart_lists()).all
        pss = rollup(os.getpid())["Pss"]
        print(json.dumps({"at_s": time.monotonic(), "pss_kib": pss, "clips": clips}), flush=True)
        await asyncio.sleep(_SAMPLE_EVERY_S)


def main() -> None:
    qasync.run(_show(AccountName(sys.argv[1])))


if __name__ == "__main__":
    main()
