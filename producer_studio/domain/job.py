"""Job: a request to a service and its state, stored so that it survives a restart."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.takes import take_label, title_with_take
from producer_studio.translation import nmark

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
        """Whether the service has the task, so that polling it is free and automatic."""
        return self in {JobState.ACCEPTED, JobState.WORKING, JobState.COLLECTING}

    @property
    def is_finished(self) -> bool:
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


_TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.DRAFTED: frozenset({JobState.QUEUED, JobState.CANCELLED}),
    # Unknown again where it was to be sent once more, and was not.
    JobState.QUEUED: frozenset(
        {JobState.SENDING, JobState.CANCELLED, JobState.FAILED, JobState.UNKNOWN}
    ),
    # Back to queued only where the error proves that nothing was accepted (429, no connection).
    # Straight to collecting where a service responds with the result at once.
    JobState.SENDING: frozenset(
        {JobState.ACCEPTED, JobState.COLLECTING, JobState.UNKNOWN, JobState.FAILED, JobState.QUEUED}
    ),
    JobState.ACCEPTED: frozenset(
        {JobState.WORKING, JobState.COLLECTING, JobState.FAILED, JobState.CANCELLED}
    ),
    JobState.WORKING: frozenset({JobState.COLLECTING, JobState.FAILED, JobState.CANCELLED}),
    JobState.COLLECTING: frozenset({JobState.DONE}),
    # A late result is stored even after the job was shown as failed. Polled again where the service
    # has not reported how the task ended. Queued again only when the user requests it, and only
    # where nothing was accepted.
    JobState.FAILED: frozenset({JobState.COLLECTING, JobState.WORKING, JobState.QUEUED}),
    JobState.CANCELLED: frozenset({JobState.COLLECTING}),
    # Found again; dismissed; sent again when the user requests it; queued again where the service's
    # own list shows that the request was not accepted. Sent again automatically only with the
    # same key, where the service honours one; failed if that request is certainly rejected.
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
    """Whether the transition is allowed (.github/docs/architecture.md)."""
    return after in _TRANSITIONS[before]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request for one take.

    Attributes:
        title: Title of the job's row; several takes of one press differ in `take`.
        press: Press that it belongs to; None for some jobs of earlier versions.
        take: 1-based number among the takes of one press of the button.
        takes: Number of takes requested by that press.
        credits_expected: Expected price; None when the service does not state one.
        credits_charged: Actual cost; None while unknown.
        idempotency_key: Sent with the request where the service honours one.
        fault: Error for which the job failed or its outcome is unknown.
        clips: Clips that resulted from it.
        after: Job that must finish first (registering the source); None when there is none.
        hosted: Temporary upload that the service fetches and that is deleted when the job is over;
            empty when there is none.
        installation: Copy of this program that requested it; empty for one of an earlier version,
            and before it is written.
        endpoint: Address of the service when the request was sent; empty when unknown.
        key_mark: Mark of the account's key at that time (`key_mark`); empty when unknown.
        service_sent_at: `sent_at` by the service's own clock, where that is known.
        received_at: Time when the result arrived, before its files.
        late_looks: Number of polls at later starts that confirmed that a failed job failed.
        uncertain_sends: Number of its requests whose outcome was unknown when the user had it sent
            again; each may have been charged.
        webhook: URL of the webhook that it was sent with; empty for none, None when unknown.
        earlier_key, earlier_endpoint, earlier_key_mark, earlier_webhook, earlier_sent_at,
        earlier_service_sent_at: Of the last of these, whose outcome is searched for if the one
            after it was certainly not accepted.
    """

    id: JobId
    state: JobState = JobState.QUEUED
    recipe: Recipe = field(default_factory=Recipe)
    account: AccountName = AccountName("")
    task_id: TaskId | None = None
    press: PressId | None = None
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
    uncertain_sends: int = 0
    earlier_key: str = ""
    earlier_endpoint: str = ""
    earlier_key_mark: str = ""
    earlier_webhook: str | None = None
    endpoint: str = ""
    key_mark: str = ""
    webhook: str | None = None
    installation: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None
    service_sent_at: datetime | None = None
    earlier_sent_at: datetime | None = None
    earlier_service_sent_at: datetime | None = None
    accepted_at: datetime | None = None
    received_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def title(self) -> str:
        return title_with_take(self.song_title, take_label(self.take, self.takes))

    @property
    def song_title(self) -> str:
        """Title that all takes of a press have in common."""
        recipe = self.recipe
        name = recipe.title or _shorten(recipe.sound) or recipe.file_name
        return name or recipe.operation.label

    @property
    def is_registration(self) -> bool:
        """Whether it uploads a clip of the library to register it at an account."""
        return self.recipe.operation is Operation.UPLOAD and self.recipe.source is not None

    @property
    def is_over(self) -> bool:
        """Whether nothing more follows; a cancelled job may still be polled until its task ends."""
        is_watched = self.task_id is not None and self.finished_at is None
        return self.state.is_finished and not (self.state is JobState.CANCELLED and is_watched)

    @property
    def given_up_requests(self) -> int:
        """Number of its requests of unknown outcome that were sent again or forgotten."""
        is_forgotten = (
            self.state is JobState.CANCELLED and self.task_id is None and self.sent_at is not None
        )
        return self.uncertain_sends + is_forgotten

    @property
    def needs_account(self) -> bool:
        """Whether its account must be there for it to go on, or to be decided about."""
        return not self.is_over or self.is_failure_unconfirmed

    @property
    def waits_for_service(self) -> bool:
        """Whether it was sent, and the process that looks after it waits for the service."""
        is_watched = self.state is JobState.CANCELLED and not self.is_over
        return is_watched or self.state.is_polled or self.state is JobState.SENDING

    @property
    def is_failure_unconfirmed(self) -> bool:
        """Whether it is marked as failed although the service has not confirmed the failure."""
        if self.state is not JobState.FAILED or self.task_id is None:
            return False
        return self.fault is None or not self.fault.is_final_response

    @property
    def is_unanswered(self) -> bool:
        """Whether it is marked as failed without even a doubtful response of the service."""
        if not self.is_failure_unconfirmed:
            return False
        return self.fault is None or not self.fault.is_doubtful_response

    @property
    def is_undelivered(self) -> bool:
        """Whether the file that was paid for is missing and nothing downloads it now."""
        return self.fault is not None and self.fault.kind is ErrorKind.NOT_DELIVERED

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)


def removal_warning(jobs: Sequence[Job]) -> str:
    """Returns what the removal of their account means for unfinished jobs; empty without any."""
    if not jobs:
        return ""
    return nmark(
        "{count} request is not finished, and may be charged. Its result can only be fetched after "
        "this account is added again, under the same name.",
        "{count} requests are not finished, and may be charged. Their results can only be fetched "
        "after this account is added again, under the same name.",
        len(jobs),
    )


def _shorten(sound: str) -> str:
    """Returns the sound's first words; a text without spaces is cut at the limit."""
    if len(sound) <= _TITLE_LENGTH:
        return sound.strip()
    return sound[:_TITLE_LENGTH].rsplit(" ", 1)[0].strip(" ,;.")
