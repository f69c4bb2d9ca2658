"""Status of a sweep: what became of each cell of its grid."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.press import Press
from producer_studio.domain.sweep import Sweep, request_count, stop_reason
from producer_studio.domain.sweep_limits import SweepUse, count_requests
from producer_studio.translation import join_texts, mark


class CellState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "outcome unknown"
    CANCELLED = "cancelled"
    NOT_SENT = "not sent"
    """The sweep has stopped, or the user has cancelled it before it was sent."""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    CellState.WAITING: mark("waiting"),
    CellState.SENDING: mark("sending"),
    CellState.WORKING: mark("working"),
    CellState.DONE: mark("done"),
    CellState.FAILED: mark("failed"),
    CellState.UNKNOWN: mark("outcome unknown"),
    CellState.CANCELLED: mark("cancelled"),
    CellState.NOT_SENT: mark("not sent"),
}

_STATES = {
    JobState.DRAFTED: CellState.WAITING,
    JobState.QUEUED: CellState.WAITING,
    JobState.SENDING: CellState.SENDING,
    JobState.ACCEPTED: CellState.WORKING,
    JobState.WORKING: CellState.WORKING,
    JobState.COLLECTING: CellState.WORKING,
    JobState.DONE: CellState.DONE,
    JobState.FAILED: CellState.FAILED,
    JobState.UNKNOWN: CellState.UNKNOWN,
    JobState.CANCELLED: CellState.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepCell:
    """One cell of the grid.

    Attributes:
        take: Its number, from 1.
        job: Its latest job; None if it cannot be read.
        clips: Clips in the library that resulted from it; some services make two.
        stars: Highest rating of its clips, 0 to 5.
    """

    take: int
    state: CellState
    job: Job | None = None
    clips: tuple[Clip, ...] = ()

    @property
    def stars(self) -> int:
        return max((clip.stars for clip in self.clips), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepStatus:
    """A sweep with its cells, in the order of the takes.

    Attributes:
        use: What it has used, or may have used.
        sent: Number of requests for its cells.
        stop_reason: The limit at which it has stopped, as a clause; empty if it has not.
    """

    press: Press
    sweep: Sweep
    cells: tuple[SweepCell, ...]
    use: SweepUse
    sent: int
    stop_reason: str = ""

    def count(self, *states: CellState) -> int:
        return sum(cell.state in states for cell in self.cells)

    @property
    def summary(self) -> str:
        """Progress, such as "12 of 20 done, 2 failed"; where it has stopped, and why."""
        parts = [
            mark("{done} of {total} done", done=self.count(CellState.DONE), total=len(self.cells))
        ]
        if number := self.count(CellState.SENDING, CellState.WORKING):
            parts.append(mark("{number} under way", number=number))
        if number := self.count(CellState.WAITING):
            parts.append(mark("{number} waiting", number=number))
        if number := self.count(CellState.FAILED):
            parts.append(mark("{number} failed", number=number))
        if number := self.count(CellState.UNKNOWN):
            parts.append(mark("{number} of unknown outcome", number=number))
        text = join_texts(parts)
        if not self.stop_reason:
            return text
        return mark(
            "{progress}. Stopped at {sent} of {total}: {reason}",
            progress=text,
            sent=self.sent,
            total=count_requests(len(self.cells)),
            reason=self.stop_reason,
        )

    def compared(self, most: int) -> list[ClipId]:
        """Returns clips of the best rated cells, see `best_cells`."""
        return best_cells(self.cells, most)


def best_cells(cells: Sequence[SweepCell], most: int) -> list[ClipId]:
    """Returns the clips of the best rated cells, one each, in the order of the grid."""
    best = sorted((cell for cell in cells if cell.clips), key=lambda cell: -cell.stars)
    chosen = sorted(best[:most], key=lambda cell: cell.take)
    return [best_clip(cell).id for cell in chosen]


def best_clip(cell: SweepCell) -> Clip:
    """Returns the highest rated clip of a cell that has some; the first of equal ones."""
    return max(cell.clips, key=lambda clip: clip.stars)


def sweep_status(
    press: Press, jobs: Sequence[Job], clips: Sequence[Clip], use: SweepUse
) -> SweepStatus:
    """Builds the status of a press that is a sweep.

    Args:
        jobs: All jobs of the press, oldest first.
        clips: Clips of the press, without those in the trash.
    """
    sweep = press.sweep or Sweep(axes=())
    by_take: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        if not job.is_registration:
            by_take[job.take].append(job)
    # Where a service makes two songs of one request, the takes of the clips are not those of jobs.
    takes = {job.id: job.take for job in jobs}
    clips_of: dict[int, list[Clip]] = defaultdict(list)
    for clip in clips:
        take = takes.get(clip.job) if clip.job is not None else None
        clips_of[take if take is not None else clip.take or 0].append(clip)
    cells = tuple(
        _cell(take, by_take[take], clips_of[take]) for take in range(1, max(1, sweep.size) + 1)
    )
    own = [job for found in by_take.values() for job in found]
    reasons = [
        stop_reason(cell.job)
        for cell in cells
        if cell.job is not None and cell.state is CellState.NOT_SENT
    ]
    return SweepStatus(
        press=press,
        sweep=sweep,
        cells=cells,
        use=use,
        sent=sum(map(request_count, own)),
        stop_reason=next(filter(None, reasons), ""),
    )


def _cell(take: int, jobs: Sequence[Job], clips: Sequence[Clip]) -> SweepCell:
    if not jobs:
        state = CellState.DONE if clips else CellState.NOT_SENT
        return SweepCell(take=take, state=state, clips=tuple(clips))
    # A take that was retried has several jobs; one that is done has a result whatever followed.
    job = next((one for one in reversed(jobs) if one.state is JobState.DONE), jobs[-1])
    state = _STATES[job.state]
    if state is CellState.CANCELLED and not any(map(request_count, jobs)):
        state = CellState.NOT_SENT
    return SweepCell(take=take, state=state, job=job, clips=tuple(clips))
