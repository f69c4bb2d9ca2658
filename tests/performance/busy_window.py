"""The real window in the middle of its work: jobs at a service, and a watch on its thread.

    python -m tests.performance.busy_window URL JOBS [--one-by-one] [--limit-ms N]

Prints one JSON object: how long the thread was held, when each job's result was known and playable,
and what was opened on the window's thread meanwhile.
"""

import argparse
import asyncio
import json
import os
import time
from collections import Counter
from typing import Any

import qasync

from producer_studio.app import AppSession, open_app_session, start_background_work
from producer_studio.domain.account import Account, Service
from producer_studio.domain.clip import MediaState
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.accounts import AccountStore
from producer_studio.settings.paths import default_paths
from producer_studio.studio.events import JobChanged
from producer_studio.ui.stall_detector import StallDetector
from tests.performance.blocking_calls import Sentry

_ACCOUNT = AccountName("measured")
_SOUNDS = ("lofi", "jazz", "house", "ambient", "folk", "piano", "reggae", "synthwave")
_SETTLE_S = 3.0


class Moments:
    """When each job's result was known, and when its clip could be played."""

    def __init__(self, run: AppSession) -> None:
        self.known: dict[JobId, float] = {}
        self.playable: dict[JobId, float] = {}
        self.tasks: dict[JobId, str] = {}
        self._run = run
        run.studio.events.subscribe(JobChanged, self._on_job)
        run.studio.events.subscribe(LibraryChange, self._on_library)

    def _on_job(self, event: JobChanged) -> None:
        job = event.job
        if job.task_id:
            self.tasks[job.id] = job.task_id
        if job.state is JobState.COLLECTING:
            self.known.setdefault(job.id, time.time())

    def _on_library(self, change: LibraryChange) -> None:
        if change.kind is ChangeKind.MEDIA:
            now = time.time()
            for clip in change.clips:
                self._run.tasks.start(f"is {clip} playable at {now}", self._note(clip, now))

    async def _note(self, clip_id: Any, now: float) -> None:
        clip = await self._run.studio.clips.get(clip_id)
        if clip is not None and clip.job is not None and clip.media is MediaState.READY:
            self.playable.setdefault(clip.job, now)


async def _show(options: argparse.Namespace) -> dict[str, Any]:
    paths = default_paths(os.environ)
    AccountStore(paths.accounts_file).add(
        Account(
            name=_ACCOUNT,
            service=Service.DEMO,
            profile="musicapi-2026-02",
            base_url=options.url,
            poll_s=0.5,
            concurrency=options.jobs,
        )
    )
    async with open_app_session(os.environ, ["not", "needed"], None) as run:
        assert run is not None
        run.window.show()
        await start_background_work(run)
        moments = Moments(run)
        # The time just after the first paint is a part of it: work put off until then holds too.
        watch = StallDetector(options.limit_ms)
        sentry = Sentry()
        watch.start()
        sentry.begin()
        await asyncio.sleep(_SETTLE_S)
        recipes = [
            Recipe(
                sound=f"{_SOUNDS[number % len(_SOUNDS)]}, short sketch",
                title=f"Sketch {number + 1}",
                seed=str(number),
                instrumental=True,
            )
            for number in range(options.jobs)
        ]
        for part in [[one] for one in recipes] if options.one_by_one else [recipes]:
            await run.studio.jobs.submit(part, _ACCOUNT)
            await run.studio.jobs.wait_until_idle()
        await asyncio.sleep(_SETTLE_S)
        sentry.end()
        watch.stop()
        jobs = await run.studio.jobs.all()
        return {
            "states": Counter(str(job.state) for job in jobs),
            "moments": [
                {
                    "task": moments.tasks[job.id],
                    "known": moments.known.get(job.id),
                    "playable": moments.playable.get(job.id),
                }
                for job in jobs
                if job.id in moments.tasks
            ],
            "held_ms": watch.blocked_ms,
            "own_ms": watch.own_ms,
            "stalls": [
                {
                    "held_ms": stall.blocked_ms,
                    "cpu_ms": stall.cpu_ms,
                    "queued_ms": stall.queued_ms,
                    "stack": stall.stack,
                }
                for stall in watch.stalls
            ],
            "opened": sentry.seen,
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("jobs", type=int)
    parser.add_argument("--one-by-one", action="store_true")
    parser.add_argument("--limit-ms", type=float, default=50.0)
    options = parser.parse_args()
    print(json.dumps(qasync.run(_show(options))))


if __name__ == "__main__":
    main()
