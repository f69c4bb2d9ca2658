"""A running, failed or uncertain job in words."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from producer_studio.domain.credits import credits_text
from producer_studio.domain.errors import FaultKind, FaultRecord
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.jobs.collect import is_registration
from producer_studio.ui.clips.row import length_text


class Mood(Enum):
    """How a job's row looks and which buttons it has."""

    RUNS = auto()
    WAITS = auto()
    """Left in the queue by an earlier run: sending costs, so it needs the user's word."""
    FAILED = auto()
    UNKNOWN = auto()


_PHASES = {
    JobState.DRAFTED: "Queued",
    JobState.QUEUED: "Queued",
    JobState.SENDING: "Sending",
    JobState.ACCEPTED: "At the service",
    JobState.WORKING: "Working",
    JobState.COLLECTING: "Fetching",
}
_ELSEWHERE = "In another program"
_WAITS_FOR = {
    FaultKind.STORAGE: "Waits for the disk",
    FaultKind.UNREACHABLE: "Waits for the connection",
    FaultKind.SERVICE_DOWN: "Waits for the service",
    FaultKind.TOO_BUSY: "Waits for the service",
    FaultKind.NOT_AUTHORISED: "Waits for the key",
    FaultKind.MEDIA_REFUSED: "Waits for the file",
    FaultKind.UNKNOWN_TASK: "Waits for the service",
    FaultKind.NONSENSE: "Waits for the service",
    FaultKind.RETIRED: "Waits for the service",
}


@dataclass(frozen=True, slots=True)
class JobFace:
    """What a job's row says at one moment.

    Attributes:
        phase: Where it is, in a word or two.
        sentence: What went wrong, is uncertain, or is waited for; empty while all is well.
        elapsed: Such as "16 s"; empty before it was sent.
        typical: Such as "of ~25 s".
        fill: How much of the bar is full, 0 to 1; None when nothing more can be said than that
            it goes on.
        withheld: Words of buttons that would be of no use now.
    """

    mood: Mood
    title: str
    badge: str
    phase: str
    sentence: str
    elapsed: str
    typical: str
    fill: float | None
    withheld: frozenset[str] = frozenset()

    @property
    def spoken(self) -> str:
        parts = (self.title, self.badge, self.phase, self.sentence, self.elapsed, self.typical)
        return ", ".join(part for part in parts if part)


def seconds_text(seconds: float) -> str:
    """Such as "16 s" or "2:05"."""
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 100 else length_text(whole)


def job_face(
    job: Job,
    *,
    now: datetime,
    typical_s: float,
    progress: float | None,
    waits: bool,
    against: str = "",
    marked: bool = False,
    looks: bool = True,
    elsewhere: bool = False,
) -> JobFace:
    """Says how a job stands; the bar never claims more than is known.

    Args:
        progress: The service's own word, 0 to 1; None when it says nothing.
        waits: Whether it was found in the queue at the start and nobody has sent it since.
        marked: Whether it is only an earlier answer of the service that stands against it.
        against: Why it cannot be asked for again, as a sentence; empty when it can.
        looks: Whether its service has a list in which it can be looked for.
        elsewhere: Whether another program looks after it.
    """
    badge = job.recipe.operation.label
    if job.title == badge:
        badge = ""
    if job.recipe.starts_at_s is not None:
        badge += f" {length_text(job.recipe.starts_at_s) or '0:00'}"
    message = job.fault.message if job.fault else ""
    title = job.title
    if is_registration(job):
        title = f"Registering {job.recipe.title or 'a clip'} at {job.account}"
    if job.lacks_answer:
        text = message or "The service took this and has not said how it ended."
        return JobFace(Mood.UNKNOWN, title, badge, "No answer yet", text, "", "", None)
    if job.state is JobState.FAILED:
        text = _why_failed(job.fault, against)
        withheld = frozenset(
            {"retry"} if marked else {"retry", "ask-again"} if against else {"ask-again"}
        )
        return JobFace(Mood.FAILED, title, badge, "Failed", text, "", "", None, withheld)
    if job.state is JobState.UNKNOWN:
        text = message or "It may or may not have been taken."
        withheld = frozenset(() if looks else {"look-again"})
        return JobFace(Mood.UNKNOWN, title, badge, "Outcome unknown", text, "", "", None, withheld)
    if waits and job.state is JobState.QUEUED:
        cost = credits_text(job.credits_expected)
        text = f"Not sent before the studio was closed · {cost}"
        if job.after is not None:
            text += " · its source is registered first"
        return JobFace(Mood.WAITS, title, badge, "Waiting for you", text, "", "", None)
    phase = _PHASES.get(job.state, "Working")
    withheld = frozenset({"cancel"} if elsewhere else ())
    if job.state is JobState.QUEUED:
        if job.after is not None:
            phase = "Waits for its source"
        if elsewhere:
            phase = _ELSEWHERE
        return JobFace(Mood.RUNS, title, badge, phase, message, "", "", 0.0, withheld)
    since = job.sent_at or job.created_at
    elapsed = (now - since).total_seconds()
    fill: float | None
    if progress is not None:
        fill = min(1.0, max(0.0, progress))
    elif elapsed <= typical_s:
        fill = elapsed / typical_s if typical_s > 0 else None
    else:
        fill = None
        phase = "Longer than usual"
    if job.state is JobState.COLLECTING:
        fill = None
        phase = _PHASES[JobState.COLLECTING]
    if job.state is JobState.SENDING:
        fill = 0.0
    waits_for = _WAITS_FOR.get(job.fault.kind) if job.fault and job.state.is_watched else None
    if waits_for is not None:
        phase, fill = waits_for, None
    if elsewhere:
        phase = _ELSEWHERE
    return JobFace(
        Mood.RUNS,
        title,
        badge,
        phase,
        message if waits_for else "",
        seconds_text(elapsed),
        f"of ~{seconds_text(typical_s)}" if typical_s > 0 else "",
        fill,
        withheld,
    )


def _why_failed(fault: FaultRecord | None, against: str) -> str:
    """What went wrong, and why it is not offered to try it again."""
    if fault is None:
        return f"This job failed. {against}".strip()
    told = fault.kind is FaultKind.RETIRED or (
        fault.kind is FaultKind.REFUSED and fault.field == "model"
    )
    if against and told:
        return f"{against} Nothing was charged."
    return f"{fault.message} {against}".strip()
