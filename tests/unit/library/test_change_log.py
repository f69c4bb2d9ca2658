"""Changes of one process as another one learns of them, both on the same database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from producer_studio.domain.clip import MediaState, Registration
from producer_studio.domain.ids import AccountName, ClipId, RemoteId, new_job_id
from producer_studio.domain.job import Job
from producer_studio.domain.library_change import ChangeKind, ClipField, LibraryChange
from producer_studio.library import Library
from producer_studio.library.change_log import MAX_CLIPS_PER_CHANGE, MAX_LOGGED_CHANGES
from tests.support.library_fixtures import MakeClip

pytestmark = pytest.mark.anyio


@pytest.fixture
async def other(library: Library) -> AsyncIterator[Library]:
    """The same library, open in what could be another process."""
    other = await Library.open(library.folder)
    yield other
    await other.close()


async def kinds(library: Library) -> list[tuple[ChangeKind, frozenset[ClipId]]]:
    return [(change.kind, change.clips) for change in await library.read_external_changes()]


async def test_each_kind_of_change_is_learnt_once_and_not_ones_own(
    library: Library, other: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    ids = frozenset({clip.id})
    await other.clips.add([clip])
    assert await kinds(library) == [(ChangeKind.ADDED, ids)]
    assert await kinds(library) == []
    await other.clips.update_fields(clip.id, media=MediaState.READY)
    await other.clips.edit([clip.id], {ClipField.STARS: 3})
    await other.clips.edit([clip.id], {ClipField.STARS: 3})  # nothing is different
    await other.clips.trash([clip.id])
    assert await kinds(library) == [
        (ChangeKind.MEDIA, ids),
        (ChangeKind.DETAILS, ids),
        (ChangeKind.REMOVED, ids),
    ]
    await other.clips.restore([clip.id])
    registration = Registration(account=AccountName("a"), remote_id=RemoteId("r"))
    await other.clips.add_registration(clip.id, registration, Job(id=new_job_id()))
    more = make_clip()
    await other.clips.update_and_add(clip.id, {"stem": "Voice"}, [more], Job(id=new_job_id()))
    await other.clips.overwrite(clip)
    await other.clips.trash([more.id])
    await other.clips.delete([more.id])
    assert [kind for kind, _ in await kinds(library)] == [
        ChangeKind.ADDED,
        ChangeKind.DETAILS,
        ChangeKind.MEDIA,
        ChangeKind.ADDED,
        ChangeKind.MEDIA,
        ChangeKind.REMOVED,
        ChangeKind.REMOVED,
    ]
    assert await kinds(other) == []


async def test_edits_carry_the_values_before_and_after(
    library: Library, other: Library, make_clip: MakeClip
) -> None:
    clip = make_clip(tags=("old",), notes="n")
    await other.clips.add([clip])
    await library.read_external_changes()
    values = {
        ClipField.TITLE: "Broken \ud83d title",
        ClipField.TAGS: ("a b", "c"),
        ClipField.NOTES: "",
        ClipField.STARS: 4,
        ClipField.FAVOURITE: True,
        ClipField.HEARD: True,
        ClipField.TRASHED: datetime.now(UTC),
    }
    edits = await other.clips.edit([clip.id], values)
    (change,) = await library.read_external_changes()
    assert change == LibraryChange.from_edits(edits)
    undone = await library.clips.apply_edits([edit.inverse() for edit in change.edits])
    assert undone.skipped == frozenset()
    assert await other.clips.get(clip.id) == clip


async def test_what_was_there_before_opening_is_known(
    library: Library, make_clip: MakeClip
) -> None:
    await library.clips.add([make_clip()])
    later = await Library.open(library.folder)
    assert await later.read_external_changes() == []
    clip = make_clip()
    await library.clips.add([clip])
    assert await kinds(later) == [(ChangeKind.ADDED, frozenset({clip.id}))]
    await later.close()


async def test_very_many_changes_mean_everything(
    library: Library, other: Library, make_clip: MakeClip
) -> None:
    everything = [(ChangeKind.EVERYTHING, frozenset[ClipId]())]
    many = [make_clip() for _ in range(MAX_CLIPS_PER_CHANGE + 1)]
    await other.clips.add(many)
    assert await kinds(library) == everything
    for _ in range(MAX_LOGGED_CHANGES + 1):
        await other.clips.edit([many[0].id], {ClipField.STARS: 1})
        await other.clips.edit([many[0].id], {ClipField.STARS: 2})
    with closing(sqlite3.connect(library.folder / "library.db")) as db:
        assert db.execute("SELECT count(*) FROM changes").fetchone() == (MAX_LOGGED_CHANGES,)
    assert await kinds(library) == everything
    assert await kinds(library) == []


@pytest.mark.parametrize(
    ("kind", "clips", "edits"),
    [
        ("later", "[]", "[]"),
        ("added", "[" * 100_000, "[]"),
        ("added", "[]", '[{"a":' * 100_000),
        ("added", "[7, null]", "[]"),
        ("added", '{"a": 1}', "[]"),
        ("added", "7", "[]"),
        ("added", "[]", '["edit"]'),
        ("trash", "[]", '[{"field": "trashed", "clips": ["a"], "before": [7], "after": [7]}]'),
        ("trash", "[]", '[{"field": "title", "clips": [7], "before": ["a"], "after": ["b"]}]'),
    ],
)
async def test_a_change_that_cannot_be_read_means_everything(
    library: Library, kind: str, clips: str, edits: str
) -> None:
    with closing(sqlite3.connect(library.folder / "library.db")) as db, db:
        db.execute(
            "INSERT INTO changes(source, kind, clips, edits) VALUES ('x', ?, ?, ?)",
            (kind, clips, edits),
        )
    assert await kinds(library) == [(ChangeKind.EVERYTHING, frozenset())]


async def test_two_that_write_at_once_learn_all_of_each_other(
    library: Library, other: Library, make_clip: MakeClip
) -> None:
    mine, theirs = [make_clip() for _ in range(20)], [make_clip() for _ in range(20)]
    await asyncio.gather(
        *(library.clips.add([clip]) for clip in mine), *(other.clips.add([clip]) for clip in theirs)
    )
    learnt = frozenset[ClipId]().union(*(clips for _, clips in await kinds(library)))
    assert learnt == {clip.id for clip in theirs}


async def test_a_tempo_that_is_set_and_taken_back_is_learnt(
    library: Library, other: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await other.clips.add([clip])
    await other.clips.edit([clip.id], {ClipField.BPM: 98.5, ClipField.KEY: "Fm"})
    await other.clips.edit([clip.id], {ClipField.BPM: None})
    _, first, second = await library.read_external_changes()
    assert [(edit.before, edit.after) for edit in first.edits] == [
        ((None,), (98.5,)),
        (("",), ("F minor",)),
    ]
    assert [edit.after for edit in second.edits] == [(None,)]
