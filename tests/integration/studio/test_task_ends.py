"""Which answers end an accepted task: those about the task alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.jobs.polling_state import MAX_PREVIEWS
from tests.integration.studio.conftest import ACCOUNT, SONG, StudioBench, open_bench
from tests.support.hostile_service import HostileService, Reply, hostile_service

pytestmark = pytest.mark.anyio


@pytest.fixture
def service() -> Iterator[HostileService]:
    with hostile_service() as found:
        yield found


async def watched(
    bench: StudioBench, service: HostileService, kind: Service, state: JobState
) -> Job:
    """A job that the service took in an earlier run, looked at to its end."""
    await bench.studio.accounts.add(ACCOUNT, kind, base_url=service.url, poll_s=0.02)
    job = Job(id=new_job_id(), state=state, recipe=SONG, account=ACCOUNT, task_id=TaskId("t-1"))
    await bench.studio._library.jobs.write(job)
    if state is JobState.FAILED:
        await bench.studio.job_actions.retry(job.id)
    else:
        await bench.studio.jobs.resume()
    await bench.studio.jobs.wait_until_idle()
    return await bench.row(job)


def song(service: HostileService) -> dict[str, object]:
    return {
        "code": 200,
        "data": [{"clip_id": "c", "state": "succeeded", "audio_url": f"{service.url}/media/c.wav"}],
    }


BROKEN = Reply({"code": 500, "error": "Internal Server Error"})
PASSING = [
    BROKEN,
    Reply({"code": 500, "error": "Internal Server Error"}, 500),
    Reply({"code": 503, "message": "Service Unavailable"}, 503),
    Reply({"code": 502, "error": "Bad Gateway"}),
    Reply({"error": "Your IP is not allowed."}, 403),
    Reply({"message": "no Route matched with those values"}, 404),
    Reply(b"<html>Forbidden</html>", 403, {"Content-Type": "text/html"}),
    Reply(b"", 302, {"Location": "https://login.example/"}),
]


@pytest.mark.parametrize("reply", PASSING, ids=lambda one: f"{one.status} {one.data[:24]!r}")
@pytest.mark.parametrize("state", [JobState.WORKING, JobState.FAILED])
async def test_trouble_of_the_moment_does_not_end_a_task_and_buys_nothing(
    service: HostileService, tmp_path: Path, reply: Reply, state: JobState
) -> None:
    service.looks = [reply, reply, Reply(song(service))]
    async with open_bench(tmp_path) as bench:
        job = await watched(bench, service, Service.MUSICAPI, state)
        if job.state is JobState.FAILED:
            assert job.fault is not None
            assert "may be charged a second time" in job.fault.message
            await bench.studio.job_actions.recheck(job.id)
            await bench.studio.job_actions.recheck(job.id)
            await bench.studio.jobs.wait_until_idle()
            job = await bench.row(job)
    assert job.state is JobState.DONE
    assert service.times("POST", "/create") == []


async def test_one_look_at_a_task_that_is_not_known_buys_nothing(
    service: HostileService, tmp_path: Path
) -> None:
    service.looks = [Reply({"error": "Task not found"}, 404), Reply(song(service))]
    async with open_bench(tmp_path) as bench:
        job = await watched(bench, service, Service.MUSICAPI, JobState.FAILED)
        assert job.is_failure_unconfirmed
        assert job.fault is not None
        assert "may be charged a second time" in job.fault.message
        await bench.studio.job_actions.retry(job.id)
        await bench.studio.jobs.wait_until_idle()
        assert (await bench.row(job)).state is JobState.DONE
    assert service.times("POST", "/create") == []


async def test_a_server_error_that_stays_ends_the_watch_and_buys_nothing(
    service: HostileService, tmp_path: Path
) -> None:
    service.looks = [BROKEN]
    async with open_bench(tmp_path) as bench:
        job = await watched(bench, service, Service.MUSICAPI, JobState.WORKING)
        assert job.state is JobState.FAILED
        # The server may be mended, and have the song: Retry looks, and then asks.
        assert job.is_failure_unconfirmed
        assert not job.is_unanswered
        await bench.studio.job_actions.retry(job.id)
        await bench.studio.jobs.wait_until_idle()
        assert service.times("POST", "/create") == []
        again = await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
        assert again is not None
        # What is not being sent when the program ends stays in the queue.
        await bench.until(lambda one: one.state is not JobState.QUEUED, again.id)
        await bench.studio.jobs.close()
    assert len(service.times("POST", "/create")) == 1


async def test_a_song_whose_state_never_changes_is_taken_in_the_end(
    service: HostileService, tmp_path: Path
) -> None:
    body = song(service)
    body["status"] = "RUNNING"
    service.looks = [Reply(body)]
    async with open_bench(tmp_path) as bench:
        job = await watched(bench, service, Service.MUSICAPI, JobState.WORKING)
        assert job.state is JobState.DONE
        (clip,) = await bench.studio._library.clips.get_many(list(job.clips))
        assert clip.playable
    assert len(service.times("GET", "/task/")) == MAX_PREVIEWS
