"""Builds the rows of jobs from what the studio knows about each."""

from dataclasses import replace
from datetime import UTC, datetime

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.studio import Studio
from producer_studio.ui.library.job_row import JobRow, build_job_row


class JobRowBuilder:
    """Joins a job with its price, its progress, and what can be done about it now."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._progress: dict[JobId, float] = {}
        self._other_program_jobs: set[JobId] = set()

    def set_progress(self, job_id: JobId, progress: float) -> None:
        """Sets the share that the service reports, 0 to 1."""
        self._progress[job_id] = progress

    def set_in_other_program(self, job_id: JobId, *, is_there: bool) -> None:
        """Sets whether another process runs the job."""
        if is_there:
            self._other_program_jobs.add(job_id)
        else:
            self._other_program_jobs.discard(job_id)

    def forget(self, job_id: JobId) -> None:
        """Forgets the progress of a job that has no row any more."""
        self._progress.pop(job_id, None)

    def build(self, job: Job) -> JobRow:
        """Builds the row as it is now."""
        jobs = self._studio.jobs
        price = jobs.price_to_send(job)
        row = build_job_row(
            job,
            now=datetime.now(UTC),
            typical_s=self._studio.durations.typical_s(job.recipe, job.account),
            progress=self._progress.get(job.id),
            is_waiting=jobs.needs_confirmation(job),
            retry_problem=self._retry_problem(job) if job.state is JobState.FAILED else "",
            is_marked=self._is_marked(job),
            can_recover=job.state is not JobState.UNKNOWN or self._can_recover(job),
            in_other_program=job.id in self._other_program_jobs,
            is_foreign=jobs.is_held(job),
            price=price,
        )
        return replace(row, price=price)

    def _retry_problem(self, job: Job) -> str:
        return self._studio.offers.retry_unavailable_reason(job.account, job.recipe)

    def _is_marked(self, job: Job) -> bool:
        recipe = job.recipe
        return self._studio.offers.is_marked_unavailable(
            job.account, recipe.operation, recipe.model
        )

    def _can_recover(self, job: Job) -> bool:
        if self._studio.accounts.get(job.account) is None:
            return False
        offered = self._studio.offers.capabilities(job.account)
        return offered.can_list_tasks or offered.can_list_tasks_with_token
