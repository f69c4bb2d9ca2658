"""Undo of library changes: every field, any number of clips, nothing of others overwritten."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.library_change import (
    AppendedText,
    ChangeKind,
    ClipField,
    LibraryChange,
    TagChange,
)
from producer_studio.library import Library
from producer_studio.library.recovery.rebuild import recover_clip
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.studio import Studio
from producer_studio.studio.title_templates import fill_titles
from producer_studio.studio.undo import MAX_STEPS
from tests.integration.studio.conftest import NO_DEMO

pytestmark = pytest.mark.anyio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


async def added(studio: Studio, count: int, **fields: object) -> list[ClipId]:
    clips = [Clip(id=new_clip_id(), title=f"Take {n}", **fields) for n in range(count)]  # type: ignore[arg-type]
    await studio._library.clips.add(clips)
    return [clip.id for clip in clips]


async def stored(studio: Studio, clip: ClipId) -> Clip:
    found = await studio.clips.get(clip)
    assert found is not None
    return found


async def undone(studio: Studio, step: UndoStep | None = None) -> str:
    applied = await studio.clips.undo(step)
    assert applied is not None
    return applied.message


async def redone(studio: Studio) -> str:
    applied = await studio.clips.redo()
    assert applied is not None
    return applied.message


async def test_ratings_overwritten_in_bulk_come_back_each_with_its_own_value(
    studio: Studio,
) -> None:
    ids = await added(studio, 417)
    for place, clip in enumerate(ids[:5]):
        await studio.clips.edit([clip], stars=place + 1)
    step = await studio.clips.edit(ids, stars=1)
    assert step is not None
    # The first has one star already, and is not changed.
    assert change_message(step) == "Rating of 416 clips changed."
    assert await undone(studio) == "Rating of 416 clips restored."
    rows = await studio.clips.get_many(ids)
    assert [clip.stars for clip in rows[:6]] == [1, 2, 3, 4, 5, 0]
    assert await redone(studio) == "Rating of 416 clips changed again."
    assert {clip.stars for clip in await studio.clips.get_many(ids)} == {1}
    assert await undone(studio) == "Rating of 416 clips restored."
    assert (await stored(studio, ids[4])).stars == 5


@pytest.mark.parametrize(
    ("values", "name", "before", "sentence"),
    [
        ({"title": "Other"}, "title", "Take 0", "Title “Take 0” restored."),
        ({"tags": ["a", "b"]}, "tags", ("old",), "Tags of 1 clip restored."),
        ({"notes": "new"}, "notes", "was here", "Notes of 1 clip restored."),
        ({"stars": 4}, "stars", 2, "Rating of 1 clip restored."),
        ({"favourite": True}, "favourite", False, "Favourite mark of 1 clip restored."),
        ({"bpm": 62.5}, "bpm_override", None, "Tempo of 1 clip restored."),
        ({"key": "fm"}, "key_override", "D minor", "Key of 1 clip restored."),
        ({"key": ""}, "key_override", "D minor", "Key of 1 clip restored."),
    ],
)
async def test_every_field_is_taken_back_and_the_recipe_file_follows(
    studio: Studio, values: dict[str, object], name: str, before: object, sentence: str
) -> None:
    [clip] = await added(
        studio, 1, tags=("old",), notes="was here", stars=2, key_override="D minor"
    )
    await studio.clips.edit([clip], **values)  # type: ignore[arg-type]
    assert getattr(await stored(studio, clip), name) != before
    assert await undone(studio) == sentence
    assert getattr(await stored(studio, clip), name) == before
    await studio._library.clips.wait_for_sidecars()
    folder = await studio.clips.find_folder(clip)
    assert folder is not None
    found = recover_clip(folder)
    assert found is not None
    assert getattr(found.clip, name) == before


async def test_trash_and_restore_are_taken_back(studio: Studio) -> None:
    ids = await added(studio, 3)
    await studio.clips.trash(ids)
    assert await undone(studio) == "3 clips restored from the trash."
    assert (await studio.clips.count_smart_lists()).trashed == 0
    await studio.clips.trash(ids)
    await studio.clips.restore(ids[:2])
    assert await undone(studio) == "2 clips moved back to the trash."
    assert (await studio.clips.count_smart_lists()).trashed == 3


async def test_clips_that_are_trashed_twice_come_back_with_one_undo(studio: Studio) -> None:
    """As by a double-click: a second step would move them back to the trash."""
    first, second, third = await added(studio, 3)
    await studio.clips.trash([first, second])
    trashed_at = (await stored(studio, first)).trashed_at
    assert await studio.clips.trash([first, second]) is None
    step = await studio.clips.trash([first, third])
    assert step is not None
    assert change_message(step) == "1 clip moved to the trash."
    assert (await stored(studio, first)).trashed_at == trashed_at
    for _ in range(2):
        await undone(studio)
    assert set(await studio.clips.list_ids()) == {first, second, third}


async def test_tags_and_track_numbers_are_stored_together_or_not_at_all(studio: Studio) -> None:
    (clip,) = await added(studio, 1)
    with closing(sqlite3.connect(studio.clips.folder / "library.db")) as db:
        db.execute(
            "CREATE TRIGGER full BEFORE UPDATE OF track_number ON details "
            "BEGIN SELECT RAISE(ABORT, 'no space'); END"
        )
    with pytest.raises(sqlite3.Error):
        await studio.clips.edit_fields([clip], {ClipField.ARTIST: "Jo"}, first_track=1)
    assert (await stored(studio, clip)).artist == ""


async def test_a_tag_for_all_is_one_step_and_leaves_those_that_have_it(studio: Studio) -> None:
    ids = await added(studio, 600)
    await studio.clips.edit(ids[:1], tags=["keep", "set"])
    step = await studio.clips.edit(ids, tags=TagChange(add=("set",)))
    assert step is not None
    assert step.clip_count == 599
    assert (await stored(studio, ids[0])).tags == ("keep", "set")
    await undone(studio)
    assert (await stored(studio, ids[1])).tags == ()
    assert (await stored(studio, ids[0])).tags == ("keep", "set")


async def test_a_tag_is_renamed_in_every_clip_and_found_by_its_new_name(studio: Studio) -> None:
    ids = await added(studio, 620, tags=("Too slow", "keep"))
    other = await added(studio, 1, tags=("too slow an intro",))
    await studio.clips.trash(ids[:1])
    step = await studio.clips.rename_tag("too SLOW", " rework ")
    assert step is not None
    assert step.clip_count == 620
    assert (await stored(studio, ids[0])).tags == ("rework", "keep")
    assert await studio.clips.count("tag:rework") == 619
    assert await studio.clips.list_ids('tag:"too slow"') == other
    assert await undone(studio) == "Tags of 620 clips restored."
    assert (await stored(studio, ids[1])).tags == ("Too slow", "keep")
    assert await studio.clips.count('tag:"too slow"') == 620
    await studio.clips.rename_tag("keep", "")
    assert await studio.clips.count("tag:keep") == 0
    assert await studio.clips.rename_tag("no such", "tag") is None
    # What made the bulk change faster is over with it.
    settings = await studio._library.context.database.read(
        lambda db: dict(db.execute("SELECT k, v FROM words_config").fetchall())
    )
    assert (settings["automerge"], settings["hashsize"]) == (4, 1024 * 1024)


async def test_titles_notes_and_tags_of_many_are_one_step(studio: Studio) -> None:
    ids = await added(studio, 3, notes="first", tags=("x",))
    await studio.clips.edit(ids[:1], title="Low tide")
    assert await studio.clips.count_tags(ids) == {"x": 3}
    titles = await fill_titles(studio.clips, ids, "{title} - {n}")
    change = TagChange(add=("y",), remove=("x",))
    await studio.clips.edit(ids, title=titles, notes=AppendedText("second"), tags=change)
    clip = await stored(studio, ids[0])
    assert (clip.title, clip.notes, clip.tags) == ("Low tide - 01", "first\n\nsecond", ("y",))
    assert (await stored(studio, ids[2])).title.endswith("03")
    await undone(studio)
    clip = await stored(studio, ids[0])
    assert (clip.title, clip.notes, clip.tags) == ("Low tide", "first", ("x",))


async def test_a_tempo_is_halved_and_doubled_from_where_each_clip_is(studio: Studio) -> None:
    measured = await added(studio, 2, measured=AudioMeasurements(bpm=124.2, bpm_confidence=0.02))
    without = await added(studio, 1)
    ids = [*measured, *without]
    assert (await stored(studio, ids[0])).bpm_text == "≈124 BPM"
    step = await studio.clips.scale_tempo(ids, 0.5)
    assert step is not None
    assert change_message(step) == "Tempo of 2 clips changed."
    await studio.clips.scale_tempo(ids[:1], 0.5)
    rows = await studio.clips.get_many(ids)
    assert [clip.bpm_text for clip in rows] == ["31 BPM", "62 BPM", ""]
    # Out of the range of tempos nothing changes, and there is no step to undo.
    assert await studio.clips.scale_tempo(ids[:1], 0.5) is None
    await undone(studio)
    assert await undone(studio) == "Tempo of 2 clips restored."
    assert (await stored(studio, ids[0])).bpm_text == "≈124 BPM"
    assert await redone(studio) == "Tempo of 2 clips changed again."
    await studio.clips.edit(ids[:1], bpm=0)
    assert (await stored(studio, ids[0])).bpm_override is None


async def test_a_tempo_and_key_set_by_hand_outlive_another_measurement(studio: Studio) -> None:
    [clip] = await added(studio, 1, measured=AudioMeasurements(bpm=124.2, key="C major"))
    await studio.clips.edit([clip], bpm=62, key="a minor")
    await studio._library.clips.update_fields(
        clip, measured=AudioMeasurements(bpm=123.9, key="G major", duration_s=60.0)
    )
    found = await stored(studio, clip)
    assert (found.bpm, found.key, found.duration_s) == (62.0, "A minor", 60.0)


async def test_a_change_by_somebody_else_is_not_overwritten(studio: Studio) -> None:
    ids = await added(studio, 3)
    await studio.clips.edit(ids, stars=5)
    other = await Library.open(studio.clips.folder)
    await other.clips.edit(ids[:1], {ClipField.STARS: 2})
    await other.close()
    assert await undone(studio) == (
        "Rating of 2 clips restored. 1 clip has since been changed elsewhere and stays as it is."
    )
    assert [clip.stars for clip in await studio.clips.get_many(ids)] == [2, 0, 0]
    # What is made again is what was taken back, and no more.
    await redone(studio)
    assert [clip.stars for clip in await studio.clips.get_many(ids)] == [2, 5, 5]


async def test_nothing_is_said_to_be_undone_when_all_were_changed_elsewhere(
    studio: Studio,
) -> None:
    [clip] = await added(studio, 1)
    await studio.clips.edit([clip], title="Mine")
    other = await Library.open(studio.clips.folder)
    await other.clips.edit([clip], {ClipField.TITLE: "Theirs"})
    await other.close()
    assert (await undone(studio)).startswith(
        "Nothing was undone: 1 clip has since been changed elsewhere"
    )
    assert (await stored(studio, clip)).title == "Theirs"
    assert await studio.clips.redo() is None


async def test_the_last_hundred_steps_are_kept(studio: Studio) -> None:
    [clip] = await added(studio, 1)
    for number in range(MAX_STEPS + 5):
        await studio.clips.edit([clip], title=f"Title {number}")
    for _ in range(MAX_STEPS):
        await undone(studio)
    assert await studio.clips.undo() is None
    assert (await stored(studio, clip)).title == "Title 4"


async def test_typing_with_pauses_is_one_step(studio: Studio) -> None:
    [clip] = await added(studio, 1)
    session = object()
    for text in ("N", "Nig", "Night"):
        await studio.clips.edit([clip], title=text, session=session)
    await studio.clips.edit([clip], title="Night rain", session=object())
    assert await undone(studio) == "Title “Night” restored."
    assert await undone(studio) == "Title “Take 0” restored."
    assert await studio.clips.undo() is None


async def test_a_named_step_is_taken_back_from_below_newer_ones(studio: Studio) -> None:
    first, second = await added(studio, 2)
    step = await studio.clips.edit([first], stars=3)
    await studio.clips.edit([second], stars=4)
    await undone(studio, step)
    assert [clip.stars for clip in await studio.clips.get_many([first, second])] == [0, 4]
    assert await studio.clips.undo(step) is None


async def test_an_undo_waits_for_the_edit_asked_for_before_it(studio: Studio) -> None:
    ids = await added(studio, 300)
    _, applied = await asyncio.gather(studio.clips.edit(ids, stars=3), studio.clips.undo())
    assert applied is not None
    assert applied.message == "Rating of 300 clips restored."
    assert {clip.stars for clip in await studio.clips.get_many(ids)} == {0}


async def test_heard_is_no_step_and_does_not_end_redo(studio: Studio) -> None:
    [clip] = await added(studio, 1)
    await studio.clips.edit([clip], stars=3)
    await undone(studio)
    assert await studio.clips.edit([clip], heard=True) is None
    await redone(studio)
    assert (await stored(studio, clip)).stars == 3


async def test_steps_forget_clips_that_were_deleted_for_good(studio: Studio) -> None:
    ids = await added(studio, 2)
    await studio.clips.edit(ids, stars=3)
    await studio.clips.trash(ids[:1])
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    deleted = await studio.clips.delete(ids)
    assert deleted.clips == (ids[0],)
    assert [(change.kind, change.clips) for change in changes] == [
        (ChangeKind.REMOVED, frozenset(ids[:1]))
    ]
    assert await undone(studio) == "Rating of 1 clip restored."
    assert await studio.clips.undo() is None


async def test_a_named_step_is_known_after_clips_of_it_were_deleted_and_after_a_redo(
    studio: Studio,
) -> None:
    """A notice offers to undo it."""
    ids = await added(studio, 2)
    step = await studio.clips.edit(ids, stars=3)
    trashed = await studio.clips.trash(ids[:1])
    await studio.clips.delete(ids)
    for _ in range(2):
        applied = await studio.clips.undo(step)
        assert applied is not None
        assert applied.message == "Rating of 1 clip restored."
        assert applied.step == step
        await redone(studio)
    assert await studio.clips.undo(trashed) is None


async def test_each_change_is_published_once_with_its_values(studio: Studio) -> None:
    ids = await added(studio, 2)
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    asker = object()
    await studio.clips.edit(ids, asker, stars=3)
    await undone(studio)
    await studio.clips.edit(ids, stars=0)  # nothing is different
    await studio.clips.trash(ids)
    edited, back, trashed = changes
    assert edited.origin is asker
    assert (edited.edits[0].before, edited.edits[0].after) == ((0, 0), (3, 3))
    assert back.edits == edited.inverse().edits
    assert back.clips == frozenset(ids)
    assert trashed.kind is ChangeKind.REMOVED
    assert trashed.inverse().kind is ChangeKind.ADDED


async def test_steps_after_an_action_are_left_for_a_library_that_is_opened_again(
    studio: Studio,
) -> None:
    (clip,) = await added(studio, 1)
    await studio.clips.edit([clip], stars=2)
    await studio.playlists.create("An action", [])
    await studio.clips.edit([clip], stars=4)
    await studio.clips.edit([clip], stars=5)
    await undone(studio)
    studio.clips.undo_history = studio.clips.undo_history.for_reopened_library()
    await redone(studio)
    assert (await stored(studio, clip)).stars == 5
    await undone(studio)
    await undone(studio)
    assert (await stored(studio, clip)).stars == 2
    assert await studio.clips.undo() is None
