"""Display values of a running, failed or uncertain job."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.price import Price
from producer_studio.domain.timestamps import to_local_time
from producer_studio.translation import join_texts, mark, sentences, tr, tr_message
from producer_studio.ui.clips.row import length_text


class JobRowKind(Enum):
    """Kind of a job's row, which determines its style and buttons."""

    RUNNING = auto()
    WAITING = auto()
    """Queued by an earlier run: sending costs credits, so it needs the user's confirmation."""
    FAILED = auto()
    UNKNOWN = auto()
    UNDELIVERED = auto()
    """Generated and charged, but its file is missing."""


_PHASES = {
    JobState.DRAFTED: mark("Queued"),
    JobState.QUEUED: mark("Queued"),
    JobState.SENDING: mark("Sending"),
    JobState.ACCEPTED: mark("At the service"),
    JobState.WORKING: mark("Working"),
    JobState.COLLECTING: mark("Downloading"),
}
_IN_OTHER_PROGRAM = mark("In another program")
_WAITING_PHASES = {
    ErrorKind.STORAGE: mark("Waits for the disk"),
    ErrorKind.UNREACHABLE: mark("Waits for the connection"),
    ErrorKind.SERVICE_UNAVAILABLE: mark("Waits for the service"),
    ErrorKind.RATE_LIMITED: mark("Waits for the service"),
    ErrorKind.NOT_AUTHORISED: mark("Waits for the key"),
    ErrorKind.MEDIA_REJECTED: mark("Waits for the file"),
    ErrorKind.UNKNOWN_TASK: mark("Waits for the service"),
    ErrorKind.INVALID_RESPONSE: mark("Waits for the service"),
    ErrorKind.OPERATION_RETIRED: mark("Waits for the service"),
}


_NOT_SENT = mark("Not sent before the studio was closed")
_NOT_ACCEPTED = mark("Not accepted before the studio was closed")
_SOURCE_FIRST = mark("its source is registered first")


@dataclass(frozen=True, slots=True)
class JobRow:
    """Snapshot of the values displayed in a job's row, in the language of the window.

    Attributes:
        phase: Short name of the current phase.
        message: Error, uncertainty, or the reason for waiting; empty without any.
        elapsed_text: Such as "16 s"; empty before it was sent.
        typical_text: Such as "of ~25 s".
        bar_fraction: Filled share of the progress bar, 0 to 1; None for an indeterminate bar.
        disabled_actions: Actions whose buttons would have no effect now.
        price: Price of sending it, with everything that is sent first.
    """

    kind: JobRowKind
    title: str
    badge: str
    phase: str
    message: str
    elapsed_text: str
    typical_text: str
    bar_fraction: float | None
    disabled_actions: frozenset[str] = frozenset()
    price: Price = Price()

    @property
    def button_state(self) -> tuple[object, ...]:
        """Properties that decide about the buttons."""
        return self.kind, self.title, self.disabled_actions, self.price

    @property
    def accessible_text(self) -> str:
        parts = (
            self.title,
            self.badge,
            self.phase,
            self.message,
            self.elapsed_text,
            self.typical_text,
        )
        return tr(join_texts(parts))


def seconds_text(seconds: float) -> str:
    """Formats a duration such as "16 s" or "2:05"."""
    whole = max(0, int(seconds))
    return tr("{seconds} s", seconds=whole) if whole < 100 else length_text(whole)


def created_text(job: Job) -> str:
    """Formats the local time of the request; with the day unless it was today."""
    created = to_local_time(job.created_at)
    time = f"{created:%H:%M:%S}"
    if created.date() == to_local_time(datetime.now(UTC)).date():
        return tr("requested at {time}", time=time)
    return tr("requested on {day} at {time}", day=created.date(), time=time)


