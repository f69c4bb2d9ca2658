"""From a finished task to clips on this disk, whatever the media links do."""

from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.ids import AccountName, RemoteId, TaskId, new_clip_id, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import FinishedTask, RemoteClip
from producer_studio.studio.accounts.ledger import charge_entry
from producer_studio.studio.events import JobChanged
from producer_studio.studio.jobs import download
from tests.integration.studio.conftest import ACCOUNT, SONG, WORDS, StudioBench, open_bench
from tests.support.file_server import served
from tests.support.hostile_service import Reply, hostile_service
from tests.support.sandbox_process import SandboxProcess
from tests.support.signals import coded, tone, write_wave

pytestmark = pytest.mark.anyio


async def test_an_expired_link_is_renewed(bench: StudioBench, sandbox: SandboxProcess) -> None:
    sandbox.set_faults([{"where": "media", "kind": "expired", "times": 1}])
    _, clip = await bench.made(SONG)
    assert clip.playable
    audio = sandbox.requests("GET", "/audio.m4a")
    assert [one["status"] for one in audio] == [403, 200]
    assert audio[0]["query"] != audio[1]["query"]
    assert len(sandbox.requests("POST", "/create")) == 1
    # What stands on disk can be read without the studio.
    assert clip.path is not None
    folder: Path = clip.path.parent
    assert folder.name.startswith("Low tide [")
    assert (folder / "recipe.json").is_file()
    assert clip.cover is not None
    assert clip.measured.duration_s > 5
    assert len((await bench.studio.clips.get_peaks([clip.id]))[clip.id]) > 100


