"""The history lists every press with what came of it, whatever happens to its clips."""

from dataclasses import replace
from datetime import timedelta

import pytest

from producer_studio.domain.ids import AccountName, PressId, new_job_id, new_judgement_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.learnt_price import PriceSample
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.operation import Operation
from producer_studio.domain.past_press import PastPress
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.library import Library
from tests.support.library_fixtures import START, MakeClip
from tests.unit.library.test_presses import DEMO, clip_of, pressed

pytestmark = pytest.mark.anyio


async def added(library: Library, name: str, minute: int, **recipe: object) -> PressId:
    """A press of one take, at a minute."""
    press = Press(
        id=PressId(name),
        account=AccountName("personal"),
        recipes=(Recipe(**recipe),),
        created_at=START + timedelta(minutes=minute),
    )
    job = Job(id=new_job_id(), recipe=press.recipes[0], account=press.account, press=press.id)
    await library.jobs.write_all([job], press=press)
    return press.id


async def past(library: Library, press: PressId) -> PastPress:
    (found,) = await library.presses.get_past([press])
    return found


async def test_presses_are_found_by_their_words(library: Library) -> None:
    lofi = await added(library, "a", 1, sound="Chill lofi, piano", model="FUZZ-2.0 Pro")
    cafe = await added(library, "b", 2, sound="100% Café jazz", title="Größe")
    words = await added(library, "c", 3, operation=Operation.LYRICS, prompt="leaving a small town")
    await added(library, "d", 4, operation=Operation.EXPORT, title="lofi")
    for query, expected in [
        ("", [words, cafe, lofi]),
        ("piano LOFI", [lofi]),
        ("ofi", [lofi]),
        ("cafe grosse", [cafe]),
        ("100%", [cafe]),
        ("1%0", []),
        ("fuzz-2.0 pro", [lofi]),
        ("lyrics", [words]),
        ("personal town", [words]),
        ("lofi jazz", []),
    ]:
        assert await library.presses.list_ids(query) == expected, query


async def test_sweeps_are_found_by_their_axes(library: Library) -> None:
    axes = (SweepAxis("weirdness", (0.2, 0.6)), SweepAxis("model", ("FUZZ-2.0", "FUZZ-1.0")))
    recipe = Recipe(sound="piano")
    recipes = tuple(Sweep(axes=axes).expand(recipe))
    swept = Press(id=PressId("s"), account=DEMO, recipes=recipes, sweep=Sweep(axes=axes))
    await library.jobs.write_all([], press=swept)
    await added(library, "a", 1, sound="piano")
    for query in ("sweep piano", "Weirdness 0.6", "fuzz-1.0"):
        assert await library.presses.list_ids(query) == [swept.id], query
    assert await library.presses.list_ids("cover strength") == []
    assert (await past(library, swept.id)).sweep == swept.sweep


async def test_pinned_presses_are_on_top(library: Library) -> None:
    old, _, latest = [await added(library, str(n), n, sound="piano") for n in range(3)]
    assert await library.presses.set_pinned(old, pinned=True)
    assert not await library.presses.set_pinned(old, pinned=True)
    assert (await library.presses.list_ids())[:2] == [old, latest]
    assert await library.presses.list_ids("piano", pinned_only=True) == [old]
    assert (await past(library, old)).is_pinned
    assert await library.presses.set_pinned(old, pinned=False)
    assert (await library.presses.list_ids())[0] == latest


