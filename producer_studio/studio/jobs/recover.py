"""Which task of a service's own list is that of a job whose outcome is unknown."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from producer_studio.domain.ids import TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.providers.base import FoundTask

CLOCK_TOLERANCE_S = 120.0
"""How far a service's clock may be off when its list is searched for a lost task."""

_NEAR_TEXT_LENGTH = 20
"""Shorter texts differ or do not; of longer ones a list may cut or change a few characters."""

_NEAR_SHARE = 0.8
"""Of the parts of two long texts that are the same in both, from which on they are near."""


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
        reason: Why it tells nothing that is sure, as a sentence for the user.
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
        job: Its `service_sent_at` tells the time of sending by the clock that the list's times are
            of; without it the clock of the computer does, which may be far off.
        listed_tasks: All that the service has made since shortly before the job was sent.
        assigned_tasks: Tasks that other jobs have.
        competing_jobs: Other jobs of the account of which it is not known either whether they were
            taken.
        has_idempotency_keys: Whether the service tells requests apart by their keys. Then no task
            may be given to a job that was not taken, as that job's own key would bring another's
            task later on.
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
    timely = [task for task in possible if not _is_older(task, job)]
    if job.service_sent_at is not None and timely:
        # Both times are the service's own.
        possible = timely
    similar_jobs = [
        one for one in competing_jobs if any(not _contradicts(task, one) for task in possible)
    ]
    if any(one.state is JobState.SENDING for one in similar_jobs):
        # Another process has its request out now; what comes of it is not to be taken from it.
        return UNSURE_MATCH
    wanted = len(similar_jobs) + 1
    enough = len(possible) == wanted or (not has_idempotency_keys and len(possible) < wanted)
    is_sure = all(_identifies(task, job) and not _is_older(task, job) for task in possible)
    if not enough or not is_sure:
        return TaskMatch(MatchVerdict.POSSIBLE)
    return TaskMatch(MatchVerdict.FOUND, possible[0].task)


def _is_older(task: FoundTask, job: Job) -> bool:
    """Whether a task seems to be made before the job was sent.

    That is no contradiction: either clock may be wrong, and a time be told without its zone.
    """
    if task.created_at is None:
        return False
    sent = job.service_sent_at or job.sent_at or job.created_at
    return (task.created_at - sent).total_seconds() < -CLOCK_TOLERANCE_S


class _Likeness(Enum):
    """How two texts compare."""

    UNTOLD = "untold"
    """One of them is empty: nothing can be concluded."""

    SAME = "same"
    NEAR = "near"
    """What a list makes of a text that it cuts or writes anew; or a text that differs a little."""

    DIFFERENT = "different"


def _contradicts(task: FoundTask, job: Job) -> bool:
    """Whether anything that the list tells shows that it is not the job's."""
    recipe = job.recipe
    return (
        (task.operation is not None and task.operation is not recipe.operation)
        or _compare(task.source or "", recipe.source_remote or "") is _Likeness.DIFFERENT
        or _Likeness.DIFFERENT in _text_likenesses(task, job)
    )


def _identifies(task: FoundTask, job: Job) -> bool:
    """Whether the list tells enough to be sure; no contradiction is not yet a proof."""
    likenesses = _text_likenesses(task, job)
    if _Likeness.NEAR in likenesses:
        return False
    # Stems, a video or a file of one clip are as good as any others of it.
    same_source = _compare(task.source or "", job.recipe.source_remote or "") is _Likeness.SAME
    return _Likeness.SAME in likenesses or (task.operation is not None and same_source)


def _text_likenesses(task: FoundTask, job: Job) -> list[_Likeness]:
    """How the texts that the list tells compare with those of the job."""
    recipe = job.recipe
    found = [
        _compare_prompt(
            task.prompt, (recipe.sound, recipe.lyrics, recipe.prompt, recipe.instruction)
        ),
        _compare(task.audio_url, recipe.audio_url),
        _compare(task.title, recipe.title),
        _compare(task.seed, recipe.seed),
    ]
    lyrics = _compare(task.lyrics, recipe.lyrics)
    # Lyrics that were not sung are no difference.
    if lyrics is _Likeness.SAME or not recipe.instrumental:
        found.append(lyrics)
    return found


def _compare_prompt(prompt: str, texts: Iterable[str]) -> _Likeness:
    """How a prompt compares with the text of a request that is the most like it."""
    if not prompt.strip():
        return _Likeness.UNTOLD
    found = {_compare(prompt, text) for text in texts}
    for likeness in (_Likeness.SAME, _Likeness.NEAR):
        if likeness in found:
            return likeness
    return _Likeness.DIFFERENT


def _compare(one: str, other: str) -> _Likeness:
    """Compares two texts, whatever way their characters are composed and their space is written."""
    one, other = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (one, other))
    if not one or not other:
        return _Likeness.UNTOLD
    if one == other:
        return _Likeness.SAME
    short, long = sorted((_folded(one), _folded(other)), key=len)
    if short and short == long:
        return _Likeness.NEAR
    if len(short) < _NEAR_TEXT_LENGTH:
        return _Likeness.DIFFERENT
    if long.startswith(short):
        return _Likeness.NEAR
    parts, others = _trigrams(short), _trigrams(long)
    share = len(parts & others) / len(parts | others)
    return _Likeness.NEAR if share >= _NEAR_SHARE else _Likeness.DIFFERENT


def _folded(text: str) -> str:
    """The letters and digits of a text, without case and variants."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _trigrams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}
