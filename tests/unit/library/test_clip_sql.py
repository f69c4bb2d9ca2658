"""Clips come back as they went in, and change only where asked."""

import asyncio
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from producer_studio.domain.clip import (
    AudioMeasurements,
    Clip,
    MediaLinks,
    MediaState,
    Registration,
)
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, RemoteId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library, SmartList
from tests.support.library_fixtures import START, MakeClip

pytestmark = pytest.mark.anyio


def full_clip(library: Path) -> Clip:
    folder = library / "2026" / "x"
    return Clip(
        id=ClipId("0123456789abcdef"),
        remote_id=RemoteId("remote"),
        title="Título “x” 夜",
        sound="warm lofi",
        lyrics="[Verse]\nRain\n",
        operation=Operation.EXTEND,
        model="FUZZ-2.0 Pro",
        service="musicapi",
        account=AccountName("My account"),
        seed="42",
        recipe=Recipe(operation=Operation.EXTEND, weirdness=0.7, instrumental=True, seed="42"),
        parent=ClipId("parent"),
        job=JobId("job"),
        press=PressId("press"),
        take=2,
        takes=4,
        position=1,
        stem="vocals",
        registered=(
            Registration(
                account=AccountName("Andere"), remote_id=RemoteId("up-1"), service="demo", at=START
            ),
            Registration(account=AccountName("third"), remote_id=RemoteId("up-2"), at=START),
        ),
        measured=AudioMeasurements(
            duration_s=12.5,
            loudness_lufs=-14.2,
            peak_dbfs=-1.0,
            bpm=92.1,
            key="F minor",
            bpm_confidence=0.27,
            true_peak_dbtp=-0.4,
            head_s=0.25,
            tail_s=1.5,
            clipped_samples=12,
            clipped_runs=3,
            end_dbfs=-41.5,
            side_to_mid_db=-8.25,
            version=1,
        ),
        bpm_override=46.05,
        key_override="Ab major",
        media=MediaState.READY,
        media_note="fine",
        path=folder / "x.m4a",
        sha256="9f86d081",
        size_bytes=4_096,
        cover=folder / "cover.png",
        video=folder / "x.mp4",
        links=MediaLinks(audio="https://a/1", image="https://a/2", archive="https://a/3"),
        stars=4,
        favourite=True,
        heard=True,
        plays=7,
        played_at=START + timedelta(hours=3),
        tags=("late night", "keeper"),
        notes="second verse is best",
        artist="Jo Sea",
        album="Tides",
        track_number=7,
        genre="Lofi",
        year=2027,
        comment="For Anna",
        export_lyrics="As sung",
        export_cover="cover for exports.png",
        created_at=START,
        added_at=START + timedelta(hours=1, microseconds=3),
        trashed_at=START + timedelta(hours=2),
    )


async def test_every_field_comes_back(library: Library) -> None:
    clip = full_clip(library.folder)
    empty = Clip(id=ClipId("0"))
    same = [f.name for f in fields(Clip) if getattr(clip, f.name) == getattr(empty, f.name)]
    assert same == []  # a field with its default would prove nothing
    await library.clips.add([clip])
    assert await library.clips.get(clip.id) == clip


