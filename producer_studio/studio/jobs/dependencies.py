"""What becomes of a job that works on a clip which had to be registered at its account first."""

from datetime import UTC, datetime

from producer_studio.domain.errors import FaultKind, FaultRecord
from producer_studio.domain.job import Job, JobState
from producer_studio.library.library import Library
from producer_studio.studio.jobs.store import Journal

_NOTHING_SENT = "This was not sent, and nothing was charged for it."


class Following:
    """Lets a job go on when the one before it is over, or ends it with a sentence."""

    def __init__(self, library: Library, journal: Journal) -> None:
        self._library = library
        self._journal = journal

    async def follow(self, job: Job, first: Job | None) -> Job:
        """Gives a queued job the id of its source at the service, or fails it.

        Args:
            first: The registration, which is over; None when it is not in the library any more.
        """
        known = None
        if first is not None and first.state is JobState.DONE and job.recipe.source is not None:
            clip = await self._library.get(job.recipe.source)
            known = clip.remote_at(job.account) if clip is not None else None
        if known is not None:
            remote_id, uploaded = known
            recipe = job.recipe.with_(source_remote=remote_id, source_uploaded=uploaded)
            return await self._journal.note(job, recipe=recipe, after=None)
        return await self._journal.take(
            job,
            JobState.FAILED,
            only_from=frozenset({JobState.QUEUED}),
            fault=_why_not(first),
            finished_at=datetime.now(UTC),
        )


def _why_not(first: Job | None) -> FaultRecord:
    if first is None or first.state is JobState.CANCELLED:
        message = f"The upload of the source was cancelled. {_NOTHING_SENT}"
        return FaultRecord(kind=FaultKind.REFUSED, message=message, field="source")
    if first.state is JobState.DONE:
        message = f"The service did not say by which id it knows the source. {_NOTHING_SENT}"
        return FaultRecord(kind=FaultKind.REFUSED, message=message, field="source")
    fault = first.fault
    why = f" {fault.message}" if fault is not None else ""
    return FaultRecord(
        kind=fault.kind if fault is not None else FaultKind.REFUSED,
        message=f"The upload of the source failed. {_NOTHING_SENT}{why}",
        service_words=fault.service_words if fault is not None else "",
        trace_id=fault.trace_id if fault is not None else "",
        field="source",
    )
