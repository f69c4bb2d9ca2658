"""Search for a job with an unknown outcome in the service's own list. Sends nothing."""

import logging
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.providers.base import FoundTask
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.in_flight import InFlightRequests
from producer_studio.translation import mark, sentences

CLOCK_TOLERANCE_S = 120.0
"""Maximum error in seconds of a service's clock when its list is searched for a lost task."""

_LATEST_ACCEPTANCE_S = 3600.0
"""Maximum seconds between sending and acceptance; a gateway may keep a request for a while."""

_NEAR_TEXT_LENGTH = 20
"""Minimum length of texts that can be similar; a list may shorten or change longer texts."""

_NEAR_SHARE = 0.8
"""Minimum share of equal parts of two long texts that are similar."""


class MatchVerdict(Enum):
    FOUND = "found"
    ABSENT = "absent"
    """The list was read to its end and contains no task that can be the job's."""

    POSSIBLE = "possible"
    """The list contains tasks that may be the job's or another request's."""

    UNSURE = "unsure"
    """Nothing is known: the list could not be read, or another process is sending now."""


@dataclass(frozen=True, slots=True)
class TaskMatch:
    """Result of a search for a job's task.

    Attributes:
        reason: Why the result is uncertain, as a sentence for the user.
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
    keyed_jobs: Collection[JobId],
) -> TaskMatch:
    """Finds a job's task in a list of tasks.

    Jobs with the same texts and no seed are interchangeable: if each of them has a task in the
    list, any assignment is correct.

    Args:
        job: Its `service_sent_at` is the time of sending by the clock of the list's times. Without
            it the computer's clock is used, which may be far off.
        listed_tasks: All tasks that the service has created since shortly before the job was sent.
        assigned_tasks: Tasks that other jobs have.
        competing_jobs: Other jobs of the account that may or may not have been accepted, too.
        keyed_jobs: Jobs whose idempotency key the service may still know. Such a job gets its own
            task by its key, so no other one may get it from the list: the task of that one would
            be lost.
    """
    open_tasks = [
        task
        for task in listed_tasks
        if task.task not in assigned_tasks and not _contradicts(task, job)
    ]
    possible = [task for task in open_tasks if task.task]
    if not possible:
        # A task with an unreadable id may be the job's.
        return UNSURE_MATCH if open_tasks else TaskMatch(MatchVerdict.ABSENT)
    timely = [task for task in possible if not (_is_older(task, job) or _is_newer(task, job))]
    if job.service_sent_at is not None and timely:
        # Both times are by the service's clock.
        possible = timely
    similar_jobs = [
        one for one in competing_jobs if any(not _contradicts(task, one) for task in possible)
    ]
    if any(one.state is JobState.SENDING for one in similar_jobs):
        # Another process has a request in flight; its task must not be assigned to this job.
        return UNSURE_MATCH
    wanted = len(similar_jobs) + 1
    is_keyed = any(one.id in keyed_jobs for one in (job, *similar_jobs))
    enough = len(possible) == wanted == 1 if is_keyed else len(possible) <= wanted
    is_sure = all(
        _identifies(task, job) and not _is_older(task, job) and not _is_newer(task, job)
        for task in possible
    )
    if not enough or not is_sure:
        return TaskMatch(MatchVerdict.POSSIBLE)
    return TaskMatch(MatchVerdict.FOUND, possible[0].task)


def _is_older(task: FoundTask, job: Job) -> bool:
    """Whether a task seems to have been created before the job was sent.

    This is no contradiction: either clock may be wrong, and a time may lack its zone.
    """
    if task.created_at is None:
        return False
    sent = job.service_sent_at or job.sent_at or job.created_at
    return (task.created_at - sent).total_seconds() < -CLOCK_TOLERANCE_S


def _is_newer(task: FoundTask, job: Job) -> bool:
    """Whether a task was created long after the job was sent, by the service's own clock.

    It is probably of the same request from another library, or from another computer.
    """
    if task.created_at is None or job.service_sent_at is None:
        return False
    return (task.created_at - job.service_sent_at).total_seconds() > _LATEST_ACCEPTANCE_S


class _Likeness(Enum):
    """Similarity of two texts."""

    UNTOLD = "untold"
    """One of the texts is empty: no conclusion is possible."""

    SAME = "same"
    NEAR = "near"
    """Texts that a list has shortened or rewritten, or that differ slightly."""

    DIFFERENT = "different"


def _contradicts(task: FoundTask, job: Job) -> bool:
    """Whether any listed value of the task shows that it is not the job's."""
    recipe = job.recipe
    return (
        (task.operation is not None and task.operation is not recipe.operation)
        or _compare(task.source or "", recipe.source_remote or "") is _Likeness.DIFFERENT
        or _Likeness.DIFFERENT in _text_likenesses(task, job)
    )


def _identifies(task: FoundTask, job: Job) -> bool:
    """Whether the listed values prove a match; the absence of contradictions is no proof."""
    likenesses = _text_likenesses(task, job)
    if _Likeness.NEAR in likenesses:
        return False
    # Stems, videos and files of one clip are interchangeable.
    same_source = _compare(task.source or "", job.recipe.source_remote or "") is _Likeness.SAME
    return _Likeness.SAME in likenesses or (task.operation is not None and same_source)


