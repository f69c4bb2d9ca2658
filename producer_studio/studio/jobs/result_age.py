"""Age of a task's result, by the clocks that can be trusted."""

from datetime import UTC, datetime

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.providers.http.server_time import boot_time_s

RECENT_RESULT_S = 3600.0
"""Seconds after the end of a task in which a missing file may still appear."""


class ResultAges:
    """Ages of the results whose files are pending."""

    def __init__(self) -> None:
        self._received_s: dict[JobId, float] = {}
        self._expired: set[JobId] = set()

    def expire(self, job: Job) -> None:
        """Treats a missing file of the job as gone at once: the user waits for the outcome."""
        self._expired.add(job.id)

    def record_received(self, job: Job) -> None:
        """Records that the result of a job was received now."""
        self._received_s[job.id] = boot_time_s()
        self._expired.discard(job.id)

    def forget(self, job: Job) -> None:
        """Removes a result whose files are downloaded or given up."""
        self._received_s.pop(job.id, None)
        self._expired.discard(job.id)

    def is_recent(
        self, job: Job, made_at: datetime | None = None, served_at: datetime | None = None
    ) -> bool:
        """Whether a missing file may still appear; True if the age is unknown.

        Args:
            made_at: Time of completion by the service's clock.
            served_at: Current time by the clock of the file's server. The difference to `made_at`
                is the age without the computer's clock, which may have been corrected since.
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
        # A negative age means that a clock was corrected since.
        return min((age for age in ages if age >= 0), default=0.0) < RECENT_RESULT_S
