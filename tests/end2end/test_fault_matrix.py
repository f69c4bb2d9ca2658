"""Every fault at every place on every profile: no traceback, nothing hung, nothing lost.

The studios run in this process, the services in their own; what is judged is the job's row, the
library, and the service's book. Most of a case is waiting, so the profiles wait together.

A fault is tried on two profiles, which change from fault to fault. With PRODUCER_STUDIO_FAULTS=all
it is tried on all five; that takes three minutes.
"""

import asyncio
import logging
import os
import re
import secrets
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.jobs import download
from producer_studio.studio.studio import Studio
from tests.matrix.cells import DIALECTS, Dialect
from tests.support.command_assertions import check_plain
from tests.support.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.anyio

ALL_PROFILES = os.environ.get("PRODUCER_STUDIO_FAULTS") == "all"
ACCOUNT = AccountName("test")
LONGEST_S = 60.0
NO_DEMO = [sys.executable, "-c", "raise SystemExit('not needed here')"]
SONG = Recipe(
    sound="calm ambient pads with soft piano, slow and dreamy, gentle strings behind",
    title="Low tide",
    seed="7",
    lyrics="[Verse]\nQuiet harbour lights are calling us tonight over the dark water",
)
# A retired operation and a refused key are told by the service itself; for all of these nothing was
# taken, and the job says so.
DECLINED: dict[int, set[str]] = {
    400: {"refused"},
    401: {"not-authorised"},
    402: {"credits-exhausted"},
    403: {"credits-exhausted", "refused", "not-authorised"},
    410: {"retired"},
}


def status(code: int, **more: Any) -> dict[str, Any]:
    return {"kind": "status", "status": code, "times": 1, **more}


UNCLEAR: dict[str, dict[str, Any]] = {
    "500": status(500),
    "a page": {"kind": "html", "times": 1},
    "a page of a gateway": {"kind": "html", "status": 502, "times": 1},
    "noise": {"kind": "garbage", "times": 1},
    "half an answer": {"kind": "truncated", "times": 1},
    "other types": {"kind": "wrong_types", "times": 1},
    "fields missing": {"kind": "missing_fields", "times": 1},
    "cut before": {"kind": "cut_before", "times": 1},
    "cut after": {"kind": "cut_after", "times": 1},
}
PASSING: dict[str, dict[str, Any]] = {
    "429 with a time": status(429, retry_after=0.2),
    "429 without": status(429),
    "503": status(503),
    "late": {"kind": "latency", "seconds": 0.4, "times": 1},
}
AT_A_LOOK: dict[str, dict[str, Any]] = {
    **UNCLEAR,
    **PASSING,
    "401": status(401),
    "402": status(402),
    "403": status(403),
    "404": status(404),
    "410": status(410),
    "502": status(502),
    "empty": {"kind": "empty_data", "times": 1},
}
MEDIA_PASSING: dict[str, dict[str, Any]] = {
    "expired": {"kind": "expired", "times": 1},
    "gone": {"kind": "expired", "status": 410, "times": 1},
    "500": status(500),
    "503": status(503),
    "a page": {"kind": "html", "times": 3},
    "cut before": {"kind": "cut_before", "times": 1},
    "cut midway": {"kind": "cut_midway", "times": 1},
}
MEDIA_HOSTILE: dict[str, dict[str, Any]] = {
    "noise": {"kind": "garbage"},
    "endless": {"kind": "endless"},
    "zeros": {"kind": "zeros"},
    "to a file": {"kind": "redirect", "to": "file:///etc/passwd"},
    "to a private address": {"kind": "redirect", "to": "http://10.0.0.1/song.m4a"},
}


@pytest.fixture(scope="module")
def services() -> Iterator[dict[str, SandboxProcess]]:
    """A service for each profile, as faults are a service's own."""
    with ExitStack() as stack:
        yield {
            one.profile: stack.enter_context(running_sandbox("--credits", "100000"))
            for one in DIALECTS
        }


