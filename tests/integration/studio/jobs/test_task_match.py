"""Whose task it is, by all that a list tells."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from producer_studio.domain.ids import JobId, RemoteId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import FoundTask
from producer_studio.studio.jobs.task_search import MatchVerdict, TaskMatch, match_task

SENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
RECIPE = Recipe(sound="calm pads", lyrics="Waves at night", title="Low tide", seed="7")


def job(name: str = "mine", state: JobState = JobState.UNKNOWN, **fields: Any) -> Job:
    return Job(id=JobId(name), state=state, recipe=RECIPE.with_changes(**fields), sent_at=SENT)


def task(name: str = "t", **fields: Any) -> FoundTask:
    values: dict[str, Any] = {"created_at": SENT, "prompt": "calm pads"}
    return FoundTask(TaskId(name), **values | fields)


def look(*listed: FoundTask, **fields: Any) -> TaskMatch:
    values: dict[str, Any] = {
        "assigned_tasks": set(),
        "competing_jobs": [],
        "keyed_jobs": set(),
    }
    return match_task(job(), listed, **values | fields)


def test_a_task_whose_name_cannot_be_read_may_be_it() -> None:
    assert look(task("")).verdict is MatchVerdict.UNSURE
    assert look(task("", prompt="loud drums")).verdict is MatchVerdict.ABSENT
    assert look(task(""), task("t")) == FOUND


FOUND = TaskMatch(MatchVerdict.FOUND, TaskId("t"))


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"prompt": " calm pads\n"},
        {"prompt": "", "title": "Low tide"},
        {"prompt": "", "lyrics": "Waves at night"},
        {"prompt": "", "seed": "7"},
        {"prompt": "Waves at night"},
        {"created_at": None},
        {"created_at": SENT - timedelta(seconds=90)},
        {"created_at": SENT + timedelta(hours=3)},
    ],
)
def test_what_the_list_tells_shows_whose_it_is(told: dict[str, Any]) -> None:
    assert look(task(**told)) == FOUND


def test_a_task_that_was_created_much_later_may_be_of_another_library() -> None:
    mine = job().with_changes(service_sent_at=SENT)
    soon, later = (
        task(name, created_at=SENT + timedelta(minutes=minutes))
        for name, minutes in (("t", 5), ("later", 90))
    )
    looks = {"assigned_tasks": set(), "competing_jobs": [], "keyed_jobs": set()}
    assert match_task(mine, [soon], **looks) == FOUND  # type: ignore[arg-type]
    assert match_task(mine, [soon, later], **looks) == FOUND  # type: ignore[arg-type]
    only_later = match_task(mine, [later], **looks)  # type: ignore[arg-type]
    assert only_later.verdict is MatchVerdict.POSSIBLE


@pytest.mark.parametrize(
    "told",
    [
        {"prompt": "loud drums"},
        {"title": "High tide"},
        {"seed": "8"},
        {"lyrics": "Sun at noon"},
        {"prompt": "calm pads, a piano and a choir that sings of the sea"},
    ],
)
def test_one_difference_shows_that_it_is_another(told: dict[str, Any]) -> None:
    assert look(task(**told)).verdict is MatchVerdict.ABSENT


def test_an_older_task_is_neither_it_nor_another() -> None:
    """Either clock may be wrong, and a time be told without its zone."""
    old, young = (
        task(n, created_at=SENT + timedelta(minutes=m)) for n, m in (("o", -10), ("t", 1))
    )
    assert look(old).verdict is MatchVerdict.POSSIBLE
    assert look(old, young).verdict is MatchVerdict.POSSIBLE


def test_by_the_services_own_clock_an_older_task_is_not_taken_for_a_younger_one() -> None:
    mine = job().with_changes(service_sent_at=SENT, sent_at=SENT + timedelta(hours=7))
    old, young = (
        task(n, created_at=SENT + timedelta(minutes=m)) for n, m in (("o", -10), ("t", 1))
    )
    fields: dict[str, Any] = {"assigned_tasks": set(), "competing_jobs": []}
    assert match_task(mine, [old, young], **fields, keyed_jobs={JobId("mine")}) == FOUND
    found = match_task(mine, [old], **fields, keyed_jobs={JobId("mine")})
    assert found.verdict is MatchVerdict.POSSIBLE


LONG = "calm pads with soft piano, slow and dreamy cafe\u0301 mood, gentle strings behind"


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        (LONG.replace(" ", "\n "), MatchVerdict.FOUND),
        (LONG.replace("e\u0301", "\u00e9"), MatchVerdict.FOUND),
        (LONG.upper(), MatchVerdict.POSSIBLE),
        (LONG[:40], MatchVerdict.POSSIBLE),
        (LONG.replace("soft ", ""), MatchVerdict.POSSIBLE),
        (LONG.replace("calm pads with soft piano", "loud drums"), MatchVerdict.ABSENT),
    ],
)
def test_a_text_that_a_list_writes_a_little_differently(listed: str, verdict: MatchVerdict) -> None:
    found = match_task(job(sound=LONG), [task(prompt=listed)], set(), [], keyed_jobs=set())
    assert found.verdict is verdict


def test_lyrics_that_were_not_sung_are_no_difference() -> None:
    own = job(instrumental=True)
    assert match_task(own, [task(lyrics="Sun")], set(), [], keyed_jobs=set()) == FOUND


STEMS = Recipe(operation=Operation.STEMS, source_remote=RemoteId("clip-1"))
UPLOAD = Recipe(operation=Operation.UPLOAD, audio_url="https://example.com/a.wav")


@pytest.mark.parametrize(
    ("recipe", "told", "verdict"),
    [
        (STEMS, {"operation": Operation.STEMS, "source": "clip-1"}, MatchVerdict.FOUND),
        (STEMS, {"operation": Operation.STEMS, "source": "clip-2"}, MatchVerdict.ABSENT),
        (STEMS, {"operation": Operation.VIDEO, "source": "clip-1"}, MatchVerdict.ABSENT),
        (STEMS, {"operation": None, "source": "clip-1"}, MatchVerdict.POSSIBLE),
        (STEMS, {"operation": Operation.STEMS}, MatchVerdict.POSSIBLE),
        (UPLOAD, {"audio_url": "https://example.com/a.wav"}, MatchVerdict.FOUND),
        (UPLOAD, {"audio_url": "https://example.com/b.wav"}, MatchVerdict.ABSENT),
    ],
)
def test_what_has_no_words_is_known_by_what_it_works_on(
    recipe: Recipe, told: dict[str, Any], verdict: MatchVerdict
) -> None:
    mine = Job(id=JobId("mine"), state=JobState.UNKNOWN, recipe=recipe, sent_at=SENT)
    found = match_task(
        mine,
        [task(prompt="", **told)],
        assigned_tasks=set(),
        competing_jobs=[],
        keyed_jobs=set(),
    )
    assert found.verdict is verdict


def test_a_task_of_another_job_is_none_of_ours() -> None:
    assert look(task(), assigned_tasks={TaskId("t")}).verdict is MatchVerdict.ABSENT
    assert look(task("x"), task(), assigned_tasks={TaskId("x")}) == FOUND


def test_a_list_that_tells_nothing_leaves_the_question_open() -> None:
    assert look(task(prompt="")).verdict is MatchVerdict.POSSIBLE


def test_two_that_fit_leave_the_question_open() -> None:
    assert look(task("a"), task("b")).verdict is MatchVerdict.POSSIBLE


def test_alike_jobs_that_were_all_taken_get_one_each() -> None:
    both = [task("a"), task("b")]
    first = look(*both, competing_jobs=[job("other")])
    assert first == TaskMatch(MatchVerdict.FOUND, TaskId("a"))
    second = look(*both, assigned_tasks={TaskId("a")})
    assert second == TaskMatch(MatchVerdict.FOUND, TaskId("b"))


@pytest.mark.parametrize("keyed", ["mine", "other"])
def test_of_alike_jobs_none_gets_what_may_be_anothers_while_a_key_is_known(keyed: str) -> None:
    """The other's own key would bring the same task later on, and one of both would be lost."""
    fields: dict[str, Any] = {"competing_jobs": [job("other")], "keyed_jobs": {JobId(keyed)}}
    assert look(task("a"), task("b"), **fields).verdict is MatchVerdict.POSSIBLE
    assert look(task("a"), **fields).verdict is MatchVerdict.POSSIBLE
    left = look(task("a"), task("b"), assigned_tasks={TaskId("a")}, keyed_jobs={JobId("mine")})
    assert left == TaskMatch(MatchVerdict.FOUND, TaskId("b"))


def test_of_alike_jobs_with_old_keys_each_gets_any() -> None:
    assert look(task(), competing_jobs=[job("other")]) == FOUND


def test_what_another_process_is_sending_now_is_not_taken_from_it() -> None:
    sending = job("other", JobState.SENDING)
    assert look(task(), competing_jobs=[sending]).verdict is MatchVerdict.UNSURE
    different = job("other", JobState.SENDING, seed="8")
    assert look(task(seed="7"), competing_jobs=[different]) == FOUND
