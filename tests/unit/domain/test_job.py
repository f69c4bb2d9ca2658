"""The arrows between a job's states, one by one."""

from datetime import UTC, datetime

import pytest

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import TaskId, new_job_id
from producer_studio.domain.job import Job, JobState, can_transition
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe

S = JobState
ALLOWED = {
    (S.DRAFTED, S.QUEUED), (S.DRAFTED, S.CANCELLED),
    (S.QUEUED, S.SENDING), (S.QUEUED, S.CANCELLED), (S.QUEUED, S.FAILED), (S.QUEUED, S.UNKNOWN),
    (S.SENDING, S.ACCEPTED), (S.SENDING, S.UNKNOWN), (S.SENDING, S.FAILED),
    (S.SENDING, S.QUEUED), (S.SENDING, S.COLLECTING),
    (S.ACCEPTED, S.WORKING), (S.ACCEPTED, S.COLLECTING), (S.ACCEPTED, S.FAILED),
    (S.ACCEPTED, S.CANCELLED),
    (S.WORKING, S.COLLECTING), (S.WORKING, S.FAILED), (S.WORKING, S.CANCELLED),
    (S.COLLECTING, S.DONE),
    (S.DONE, S.COLLECTING),
    (S.FAILED, S.COLLECTING), (S.FAILED, S.WORKING), (S.FAILED, S.QUEUED),
    (S.CANCELLED, S.COLLECTING),
    (S.UNKNOWN, S.ACCEPTED), (S.UNKNOWN, S.CANCELLED), (S.UNKNOWN, S.QUEUED),
    (S.UNKNOWN, S.SENDING), (S.UNKNOWN, S.FAILED),
}  # fmt: skip


@pytest.mark.parametrize("before", list(JobState))
@pytest.mark.parametrize("after", list(JobState))
def test_only_these_arrows_exist(before: JobState, after: JobState) -> None:
    assert can_transition(before, after) is ((before, after) in ALLOWED)


def test_a_paid_request_is_sent_from_the_queue_or_again_while_its_outcome_is_unknown() -> None:
    assert {before for before, after in ALLOWED if after is S.SENDING} == {S.QUEUED, S.UNKNOWN}


def test_a_result_can_be_collected_whatever_the_app_has_said() -> None:
    for state in (S.ACCEPTED, S.WORKING, S.FAILED, S.CANCELLED, S.DONE):
        assert can_transition(state, S.COLLECTING)


def test_what_goes_on_by_itself_costs_nothing() -> None:
    watched = {state for state in JobState if state.is_polled}
    assert watched == {S.ACCEPTED, S.WORKING, S.COLLECTING}
    assert {state for state in JobState if state.is_finished} == {S.DONE, S.FAILED, S.CANCELLED}


@pytest.mark.parametrize(
    ("recipe", "takes", "title"),
    [
        (Recipe(title="Low tide", sound="calm pads"), 1, "Low tide"),
        (Recipe(sound="calm pads"), 1, "calm pads"),
        (Recipe(sound="x" * 59 + " and more"), 1, "x" * 59),
        (Recipe(operation=Operation.SWAP_VOCALS), 1, "Swap vocals"),
        (Recipe(operation=Operation.UPLOAD, audio_file="/a/Old memo.wav"), 1, "Old memo"),
        (Recipe(operation=Operation.UPLOAD, audio_url="https://a.b/My%20riff.mp3?k"), 1, "My riff"),
        (Recipe(operation=Operation.UPLOAD, audio_url="https://[a.b"), 1, "Upload"),
        (Recipe(title="Low tide"), 3, "Low tide · take 2"),
    ],
)
def test_a_row_has_a_name(recipe: Recipe, takes: int, title: str) -> None:
    assert Job(id=new_job_id(), recipe=recipe, take=2, takes=takes).title == title


def test_a_new_job_is_queued_now_and_has_nothing_behind_it() -> None:
    job = Job(id=new_job_id())
    assert job.state is S.QUEUED
    assert job.created_at.tzinfo is UTC
    assert (datetime.now(UTC) - job.created_at).total_seconds() < 60
    assert (job.task_id, job.sent_at, job.clips, job.fault) == (None, None, (), None)
    assert job.with_changes(state=S.SENDING).id == job.id


@pytest.mark.parametrize(
    ("state", "task", "is_ended", "is_over"),
    [
        (S.WORKING, "t-1", False, False),
        (S.DONE, "t-1", True, True),
        (S.FAILED, None, True, True),
        (S.CANCELLED, None, True, True),  # never accepted: nothing to poll
        (S.CANCELLED, "t-1", False, False),  # accepted, so it may be charged: still polled
        (S.CANCELLED, "t-1", True, True),
    ],
)
def test_a_job_is_over_when_nothing_more_follows(
    state: JobState, task: str | None, is_ended: bool, is_over: bool
) -> None:
    ended = datetime.now(UTC) if is_ended else None
    task_id = TaskId(task) if task else None
    assert Job(id=new_job_id(), state=state, task_id=task_id, finished_at=ended).is_over is is_over


@pytest.mark.parametrize(
    ("state", "task", "fault", "is_unconfirmed", "is_unanswered"),
    [
        (S.FAILED, "t-1", None, True, True),
        (S.FAILED, None, None, False, False),  # nothing was accepted that could still arrive
        (S.DONE, "t-1", None, False, False),
        (
            S.FAILED,
            "t-1",
            ErrorRecord(kind=ErrorKind.UNREACHABLE, message="No network."),
            True,
            True,
        ),
        (
            S.FAILED,
            "t-1",
            ErrorRecord(kind=ErrorKind.UNKNOWN_TASK, message="Unknown task.", status=404),
            True,
            False,
        ),
        (
            S.FAILED,
            "t-1",
            ErrorRecord(kind=ErrorKind.FAILED_BY_SERVICE, message="It failed.", status=200),
            False,
            False,
        ),
    ],
)
def test_a_failure_counts_when_the_service_has_confirmed_it(
    state: JobState,
    task: str | None,
    fault: ErrorRecord | None,
    is_unconfirmed: bool,
    is_unanswered: bool,
) -> None:
    task_id = TaskId(task) if task else None
    job = Job(id=new_job_id(), state=state, task_id=task_id, fault=fault)
    assert job.is_failure_unconfirmed is is_unconfirmed
    assert job.is_unanswered is is_unanswered