def build_job_row(
    job: Job,
    *,
    now: datetime,
    typical_s: float,
    progress: float | None,
    is_waiting: bool,
    retry_problem: str = "",
    is_marked: bool = False,
    can_recover: bool = True,
    in_other_program: bool = False,
    is_foreign: bool = False,
    price: Price | None = None,
) -> JobRow:
    """Builds the row of a job; the progress bar never claims more than is known.

    Args:
        progress: As reported by the service, 0 to 1; None when it reports none.
        is_waiting: Whether it was in the queue at the start and was not sent since.
        is_marked: Whether only an earlier rejection of the service prevents a retry.
        retry_problem: Why it cannot be requested again, as a message; empty when it can.
        can_recover: Whether its service has a list in which the job can be searched.
        in_other_program: Whether another process owns it.
        price: Price of sending it; by default what was stated when it was queued.
    """
    operation = job.recipe.operation.label
    badge = "" if job.title == operation else tr(operation)
    if job.recipe.starts_at_s is not None:
        badge += f" {length_text(job.recipe.starts_at_s) or '0:00'}"
    message = tr(job.fault.message) if job.fault else ""
    title = _title(job)
    if job.is_failure_unconfirmed:
        text = message or tr("The service accepted this and has not reported the outcome.")
        return JobRow(JobRowKind.UNKNOWN, title, badge, tr("No response yet"), text, "", "", None)
    if job.state is JobState.FAILED:
        text = _failure_message(job.fault, retry_problem)
        withheld = frozenset(
            {"retry"} if is_marked else {"retry", "ask-again"} if retry_problem else {"ask-again"}
        )
        phase = tr("Failed")
        return JobRow(JobRowKind.FAILED, title, badge, phase, text, "", "", None, withheld)
    if job.state is JobState.UNKNOWN:
        text = message or tr("It may or may not have been accepted.")
        withheld = frozenset(() if can_recover else {"look-again"})
        phase = tr("Outcome unknown")
        return JobRow(JobRowKind.UNKNOWN, title, badge, phase, text, "", "", None, withheld)
    if is_foreign and job.state.is_polled:
        withheld = frozenset({"send-again"})
        phase = tr("From another installation")
        return JobRow(JobRowKind.UNKNOWN, title, badge, phase, message, "", "", None, withheld)
    if is_waiting and job.state is JobState.QUEUED:
        cost = (price or Price.stated(job.credits_expected)).text()
        # Rejected as the service was busy, or not in its list after a connection was lost.
        reason = _NOT_SENT if job.sent_at is None else _NOT_ACCEPTED
        first = _SOURCE_FIRST if job.after is not None else ""
        text = tr(join_texts((reason, cost, first), " · "))
        return JobRow(JobRowKind.WAITING, title, badge, tr("Waiting for you"), text, "", "", None)
    if job.is_undelivered:
        phase = tr("Not downloaded")
        return JobRow(JobRowKind.UNDELIVERED, title, badge, phase, message, "", "", None)
    phase = _PHASES.get(job.state, _PHASES[JobState.WORKING])
    withheld = frozenset({"cancel"} if in_other_program else ())
    if job.state is JobState.QUEUED:
        if job.after is not None:
            phase = mark("Waits for its source")
        if in_other_program:
            phase = _IN_OTHER_PROGRAM
        return JobRow(JobRowKind.RUNNING, title, badge, tr(phase), message, "", "", 0.0, withheld)
    since = job.sent_at or job.created_at
    elapsed = (now - since).total_seconds()
    fill: float | None
    if progress is not None:
        fill = min(1.0, max(0.0, progress))
    elif elapsed <= typical_s:
        fill = elapsed / typical_s if typical_s > 0 else None
    else:
        fill = None
        phase = mark("Longer than usual")
    if job.state is JobState.COLLECTING:
        fill = None
        phase = _PHASES[JobState.COLLECTING]
    if job.state is JobState.SENDING:
        fill = 0.0
    waits_for = _WAITING_PHASES.get(job.fault.kind) if job.fault and job.state.is_polled else None
    if waits_for is not None:
        phase, fill = waits_for, None
    if in_other_program:
        phase = _IN_OTHER_PROGRAM
    return JobRow(
        JobRowKind.RUNNING,
        title,
        badge,
        tr(phase),
        message if waits_for else "",
        seconds_text(elapsed),
        tr("of ~{time}", time=seconds_text(typical_s)) if typical_s > 0 else "",
        fill,
        withheld,
    )


def _title(job: Job) -> str:
    if not job.is_registration:
        return tr_message(job.title)
    if job.recipe.title:
        return tr("Registering {title} at {account}", title=job.recipe.title, account=job.account)
    return tr("Registering a clip at {account}", account=job.account)


def _failure_message(error: ErrorRecord | None, retry_problem: str) -> str:
    """Returns the error, and why a retry is unavailable."""
    if error is None:
        return tr(sentences(mark("This job failed."), retry_problem))
    told = error.kind is ErrorKind.OPERATION_RETIRED or (
        error.kind is ErrorKind.REQUEST_REJECTED and error.field == "model"
    )
    if retry_problem and told:
        return tr(sentences(retry_problem, mark("Nothing was charged.")))
    return tr(sentences(error.message, retry_problem))
