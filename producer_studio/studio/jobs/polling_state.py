"""Counters of the polling of one task, which decide what is believed and how long is waited."""

from dataclasses import dataclass, field
from time import monotonic

from producer_studio.providers.base import FailedTask, PollResult, RunningTask
from producer_studio.providers.http.retry import unknown_task_delay_s, vague_failure_delay_s

MAX_PREVIEWS = 60
"""Number of consecutive "running" responses with audio after which the audio is accepted.

That is some ten minutes at a usual interval; a song takes two. Otherwise a state that never changes
would withhold the result.
"""

MIN_PREVIEWS_S = 300.0
"""Shortest time of these responses, in seconds: the user may have set a shorter interval."""


@dataclass
class PollingState:
    """Counters of the polling of one task; times are monotonic and of this run.

    Attributes:
        is_local: Whether the service runs on this computer and has a polling interval of its own.
        polls: Polls so far, with any outcome.
        failures: Consecutive polls without a response.
        denials: Consecutive "unknown task" responses to polls at their own time. A service that
            sends a webhook may need minutes until its status tells the same.
        vague_failures: Consecutive errors that may mean a failed task, to such polls.
        previews: Consecutive "running" responses that included the audio.
        empty_results: Consecutive "done" responses without anything usable.
        observed_s: Total wait before the polls with a response.
        requested_wait_s: Wait that the last response requests; None if it requests none.
    """

    is_local: bool = False
    polls: int = 0
    failures: int = 0
    denials: int = 0
    vague_failures: int = 0
    previews: int = 0
    empty_results: int = 0
    observed_s: float = 0.0
    requested_wait_s: float | None = None
    _started_s: float = field(default_factory=monotonic)
    _waited_s: float = 0.0
    _is_early: bool = False
    _previews_s: float = 0.0

    @property
    def elapsed_s(self) -> float:
        return monotonic() - self._started_s

    @property
    def is_preview_final(self) -> bool:
        """Whether the audio of a task that is still running is accepted as its result."""
        is_long = self.is_local or self._previews_s >= MIN_PREVIEWS_S
        return is_long and self.previews >= MAX_PREVIEWS

    def record_wait(self, seconds: float, *, is_early: bool = False) -> None:
        """Counts a wait and the poll after it.

        Args:
            is_early: Whether a hint of the service ended the wait.
        """
        self._waited_s = seconds
        self._is_early = is_early
        self.polls += 1
        self.requested_wait_s = None

    def record_response(self) -> None:
        self.observed_s += self._waited_s

    def record_denial(self) -> None:
        """Counts a response that the task is unknown; the next poll waits longer each time."""
        self.record_response()
        self.denials += not self._is_early
        self.requested_wait_s = 0.0 if self.is_local else unknown_task_delay_s(self.denials)

    def record_result(self, result: PollResult) -> None:
        """Counts a response about the task."""
        self.record_response()
        self.failures = self.denials = self.empty_results = 0
        is_vague = isinstance(result, FailedTask) and result.is_vague
        self.vague_failures = self.vague_failures + (not self._is_early) if is_vague else 0
        if is_vague and not self.is_local:
            self.requested_wait_s = vague_failure_delay_s(self.vague_failures)
        if isinstance(result, RunningTask):
            self.requested_wait_s = result.retry_after_s
        if isinstance(result, RunningTask) and result.preview is not None:
            self.previews += 1
            self._previews_s += self._waited_s
        else:
            self.previews, self._previews_s = 0, 0.0
