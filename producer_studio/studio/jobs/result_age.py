"""Age of a task's result, by whichever clock can be trusted."""

from datetime import UTC, datetime

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.providers.http.steady_clock import boot_time_s

RECENT_RESULT_S = 3600.0
"""A file that is missing may still come for so long after its task was done."""


class ResultAges:
    """Ages of the results that wait for their files."""

    def __init__(self) -> None:
        self._received_s: dict[JobId, float] = {}
        self._expired: set[JobId] = set()

    def expire(self, job: Job) -> None:
        """Lets a missing file of the job count as gone: somebody waits for the outcome."""
        self._expired.add(job.id)

    def record_received(self, job: Job) -> None:
        """Notes that the result of a job has come now."""
        self._received_s[job.id] = boot_time_s()
        self._expired.discard(job.id)

    def forget(self, job: Job) -> None:
        """Drops a result whose files are here, or are given up."""
        self._received_s.pop(job.id, None)
        self._expired.discard(job.id)

    def is_recent(
        self, job: Job, made_at: datetime | None = None, served_at: datetime | None = None
    ) -> bool:
        """Whether a file that is missing may not be there yet; True where nobody knows the age.

        Args:
            made_at: When the service made it, by its own clock.
            served_at: What the file's server takes for the time. Against `made_at` it tells the age
                without the clock of this computer, which may have been corrected since.
        """
        if job.id in self._expired:
            return False
        received_s = self._received_s.get(job.id)
        if received_s is not None:
            return boot_time_s() - received_s < RECENT_RESULT_S
        ages = []
        if made_at is not None and served_at is not None:
            ages.append((served_at - made_at).total_seconds())
        received_at = job.received_at or job.accepted_at
        if received_at is not None:
            ages.append((datetime.now(UTC) - received_at).total_seconds())
        # A result of the future is one whose clock was corrected since.
        return min((age for age in ages if age >= 0), default=0.0) < RECENT_RESULT_S
