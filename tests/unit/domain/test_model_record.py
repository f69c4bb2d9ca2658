"""A record says what came of the requests, and how much it can say."""

from producer_studio.domain.ids import AccountName
from producer_studio.domain.model_record import ModelRecord, RecordedJob
from producer_studio.domain.operation import Operation


def record(*jobs: RecordedJob) -> ModelRecord:
    return ModelRecord.of(AccountName("a"), Operation.CREATE, "m", jobs)


def test_a_record_of_many() -> None:
    jobs = [RecordedJob(clips=1, waited_s=10.0 * one, credits=10) for one in range(1, 10)]
    jobs.append(RecordedJob(clips=2, kept=2, waited_s=100, credits=10))
    jobs.append(RecordedJob(has_failed=True, credits=0))
    found = record(*jobs)
    assert (found.asked, found.came, found.failed, found.clips, found.kept) == (11, 10, 1, 11, 2)
    assert (found.median_s, found.p90_s) == (55, 91)
    assert found.credits_per_kept == 50
    assert found.short_text() == "2 kept of 11 · 50 credits per kept clip"
    assert "half within 55 s, 9 of 10 within 91 s" in found.text()
    assert "little" not in found.text()


def test_a_row_says_once_that_nothing_was_kept() -> None:
    assert record(*[RecordedJob(clips=1, credits=10)] * 15).short_text() == "0 kept of 15"


def test_small_numbers_are_said_to_be_small() -> None:
    found = record(RecordedJob(clips=1, kept=1, waited_s=20, credits=10))
    assert found.short_text() == "1 kept of 1, few so far"
    assert "says little" in found.text()
    assert (found.median_s, found.p90_s) == (20, 20)


def test_a_cost_is_no_more_exact_than_the_prices() -> None:
    learnt = RecordedJob(clips=1, kept=1, credits=10, is_estimated=True)
    assert record(learnt).cost_text() == "about 10 credits per kept clip"
    unknown = RecordedJob(clips=1)
    assert record(learnt, unknown).cost_text() == "cost unknown"
    assert record(unknown).cost_text() == ""
