"""A clip of one service as the source of something at another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaLinks, MediaState, Registration
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName, RemoteId, new_clip_id
from producer_studio.domain.job import JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.jobs.source_resolver import (
    KnownSource,
    RegistrationRequired,
    SourceUnavailable,
    UploadRoute,
)
from tests.integration.studio.conftest import ACCOUNT, SONG, StudioBench, open_bench, open_bench_at
from tests.support.sandbox_process import SandboxProcess
from tests.support.tone import write_tone

pytestmark = pytest.mark.anyio

OTHER = AccountName("other")
"""An account at another service."""

VARIATION = Recipe(operation=Operation.VARIATION, title="Other tide", seed="9")
WAV = Recipe(operation=Operation.EXPORT, export_format="wav")
"""The quickest thing that works on a source."""

UPLOAD_PATH = "/producer/upload"
WORK_PATH = "/producer/wav"


async def add_other(bench: StudioBench, sandbox: SandboxProcess, profile: str = "acedata") -> None:
    await bench.studio.accounts.add(
        OTHER,
        Service.DEMO,
        base_url=sandbox.url,
        profile=profile,
        poll_s=0.05,
    )


@pytest.fixture
async def two(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A desk with accounts at two services."""
    async with open_bench_at(sandbox, tmp_path / "home") as bench:
        await add_other(bench, sandbox)
        yield bench


async def foreign(
    bench: StudioBench, sandbox: SandboxProcess, path: str = "/song.m4a", **f: Any
) -> Clip:
    """A clip that nobody here has made, with a public link that may be good."""
    values: dict[str, Any] = {
        "title": "Far shore",
        "account": AccountName("gone"),
        "remote_id": RemoteId("r-1"),
        "links": MediaLinks(audio=sandbox.url + path),
        "media": MediaState.PENDING,
    }
    clip = Clip(id=new_clip_id(), **values | f)
    await bench.studio._library.clips.add([clip])
    return clip


async def with_file(bench: StudioBench, clip: Clip) -> Clip:
    partial = bench.studio._library.media.partial_path(clip.id, MediaKind.AUDIO)
    write_tone(partial, 2)
    path = await bench.studio._library.media.store_file(partial, clip, MediaKind.AUDIO)
    after = await bench.studio._library.clips.update_fields(
        clip.id, path=path, media=MediaState.READY
    )
    assert after is not None
    return after