@dataclass
class Case:
    """One studio at one service, whose faults are set by the test."""

    home: Path
    sandbox: SandboxProcess
    dialect: Dialect
    key: str
    tasks_before: int = 0

    @asynccontextmanager
    async def studio(self) -> AsyncIterator[Studio]:
        environ = {
            "PRODUCER_STUDIO_HOME": str(self.home),
            "PRODUCER_STUDIO_KEY_TEST": self.key,
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        }
        studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
        try:
            if studio.accounts.get(ACCOUNT) is None:
                await studio.accounts.add(
                    ACCOUNT,
                    Service(self.dialect.service),
                    profile=self.dialect.profile,
                    base_url=self.sandbox.url + self.dialect.prefix,
                    poll_s=0.05,
                )
            yield studio
        finally:
            await studio.close()

    async def pressed(self, studio: Studio, *faults: dict[str, Any]) -> Job:
        """Asks for a song while the service misbehaves, and waits until nothing goes on."""
        self.tasks_before = len(self.sandbox.state()["tasks"])
        self.sandbox.control("reset", {})
        self.sandbox.set_faults(faults)
        model = studio.offers.capabilities(ACCOUNT).default_model
        (job,) = await studio.jobs.submit([SONG.with_changes(model=model)], ACCOUNT)
        return await self.settled(studio, job)

    async def settled(self, studio: Studio, job: Job) -> Job:
        async with asyncio.timeout(LONGEST_S):
            await studio.jobs.wait_until_idle()
        (found,) = [one for one in await studio.jobs.all() if one.id == job.id]
        if found.fault is not None:
            check_plain(re.sub(r"“[^”]*”", "", found.fault.message))
        return found

    def tasks(self) -> list[dict[str, Any]]:
        """What the service has taken since the button was pressed."""
        tasks: list[dict[str, Any]] = self.sandbox.state()["tasks"][self.tasks_before :]
        return tasks


def _two_of(name: str) -> tuple[Dialect, ...]:
    """Two profiles, other ones from fault to fault, always the same for one."""
    first = zlib.crc32(name.encode()) % len(DIALECTS)
    return (DIALECTS[first], DIALECTS[(first + 2) % len(DIALECTS)])


Trial = Callable[[Case], Awaitable[None]]
Everywhere = Callable[[Trial], Awaitable[None]]


@pytest.fixture
def everywhere(
    request: pytest.FixtureRequest, tmp_path: Path, services: dict[str, SandboxProcess]
) -> Everywhere:
    """Tries one thing on several profiles at the same time; tells which of them failed."""

    chosen = DIALECTS if ALL_PROFILES else _two_of(request.node.name)

    async def everywhere(trial: Trial) -> None:
        cases = [
            Case(
                tmp_path / one.profile,
                services[one.profile],
                one,
                # Another user each time: nothing that was asked before is on their list.
                f"sk-{secrets.token_hex(8)}",
            )
            for one in chosen
        ]
        ended = await asyncio.gather(*(trial(case) for case in cases), return_exceptions=True)
        for case, problem in zip(cases, ended, strict=True):
            if isinstance(problem, BaseException):
                problem.add_note(f"on {case.dialect.profile}")
        problems = [problem for problem in ended if isinstance(problem, BaseException)]
        if problems:
            raise problems[0] if len(problems) == 1 else BaseExceptionGroup("profiles", problems)

    return everywhere


