"""Age of a task's result, by the clocks that can be trusted."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.providers.http.server_time import boot_time_s

RECENT_RESULT_S = 3600.0
"""Seconds after the end of a task in which a missing file may still appear."""

_is_user_waiting = ContextVar("is_user_waiting", default=False)


class ResultAges:
    """Ages of the results whose files are pending."""

    def __init__(self) -> None:
        self._received_s: dict[JobId, float] = {}

    @contextmanager
    def treated_as_old(self) -> Iterator[None]:
        """Treats a missing file as gone at once: the user waits for the outcome.

        Only what the current asyncio task downloads is concerned: another file of the same result
        may be waited for meanwhile.
        """
        token = _is_user_waiting.set(True)
        try:
            yield
        finally:
            _is_user_waiting.reset(token)

    def record_received(self, job: Job) -> None:
        """Records that the result of a job was received now."""
        self._received_s[job.id] = boot_time_s()

    def forget(self, job: Job) -> None:
        """Removes a result whose files are downloaded or given up."""
        self._received_s.pop(job.id, None)

    def is_recent(
        self,
        job: Job,
        made_at: datetime | None = None,
        served_at: datetime | None = None,
        service_now: datetime | None = None,
    ) -> bool:
        """Whether a missing file may still appear; True if the age is unknown.

        Args:
            made_at: Time of completion by the service's clock.
            served_at: Current time by the clock of the file's server. The difference to `made_at`
                is the age without the computer's clock, which may have been corrected since.
            service_now: Current time by the service's clock; None if the service has not reported
                it. A result is not older than its request, whose time is known by that clock.
        """
        if _is_user_waiting.get():
            return False
        received_s = self._received_s.get(job.id)
        if received_s is not None:
            return boot_time_s() - received_s < RECENT_RESULT_S
        ages = []
        if made_at is not None and served_at is not None:
            ages.append((served_at - made_at).total_seconds())
        by_service = service_now or served_at
        if job.service_sent_at is not None and by_service is not None:
            ages.append((by_service - job.service_sent_at).total_seconds())
        received_at = job.received_at or job.accepted_at
        if received_at is not None:
            ages.append((datetime.now(UTC) - received_at).total_seconds())
        # A negative age means that a clock was corrected since.
        return min((age for age in ages if age >= 0), default=0.0) < RECENT_RESULT_S