async def test_a_new_file_of_zeros_is_asked_for_again_for_minutes(
    bench: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_s = download._REJECTED_WAITS_S
    assert 240 < sum(waits_s) < 900
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", (0.0,) * len(waits_s))
    times = len(waits_s)
    sandbox.set_faults([{"where": "media", "kind": "zeros", "bytes": 1000, "times": times}])
    _, clip = await bench.made(SONG)
    assert clip.playable


async def test_a_clip_whose_sound_is_refused_is_kept_and_can_be_fetched_again(
    bench: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", (0.0,) * 5)
    sandbox.set_faults([{"where": "media", "kind": "zeros"}])
    _, clip = await bench.made(SONG)
    assert clip.media is MediaState.REJECTED
    assert clip.media_note
    assert clip.title == "Low tide"
    assert [notice.text for notice in bench.notices] == [f"Low tide: {clip.media_note}"]
    sandbox.set_faults([])
    await bench.studio.clips.retry_download(clip.id)
    again = await bench.studio.clips.get(clip.id)
    assert again is not None
    assert again.playable
    assert again.media_note == ""


async def test_a_song_that_its_service_has_cut_is_kept_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0,) * 2)
    whole = write_wave(tmp_path / "song.wav", tone(3.0)).read_bytes()
    with hostile_service() as service:
        entry = {"clip_id": "c1", "state": "succeeded", "audio_url": f"{service.url}/media/song"}
        service.submits = [Reply({"task_id": "t1"})]
        service.looks = [Reply({"code": 200, "data": [entry]})]
        service.media = {"/media/song": Reply(whole[: len(whole) * 2 // 3])}
        async with open_bench(tmp_path / "home") as bench:
            await bench.studio.accounts.add(
                ACCOUNT, Service.MUSICAPI, base_url=service.url, poll_s=0.02
            )
            _, clip = await bench.made(SONG)
            assert clip.path is not None
            assert clip.playable
            assert clip.path.read_bytes() == whole[: len(whole) * 2 // 3]
            assert clip.measured.duration_s == pytest.approx(2.0, abs=0.01)
            assert clip.media_note.startswith("The audio ends early: 2.0 of 3.0 seconds")
            assert [one.text for one in bench.notices] == [f"Low tide: {clip.media_note}"]
            assert len(service.times("GET", "/media/song")) == 3
            # Downloaded again, it is as it was, or better.
            service.media["/media/song"] = Reply(b"", 404)
            await bench.studio.clips.retry_download(clip.id)
            same = await bench.studio.clips.get(clip.id)
            assert same is not None
            assert (same.playable, same.media_note, same.path) == (True, clip.media_note, clip.path)
            service.media["/media/song"] = Reply(whole)
            await bench.studio.clips.retry_download(clip.id)
            better = await bench.studio.clips.get(clip.id)
            assert better is not None
            assert (better.playable, better.media_note) == (True, "")
            assert better.measured.duration_s == pytest.approx(3.0, abs=0.01)


async def test_what_the_user_changes_while_it_is_fetched_stays(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "media", "kind": "status", "status": 503, "times": 1}])
    (job,) = await bench.press(SONG)
    collecting = await bench.until_in(job, JobState.COLLECTING)
    origin = object()
    changes: list[LibraryChange] = []
    bench.studio.events.subscribe(LibraryChange, changes.append)
    await bench.studio.clips.edit(
        collecting.clips, origin, title="High tide", tags=["sea"], stars=4, favourite=True
    )
    await bench.studio.jobs.wait_until_idle()
    clip = await bench.studio.clips.get(collecting.clips[0])
    assert clip is not None
    assert clip.playable
    assert (clip.title, clip.tags, clip.stars, clip.favourite) == ("High tide", ("sea",), 4, True)
    edits = [change for change in changes if change.kind is ChangeKind.DETAILS]
    assert [change.origin for change in edits] == [origin]
    assert {change.kind for change in changes} == {ChangeKind.DETAILS, ChangeKind.MEDIA}


async def test_a_result_that_comes_as_the_answer_to_the_request_is_kept_and_charged(
    bench: StudioBench,
) -> None:
    """As AceData Cloud does with lyrics (services.md)."""
    library = bench.studio._library
    collector = bench.studio.clips._collector
    job = Job(
        id=new_job_id(),
        state=JobState.SENDING,
        recipe=WORDS,
        account=AccountName("test"),
        credits_expected=1.0,
    )
    await library.jobs.write(job)
    result = RemoteClip(remote_id=RemoteId("r1"), title="Words", lyrics="[Verse]\nHere they are")
    done = await collector.collect(job, FinishedTask((result,)))
    assert done.state is JobState.DONE
    (clip,) = await library.clips.get_many(done.clips)
    assert clip.lyrics == "[Verse]\nHere they are"
    assert [(str(one.kind), one.amount) for one in await library.ledger.list_entries()] == [
        ("charged", 1.0)
    ]


@pytest.mark.parametrize("told", [-1000.0, -0.5, 10_001.0, 1e300])
@pytest.mark.parametrize("task", [TaskId("t-1"), None])
async def test_a_price_that_cannot_be_right_is_noted_and_counts_nowhere(
    bench: StudioBench, told: float, task: TaskId | None
) -> None:
    library = bench.studio._library
    account = AccountName("test")
    job = Job(
        id=new_job_id(),
        state=JobState.SENDING if task is None else JobState.ACCEPTED,
        recipe=WORDS,
        account=account,
        task_id=task,
        credits_expected=1.0,
        credits_charged=None if task is None else 1.0,
    )
    await library.jobs.write(job)
    if task is not None:
        await library.ledger.add(charge_entry(job, 1.0))
    result = FinishedTask((RemoteClip(title="Words", lyrics="Here"),), charged_credits=told)
    done = await bench.studio.clips._collector.collect(job, result)
    assert (done.state, done.credits_charged) == (JobState.DONE, 1.0)
    lines = await library.ledger.list_entries()
    assert sorted(str(one.amount) for one in lines) == ["1.0", "None"]
    (doubted,) = [one for one in lines if one.amount is None]
    assert doubted.note == f"the service reported {told:g} credits, which cannot be right"
    assert await library.ledger.sum_spent(account, None) == 1.0
    assert await library.ledger.highest_recent_price(account, WORDS.operation) == 1.0
    assert any(
        f"a charge of {told:g} credits, which cannot be right" in one.text for one in bench.notices
    )


async def test_a_result_that_is_collected_twice_comes_in_once(bench: StudioBench) -> None:
    collector = bench.studio.clips._collector
    job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=WORDS, account=AccountName("test"))
    await bench.studio._library.jobs.write(job)
    finished = FinishedTask(
        (RemoteClip(title="One", lyrics="a"), RemoteClip(title="Two", lyrics="b"))
    )
    first = await collector.collect(job, finished)
    second = await collector.collect(first, finished)
    assert second.clips == first.clips
    assert len(await bench.studio.clips.list_ids()) == 2


@pytest.mark.parametrize(
    ("name", "kind", "suffix"),
    [
        ("opus", ("webm", "libopus"), ".webm"),
        ("aac", ("adts", "aac"), ".aac"),
        ("aiff", ("aiff", "pcm_s16be"), ".aiff"),
        ("padded", ("mp3", "libmp3lame"), ".mp3"),
    ],
)
async def test_sound_of_any_kind_comes_home(
    bench: StudioBench, tmp_path: Path, name: str, kind: tuple[str, str], suffix: str
) -> None:
    plain = coded(tone(2.0), tmp_path / name, *kind).read_bytes()
    (tmp_path / name).write_bytes(bytes(2_000 if name == "padded" else 0) + plain)
    library = bench.studio._library
    job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=SONG, account=AccountName("test"))
    await library.jobs.write(job)
    with served(tmp_path) as url:
        result = RemoteClip(title="One", links=MediaLinks(audio=f"{url}/{name}"))
        done = await bench.studio.clips._collector.collect(job, FinishedTask((result,)))
    (clip,) = await library.clips.get_many(done.clips)
    assert clip.playable, clip.media_note
    assert clip.path is not None
    assert clip.path.name == f"One{suffix}"
    assert clip.duration_s == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("comes", [True, False])
