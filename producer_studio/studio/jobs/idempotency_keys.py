"""Idempotency keys: which are still stored by the service, so that a repeated request is free."""

from datetime import datetime, timedelta

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.providers.http.server_time import boot_time_s

KEY_LIFETIME_S = 23.5 * 3600
"""Seconds that a key is used: services that honour keys store them for 24 hours, less a margin.

Source: .github/docs/services.md.
"""

_SKEW_S = 300.0
"""Maximum difference between the clocks of a service's own machines, in seconds."""


class IdempotencyKeys:
    """Times at which each key was first sent in this run.

    The computer's clock is not used: it may be corrected between two runs, and then a request with
    an expired key would be charged a second time. Within a run a monotonic clock counts, which
    stands still while a virtual machine is paused; and the service's clock does, at the first use
    of the key and now. The larger age is right.
    """

    def __init__(self) -> None:
        self._first_sent_s: dict[JobId, float] = {}
        self._repeatable: set[JobId] = set()

    def record_first_use(self, job: Job) -> None:
        """Records that a job's key is about to be sent for the first time."""
        self._first_sent_s[job.id] = boot_time_s()

    def forget(self, job: Job) -> None:
        """Removes a key whose outcome is known."""
        self._first_sent_s.pop(job.id, None)
        self._repeatable.discard(job.id)

    def allow_repetition(self, job: Job) -> None:
        """Allows to repeat a job automatically: the service lists what may be its task."""
        self._repeatable.add(job.id)

    def is_repetition_allowed(self, job: Job) -> bool:
        """Whether `allow_repetition` was called since the outcome was last known."""
        return job.id in self._repeatable

    def service_sent_at(self, job: Job, service_now: datetime | None) -> datetime | None:
        """Returns when the key was first sent, by the service's clock; None if unknown."""
        first_sent_s = self._first_sent_s.get(job.id)
        if job.service_sent_at is not None or first_sent_s is None or service_now is None:
            return job.service_sent_at
        return service_now - timedelta(seconds=boot_time_s() - first_sent_s)

    def is_valid(self, job: Job, service_now: datetime | None) -> bool:
        """Whether the service certainly still stores the job's key, if it ever received it.

        Args:
            service_now: Current time by the service's clock; None if the service has not reported
                it.
        """
        age_s = self._age_s(job, service_now)
        return age_s is not None and age_s < KEY_LIFETIME_S

    def is_expired(self, job: Job, service_now: datetime | None) -> bool:
        """Whether the key is too old to be used again."""
        age_s = self._age_s(job, service_now)
        return age_s is not None and age_s >= KEY_LIFETIME_S

    def _age_s(self, job: Job, service_now: datetime | None) -> float | None:
        """Returns the seconds since the key was first sent; None if unknown."""
        if not job.idempotency_key or job.sent_at is None:
            return None
        age_s = _service_age_s(job, service_now)
        first_sent_s = self._first_sent_s.get(job.id)
        if first_sent_s is None:
            return age_s
        return max(boot_time_s() - first_sent_s, age_s or 0.0)


def _service_age_s(job: Job, service_now: datetime | None) -> float | None:
    """Returns the age of a key by the service's clock; None if unknown."""
    if job.service_sent_at is None or service_now is None:
        return None
    age_s = (service_now - job.service_sent_at).total_seconds()
    return max(age_s, 0.0) if age_s >= -_SKEW_S else None
