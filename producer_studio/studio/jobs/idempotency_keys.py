"""Lifetime of idempotency keys: how long a request can be repeated without a second charge."""

from datetime import UTC, datetime

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.steady_clock import boot_time_s

KEY_LIFETIME_S = 23.5 * 3600
"""A service that honours idempotency keys knows them for 24 hours (services.md); with a margin."""


class IdempotencyKeys:
    """Times at which this run has first sent each key."""

    def __init__(self) -> None:
        self._first_sent_s: dict[JobId, float] = {}

    def record_first_use(self, job: Job) -> None:
        """Notes that a job's key is about to be sent for the first time."""
        self._first_sent_s[job.id] = boot_time_s()

    def forget(self, job: Job) -> None:
        """Drops a key whose outcome is known."""
        self._first_sent_s.pop(job.id, None)

    def is_valid(self, job: Job) -> bool:
        """Whether the service still knows the job's key."""
        if not job.idempotency_key or job.sent_at is None:
            return False
        first_sent_s = self._first_sent_s.get(job.id)
        if first_sent_s is not None:
            return boot_time_s() - first_sent_s < KEY_LIFETIME_S
        # Sent by an earlier run. A clock that stands before that was corrected since: then the age
        # is not known, and an old key would be charged a second time.
        return 0 <= (datetime.now(UTC) - job.sent_at).total_seconds() < KEY_LIFETIME_S
