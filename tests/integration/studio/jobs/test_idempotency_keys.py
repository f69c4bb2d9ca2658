"""What was found about one request says nothing about the next."""

from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.jobs.idempotency_keys import IdempotencyKeys


def test_a_repetition_is_allowed_until_the_outcome_is_known() -> None:
    keys = IdempotencyKeys()
    job = Job(id=new_job_id(), recipe=Recipe(), account=AccountName("test"))
    assert not keys.is_repetition_allowed(job)
    keys.allow_repetition(job)
    assert keys.is_repetition_allowed(job)
    keys.forget(job)
    assert not keys.is_repetition_allowed(job)
