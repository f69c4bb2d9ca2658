"""Which task of a service's own list is that of a job whose outcome is unknown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import FoundTask

CLOCK_TOLERANCE_S = 120.0
"""How far a service's clock may be off when its list is searched for a lost task."""


class MatchVerdict(Enum):
    FOUND = "found"
    ABSENT = "absent"
    """The list was read to its end, and nothing in it can be the job's."""

    POSSIBLE = "possible"
    """The list shows what may be the job's, and does not tell it from another request's."""

    UNSURE = "unsure"
    """Nothing is known: the list could not be read, or another process is sending now."""


@dataclass(frozen=True, slots=True)
class TaskMatch:
    """What a list tells of a job.

    Attributes:
        why: Why it tells nothing that is sure, as a sentence for the user.
    """

    verdict: MatchVerdict
    task: TaskId | None = None
    reason: str = ""


UNSURE_MATCH = TaskMatch(MatchVerdict.UNSURE)


def match_task(
    job: Job,
    listed_tasks: Sequence[FoundTask],
    assigned_tasks: Collection[TaskId],
    competing_jobs: Sequence[Job],
    *,
    has_idempotency_keys: bool,
) -> TaskMatch:
    """Looks for a job's task.

    Jobs with the same words and no seed are as good as one another: if each of them has a task in
    the list, it does not matter which gets which.

    Args:
        listed: All that the service has made since shortly before the job was sent.
        taken: Tasks that other jobs have.
        rivals: Other jobs of the account of which it is not known either whether they were taken.
        keyed: Whether the service tells requests apart by their keys. Then no task may be given to
            a job that was not taken, as that job's own key would bring another's task later on.
    """
    open_tasks = [
        task
        for task in listed_tasks
        if task.task not in assigned_tasks and not _contradicts(task, job)
    ]
    possible = [task for task in open_tasks if task.task]
    if not possible:
        # One whose name cannot be read may be it.
        return UNSURE_MATCH if open_tasks else TaskMatch(MatchVerdict.ABSENT)
    similar_jobs = [
        one for one in competing_jobs if any(not _contradicts(task, one) for task in possible)
    ]
    if any(one.state is JobState.SENDING for one in similar_jobs):
        # Another process has its request out now; what comes of it is not to be taken from it.
        return UNSURE_MATCH
    wanted = len(similar_jobs) + 1
    enough = len(possible) == wanted or (not has_idempotency_keys and len(possible) < wanted)
    if not enough or not all(_identifies(task, job) for task in possible):
        return TaskMatch(MatchVerdict.POSSIBLE)
    return TaskMatch(MatchVerdict.FOUND, possible[0].task)


def _contradicts(task: FoundTask, job: Job) -> bool:
    """Whether anything that the list tells shows that it is not the job's."""
    recipe = job.recipe
    sent = job.sent_at or job.created_at
    if (
        task.created_at is not None
        and (task.created_at - sent).total_seconds() < -CLOCK_TOLERANCE_S
    ):
        return True
    prompt = task.prompt.strip()
    return (
        (bool(prompt) and prompt not in _request_texts(job))
        or (task.operation is not None and task.operation is not recipe.operation)
        or _differ(task.source or "", recipe.source_remote or "")
        or _differ(task.audio_url, recipe.audio_url)
        or _differ(task.title, recipe.title)
        or _differ(task.seed, recipe.seed)
        or (not recipe.instrumental and _differ(task.lyrics, recipe.lyrics))
    )


def _identifies(task: FoundTask, job: Job) -> bool:
    """Whether the list tells enough to be sure; no contradiction is not yet a proof."""
    recipe = job.recipe
    return (
        task.prompt.strip() in _request_texts(job)
        or _same(task.lyrics, recipe.lyrics)
        or _same(task.title, recipe.title)
        or _same(task.seed, recipe.seed)
        or _same(task.audio_url, recipe.audio_url)
        # Stems, a video or a file of one clip are as good as any others of it.
        or (task.operation is not None and _same(task.source or "", recipe.source_remote or ""))
    )


def _request_texts(job: Job) -> set[str]:
    recipe = job.recipe
    fields = (recipe.sound, recipe.lyrics, recipe.prompt, recipe.instruction)
    return {text.strip() for text in fields if text.strip()}


def _differ(one: str, other: str) -> bool:
    return bool(one.strip()) and bool(other.strip()) and one.strip() != other.strip()


def _same(one: str, other: str) -> bool:
    return bool(one.strip()) and one.strip() == other.strip()
