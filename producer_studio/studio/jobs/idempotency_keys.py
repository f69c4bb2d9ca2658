"""Lifetime of idempotency keys: how long a request can be repeated without a second charge."""

from datetime import datetime, timedelta

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.providers.http.steady_clock import boot_time_s

KEY_LIFETIME_S = 23.5 * 3600
"""A service that honours idempotency keys knows them for 24 hours (services.md); with a margin."""

_SKEW_S = 300.0
"""By so much the clocks of a service's own machines may differ."""


class IdempotencyKeys:
    """Times at which this run has first sent each key.

    The clock of the computer decides nothing: it may be corrected between two runs, and an old key
    would be charged a second time. Within a run a steady clock counts; across runs the service's
    own clock does, as it stood when the key was first sent and as it stands now.
    """

    def __init__(self) -> None:
        self._first_sent_s: dict[JobId, float] = {}

    def record_first_use(self, job: Job) -> None:
        """Notes that a job's key is about to be sent for the first time."""
        self._first_sent_s[job.id] = boot_time_s()

    def forget(self, job: Job) -> None:
        """Drops a key whose outcome is known."""
        self._first_sent_s.pop(job.id, None)

    def service_sent_at(self, job: Job, service_now: datetime | None) -> datetime | None:
        """When the key was first sent, by the service's clock; None where that is not known."""
        first_sent_s = self._first_sent_s.get(job.id)
        if job.service_sent_at is not None or first_sent_s is None or service_now is None:
            return job.service_sent_at
        return service_now - timedelta(seconds=boot_time_s() - first_sent_s)

    def is_valid(self, job: Job, service_now: datetime | None) -> bool:
        """Whether the service certainly knows the job's key still, if it ever came to know it.

        Args:
            service_now: The time by the service's clock; None where it has not said.
        """
        age_s = self._age_s(job, service_now)
        return age_s is not None and age_s < KEY_LIFETIME_S

    def is_expired(self, job: Job, service_now: datetime | None) -> bool:
        """Whether so much time has passed that the key must not be used any more."""
        age_s = self._age_s(job, service_now)
        return age_s is not None and age_s >= KEY_LIFETIME_S

    def _age_s(self, job: Job, service_now: datetime | None) -> float | None:
        """Seconds since the key was first sent; None where nobody knows."""
        if not job.idempotency_key or job.sent_at is None:
            return None
        first_sent_s = self._first_sent_s.get(job.id)
        if first_sent_s is not None:
            return boot_time_s() - first_sent_s
        if job.service_sent_at is None or service_now is None:
            return None
        age_s = (service_now - job.service_sent_at).total_seconds()
        return max(age_s, 0.0) if age_s >= -_SKEW_S else None