@pytest.fixture(autouse=True)
def nothing_of_ours_breaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a service sends, it is no bug of ours."""
    yield
    assert not [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


async def clips_of(studio: Studio, job: Job) -> list[Clip]:
    return await studio.clips.get_many(job.clips)


@pytest.mark.parametrize("code", DECLINED)
async def test_what_a_service_declines_was_not_taken(everywhere: Everywhere, code: int) -> None:
    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            job = await case.pressed(studio, {"where": "submit", **status(code)})
            assert job.state is JobState.FAILED
            assert job.fault is not None
            assert str(job.fault.kind) in DECLINED[code]
            assert job.fault.status == code
            assert job.fault.service_words
            assert case.tasks() == []
            assert job.credits_charged is None
            offered = studio.offers.capabilities(ACCOUNT).get(SONG.operation)
            assert offered.available is (code != 410)

    await everywhere(trial)


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_outcome_is_asked_about_or_found_and_never_sent_twice(
    everywhere: Everywhere, fault: str
) -> None:
    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            job = await case.pressed(studio, {"where": "submit", **UNCLEAR[fault]})
            if studio.offers.capabilities(ACCOUNT).supports_idempotency_keys:
                assert job.state is JobState.DONE
                assert [task["id"] for task in case.tasks()] == [job.task_id]
                return
            if job.state is JobState.DONE:
                # What was left of the answer named the task.
                assert [task["id"] for task in case.tasks()] == [job.task_id]
                return
            assert job.state is JobState.UNKNOWN
            assert job.fault is not None
            assert str(job.fault.kind) == "outcome-unknown"
            assert len(case.tasks()) <= 1
            posts = [
                one["path"] for one in case.sandbox.state()["requests"] if one["method"] == "POST"
            ]
            # AceData Cloud asks after tasks with a POST, too.
            assert len([path for path in posts if not path.endswith("/tasks")]) == 1

    await everywhere(trial)


@pytest.mark.parametrize("fault", [*PASSING, "502"])
async def test_what_passes_is_waited_for(everywhere: Everywhere, fault: str) -> None:
    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            job = await case.pressed(studio, {"where": "submit", **PASSING.get(fault, status(502))})
            if fault == "502" and job.state is JobState.UNKNOWN:
                # Only some dialects have a word for it that proves that nothing was taken.
                assert case.dialect.service not in {"musicapi", "aimusicapi"}
                return
            assert job.state is JobState.DONE
            assert [task["id"] for task in case.tasks()] == [job.task_id]

    await everywhere(trial)


@pytest.mark.parametrize("fault", AT_A_LOOK)
async def test_a_task_that_was_taken_comes_home_whatever_a_look_brings(
    everywhere: Everywhere, fault: str
) -> None:
    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            job = await case.pressed(studio, {"where": "poll", **AT_A_LOOK[fault]})
        if job.state is JobState.FAILED:
            # An answer that says so is believed; a result that is there after all is kept.
            async with case.studio() as studio:
                await studio.jobs.resume()
                job = await case.settled(studio, job)
        assert job.state is JobState.DONE, job.fault
        async with case.studio() as studio:
            clips = await clips_of(studio, job)
            assert clips
            assert all(clip.media is MediaState.READY for clip in clips)
        assert len(case.tasks()) == 1

    await everywhere(trial)


async def test_a_task_that_fails_says_so_in_the_services_own_words(everywhere: Everywhere) -> None:
    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            words = "The drummer has left the building"
            job = await case.pressed(studio, {"where": "submit", "kind": "fail", "error": words})
            assert job.state is JobState.FAILED
            assert job.fault is not None
            assert str(job.fault.kind) == "failed-by-service"
            assert words in job.fault.service_words
            assert await studio.clips.list_ids() == []

    await everywhere(trial)


@pytest.mark.parametrize("fault", MEDIA_PASSING)
async def test_media_is_fetched_again(everywhere: Everywhere, fault: str) -> None:
    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            job = await case.pressed(studio, {"where": "media", **MEDIA_PASSING[fault]})
            assert job.state is JobState.DONE
            clips = await clips_of(studio, job)
            assert [clip.media for clip in clips] == [MediaState.READY] * len(clips)

    await everywhere(trial)


@pytest.mark.parametrize("fault", MEDIA_HOSTILE)
async def test_hostile_media_is_refused_with_a_reason_and_can_be_tried_again(
    everywhere: Everywhere, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0, 0.1))
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", (0.01,) * 5)

    async def trial(case: Case) -> None:
        async with case.studio() as studio:
            job = await case.pressed(studio, {"where": "media", **MEDIA_HOSTILE[fault]})
            assert job.state is JobState.DONE
            clips = await clips_of(studio, job)
            assert clips
            for clip in clips:
                assert clip.media is MediaState.REJECTED
                assert clip.media_note
                check_plain(clip.media_note)
                assert clip.title == SONG.title or clip.title.startswith(SONG.title)
                assert clip.remote_id
            _nothing_else_was_written(case.home)

            case.sandbox.set_faults([])
            for clip in clips:
                await studio.clips.retry_download(clip.id)
            again = await studio.clips.get_many(job.clips)
            assert [clip.media for clip in again] == [MediaState.READY] * len(again)

    await everywhere(trial)


def _nothing_else_was_written(home: Path) -> None:
    """No sound, and nothing of a size, has stayed on this disk."""
    large = [
        path
        for path in home.rglob("*")
        if path.is_file() and path.stat().st_size > 1_000_000 and path.suffix != ".db-wal"
    ]
    assert large == []
