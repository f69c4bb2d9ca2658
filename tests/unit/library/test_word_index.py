"""The word index after changes of many rows is that of the triggers."""

import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.domain.job import Job
from producer_studio.domain.library_change import ClipField, FieldEdit, NewValue, TagChange
from producer_studio.domain.recipe import Recipe
from producer_studio.library import clip_edits, clip_sql, job_sql
from producer_studio.library.connection import transaction
from producer_studio.library.migrations import rebuild_index
from producer_studio.library.word_index import BULK_ROWS, without_triggers
from tests.support.library_fixtures import START

_COUNT = BULK_ROWS + 20
_CHARGED = 12.0


def _clip(number: int, **fields: object) -> Clip:
    clip = Clip(
        id=ClipId(f"clip-{number}"),
        title=f"Café 夜 {number}",
        sound="Warm lofi",
        lyrics="Rain, rain and Straße" if number % 2 else "",
        tags=("Late Night",) if number % 3 else (),
        job=JobId(f"job-{number % 4}"),
        added_at=START + timedelta(seconds=number),
    )
    return clip.with_changes(**fields)


def _add(db: sqlite3.Connection, folder: Path, clips: list[Clip]) -> list[ClipId]:
    with transaction(db):
        added = clip_sql.add_clips(db, folder, clips)
    return [one.clip.id for one in added]


def _index(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Returns each word of the index with its row, column and place."""
    db.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)")
    found = [tuple(row) for row in db.execute("SELECT * FROM vocabulary ORDER BY 1, 2, 3, 4")]
    db.execute("DROP TABLE vocabulary")
    return found


def _require_complete_index(db: sqlite3.Connection) -> None:
    found = _index(db)
    assert found
    with transaction(db):
        rebuild_index(db)
    assert found == _index(db)


def test_many_added_clips_are_indexed_and_listed_in_their_order(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    clips = [_clip(number, added_at=START) for number in range(_COUNT)]
    ids = _add(database, tmp_path, [clips[0], *clips])
    assert ids == [clip.id for clip in clips]
    listed = database.execute("SELECT id FROM clips ORDER BY seq DESC").fetchall()
    assert [row["id"] for row in listed] == ids
    assert _add(database, tmp_path, [*clips, _clip(_COUNT)]) == [f"clip-{_COUNT}"]
    _require_complete_index(database)


@pytest.mark.parametrize("count", [3, _COUNT])
def test_added_clips_have_the_prices_of_their_jobs(
    database: sqlite3.Connection, tmp_path: Path, count: int
) -> None:
    job_sql.write_job(database, Job(id=JobId("job-1"), recipe=Recipe(), credits_charged=_CHARGED))
    _add(database, tmp_path, [_clip(number) for number in range(count)])
    found = database.execute("SELECT id, charged FROM clips").fetchall()
    expected = {f"clip-{number}": _CHARGED if number % 4 == 1 else None for number in range(count)}
    assert {row["id"]: row["charged"] for row in found} == expected
    # The trigger is there again, for one clip and for many.
    _add(database, tmp_path, [_clip(1001)])
    assert clip_sql.read_charges(database, [ClipId("clip-1001")]) == {"clip-1001": _CHARGED}


@pytest.mark.parametrize(
    "values",
    [
        {ClipField.TAGS: TagChange(add=("Zürich mix",), remove=("Late Night",))},
        {ClipField.TITLE: "Neu 朝", ClipField.NOTES: "Loud"},
    ],
)
def test_many_edited_clips_are_indexed_and_taken_back(
    database: sqlite3.Connection, tmp_path: Path, values: Mapping[ClipField, NewValue]
) -> None:
    # From the newest on, as a list has them.
    ids = _add(database, tmp_path, [_clip(number) for number in range(_COUNT)])[::-1]
    before = _index(database)
    with transaction(database):
        edits = clip_edits.set_fields(database, ids, values)
    assert [len(edit.clips) for edit in edits] == [_COUNT] * len(values)
    assert _index(database) != before
    _require_complete_index(database)
    back = [FieldEdit(one.field, one.clips, before=one.after, after=one.before) for one in edits]
    with transaction(database):
        assert clip_edits.apply_edits(database, back).skipped == frozenset()
    assert _index(database) == before


def test_a_change_of_many_rows_that_fails_leaves_triggers_and_settings(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    def schema_and_settings() -> list[tuple[object, ...]]:
        found = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
            "UNION ALL SELECT k, v FROM words_config ORDER BY 1"
        )
        return [tuple(row) for row in found]

    _add(database, tmp_path, [_clip(1), _clip(2)])
    before = schema_and_settings()

    def fail() -> None:
        with transaction(database), without_triggers(database, "details_changed"):
            database.execute("UPDATE details SET title = 'Other'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert schema_and_settings() == before
    _require_complete_index(database)
    with transaction(database):
        clip_edits.set_fields(database, [ClipId("clip-1")], {ClipField.TITLE: "Later"})
    _require_complete_index(database)