async def test_an_account_that_knows_a_clip_is_noted_with_its_job(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    one = Registration(account=AccountName("a"), remote_id=RemoteId("r"), at=START)
    job = Job(id=new_job_id(), state=JobState.COLLECTING)
    await library.clips.add_registration(clip.id, one, job)
    # Collected twice, it is noted once.
    later = Registration(account=one.account, remote_id=one.remote_id)
    await library.clips.add_registration(clip.id, later, job.with_changes(state=JobState.DONE))
    other = Registration(account=AccountName("b"), remote_id=RemoteId("r"), at=START)
    await library.clips.add_registration(clip.id, other, job.with_changes(state=JobState.DONE))
    found = await library.clips.get(clip.id)
    assert found is not None
    assert found.registered == (one, other)
    assert found.find_remote_id(AccountName("b"), "acedata") == ("r", True)
    assert [one.state for one in await library.jobs.list_jobs()] == [JobState.DONE]
    folder = await library.clips.find_folder(clip.id)
    assert folder is not None
    assert "registered" in (folder / "recipe.json").read_text(encoding="utf-8")


async def test_one_row_becomes_several_at_once(library: Library, make_clip: MakeClip) -> None:
    first, second = make_clip(stars=3), make_clip(stem="Drums")
    job = Job(id=new_job_id(), state=JobState.COLLECTING)
    await library.clips.add([first], job)
    both = job.with_changes(clips=(first.id, second.id))
    await library.clips.update_and_add(first.id, {"stem": "Vocals"}, [second], both)
    await library.clips.update_and_add(first.id, {"stem": "Vocals"}, [second], both)
    assert await library.clips.get_many([first.id, second.id]) == [
        first.with_changes(stem="Vocals"),
        second,
    ]
    assert len(await library.clips.list_ids()) == 2
    assert await library.jobs.list_jobs() == [both]


async def test_paths_follow_the_library_when_it_is_moved(tmp_path: Path) -> None:
    library = await Library.open(tmp_path / "before")
    clip = full_clip(library.folder)
    await library.clips.add([clip])
    await library.close()
    (tmp_path / "before").rename(tmp_path / "after")
    library = await Library.open(tmp_path / "after")
    moved = await library.clips.get(clip.id)
    await library.close()
    assert moved is not None
    assert moved.path == tmp_path / "after" / "2026" / "x" / "x.m4a"
    assert moved.cover == moved.path.with_name("cover.png")


async def test_rows_keep_the_order_asked_for(library: Library, make_clip: MakeClip) -> None:
    first, second = make_clip(), make_clip()
    await library.clips.add([first, second])
    assert await library.clips.get_many([second.id, ClipId("gone"), first.id]) == [second, first]


async def test_adding_twice_keeps_what_the_user_changed(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    assert await library.clips.add([clip]) == [clip.id]
    await library.clips.edit([clip.id], {ClipField.STARS: 5})
    assert await library.clips.add([clip]) == []
    kept = await library.clips.get(clip.id)
    assert kept is not None
    assert kept.stars == 5


async def test_clips_and_their_job_come_together(library: Library, make_clip: MakeClip) -> None:
    takes = [make_clip("One", added_at=START), make_clip("Two", added_at=START)]
    job = Job(id=new_job_id(), state=JobState.COLLECTING, clips=tuple(c.id for c in takes))
    await library.clips.add(takes, job)
    assert await library.jobs.get(job.id) == job
    # The first of a job stands above the second.
    assert await library.clips.list_ids() == [takes[0].id, takes[1].id]


async def test_amend_leaves_an_edit_made_meanwhile(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await asyncio.gather(
        library.clips.edit([clip.id], {ClipField.TITLE: "Renamed", ClipField.STARS: 9}),
        library.clips.update_fields(clip.id, media=MediaState.READY),
    )
    after = await library.clips.get(clip.id)
    assert after is not None
    assert (after.title, after.stars, after.media) == ("Renamed", 5, MediaState.READY)


async def test_what_is_gone_cannot_be_changed(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    assert not await library.clips.overwrite(clip)
    assert await library.clips.update_fields(clip.id, stars=1) is None
    assert await library.clips.edit([clip.id], {ClipField.STARS: 1}) == ()
    assert await library.clips.find_folder(clip.id) is None


async def test_tags_are_tidied(library: Library, make_clip: MakeClip) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    tags = (" late \n night ", "", "keeper", "keeper")
    [edit] = await library.clips.edit([clip.id], {ClipField.TAGS: tags})
    assert edit.after == (("late night", "keeper"),)
    kept = await library.clips.get(clip.id)
    assert kept is not None
    assert kept.tags == ("late night", "keeper")


async def test_half_characters_are_stored_as_question_marks(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip("Broken \ud83d title")
    await library.clips.add([clip])
    kept = await library.clips.get(clip.id)
    assert kept is not None
    assert kept.title == "Broken ? title"


async def test_trash_hides_and_restore_brings_back(library: Library, make_clip: MakeClip) -> None:
    kept, thrown = make_clip(), make_clip()
    await library.clips.add([kept, thrown])
    [edit] = await library.clips.trash([thrown.id])
    gone = await library.clips.get(thrown.id)
    assert gone is not None
    assert (edit.before, edit.after) == ((None,), (gone.trashed_at,))
    assert await library.clips.list_ids() == [kept.id]
    assert await library.clips.list_ids(smart=SmartList.TRASH) == [thrown.id]
    assert (await library.clips.count_smart_lists()).trashed == 1
    assert await library.clips.restore([thrown.id]) == (edit.inverse(),)
    assert await library.clips.get(thrown.id) == thrown
    assert await library.clips.list_ids() == [thrown.id, kept.id]


async def test_family_holds_root_and_all_descendants(library: Library, make_clip: MakeClip) -> None:
    root = make_clip()
    child = make_clip(parent=root.id)
    grandchild = make_clip(parent=child.id)
    other = make_clip()
    await library.clips.add([root, child, grandchild, other])
    for clip in (root, child, grandchild):
        assert await library.clips.get_family(clip.id) == [root, child, grandchild]
    assert await library.clips.get_family(ClipId("gone")) == []


async def test_a_circle_of_parents_ends(library: Library, make_clip: MakeClip) -> None:
    one = make_clip()
    two = make_clip(parent=one.id)
    await library.clips.add([one.with_changes(parent=two.id), two])
    assert {clip.id for clip in await library.clips.get_family(one.id)} == {one.id, two.id}


async def test_peaks_and_remote_ids_are_found(library: Library, make_clip: MakeClip) -> None:
    clip, plain = make_clip(remote_id=RemoteId("r1")), make_clip()
    await library.clips.add([clip, plain])
    await library.clips.set_peaks(clip.id, b"old")
    await library.clips.set_peaks(clip.id, b"new")
    assert await library.clips.get_peaks([clip.id, plain.id]) == {clip.id: b"new"}
    assert await library.clips.find_by_remote_id(AccountName("demo"), RemoteId("r1")) == clip
    assert await library.clips.find_by_remote_id(AccountName("other"), RemoteId("r1")) is None


async def test_counts_name_each_list(library: Library, make_clip: MakeClip) -> None:
    await library.clips.add(
        [
            make_clip(favourite=True, heard=True),
            make_clip(operation=Operation.UPLOAD),
            make_clip(operation=Operation.LYRICS, heard=True),
            make_clip(video=Path("/v.mp4"), heard=True),
        ]
    )
    counts = await library.clips.count_smart_lists()
    assert (counts.all, counts.favourites, counts.unheard) == (4, 1, 1)
    assert (counts.uploads, counts.lyrics, counts.videos, counts.trashed) == (1, 1, 1, 0)


async def test_missing_files_are_noticed_and_found_again(
    library: Library, make_clip: MakeClip
) -> None:
    sound = library.folder / "sound.m4a"
    clip = make_clip(media=MediaState.READY, path=sound)
    await library.clips.add([clip])
    [lost] = await library.clips.refresh_media_states([clip.id])
    assert lost.media is MediaState.MISSING
    assert await library.clips.list_ids("is:missing") == [clip.id]
    sound.write_bytes(b"x")
    [found] = await library.clips.refresh_media_states([clip.id])
    assert found.media is MediaState.READY
    assert await library.clips.refresh_media_states([clip.id]) == []
