"""The record of a model, from what is in the library."""

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, ClipId, TaskId, new_clip_id, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.judgement import JudgementResult
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from tests.integration.studio.conftest import ACCOUNT, SONG, StudioBench

pytestmark = pytest.mark.anyio


async def add(bench: StudioBench, recipe: Recipe = SONG, **clip: object) -> ClipId:
    """Adds a job that cost ten credits, with its clip."""
    library = bench.studio._library
    made = new_clip_id()
    job = Job(
        id=new_job_id(), account=ACCOUNT, recipe=recipe, state=JobState.DONE, task_id=TaskId("t"),
        clips=(made,),
    )  # fmt: skip
    cost = LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=10, job=job.id)
    await library.clips.add(
        [Clip(id=made, account=ACCOUNT, job=job.id, model=recipe.model).with_changes(**clip)],
        job,
        [cost],
    )
    return made


async def test_what_is_kept(bench: StudioBench) -> None:
    library = bench.studio._library
    await add(bench, stars=3)
    await add(bench, stars=4)
    await add(bench, favourite=True)
    first, second = await add(bench), await add(bench)
    await bench.studio.judgements.record([first, second], JudgementResult.PREFERRED, winner=second)
    exported = await add(bench)
    job = Job(
        id=new_job_id(), account=ACCOUNT, state=JobState.DONE, task_id=TaskId("e"),
        recipe=Recipe(operation=Operation.EXPORT, source=exported),
    )  # fmt: skip
    failed = Job(
        id=new_job_id(), account=ACCOUNT, state=JobState.FAILED, task_id=TaskId("f"), recipe=SONG
    )
    refused = failed.with_changes(id=new_job_id(), task_id=None)
    await library.jobs.write_all([job, failed, refused])
    await add(bench, SONG.with_changes(model="FUZZ-1.0"))
    found = await bench.studio.model_records.all()
    song, other = (one for one in found if one.operation is Operation.CREATE)
    assert (song.asked, song.came, song.failed, song.clips, song.kept) == (7, 6, 1, 6, 4)
    assert (song.credits, song.unpriced, song.credits_per_kept) == (60, 1, None)
    assert (other.model, other.asked, other.kept) == ("FUZZ-1.0", 1, 0)
    assert await bench.studio.model_records.all(AccountName("other")) == []
