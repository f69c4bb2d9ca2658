"""Continuation of jobs whose source clip had to be registered at the account first."""

from datetime import UTC, datetime

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.jobs.store import JobStore

_NOT_SENT_TEXT = "This was not sent, and nothing was charged for it."


class JobDependencies:
    """Continues a job after its prerequisite has ended, or fails it with a message."""

    def __init__(self, library: Library, store: JobStore) -> None:
        self._library = library
        self._store = store

    async def resolve(self, job: Job, prerequisite: Job | None) -> Job:
        """Sets the source id at the service of a queued job, or fails the job.

        Args:
            prerequisite: The registration, which is over; None if it is not in the library any
                more.
        """
        known = None
        if (
            prerequisite is not None
            and prerequisite.state is JobState.DONE
            and job.recipe.source is not None
        ):
            clip = await self._library.get_clip(job.recipe.source)
            known = clip.find_remote_id(job.account) if clip is not None else None
        if known is not None:
            remote_id, uploaded = known
            recipe = job.recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
            return await self._store.update(job, recipe=recipe, after=None)
        return await self._store.transition(
            job,
            JobState.FAILED,
            from_states=frozenset({JobState.QUEUED}),
            fault=_prerequisite_error(prerequisite),
            finished_at=datetime.now(UTC),
        )


def _prerequisite_error(prerequisite: Job | None) -> ErrorRecord:
    if prerequisite is None or prerequisite.state is JobState.CANCELLED:
        message = f"The upload of the source was cancelled. {_NOT_SENT_TEXT}"
        return ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=message, field="source")
    if prerequisite.state is JobState.DONE:
        message = f"The service did not say by which id it knows the source. {_NOT_SENT_TEXT}"
        return ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=message, field="source")
    fault = prerequisite.fault
    reason = f" {fault.message}" if fault is not None else ""
    return ErrorRecord(
        kind=fault.kind if fault is not None else ErrorKind.REQUEST_REJECTED,
        message=f"The upload of the source failed. {_NOT_SENT_TEXT}{reason}",
        service_words=fault.service_words if fault is not None else "",
        trace_id=fault.trace_id if fault is not None else "",
        field="source",
    )