async def test_a_clip_is_registered_elsewhere_once_and_worked_on(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await two.made(SONG)
    own = await two.studio.jobs.plan_source(clip.id, ACCOUNT, Operation.EXTEND)
    assert clip.remote_id is not None
    assert own == KnownSource(clip.remote_id, uploaded=False)
    plan = await two.studio.jobs.plan_source(clip.id, OTHER, Operation.VARIATION)
    assert isinstance(plan, RegistrationRequired)
    assert plan.route is UploadRoute.URL
    assert "does not know “Low tide” yet" in plan.message
    with pytest.raises(RequestRejected, match="uploaded there first") as caught:
        await two.studio.jobs.submit_with_source([VARIATION], OTHER, clip.id)
    assert caught.value.field == "source"
    assert sandbox.requests("POST", UPLOAD_PATH) == []
    first, second = await two.studio.jobs.submit_with_source(
        [VARIATION], OTHER, clip.id, register=True
    )
    assert (first.recipe.operation, second.after) == (Operation.UPLOAD, first.id)
    await two.studio.jobs.wait_until_idle()
    done = await two.row(second)
    assert done.state is JobState.DONE, done
    made = await two.studio.clips.get(done.clips[0])
    assert made is not None
    assert made.parent == clip.id
    assert made.account == OTHER
    source = await two.studio.clips.get(clip.id)
    assert source is not None
    known = source.find_remote_id(OTHER, Service.DEMO)
    assert known is not None
    assert known == (done.recipe.source_remote, True)
    assert done.recipe.source_uploaded
    # Two songs in the library and not three: the upload is no clip of its own.
    assert len(await two.studio.clips.list_ids()) == 2
    assert (await two.row(first)).state is JobState.DONE
    again = await two.studio.jobs.plan_source(clip.id, OTHER, Operation.COVER)
    assert again == KnownSource(known[0], uploaded=True)
    assert len(sandbox.requests("POST", UPLOAD_PATH)) == 1


async def test_ids_of_an_account_that_had_the_same_name_at_another_service_are_not_used(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    earlier = Registration(account=OTHER, remote_id=RemoteId("r-2"), service=Service.MUSICAPI)
    clip = await foreign(
        two, sandbox, account=ACCOUNT, service=Service.MUSICAPI, registered=(earlier,)
    )
    for account, operation in ((ACCOUNT, Operation.EXTEND), (OTHER, Operation.VARIATION)):
        plan = await two.studio.jobs.plan_source(clip.id, account, operation)
        assert not isinstance(plan, KnownSource)
    again = replace(earlier, service=Service.DEMO)
    await two.studio._library.clips.update_fields(clip.id, registered=(earlier, again))
    plan = await two.studio.jobs.plan_source(clip.id, OTHER, Operation.VARIATION)
    assert plan == KnownSource(RemoteId("r-2"), uploaded=True)


async def test_a_registration_that_fails_costs_nothing_more(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    sandbox.set_faults([{"where": "upload", "kind": "status", "status": 401}])
    first, second = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(first)).state is JobState.FAILED
    failed = await two.row(second)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    assert failed.fault.message.startswith("The upload of the source failed. This was not sent")
    assert sandbox.requests("POST", WORK_PATH) == []
    # Asking for it again asks for both.
    sandbox.set_faults([])
    await two.studio.job_actions.retry(second.id)
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(first)).state is JobState.DONE
    assert (await two.row(second)).state is JobState.DONE


@pytest.mark.parametrize("is_done", [False, True], ids=["meanwhile", "after it"])
@pytest.mark.parametrize("is_cancelled", [False, True], ids=["failed", "cancelled"])
async def test_two_that_waited_for_one_registration_have_it_made_once_more(
    sandbox: SandboxProcess, tmp_path: Path, *, is_done: bool, is_cancelled: bool
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        # One that takes an upload as a task, and ends it later.
        await add_other(bench, sandbox, profile="")
        _, clip = await bench.made(SONG)
        busy = {"kind": "status", "status": 429, "retry_after": 600}
        kind = busy if is_cancelled else {"kind": "fail", "error": "This file is too short."}
        sandbox.set_faults([{"where": "upload", "times": 1} | kind])
        queue = bench.studio.jobs
        first, second, third = await queue.submit_with_source(
            [WAV, WAV], OTHER, clip.id, register=True
        )
        if is_cancelled:
            await bench.until(lambda job: job.fault is not None, first.id)
            await bench.studio.job_actions.cancel(first.id)
        await queue.wait_until_idle()
        assert [(await bench.row(job)).state for job in (second, third)] == [JobState.FAILED] * 2
        before = len(sandbox.requests("POST", UPLOAD_PATH))
        await bench.studio.job_actions.retry(second.id)
        if is_done:
            await queue.wait_until_idle()
        await bench.studio.job_actions.retry(third.id)
        await queue.wait_until_idle()
        assert [(await bench.row(job)).state for job in (second, third)] == [JobState.DONE] * 2
        assert len(sandbox.requests("POST", UPLOAD_PATH)) == before + 1


async def test_a_registration_that_is_cancelled_takes_the_other_along(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    sandbox.set_faults(
        [{"where": "upload", "kind": "status", "status": 429, "retry_after": 600, "times": 1}]
    )
    first, second = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
    await two.until(lambda job: job.fault is not None, first.id)
    await two.studio.job_actions.cancel(first.id)
    await two.studio.jobs.wait_until_idle()
    failed = await two.row(second)
    assert failed.state is JobState.FAILED
    assert failed.fault is not None
    assert "was cancelled" in failed.fault.message
    assert sandbox.requests("POST", WORK_PATH) == []


async def test_after_a_restart_both_wait_for_the_word_and_one_word_sends_both(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    busy = {"where": "upload", "kind": "status", "status": 429, "retry_after": 600, "times": 1}
    async with open_bench_at(sandbox, tmp_path) as bench:
        await add_other(bench, sandbox)
        clip = await with_file(bench, await foreign(bench, sandbox))
        sandbox.set_faults([busy])
        first, second = await bench.studio.jobs.submit_with_source(
            [WAV], OTHER, clip.id, register=True
        )
        await bench.until(lambda job: job.fault is not None, first.id)
    sandbox.set_faults([])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert {job.id for job in bench.studio.jobs.visible_jobs()} == {first.id, second.id}
        assert len(sandbox.requests("POST", UPLOAD_PATH)) == 1
        await bench.studio.job_actions.send(second.id)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(second)).state is JobState.DONE


async def test_a_new_press_sends_the_upload_that_an_earlier_run_left(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    busy = {"where": "upload", "kind": "status", "status": 429, "retry_after": 600, "times": 1}
    async with open_bench_at(sandbox, tmp_path) as bench:
        await add_other(bench, sandbox)
        clip = await with_file(bench, await foreign(bench, sandbox))
        sandbox.set_faults([busy])
        first, _ = await bench.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
        await bench.until(lambda job: job.fault is not None, first.id)
    sandbox.set_faults([])
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        (third,) = await bench.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
        assert third.after == first.id
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(third)).state is JobState.DONE
        assert len(sandbox.requests("POST", UPLOAD_PATH)) == 2


async def test_an_accepted_registration_goes_on_alone_after_a_restart(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async with open_bench_at(sandbox, tmp_path) as bench:
        # One that takes an upload as a task, and answers later.
        await add_other(bench, sandbox, profile="")
        _, clip = await bench.made(SONG)
        sandbox.set_faults([{"where": "upload", "kind": "slow_task", "seconds": 1}])
        first, second = await bench.studio.jobs.submit_with_source(
            [WAV], OTHER, clip.id, register=True
        )
        await bench.until_in(first, JobState.ACCEPTED)
    async with open_bench(tmp_path) as bench:
        await bench.studio.jobs.resume()
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(first)).state is JobState.DONE
        assert (await bench.row(second)).state is JobState.QUEUED
        assert sandbox.requests("POST", WORK_PATH) == []
        await bench.studio.job_actions.send(second.id)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(second)).state is JobState.DONE


async def test_the_word_about_an_unknown_registration_is_the_word_about_both(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    sandbox.set_faults([{"where": "upload", "kind": "cut_before", "times": 1}])
    first, second = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(first)).state is JobState.UNKNOWN
    assert (await two.row(second)).state is JobState.QUEUED
    await two.studio.job_actions.resolve(first.id, Resolution.SEND_AGAIN)
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(second)).state is JobState.DONE


async def test_two_presses_register_once(two: StudioBench, sandbox: SandboxProcess) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    queue = two.studio.jobs
    first, second = await queue.submit_with_source([WAV], OTHER, clip.id, register=True)
    (third,) = await queue.submit_with_source([WAV], OTHER, clip.id, register=True)
    assert (second.after, third.after) == (first.id, first.id)
    await queue.wait_until_idle()
    assert [(await two.row(job)).state for job in (second, third)] == [JobState.DONE] * 2
    assert len(sandbox.requests("POST", UPLOAD_PATH)) == 1


async def test_an_expired_link_is_renewed_by_the_original_task(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await two.made(SONG)
    sandbox.set_faults([{"where": "media", "kind": "expired", "times": 1}])
    plan = await two.studio.jobs.plan_source(clip.id, OTHER, Operation.VARIATION)
    assert isinstance(plan, RegistrationRequired)
    assert plan.route is UploadRoute.URL
    assert plan.recipe.audio_url != clip.links.audio
    renewed = await two.studio.clips.get(clip.id)
    assert renewed is not None
    assert renewed.links.audio == plan.recipe.audio_url


async def test_a_dead_link_without_a_file_is_impossible(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await foreign(two, sandbox)
    plan = await two.studio.jobs.plan_source(clip.id, OTHER, Operation.VARIATION)
    assert isinstance(plan, SourceUnavailable)
    assert "cannot access it" in plan.message
    with pytest.raises(RequestRejected, match="cannot access it"):
        await two.studio.jobs.submit_with_source([VARIATION], OTHER, clip.id, register=True)
    assert await two.studio.jobs.all() == []


async def test_a_dead_link_is_made_up_for_by_a_copy_at_the_platform(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    clip = await with_file(two, await foreign(two, sandbox))
    first, second = await two.studio.jobs.submit_with_source([WAV], OTHER, clip.id, register=True)
    assert first.recipe.audio_file == str(clip.path)
    await two.studio.jobs.wait_until_idle()
    assert (await two.row(second)).state is JobState.DONE, await two.row(first)
    assert len(sandbox.requests("POST", "/api/v1/files/")) == 1


async def test_a_link_to_this_computer_is_nothing_for_a_service_elsewhere(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    far = AccountName("far")
    await two.studio.accounts.add(far, Service.MUSICAPI, base_url="https://music.example")
    clip = await foreign(two, sandbox)
    plan = await two.studio.jobs.plan_source(clip.id, far, Operation.EXTEND)
    assert isinstance(plan, SourceUnavailable)


async def test_an_account_without_uploads_says_so(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    songs_only = AccountName("songs")
    await two.studio.accounts.add(
        songs_only, Service.DEMO, base_url=sandbox.url, profile="apiframe"
    )
    clip = await foreign(two, sandbox)
    plan = await two.studio.jobs.plan_source(clip.id, songs_only, Operation.EXTEND)
    assert isinstance(plan, SourceUnavailable)
    assert plan.message


async def test_a_link_of_a_service_of_this_computer_that_is_gone_is_dead(
    two: StudioBench, sandbox: SandboxProcess
) -> None:
    links = MediaLinks(audio="http://127.0.0.1:9/song.m4a")
    clip = await with_file(two, await foreign(two, sandbox, links=links))
    plan = await two.studio.jobs.plan_source(clip.id, OTHER, Operation.VARIATION)
    assert isinstance(plan, RegistrationRequired)
    assert plan.route is UploadRoute.PLATFORM
