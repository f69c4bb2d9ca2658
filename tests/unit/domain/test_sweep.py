"""Axes, cells and limits of a sweep; what counts as a request, and what became of each cell."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import (
    Sweep,
    SweepAxis,
    axis_fields,
    find_sweep_issue,
    is_charge_estimated,
    likely_charge,
    request_count,
    split_variants,
    spread,
    stop_reason,
    stop_record,
)
from producer_studio.domain.sweep_limits import SweepLimits, SweepUse, reached_balance
from producer_studio.domain.sweep_status import CellState, sweep_status

MODELS = SweepAxis("model", ("FUZZ-2.0", "FUZZ-1.0"))
WEIRDNESS = SweepAxis("weirdness", (0.2, 0.5, 0.8))
GRID = Sweep(axes=(MODELS, WEIRDNESS))
OFFERED = Capabilities(
    operations={
        Operation.CREATE: Capability(
            operation=Operation.CREATE,
            fields=frozenset({"sound", "model", "seed", "weirdness", "title"}),
        )
    },
    models=("FUZZ-2.0", "FUZZ-1.0"),
)
PRESS = PressId("p")


def job(number: int, state: JobState, **fields: object) -> Job:
    values = {"press": PRESS, "take": number, "takes": 6, "credits_expected": 10.0}
    return Job(id=JobId(f"j{number}"), state=state, **values | fields)


def test_each_cell_has_its_values_and_takes_go_row_by_row() -> None:
    recipes = GRID.expand(Recipe(sound="piano", seed="7"))
    assert [(one.model, one.weirdness) for one in recipes] == [
        (model, weirdness) for model in MODELS.values for weirdness in WEIRDNESS.values
    ]
    assert {(one.sound, one.seed) for one in recipes} == {("piano", "7")}
    assert [GRID.values_of(take) for take in (1, 4, 7)] == [
        ("FUZZ-2.0", 0.2), ("FUZZ-1.0", 0.2), (),
    ]  # fmt: skip
    assert GRID.take_text(6) == "FUZZ-1.0 · Weirdness 0.80"


def test_a_stored_sweep_is_the_same_again_and_nothing_is_sent_for_a_damaged_one() -> None:
    swept = GRID.with_limits(SweepLimits(credits=60, requests=12, min_balance=5))
    assert Sweep.from_text(json.dumps(swept.to_json())) == swept
    for damaged in (
        "{",
        "[]",
        '{"axes": 1, "limits": {}}',
        '{"axes": [], "limits": {"credits": "x"}}',
        '{"axes": [{"field": "weirdness", "values": [1%s]}], "limits": {}}' % ("0" * 400),
        '{"axes": [{"field": "weirdness", "values": [NaN]}], "limits": {}}',
    ):
        found = Sweep.from_text(damaged)
        assert SweepUse().reached_limit(found.limits, 1.0)


@pytest.mark.parametrize(
    ("axes", "issue"),
    [
        ((MODELS, WEIRDNESS), ""),
        ((), "one or two"),
        ((MODELS, MODELS), "differ"),
        ((SweepAxis("lyrics", ("a", "b")),), "does not take"),
        ((SweepAxis("seed", ()),), "values of seed"),
        ((SweepAxis("seed", ("1", "1")),), "twice"),
        ((SweepAxis("seed", ("1",)),), "two values"),
        ((SweepAxis("seed", tuple(map(str, range(65)))),), "more than 64 requests"),
    ],
)
def test_what_is_wrong_with_axes(axes: tuple[SweepAxis, ...], issue: str) -> None:
    found = find_sweep_issue(Sweep(axes=axes), Recipe(), OFFERED)
    assert issue in found if issue else not found


def test_axes_are_the_fields_that_the_account_takes() -> None:
    assert axis_fields(OFFERED, Operation.CREATE) == ["model", "seed", "weirdness", "sound"]
    assert "model" not in axis_fields(replace(OFFERED, models=("one",)), Operation.CREATE)
    assert axis_fields(OFFERED, Operation.STEMS) == []


def test_variants_are_lines_or_blocks_and_strengths_are_spread() -> None:
    assert split_variants("one\n\n two \none") == ("one", "two")
    assert split_variants("[Verse]\na\n---\n[Verse]\nb\n") == ("[Verse]\na", "[Verse]\nb")
    assert spread(0.2, 0.8, 3) == (0.2, 0.5, 0.8)
    assert spread(0.5, 0.5, 3) == (0.5,)


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (job(1, JobState.QUEUED), 0),
        (job(1, JobState.QUEUED, sent_at=datetime.now(UTC)), 0),
        (job(1, JobState.QUEUED, uncertain_sends=1), 1),
        (job(1, JobState.SENDING), 1),
        (job(1, JobState.UNKNOWN, uncertain_sends=1), 2),
        (job(1, JobState.DONE), 1),
        (job(1, JobState.FAILED), 0),
        (job(1, JobState.FAILED, task_id=TaskId("t")), 1),
        (job(1, JobState.CANCELLED), 0),
        (job(1, JobState.CANCELLED, sent_at=datetime.now(UTC)), 1),
    ],
)
def test_a_request_counts_unless_it_was_certainly_not_accepted(one: Job, count: int) -> None:
    assert request_count(one) == count
    assert likely_charge(one, None) == 10 * count


def test_charges_are_those_of_the_service_where_it_reports_them() -> None:
    charged = job(1, JobState.DONE, credits_charged=12.0)
    assert likely_charge(charged, None) == 12
    refunded = job(
        1, JobState.FAILED, task_id=TaskId("t"), credits_charged=12.0, credits_refunded=12.0
    )
    assert likely_charge(refunded, None) == 0
    unpriced = job(1, JobState.UNKNOWN, credits_expected=None)
    assert (likely_charge(unpriced, None), likely_charge(unpriced, 9.0)) == (None, 9)


def test_credits_of_learnt_prices_are_said_to_be_about() -> None:
    stated = job(1, JobState.WORKING)
    learnt = job(1, JobState.DONE, credits_expected=None)
    unsent = job(1, JobState.QUEUED, credits_expected=None)
    reported = learnt.with_changes(credits_charged=9.0)
    again = reported.with_changes(uncertain_sends=1)
    assert [is_charge_estimated(one) for one in (stated, learnt, unsent, reported, again)] == [
        False, True, False, False, True,
    ]  # fmt: skip
    assert SweepUse(credits=20, is_estimated=True).credits_text == "about 20 credits"
    assert SweepUse(credits=20).credits_text == "20 credits"
    assert SweepUse(credits=None).credits_text == ""


def test_a_limit_is_reached_before_the_request_that_would_exceed_it() -> None:
    limits = SweepLimits(credits=60, requests=7)
    assert SweepUse(requests=6, credits=50.0).reached_limit(limits, 10.0) == ""
    assert "60 credits" in SweepUse(requests=5, credits=50.0).reached_limit(limits, 11.0)
    assert "7 requests" in SweepUse(requests=7, credits=0.0).reached_limit(limits, 1.0)
    assert "price is unknown" in SweepUse(credits=None).reached_limit(limits, 10.0)
    assert "price is unknown" in SweepUse().reached_limit(limits, None)
    assert SweepUse(credits=None).reached_limit(SweepLimits(requests=2), None) == ""


def test_the_limits_tell_how_many_requests_are_sent() -> None:
    assert GRID.most_requests([10.0] * 6) == 6
    assert GRID.with_limits(SweepLimits(credits=35)).most_requests([10.0] * 6) == 3
    assert GRID.with_limits(SweepLimits(requests=4)).most_requests([None] * 6) == 4


@pytest.mark.parametrize(
    ("balance", "price", "uncounted", "is_reached"),
    [
        (110, 10, 0, False),
        (109, 10, 0, True),
        (110, 10, 5, True),
        # Any request may cross it where no price is known.
        (101, None, 0, False),
        (100, None, 0, True),
    ],
)
def test_a_part_of_the_balance_is_left(
    balance: float, price: float | None, uncounted: float, is_reached: bool
) -> None:
    reason = reached_balance(100, balance, price, uncounted)
    assert reason == (
        f"the balance of {balance} credits, of which 100 are to be left" if is_reached else ""
    )


def test_a_balance_tells_how_many_requests_it_is_enough_for() -> None:
    limits = SweepLimits(min_balance=60)
    assert limits.count_covered(100, [10.0] * 6) == 4
    assert limits.count_covered(40, [10.0] * 6) == 0
    assert SweepLimits().count_covered(0, [10.0] * 6) == 6
    assert "of which 1\u202f234\u202f567 are" in reached_balance(1_234_567, 5, 1.0)


def test_the_status_tells_what_became_of_each_cell_and_where_it_stopped() -> None:
    press = Press(
        id=PRESS, account=AccountName("a"), recipes=tuple(GRID.expand(Recipe())), sweep=GRID
    )
    stopped = stop_record("the limit of 40 credits")
    jobs = [
        job(1, JobState.DONE),
        job(2, JobState.FAILED, task_id=TaskId("t")),
        job(3, JobState.UNKNOWN),
        job(4, JobState.WORKING),
        job(5, JobState.CANCELLED, fault=stopped),
        job(6, JobState.CANCELLED),
        # The second try of the second cell.
        replace(job(2, JobState.DONE), id=JobId("again")),
    ]
    clips = [
        Clip(id=ClipId(name), title=name, press=PRESS, job=JobId(of), take=take, stars=stars)
        # Two songs of the first request: its second one has the take of another request.
        for name, of, take, stars in (("a", "j1", 1, 2), ("b", "j1", 2, 4), ("c", "again", 3, 0))
    ]
    status = sweep_status(press, jobs, clips, SweepUse(requests=5, credits=50.0))
    assert [cell.state for cell in status.cells] == [
        CellState.DONE, CellState.DONE, CellState.UNKNOWN, CellState.WORKING, CellState.NOT_SENT,
        CellState.NOT_SENT,
    ]  # fmt: skip
    assert [[clip.id for clip in cell.clips] for cell in status.cells[:2]] == [["a", "b"], ["c"]]
    assert status.cells[0].stars == 4
    assert status.summary == (
        "2 of 6 done, 1 under way, 1 of unknown outcome. Stopped at 5 of 6 requests: the limit of "
        "40 credits"
    )
    assert status.compared(8) == ["b", "c"]
    assert status.compared(1) == ["b"]
    assert stop_reason(jobs[5]) == ""
