"""Files for the world outside, from a clip that is on this disk."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest

from producer_studio.audio.measure import measure
from producer_studio.audio.tags import read_recipe
from producer_studio.cli.output import clip_json
from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.errors import DuplicateRequest, RequestRejected
from producer_studio.domain.export_profile import ExportFormat
from producer_studio.domain.ids import (
    AccountName,
    ClipId,
    PressId,
    RemoteId,
    new_clip_id,
    new_press_id,
)
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe as recipe_from_json
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.export.export import Export, ExportChanged, ExportSpec
from producer_studio.studio.export.export import ExportState as State
from producer_studio.studio.export.tag_settings import TagSettings, build_tags
from producer_studio.studio.jobs.actions import Resolution
from tests.integration.studio.conftest import SONG, StudioBench
from tests.support.sandbox_process import SandboxProcess
from tests.support.tone import write_tone

pytestmark = pytest.mark.anyio


async def a_clip(
    bench: StudioBench,
    title: str = "Low tide",
    seconds: float = 1.0,
    press: PressId | None = None,
) -> Clip:
    """A clip with a real sound of its own on disk."""
    clip = Clip(
        id=new_clip_id(),
        title=title,
        model="FUZZ-2.0",
        seed="7",
        lyrics="[Verse]\nThe water goes",
        account=AccountName("test"),
        recipe=SONG.with_changes(title=title),
        press=press,
    )
    library = bench.studio._library
    await library.clips.add([clip])
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
    write_tone(partial, seconds)
    path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
    sound = measure(path).sound
    whole = await library.clips.update_fields(
        clip.id, path=path, media=MediaState.READY, measured=sound
    )
    assert whole is not None
    return whole


async def exported(bench: StudioBench, spec: ExportSpec, *clips: Clip) -> list[Export]:
    started = await bench.studio.exports.export([clip.id for clip in clips], spec)
    return [await bench.studio.exports.wait_until_finished(one.id) for one in started]


async def test_a_song_that_its_service_has_cut_is_exported_as_it_is(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench, seconds=3.0)
    assert clip.path is not None
    with clip.path.open("r+b") as file:
        file.truncate(clip.path.stat().st_size * 2 // 3)
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path)
    (refused,) = await exported(bench, spec, clip)
    assert refused.state is State.FAILED, "it was whole when it came"
    note = "The audio ends early: 2.0 of 3.0 seconds are present."
    await bench.studio._library.clips.update_fields(clip.id, media_note=note)
    (ended,) = await exported(bench, spec, clip)
    assert ended.path is not None
    assert measure(ended.path).sound.duration_s == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("made", [ExportFormat.MP3, ExportFormat.WAV, ExportFormat.FLAC])
async def test_a_file_says_what_it_is_and_carries_its_recipe(
    bench: StudioBench, tmp_path: Path, made: ExportFormat
) -> None:
    clip = await a_clip(bench)
    (ended,) = await exported(bench, ExportSpec(format=made, folder=tmp_path / "out"), clip)
    assert ended.state is State.DONE, ended.error
    assert ended.path == tmp_path / "out" / f"Low tide - FUZZ-2.0 - 7.{made}"
    recipe = read_recipe(ended.path)
    assert recipe is not None
    assert recipe_from_json(recipe) == (clip.recipe, [])
    assert measure(ended.path).sound.duration_s == pytest.approx(clip.duration_s, abs=0.1)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [ended.path.name]


async def test_an_exported_clip_counts_as_kept(bench: StudioBench, tmp_path: Path) -> None:
    library = bench.studio._library
    press = Press(id=new_press_id(), account=AccountName("test"), recipes=(SONG,))
    await library.jobs.write_all([], press=press)
    clip = await a_clip(bench, press=press.id)
    (past,) = await bench.studio.history.get_many([press.id])
    assert past.outcome.kept == 0
    no_folder = tmp_path / "file"
    no_folder.touch()
    (failed,) = await exported(bench, ExportSpec(format=ExportFormat.WAV, folder=no_folder), clip)
    assert failed.state is State.FAILED
    (past,) = await bench.studio.history.get_many([press.id])
    assert past.outcome.kept == 0
    (ended,) = await exported(bench, ExportSpec(format=ExportFormat.WAV, folder=tmp_path), clip)
    assert ended.state is State.DONE, ended.error
    (past,) = await bench.studio.history.get_many([press.id])
    assert past.outcome.kept == 1


async def test_takes_and_covers_of_a_song_get_telling_names(
    bench: StudioBench, tmp_path: Path
) -> None:
    takes = [await a_clip(bench), await a_clip(bench)]
    cover = await a_clip(bench)
    library = bench.studio._library
    for number, clip in enumerate(takes, start=1):
        changed = await library.clips.update_fields(clip.id, take=number, takes=2)
        takes[number - 1] = changed or clip
    cover = await library.clips.update_fields(cover.id, operation=Operation.COVER) or cover
    spec = ExportSpec(format=ExportFormat.WAV, folder=tmp_path / "out")
    ended = await exported(bench, spec, *takes, cover)
    assert [one.path.name if one.path else "" for one in ended] == [
        "Low tide - take 1 - FUZZ-2.0 - 7.wav",
        "Low tide - take 2 - FUZZ-2.0 - 7.wav",
        "Low tide - Cover - FUZZ-2.0 - 7.wav",
    ]
    numbered = await exported(bench, replace(spec, template="{n} {title}"), *takes)
    assert {one.path.name for one in numbered if one.path} == {
        "01 Low tide · take 1.wav",
        "02 Low tide · take 2.wav",
    }


async def test_a_title_that_is_edited_has_one_line(bench: StudioBench) -> None:
    clip = await a_clip(bench)
    await bench.studio.clips.edit([clip.id], title=" first\r\nsecond ")
    found = await bench.studio.clips.get(clip.id)
    assert found is not None
    assert found.title == "first second"


SIGNED = "https://bucket.example/x?X-Amz-Signature=5ec2e7"


@pytest.mark.parametrize("made", list(ExportFormat))
async def test_no_signed_address_leaves_in_a_file(
    bench: StudioBench, tmp_path: Path, made: ExportFormat
) -> None:
    clip = await a_clip(bench)
    recipe = clip.recipe.with_changes(audio_url=SIGNED, cover_url=SIGNED, webhook_url=SIGNED)
    links = MediaLinks(audio=SIGNED, image=SIGNED, video="https://cdn.example/plain.mp4")
    changed = await bench.studio._library.clips.update_fields(clip.id, recipe=recipe, links=links)
    assert changed is not None
    (ended,) = await exported(bench, ExportSpec(format=made, folder=tmp_path / "out"), clip)
    assert ended.path is not None
    assert b"5ec2e7" not in ended.path.read_bytes()
    found = read_recipe(ended.path)
    assert found is not None
    assert recipe_from_json(found) == (clip.recipe, [])
    assert clip.path is not None
    text = (clip.path.parent / "recipe.json").read_text()
    assert "5ec2e7" not in text
    assert "https://cdn.example/plain.mp4" in text
    assert "5ec2e7" not in json.dumps(clip_json(changed))
    assert changed.links == links  # the catalogue keeps what is needed to fetch


@pytest.mark.parametrize("made", list(ExportFormat))
async def test_a_cover_of_any_kind_is_in_the_file(
    bench: StudioBench, tmp_path: Path, made: ExportFormat
) -> None:
    clip = await a_clip(bench)
    library = bench.studio._library
    cover = library.media.partial_path(clip.id, MediaKind.COVER).with_suffix(".gif")
    with av.open(str(cover), "w", format="gif") as container:
        stream = container.add_stream("gif", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb8"
        container.mux(stream.encode(av.VideoFrame(64, 64, "rgb8")))
        container.mux(stream.encode(None))
    await library.clips.update_fields(
        clip.id, cover=await library.media.store_file(cover, clip, MediaKind.COVER)
    )
    (ended,) = await exported(bench, ExportSpec(format=made, folder=tmp_path / "out"), clip)
    assert ended.path is not None
    assert b"JFIF" in ended.path.read_bytes()
    assert [notice.text for notice in bench.notices] == []


async def test_a_cover_that_is_none_costs_no_export(bench: StudioBench, tmp_path: Path) -> None:
    clip = await a_clip(bench)
    assert clip.path is not None
    cover = clip.path.with_name("cover.webp")
    cover.write_bytes(b"RIFF....WEBP, but not really")
    await bench.studio._library.clips.update_fields(clip.id, cover=cover)
    spec = ExportSpec(format=ExportFormat.FLAC, folder=tmp_path / "out")
    (ended,) = await exported(bench, spec, clip)
    assert ended.state is State.DONE


async def test_names_are_never_taken_from_each_other(bench: StudioBench, tmp_path: Path) -> None:
    first, second = await a_clip(bench), await a_clip(bench)
    (tmp_path / "out").mkdir()
    mine = tmp_path / "out" / "Low tide - FUZZ-2.0 - 7.wav"
    mine.write_bytes(b"somebody's own")
    spec = ExportSpec(format=ExportFormat.WAV, folder=tmp_path / "out")
    ended = await exported(bench, spec, first, second, first)
    names = sorted(one.path.name for one in ended if one.path is not None)
    assert (
        names == [f"Low tide - FUZZ-2.0 - 7 ({number}).wav" for number in (2, 3, 4)][: len(names)]
    )
    assert len(names) == len(ended)
    assert mine.read_bytes() == b"somebody's own"


async def test_cancelled_before_its_first_step_it_is_over(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    heard: list[State] = []
    bench.studio.events.subscribe(ExportChanged, lambda told: heard.append(told.export.state))
    spec = ExportSpec(format=ExportFormat.FLAC, folder=tmp_path / "out")
    (started,) = await bench.studio.exports.export([clip.id], spec)
    bench.studio.exports.cancel(started.id)
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.state is State.CANCELLED
    assert heard == [State.QUEUED, State.CANCELLED]
    assert bench.studio.exports.active_exports() == []
    assert not (tmp_path / "out").exists()


async def test_cancelled_while_it_is_made_it_leaves_no_file(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench, seconds=240)
    running = asyncio.Event()

    def on_export(told: ExportChanged) -> None:
        if told.export.progress:
            running.set()

    bench.studio.events.subscribe(ExportChanged, on_export)
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path / "out")
    (started,) = await bench.studio.exports.export([clip.id], spec)
    await asyncio.wait_for(running.wait(), 20)
    bench.studio.exports.cancel(started.id)
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.state is State.CANCELLED
    assert list((tmp_path / "out").iterdir()) == []


async def test_mistakes_are_explained_before_anything_is_made(
    bench: StudioBench, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    for template, word in (
        ("{titel}", "{titel} is unknown"),
        ("  ", "at least"),
        ("{x", "not closed"),
    ):
        with pytest.raises(RequestRejected, match=word) as caught:
            await exported(
                bench,
                ExportSpec(format=ExportFormat.WAV, folder=tmp_path, template=template),
                clip,
            )
        assert caught.value.field == "template"
    with pytest.raises(RequestRejected, match="MP3 and WAV only"):
        await exported(
            bench, ExportSpec(format=ExportFormat.FLAC, folder=tmp_path, by_service=True), clip
        )
    assert bench.studio.exports.active_exports() == []


async def test_what_cannot_be_made_says_why(bench: StudioBench, tmp_path: Path) -> None:
    bare = Clip(id=new_clip_id(), title="Without sound")
    await bench.studio._library.clips.add([bare])
    here = ExportSpec(format=ExportFormat.WAV, folder=tmp_path / "out")
    there = ExportSpec(format=ExportFormat.WAV, folder=tmp_path / "out", by_service=True)
    (tmp_path / "file").write_text("not a folder")
    nowhere = ExportSpec(format=ExportFormat.WAV, folder=tmp_path / "file" / "out")
    whole = await a_clip(bench)
    sentences = []
    for spec, clip in ((here, bare), (there, bare), (nowhere, whole)):
        (ended,) = await exported(bench, spec, clip)
        assert ended.state is State.FAILED
        assert ended.error is not None
        sentences.append(ended.error.message)
    assert "is not downloaded yet" in sentences[0]
    assert "No service knows" in sentences[1]
    assert "Choose another folder" in sentences[2]


async def test_a_service_that_is_slow_with_files_holds_up_none_made_here(
    bench: StudioBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    clip = await a_clip(bench)
    await bench.studio._library.clips.update_fields(clip.id, remote_id=RemoteId("nobody-knows"))
    sandbox.set_faults([{"where": "submit", "kind": "latency", "seconds": 2}])
    there = ExportSpec(format=ExportFormat.WAV, folder=tmp_path, by_service=True)
    here = ExportSpec(format=ExportFormat.WAV, folder=tmp_path)
    slow = await bench.studio.exports.export([clip.id], there)
    slow += await bench.studio.exports.export([clip.id], there)
    (ended,) = await exported(bench, here, clip)
    assert ended.state is State.DONE
    assert [one.state for one in bench.studio.exports.active_exports()] == [State.AT_SERVICE] * 2
    for one in slow:
        assert (await bench.studio.exports.wait_until_finished(one.id)).state is State.FAILED


async def test_the_service_makes_a_file_for_its_price(bench: StudioBench, tmp_path: Path) -> None:
    _, clip = await bench.made(SONG)
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path, by_service=True)
    (ended,) = await exported(bench, spec, clip)
    assert ended.state is State.DONE, ended.error
    assert ended.path is not None
    recipe = read_recipe(ended.path)
    assert recipe is not None
    assert recipe_from_json(recipe) == (clip.recipe, [])
    assert await bench.charged() == [2.0, 10.0]


async def test_the_same_file_of_the_service_is_asked_about_once(
    bench: StudioBench, tmp_path: Path
) -> None:
    _, clip = await bench.made(SONG)
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path, by_service=True)
    await exported(bench, spec, clip)
    with pytest.raises(DuplicateRequest, match="costs 2 credits once more"):
        await bench.studio.exports.export([clip.id], spec, refuse_duplicates=True)
    assert bench.studio.exports.active_exports() == []
    wav = replace(spec, format=ExportFormat.WAV)
    here = replace(spec, by_service=False)
    for other in (wav, here):
        (started,) = await bench.studio.exports.export([clip.id], other, refuse_duplicates=True)
        assert (await bench.studio.exports.wait_until_finished(started.id)).state is State.DONE


async def test_a_file_that_the_service_has_made_is_asked_about_later_too(
    bench: StudioBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    _, clip = await bench.made(SONG)
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path, by_service=True)
    await exported(bench, spec, clip)
    await bench.studio.clips.edit([clip.id], title="Another title")
    *_, job = await bench.studio.jobs.all()
    earlier = job.created_at - timedelta(days=1)
    await bench.studio._library.jobs.write(job.with_changes(created_at=earlier, sent_at=earlier))
    # As in a later run.
    bench.studio.jobs._checks._duplicates._queued_s.clear()
    with pytest.raises(DuplicateRequest, match=r"“Low tide \(by service\).mp3” is in the clip's"):
        await bench.studio.exports.export([clip.id], spec, refuse_duplicates=True)
    assert len(sandbox.requests("POST", "/download")) == 1


async def test_the_same_file_asked_for_twice_at_once_is_paid_once(
    bench: StudioBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    _, clip = await bench.made(SONG)
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path, by_service=True)
    started = await bench.studio.exports.export([clip.id, clip.id], spec, refuse_duplicates=True)
    ended = [await bench.studio.exports.wait_until_finished(one.id) for one in started]
    assert sorted(one.state for one in ended) == [State.DONE, State.FAILED]
    [refused] = [one.error for one in ended if one.error is not None]
    assert "so nothing was sent" in refused.message
    assert len(sandbox.requests("POST", "/download")) == 1


async def test_a_file_that_was_asked_for_again_says_where_it_is(
    bench: StudioBench, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    _, clip = await bench.made(SONG)
    sandbox.set_faults([{"where": "download", "kind": "cut_after", "times": 1}])
    spec = ExportSpec(format=ExportFormat.MP3, folder=tmp_path, by_service=True)
    (ended,) = await exported(bench, spec, clip)
    assert ended.error is not None
    assert ended.error.message.endswith("Decide what to do at the top of the library.")
    (job,) = bench.studio.jobs.visible_jobs()
    await bench.studio.job_actions.resolve(job.id, Resolution.SEND_AGAIN)
    await bench.studio.jobs.wait_until_idle()
    (told,) = bench.notices
    assert told.text == (
        "The MP3 of “Low tide” has arrived from the service. It is in the clip's folder, as "
        "“Low tide (by service).mp3”."
    )
    assert clip.path is not None
    assert told.detail == str(clip.path.parent)
    assert sorted(file.suffix for file in clip.path.parent.iterdir()) == [
        ".json", ".m4a", ".mp3", ".png",
    ]  # fmt: skip


def test_a_file_says_nothing_of_this_computer() -> None:
    recipe = Recipe(
        operation=Operation.UPLOAD,
        title="Demo",
        audio_file="/music/secret project/demo.wav",
        webhook_url="https://tunnel.example/hooks/4711",
    )
    told = build_tags(Clip(id=ClipId("a"), recipe=recipe), None, TagSettings()).recipe
    assert told is not None
    assert told["title"] == "Demo"
    assert not {"audio_file", "webhook_url"} & told.keys()