def _text_likenesses(task: FoundTask, job: Job) -> list[_Likeness]:
    """Returns the similarity of each listed text with the job's."""
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
    # For an instrumental, different lyrics are no difference.
    if lyrics is _Likeness.SAME or not recipe.instrumental:
        found.append(lyrics)
    return found


def _compare_prompt(prompt: str, texts: Iterable[str]) -> _Likeness:
    """Returns the similarity of a prompt with the most similar text of a request."""
    if not prompt.strip():
        return _Likeness.UNTOLD
    found = {_compare(prompt, text) for text in texts}
    for likeness in (_Likeness.SAME, _Likeness.NEAR):
        if likeness in found:
            return likeness
    return _Likeness.DIFFERENT


def _compare(one: str, other: str) -> _Likeness:
    """Compares two texts, independent of Unicode composition and white space."""
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
    """Returns the letters and digits of a text, without case and variants."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _trigrams(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


log = logging.getLogger(__name__)

_MARGIN = timedelta(minutes=15)
"""How much older a listed task may be than the job, by the service's clock."""

_UNKNOWN_CLOCK_MARGIN = timedelta(days=1)
"""The same if the time of sending is known by the computer's clock only."""

_MAX_REQUEST_AGE = timedelta(days=3)
"""Maximum age of a request whose time is unknown because the clock was corrected since."""

_UNCERTAIN_STATES = frozenset({JobState.SENDING, JobState.UNKNOWN})


class TaskSearch:
    """Reads the task lists of services and compares them with a job's request.

    Args:
        may_know_key: Whether the service may still know a job's idempotency key.
    """

    def __init__(
        self,
        library: Library,
        connections: Connections,
        in_flight: InFlightRequests,
        may_know_key: Callable[[Job], bool],
    ) -> None:
        self._library = library
        self._connections = connections
        self._in_flight = in_flight
        self._may_know_key = may_know_key

    async def find(self, job: Job) -> TaskMatch:
        """Searches the service's list for a job's task."""
        if self._connections.is_moved(job):
            return self._changed_match(job)
        try:
            provider = await self._connections.provider(job.account)
            offered = provider.capabilities()
            if not offered.can_list_tasks:
                return replace(
                    UNSURE_MATCH,
                    reason=self._no_list_message(job, with_token=offered.can_list_tasks_with_token),
                )
            service_now = await self._connections.ensure_server_time(job.account)
            listed = await provider.list_tasks(_earliest(job, service_now))
        except ServiceError as fault:
            log.info("Cannot search for job %s: %s", job.id, fault)
            return replace(
                UNSURE_MATCH, reason=sentences(mark("The search for it failed."), fault.message)
            )
        # A listed task may belong to a request in flight that has no outcome yet.
        here = self._connections.names_at_service(job.account)
        await self._in_flight.wait_for_accounts(here)
        competing = await self._competing_jobs(job)
        found = match_task(
            job,
            listed,
            await self._library.jobs.task_ids(here),
            competing,
            keyed_jobs={one.id for one in (job, *competing) if self._may_know_key(one)},
        )
        if found.task is None and self._connections.change_since_sent(job):
            # The list is that of the account's key, which may be another owner's now.
            return self._changed_match(job)
        return replace(
            found,
            reason=mark(
                "The list of {service} contains a possible match that cannot be told apart from "
                "another request, so it is not used for this one.",
                service=self.service_label(job),
            ),
        )

    def service_label(self, job: Job) -> str:
        return self._connections.account(job.account).service.label

    def _no_list_message(self, job: Job, *, with_token: bool) -> str:
        service = self.service_label(job)
        if with_token:
            return mark(
                "{service} shows its list of past requests only with a platform token. Add one to "
                "the account in Settings, then check again.",
                service=service,
            )
        return mark(
            "{service} has no list of past requests, so it cannot be searched for there.",
            service=service,
        )

    def _changed_match(self, job: Job) -> TaskMatch:
        changed = self._connections.change_since_sent(job)
        advice = mark("Restore the earlier one to search for it.")
        return replace(UNSURE_MATCH, reason=sentences(changed, advice))

    async def _competing_jobs(self, job: Job) -> list[Job]:
        """Returns other jobs that may have been accepted, except those sent after the listing.

        Those of another account with the same key are listed together with the account's own.
        """
        return [
            one
            for one in await self._library.jobs.list_jobs(open_only=True)
            if self._connections.is_same_account(one, job.account)
            and one.state in _UNCERTAIN_STATES
            and one.id != job.id
            and one.id not in self._in_flight
        ]


def _earliest(job: Job, service_now: datetime | None) -> datetime:
    """Returns the earliest time of tasks to read, which allows for a wrong computer clock."""
    if job.service_sent_at is not None:
        return job.service_sent_at - _MARGIN
    local_now = datetime.now(UTC)
    sent = job.sent_at or job.created_at
    if sent > local_now:
        # The clock was corrected since.
        return min(local_now, service_now or local_now) - _MAX_REQUEST_AGE
    # Assumes that the clock was as wrong then as it is now, or was right.
    by_age = (service_now or local_now) - (local_now - sent)
    return min(sent, by_age) - _UNKNOWN_CLOCK_MARGIN