async def test_what_came_of_a_press_outlives_its_clips(
    library: Library, make_clip: MakeClip
) -> None:
    press, jobs = pressed(4)
    await library.jobs.write_all(jobs, press=press)
    before = await past(library, press.id)
    assert before.outcome_texts == ["4 takes", "4 waiting"]
    await library.jobs.write(jobs[3].with_changes(state=JobState.UNKNOWN))
    lost = await past(library, press.id)
    assert lost.outcome_texts == ["4 takes", "3 waiting", "1 of unknown outcome"]
    assert (before.first_words, before.price_text) == ("slow piano", "≈ 30 credits")
    clips = [clip_of(make_clip, job) for job in jobs[:3]]
    for job, clip in zip(jobs, clips, strict=False):
        done = job.with_changes(
            state=JobState.DONE, clips=(clip.id,), credits_charged=10.0, task_id=job.id
        )
        await library.clips.add([clip], done)
    await library.jobs.write(jobs[3].with_changes(state=JobState.FAILED, credits_charged=10.0))
    await library.jobs.write(
        replace(jobs[3], id=new_job_id(), state=JobState.CANCELLED)  # retried, and cancelled
    )
    await library.clips.edit([clips[0].id], {ClipField.STARS: 5})
    await library.judgements.add(
        Judgement(
            id=new_judgement_id(), clips=(clips[1].id, clips[2].id),
            result=JudgementResult.PREFERRED, winner=clips[1].id,
        )
    )  # fmt: skip
    after = await past(library, press.id)
    assert after.outcome_texts == ["4 takes", "1 failed", "2 kept"]
    assert (after.outcome.stars, after.price_text) == (5, "40 credits")
    await library.clips.trash([clip.id for clip in clips])
    await library.clips.delete([clips[0].id])
    gone = await past(library, press.id)
    assert gone.outcome_texts == ["4 takes", "1 failed", "2 in the trash", "1 deleted"]
    assert await library.presses.list_ids("piano") == [press.id]


async def test_the_price_is_expected_while_a_charge_is_not_known(library: Library) -> None:
    press, jobs = pressed(2)
    await library.jobs.write_all(jobs, press=press)
    await library.jobs.write(
        jobs[0].with_changes(state=JobState.DONE, credits_charged=12.0, credits_refunded=2.0)
    )
    failed = jobs[1].with_changes(state=JobState.FAILED, task_id="t")
    await library.jobs.write(failed)
    assert (await past(library, press.id)).price_text == "≈ 30 credits"
    await library.jobs.write(failed.with_changes(task_id=None, uncertain_sends=1))
    assert (await past(library, press.id)).price_text == "≈ 30 credits"
    await library.jobs.write(failed.with_changes(task_id=None))  # refused
    assert (await past(library, press.id)).price_text == "10 credits"


async def test_costs_that_no_service_reports_are_measured(library: Library) -> None:
    press, jobs = pressed(2, credits_expected=None)
    await library.jobs.write_all(jobs, press=press)
    done = [job.with_changes(state=JobState.DONE, task_id=job.id) for job in jobs]
    for job in done:
        await library.jobs.write(job)
    await library.prices.add_sample(sample_of(done[0], 10))
    one = await past(library, press.id)
    assert (one.price_text, len(one.outcome.unpriced)) == ("", 1)
    await library.prices.add_sample(sample_of(done[1], 11))
    both = await past(library, press.id)
    assert (both.price_text, both.outcome.credits_charged) == ("21 credits, measured", None)
    # What a service reports takes precedence.
    await library.jobs.write(done[1].with_changes(credits_charged=10.0))
    assert (await past(library, press.id)).price_text == "20 credits, measured"
    await library.jobs.write(done[0].with_changes(credits_charged=10.0))
    reported = await past(library, press.id)
    assert (reported.price_text, reported.outcome.credits_charged) == ("20 credits", 20)


async def test_a_refund_of_unknown_amount_leaves_no_cost(library: Library) -> None:
    press, jobs = pressed(1, credits_expected=None)
    await library.jobs.write_all(jobs, press=press)
    failed = jobs[0].with_changes(state=JobState.FAILED, task_id="t")
    await library.jobs.write(failed)
    assert (await past(library, press.id)).outcome.unpriced
    refund = LedgerEntry(account=DEMO, kind=EntryKind.REFUNDED, amount=None, job=failed.id)
    await library.jobs.write(failed, [refund])
    assert (await past(library, press.id)).price_text == "0 credits"


def sample_of(job: Job, amount: float) -> PriceSample:
    return PriceSample(
        account=job.account, operation=job.recipe.operation, model=job.recipe.model,
        credits=amount, job=job.id,
    )  # fmt: skip


async def test_a_press_that_repeats_another_knows_it(library: Library) -> None:
    first, jobs = pressed(1)
    await library.jobs.write_all(jobs, press=first)
    again, jobs = pressed(1, repeats=first.id)
    await library.jobs.write_all(jobs, press=again)
    assert await library.presses.get(again.id) == again
    assert await library.presses.find_ids(again.id[:8], 2) == [again.id]
    assert await library.presses.find_ids("%", 2) == []
