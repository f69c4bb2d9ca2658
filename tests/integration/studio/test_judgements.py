"""Comparisons are kept, found by searches, and taken back like any other change."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, JudgementId, new_clip_id
from producer_studio.domain.judgement import ClipOutcome, Judgement, JudgementResult
from producer_studio.domain.library_change import ChangeKind, ClipField, LibraryChange
from producer_studio.settings.paths import default_paths
from producer_studio.studio.clips import change_message
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import NO_DEMO

pytestmark = pytest.mark.anyio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    yield studio
    await studio.close()


async def added(studio: Studio, count: int) -> list[ClipId]:
    clips = [Clip(id=new_clip_id(), title=f"Song {n}") for n in range(count)]
    await studio._library.clips.add(clips)
    return [clip.id for clip in clips]


async def found(studio: Studio, query: str) -> set[ClipId]:
    page = await studio.clips.page(query)
    assert page.problem == "", query
    return set(page.ids)


async def test_a_preference_is_found_from_both_sides(studio: Studio) -> None:
    a, b, c, other = await added(studio, 4)
    await studio.judgements.record(
        [a, b, c], JudgementResult.PREFERRED, winner=b, is_blind=True, session="s", round_number=2
    )
    for query, expected in [
        (f"beat:{a}", {b}),
        (f"beat:{c[:12]}", {b}),
        (f"beat:{b}", set()),
        (f"lost:{b}", {a, c}),
        ("beat:yes", {b}),
        ("lost:yes", {a, c}),
        ("judged:yes", {a, b, c}),
        ("judged:no", {other}),
        ("is:judged -lost:yes", {b}),
        ("blind:yes", {a, b, c}),
        ("is:blind", {a, b, c}),
        ("-is:blind", {other}),
    ]:
        assert await found(studio, query) == expected, query
    [judgement] = await studio.judgements.list_of_clip(c)
    assert judgement.clips == (a, b, c)
    assert (judgement.winner, judgement.is_blind) == (b, True)
    assert (judgement.session, judgement.round) == ("s", 2)
    assert [judgement.outcome(clip) for clip in (a, b)] == [ClipOutcome.LOST, ClipOutcome.WON]


@pytest.mark.parametrize(
    "result", [one for one in JudgementResult if one is not JudgementResult.PREFERRED]
)
async def test_other_results_have_no_winner(studio: Studio, result: JudgementResult) -> None:
    a, b = await added(studio, 2)
    await studio.judgements.record([a, b], result)
    assert await found(studio, "judged:yes") == {a, b}
    assert await found(studio, "beat:yes | lost:yes | blind:yes") == set()
    [judgement] = await studio.judgements.list_of_clip(a)
    assert (judgement.result, judgement.winner) == (result, None)


async def test_a_comparison_is_taken_back_and_made_again(studio: Studio) -> None:
    a, b = await added(studio, 2)
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    await studio.clips.edit([a], stars=2)
    origin = object()
    step = await studio.judgements.record(
        [a, b], JudgementResult.PREFERRED, winner=a, origin=origin
    )
    assert change_message(step) == "Comparison of 2 clips recorded."
    assert (changes[-1].kind, changes[-1].clips) == (ChangeKind.DETAILS, {a, b})
    assert changes[-1].origin is origin
    applied = await studio.clips.undo()
    assert applied is not None
    assert applied.message == "Comparison of 2 clips removed."
    assert await found(studio, "judged:yes") == set()
    assert changes[-1].clips == {a, b}
    again = await studio.clips.redo()
    assert again is not None
    assert again.message == "Comparison of 2 clips recorded again."
    assert await found(studio, f"beat:{b}") == {a}
    # The step before it is still there.
    await studio.clips.undo()
    stars = await studio.clips.undo()
    assert stars is not None
    assert stars.message == "Rating of 1 clip restored."


async def test_one_whose_winner_cannot_be_changed_is_undone(studio: Studio) -> None:
    a, b = await added(studio, 2)
    with closing(sqlite3.connect(studio.clips.folder / "library.db")) as db:
        db.execute(
            "CREATE TRIGGER full BEFORE UPDATE OF stars ON clips "
            "BEGIN SELECT RAISE(ABORT, 'no space'); END"
        )
    with pytest.raises(sqlite3.Error):
        await studio.judgements.record(
            [a, b], JudgementResult.PREFERRED, winner=a, winner_values={ClipField.STARS: 5}
        )
    undone = await studio.clips.undo()
    assert undone is not None
    assert undone.message == "Comparison of 2 clips removed."
    assert await studio.judgements.list_of_clip(a) == []


async def test_one_that_is_gone_is_not_undone_twice(studio: Studio) -> None:
    a, b = await added(studio, 2)
    await studio.judgements.record([a, b], JudgementResult.TIE)
    [judgement] = await studio.judgements.list_of_clip(a)
    await studio._library.judgements.remove(judgement)
    applied = await studio.clips.undo()
    assert applied is not None
    assert applied.message == "Nothing was undone: the comparison has since changed."
    assert await studio.clips.redo() is None


async def test_one_whose_rating_was_changed_since_is_undone_and_made_again(studio: Studio) -> None:
    a, b = await added(studio, 2)
    step = await studio.judgements.record(
        [a, b], JudgementResult.PREFERRED, winner=a, winner_values={ClipField.STARS: 5}
    )
    await studio.clips.edit([a], stars=1)
    # As the notice of the comparison does, which is not the last step any more.
    undone = await studio.clips.undo(step)
    assert undone is not None
    assert undone.message == "Comparison of 2 clips removed."
    assert await found(studio, "judged:yes") == set()
    again = await studio.clips.redo()
    assert again is not None
    assert again.message == "Comparison of 2 clips recorded again."
    assert await found(studio, f"beat:{b}") == {a}


async def test_an_answer_that_was_undone_does_not_return_with_the_next(studio: Studio) -> None:
    a, b = await added(studio, 2)
    await studio.judgements.record([a, b], JudgementResult.TIE)
    [tie] = await studio.judgements.list_of_clip(a)
    kept = {ClipField.FAVOURITE: True}
    first = await studio.judgements.record(
        [a, b], JudgementResult.PREFERRED, winner=a, winner_values=kept, replaced=tie
    )
    [preferred] = await studio.judgements.list_of_clip(a)
    await studio.judgements.record(
        [a, b], JudgementResult.PREFERRED, winner=b, winner_values=kept, replaced=preferred
    )
    assert await found(studio, f"beat:{b}") == set()
    assert await found(studio, f"beat:{a}") == {b}
    # As the notice of the first does, which stays on for a while.
    assert await studio.clips.undo(first) is not None
    assert await found(studio, "fav:yes") == {b}
    assert await found(studio, f"beat:{a}") == {b}
    assert await studio.clips.undo() is not None
    assert await studio.judgements.list_of_clip(a) == [tie]
    assert await studio.clips.redo() is not None
    assert await studio.clips.redo() is not None
    assert await found(studio, "fav:yes") == {a, b}
    [latest] = await studio.judgements.list_of_clip(a)
    assert latest.winner == b


async def test_one_with_a_rating_outlives_its_winner(studio: Studio) -> None:
    a, b = await added(studio, 2)
    await studio.judgements.record(
        [a, b], JudgementResult.PREFERRED, winner=a, winner_values={ClipField.STARS: 5}
    )
    await studio.clips.trash([a])
    await studio.clips.delete([a])
    assert await studio.clips.undo() is not None
    assert await found(studio, "judged:yes") == set()


async def test_a_judgement_outlives_a_clip(studio: Studio) -> None:
    a, b = await added(studio, 2)
    step = await studio.judgements.record([a, b], JudgementResult.PREFERRED, winner=a)
    await studio.clips.trash([b])
    await studio.clips.delete([b])
    assert await found(studio, f"beat:{b}") == {a}
    assert await studio.clips.undo(step) is not None
    assert await studio.clips.redo() is not None
    assert await found(studio, "beat:yes") == {a}


@pytest.mark.parametrize(
    ("clips", "result", "winner"),
    [
        (["a"], JudgementResult.TIE, None),
        (["a", "a"], JudgementResult.TIE, None),
        (["a", "b"], JudgementResult.PREFERRED, None),
        (["a", "b"], JudgementResult.PREFERRED, "c"),
        (["a", "b"], JudgementResult.TIE, "a"),
        (["a", "b"], JudgementResult.TIE, "c"),
    ],
)
def test_what_cannot_be_a_judgement_is_refused(
    clips: Sequence[str], result: JudgementResult, winner: str | None
) -> None:
    with pytest.raises(ValueError, match="compared"):
        Judgement(
            id=JudgementId("j"),
            clips=tuple(ClipId(clip) for clip in clips),
            result=result,
            winner=ClipId(winner) if winner else None,
        )


async def test_judgements_of_a_damaged_library_are_copied(tmp_path: Path) -> None:
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    a, b = await added(studio, 2)
    await studio.judgements.record([a, b], JudgementResult.PREFERRED, winner=b)
    await studio.play_history.store_position(a, 12.5)
    database = studio.clips.folder / "library.db"
    await studio.close()
    damage(database)
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    assert studio.notices
    assert await found(studio, f"beat:{a}") == {b}
    assert await studio.play_history.load_position(a) == 12.5
    await studio.close()


def damage(database: Path) -> None:
    """Makes the file one that must be rebuilt, with its rows still readable."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("DROP TABLE drafts")
        db.commit()
