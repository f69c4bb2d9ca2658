"""A request on its way, as a row that outlives the process."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import AccountName, ClipId, JobId, TaskId
from producer_studio.domain.recipe import Recipe

_TITLE_LENGTH = 60


class JobState(StrEnum):
    DRAFTED = "drafted"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    WORKING = "working"
    COLLECTING = "collecting"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def is_polled(self) -> bool:
        """Whether the service has it, so that looking at it is free and goes on by itself."""
        return self in {JobState.ACCEPTED, JobState.WORKING, JobState.COLLECTING}

    @property
    def is_finished(self) -> bool:
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


_TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.DRAFTED: frozenset({JobState.QUEUED, JobState.CANCELLED}),
    JobState.QUEUED: frozenset({JobState.SENDING, JobState.CANCELLED, JobState.FAILED}),
    # Back to queued only where the fault proves that nothing was taken (429, no connection).
    # Straight to collecting where a service answers with the result at once.
    JobState.SENDING: frozenset(
        {JobState.ACCEPTED, JobState.COLLECTING, JobState.UNKNOWN, JobState.FAILED, JobState.QUEUED}
    ),
    JobState.ACCEPTED: frozenset(
        {JobState.WORKING, JobState.COLLECTING, JobState.FAILED, JobState.CANCELLED}
    ),
    JobState.WORKING: frozenset({JobState.COLLECTING, JobState.FAILED, JobState.CANCELLED}),
    JobState.COLLECTING: frozenset({JobState.DONE}),
    # A late result is kept even after the app said otherwise. Watched again where the service has
    # not said how it ended. Queued again only at the user's word, and only where nothing was taken.
    JobState.FAILED: frozenset({JobState.COLLECTING, JobState.WORKING, JobState.QUEUED}),
    JobState.CANCELLED: frozenset({JobState.COLLECTING}),
    # Found again; forgotten; sent again at the user's word; queued again where the service's own
    # list shows that it was not taken. Sent again by itself, and then perhaps certainly refused,
    # only with the same key, where the service honours one.
    JobState.UNKNOWN: frozenset(
        {
            JobState.ACCEPTED,
            JobState.CANCELLED,
            JobState.QUEUED,
            JobState.SENDING,
            JobState.FAILED,
        }
    ),
    JobState.DONE: frozenset({JobState.COLLECTING}),
}


def can_transition(before: JobState, after: JobState) -> bool:
    """Whether the arrow exists (architecture: a job)."""
    return after in _TRANSITIONS[before]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request for one take.

    Attributes:
        title: What the row is called; several takes of one press differ in `take`.
        take: 1-based number among the takes of one press of the button.
        takes: How many takes that press asked for.
        credits_expected: What it should cost; None when the service does not say.
        credits_charged: What it did cost; None while that is not known.
        idempotency_key: Sent with the request where the service honours one.
        fault: Why it failed or is unknown.
        clips: What came of it.
        after: The job that must be done first (registering the source); None when none is.
        hosted: What was put up for the service to fetch and is to be taken down when the job is
            over; empty when nothing is.
        installation: The copy of this program that requested it; empty for one of an earlier
            version, and before it is written.
        endpoint: The service's address when it was sent; empty where that is not known.
        service_sent_at: `sent_at` by the service's own clock, where it has said what time it is.
        received_at: When the result came, before its files.
        late_looks: How often the service has confirmed, at later starts, that a failed job failed.
    """

    id: JobId
    state: JobState = JobState.QUEUED
    recipe: Recipe = field(default_factory=Recipe)
    account: AccountName = AccountName("")
    task_id: TaskId | None = None
    take: int = 1
    takes: int = 1
    idempotency_key: str = ""
    credits_expected: float | None = None
    credits_charged: float | None = None
    credits_refunded: float | None = None
    fault: ErrorRecord | None = None
    clips: tuple[ClipId, ...] = ()
    dismissed: bool = False
    after: JobId | None = None
    hosted: str = ""
    late_looks: int = 0
    endpoint: str = ""
    installation: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None
    service_sent_at: datetime | None = None
    accepted_at: datetime | None = None
    received_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def title(self) -> str:
        recipe = self.recipe
        name = recipe.title or _shorten(recipe.sound) or recipe.file_name
        name = name or recipe.operation.label
        return f"{name} · take {self.take}" if self.takes > 1 else name

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it; one that was cancelled may be watched to its end."""
        is_watched = self.task_id is not None and self.finished_at is None
        return self.state.is_finished and not (self.state is JobState.CANCELLED and is_watched)

    @property
    def is_failure_unconfirmed(self) -> bool:
        """Whether it counts as failed although the service, which took it, has not said so."""
        if self.state is not JobState.FAILED or self.task_id is None:
            return False
        return self.fault is None or not self.fault.is_final_response

    @property
    def is_unanswered(self) -> bool:
        """Whether it counts as failed and the service has not even said something doubtful."""
        if not self.is_failure_unconfirmed:
            return False
        return self.fault is None or not self.fault.is_doubtful_response

    @property
    def is_undelivered(self) -> bool:
        """Whether the file that it was paid for has not come, and nothing fetches it now."""
        return self.fault is not None and self.fault.kind is ErrorKind.NOT_DELIVERED

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """A copy with some fields changed."""
        return replace(self, **changes)


def _shorten(sound: str) -> str:
    """The sound's first words; a text without blanks is cut where it is too long."""
    if len(sound) <= _TITLE_LENGTH:
        return sound.strip()
    return sound[:_TITLE_LENGTH].rsplit(" ", 1)[0].strip(" ,;.")