async def test_a_half_made_file_of_the_service_is_fetched_again_and_delivered_at_last(
    bench: StudioBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, comes: bool
) -> None:
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0, 0.02))
    whole = coded(tone(2.0), tmp_path / "song", "mp4", "aac").read_bytes()
    half = whole[: len(whole) // 2]
    (tmp_path / "song").write_bytes(half)
    song = Clip(id=new_clip_id(), title="Low tide", media=MediaState.NONE)
    await bench.studio._library.clips.add([song])
    recipe = Recipe(operation=Operation.EXPORT, source=song.id, export_format="m4a")
    job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=recipe, account=AccountName("test"))
    await bench.studio._library.jobs.write(job)

    def finish(changed: JobChanged) -> None:
        if comes and changed.job.fault is not None:
            (tmp_path / "song").write_bytes(whole)

    bench.studio.events.subscribe(JobChanged, finish)
    with served(tmp_path) as url:
        result = RemoteClip(links=MediaLinks(audio=f"{url}/song"))
        await bench.studio.clips._collector.collect(job, FinishedTask((result,)))
    made = bench.studio.clips._collector.export_file(job.id)
    assert made is not None
    assert made.read_bytes() == (whole if comes else half)


@pytest.mark.parametrize("kind", ["sound", "noise"])
async def test_a_file_of_the_service_that_begins_like_nothing_is_decoded(
    bench: StudioBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(download, "_UNREADABLE_WAITS_S", (0.0,))
    library = bench.studio._library
    plain = coded(tone(2.0), tmp_path / "song", "mp3", "libmp3lame").read_bytes()
    noise = bytes(range(0x81, 0xFF)) * 400
    (tmp_path / "song").write_bytes(bytes(2_000) + plain if kind == "sound" else noise)
    song = Clip(id=new_clip_id(), title="Low tide", media=MediaState.NONE)
    await library.clips.add([song])
    recipe = Recipe(operation=Operation.EXPORT, source=song.id, export_format="mp3")
    job = Job(id=new_job_id(), state=JobState.ACCEPTED, recipe=recipe, account=AccountName("test"))
    await library.jobs.write(job)
    with served(tmp_path) as url:
        result = RemoteClip(links=MediaLinks(audio=f"{url}/song"))
        await bench.studio.clips._collector.collect(job, FinishedTask((result,)))
    made = bench.studio.clips._collector.export_file(job.id)
    if kind == "noise":
        assert made is None
        assert "is not a supported audio file, such as MP3" in bench.notices[-1].text
    else:
        assert made is not None
        assert made.suffix == ".mp3"


async def test_a_clip_of_a_merged_library_whose_sound_was_refused_is_fetched_by_its_link(
    bench: StudioBench, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(download, "_REJECTED_WAITS_S", (0.0,) * 5)
    sandbox.set_faults([{"where": "media", "kind": "zeros"}])
    _, clip = await bench.made(SONG)
    assert clip.media is MediaState.REJECTED
    async with open_bench(tmp_path / "other") as other:
        account = bench.studio.accounts.get(ACCOUNT)
        await other.studio.accounts.add(ACCOUNT, Service.MUSICAPI, base_url=account.base_url)
        await other.studio.merges.run(bench.studio.clips.folder)
        merged = await other.studio.clips.get(clip.id)
        assert merged is not None
        assert merged.media is MediaState.REJECTED
        await other.studio.clips.retry_download(clip.id)
        again = await other.studio.clips.get(clip.id)
        assert again is not None
        assert again.media is MediaState.REJECTED
        assert "merge that library again" in again.media_note
        assert again.media_note in other.notices[-1].text
        sandbox.set_faults([])
        await other.studio.clips.retry_download(clip.id)
        whole = await other.studio.clips.get(clip.id)
        assert whole is not None
        assert whole.playable
        assert whole.sha256
        assert whole.measured.duration_s > 5
        assert not whole.media_note
