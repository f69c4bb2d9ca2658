"""The user's decisions about existing jobs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import ClipId, JobId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import NoticeLevel
from producer_studio.studio.jobs.queue import JobQueue
from producer_studio.studio.jobs.recover import JobRecovery
from producer_studio.studio.jobs.registration_lookup import RegistrationLookup
from producer_studio.studio.jobs.request_checks import RequestChecks
from producer_studio.studio.jobs.runner import JobRunner
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark

_CANCELLABLE_STATES = frozenset(
    {JobState.QUEUED, JobState.ACCEPTED, JobState.WORKING, JobState.UNKNOWN}
)


_FOREIGN_FILE = ErrorRecord(
    kind=ErrorKind.REQUEST_REJECTED,
    message=mark(
        "The file of this upload was chosen in another installation of Producer Studio. "
        "Nothing was sent. Choose the file again."
    ),
    field="audio_file",
)


class Resolution(StrEnum):
    """The user's decision about a job with an unknown outcome."""

    FORGET = "forget"
    SEND_AGAIN = "send-again"


class JobActions:
    """Carries out the user's decisions about jobs, each with the job's claim."""

    def __init__(
        self,
        queue: JobQueue,
        checks: RequestChecks,
        registrations: RegistrationLookup,
        store: JobStore,
        runner: JobRunner,
        recovery: JobRecovery,
    ) -> None:
        self._queue = queue
        self._checks = checks
        self._registrations = registrations
        self._store = store
        self._runner = runner
        self._recovery = recovery
        self._retrying: set[JobId] = set()

    async def cancel(self, job_id: JobId) -> Job | None:
        """Cancels a job that is not charged yet; a charged one is polled silently to its end.

        A request in flight is cancelled as soon as its outcome is known. One that waits to be sent
        again after an unknown outcome is unknown as before. A download in progress
        continues unless it has errors: then it is abandoned, and can be retried from the clip, or
        from the ledger if the job has no clip of its own.
        """
        async with self._runner.claim(job_id) as job:
            if job is None or job.state.is_finished or self._runner.cancel_request(job_id):
                return job or await self._store.load(job_id)
            if job.state is JobState.COLLECTING:
                if job.fault is None:
                    return job
                return await self._runner.delete_upload(await self._runner.abandon_download(job))
            before = self._store.current(job).state
            job = await self._recovery.outcomes.mark_cancelled(job, _CANCELLABLE_STATES)
            if job.state is JobState.SENDING and self._runner.cancel_request(job_id):
                return job  # its wait ended at this moment
            if job.state is JobState.UNKNOWN and before is JobState.QUEUED:
                await self._runner.stop(job_id)
                return job
            if job.state is JobState.CANCELLED:
                if job.task_id is None:
                    await self._runner.stop(job_id)
                else:
                    # Releases its slot at once.
                    self._runner.poll_now(job.task_id)
                self._runner.fail_dependents(job)
            return await self._runner.delete_upload(job)

    async def resolve(self, job_id: JobId, resolution: Resolution) -> Job | None:
        """Applies the user's decision about a job with an unknown outcome.

        Before it is sent again, it is searched for in the service's own list, if there is one: a
        job that is found there is not sent.

        Raises:
            RequestRejected: Sending it again would exceed the monthly budget.
        """
        found = await self._store.load(job_id)
        if found is not None and found.is_failure_unconfirmed:
            if resolution is Resolution.SEND_AGAIN:
                return await self.retry(job_id, is_confirmed=True)
            await self.dismiss(job_id)
            return await self._store.load(job_id)
        sends_anew = resolution is Resolution.SEND_AGAIN
        if found is not None and sends_anew and not self._recovery.is_key_honoured(found):
            # A recovery in progress may find its task: then it is not bought again.
            await self._runner.wait_while_unknown(job_id)
        async with self._runner.claim(job_id) as job:
            if job is not None and resolution is Resolution.FORGET and self._queue.is_held(job):
                return await self._forget_foreign(job)
            if job is None or job.state is not JobState.UNKNOWN:
                return job or await self._store.load(job_id)
            unknown = frozenset({JobState.UNKNOWN})
            if resolution is Resolution.FORGET:
                job = await self._store.transition(
                    job, JobState.CANCELLED, from_states=unknown, finished_at=datetime.now(UTC)
                )
                self._runner.fail_dependents(job)
                return await self._runner.delete_upload(job)
            return await self._send_again(await self._store.adopt(job))

    async def _send_again(self, job: Job) -> Job:
        """Sends an unknown job again, which the service may have accepted and would charge again.

        It is searched for first, as that may not have been possible before.
        """
        if self._recovery.is_key_honoured(job):
            # It stays unknown until the service has reported the outcome of the first request,
            # which budgets count already.
            self._runner.start(job)
            return job
        job, _ = await self._recovery.recover(job)
        if job.state is JobState.UNKNOWN:
            # A queued one was certainly not accepted, and budgets count it as such.
            await self._checks.check_budget(job.account, [job.recipe])
            job = await self._store.transition(
                job,
                JobState.QUEUED,
                from_states=frozenset({JobState.UNKNOWN}),
                fault=None,
                uncertain_sends=job.uncertain_sends + 1,
                earlier_key=job.idempotency_key,
                earlier_endpoint=job.endpoint,
                earlier_key_mark=job.key_mark,
                earlier_webhook=job.webhook,
                earlier_sent_at=job.sent_at,
                earlier_service_sent_at=job.service_sent_at,
            )
        if job.state is JobState.QUEUED and not job.idempotency_key:
            job = await self._store.update(job, idempotency_key=new_job_id(), sent_at=None)
        if job.state is JobState.QUEUED or job.state.is_polled:
            self._runner.start(job)
        return job

    async def _forget_foreign(self, job: Job) -> Job:
        """Dismisses a job of another installation; does not delete that installation's uploads."""
        if job.state is JobState.COLLECTING:
            return await self._runner.abandon_download(job)
        if job.state.is_finished:
            return job
        return await self._store.transition(job, JobState.CANCELLED, finished_at=datetime.now(UTC))

    async def send(self, job_id: JobId) -> Job | None:
        """Sends a job that an earlier run left in the queue, and its prerequisite first."""
        self._checks.retry_keychain()
        waiting = await self._store.load(job_id)
        if waiting is not None and waiting.state is JobState.QUEUED and waiting.after is not None:
            await self.send(waiting.after)
        async with self._runner.claim(job_id) as job:
            if job is None or job.state is not JobState.QUEUED:
                return job or await self._store.load(job_id)
            if self._store.is_foreign(job) and job.recipe.audio_file:
                return await self._store.transition(
                    job, JobState.FAILED, fault=_FOREIGN_FILE, finished_at=datetime.now(UTC)
                )
            job = await self._store.adopt(job)
            if not job.idempotency_key:
                job = await self._store.update(job, idempotency_key=new_job_id(), sent_at=None)
            self._runner.start(job)
            return job

    async def recheck(self, job_id: JobId) -> Job | None:
        """Searches for an unknown job at the service again and publishes the outcome.

        Free: an automatic repetition is charged once at most. A failed job whose end the service
        has not reported is polled as well.
        """
        self._checks.retry_keychain()
        async with self._runner.claim(job_id) as job:
            if job is not None and job.is_failure_unconfirmed:
                return await self._runner.poll_unanswered(job)
            if job is not None and self._store.is_foreign(job) and job.state.is_polled:
                job = await self._store.update(await self._store.adopt(job), fault=None)
                self._runner.start(job)
                return job
            if job is None or job.state is not JobState.UNKNOWN:
                return job or await self._store.load(job_id)
            job = await self._store.adopt(job)
            self._store.require_confirmation(job.id)
            job, why = await self._recovery.recover(job)
            repeats = self._recovery.can_repeat_safely(job)
            if why and not repeats:
                self._store.publish_notice(job, NoticeLevel.INFO, why)
            if job.state.is_polled or repeats:
                self._runner.start(job)
            return job

    async def fetch_again(self, job_id: JobId) -> Job | None:
        """Downloads the missing file of a paid job again; free."""
        async with self._runner.claim(job_id) as job:
            if job is None or not job.is_undelivered:
                return job or await self._store.load(job_id)
            if job.state is JobState.DONE:
                job = await self._store.transition(
                    job,
                    JobState.COLLECTING,
                    from_states=frozenset({JobState.DONE}),
                    finished_at=None,
                    dismissed=False,
                )
            self._runner.start(job)
            return job

    async def retry(self, job_id: JobId, *, is_confirmed: bool = False) -> Job | None:
        """Retries a failed job.

        If the service accepted nothing, the same job is sent again; otherwise a new job is created
        and the failed one is dismissed. A job that the service accepted and whose end it has not
        reported is polled first: if it is running or done, nothing is sent. If there is still no
        response, nothing is sent unless `is_confirmed` is set. A second call during a retry does
        nothing.

        Returns:
            The job; None if the job has not failed, or was retried or dismissed before.

        Raises:
            RequestRejected: The recipe is invalid for this account.
            NotAuthorised: The account does not exist any more.
        """
        if job_id in self._retrying:
            return None
        self._retrying.add(job_id)
        try:
            return await self._retry(job_id, is_confirmed=is_confirmed)
        finally:
            self._retrying.discard(job_id)

    async def _retry(self, job_id: JobId, *, is_confirmed: bool) -> Job | None:
        async with self._runner.claim(job_id) as job:
            if job is None or job.state is not JobState.FAILED:
                return None
            if job.dismissed and job.task_id is not None:
                # Another process has retried it, or the user has dismissed it.
                return None
            self._checks.require_account(job.account)
            self._checks.retry_keychain()
            job = await self._store.adopt(job)
            await self._checks.validate(job.recipe, job.account)
            if job.task_id is None:
                await self._checks.check_budget(job.account, [job.recipe])
                recipe, after = await self._retry_prerequisite(job)
                job = await self._store.transition(
                    job,
                    JobState.QUEUED,
                    from_states=frozenset({JobState.FAILED}),
                    fault=None,
                    finished_at=None,
                    recipe=recipe,
                    after=after,
                    # The service may have cached its response to the old key.
                    idempotency_key=new_job_id(),
                    sent_at=None,
                )
                if job.state is JobState.QUEUED:
                    self._runner.start(job)
                return job
            if job.is_failure_unconfirmed:
                job = await self._runner.poll_unanswered(job)
                if job.state is not JobState.FAILED or (
                    job.is_failure_unconfirmed and not is_confirmed
                ):
                    return job
            again = await self._queue.submit_again(job)
            await self._store.update(job, dismissed=True)
            return again

    async def _retry_prerequisite(self, job: Job) -> tuple[Recipe, JobId | None]:
        """Returns the recipe and the prerequisite with which a failed job is retried.

        Its failed upload is retried, unless another job has uploaded the clip or is uploading it.
        """
        first = await self._store.load(job.after) if job.after is not None else None
        if first is None or first.state not in {JobState.FAILED, JobState.CANCELLED}:
            return job.recipe, job.after
        source = job.recipe.source
        if source is None:
            return await self._retry_upload(job, first, None)
        async with self._registrations.lock(source, job.account):
            return await self._retry_upload(job, first, source)

    async def _retry_upload(
        self, job: Job, first: Job, source: ClipId | None
    ) -> tuple[Recipe, JobId | None]:
        known = under_way = None
        if source is not None:
            known = await self._registrations.find_remote_id(source, job.account)
        if known is not None:
            remote_id, uploaded = known
            recipe = job.recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
            return recipe, None
        if source is not None:
            under_way = await self._registrations.find_unfinished(source, job.account)
        if under_way is not None:
            return job.recipe, under_way.id
        if first.state is JobState.FAILED:
            again = await self.retry(first.id)
            return job.recipe, again.id if again is not None else job.after
        again = await self._queue.submit_again(first)
        return job.recipe, again.id

    async def dismiss(self, job_id: JobId) -> None:
        """Removes a finished job from the list; its row and ledger entries are preserved."""
        async with self._runner.claim(job_id) as job:
            if job is not None and job.state.is_finished:
                await self._store.update(job, dismissed=True)

    async def dismiss_all(self, ids: Sequence[JobId]) -> list[JobId]:
        """Removes several jobs from the list; returns those that were removed."""
        dismissed: list[JobId] = []
        for job_id in ids:
            await self.dismiss(job_id)
            job = await self._store.load(job_id)
            if job is not None and job.dismissed:
                dismissed.append(job_id)
        return dismissed

    async def restore_dismissed(self, ids: Sequence[JobId]) -> None:
        """Restores dismissed jobs to the list."""
        for job_id in ids:
            async with self._runner.claim(job_id) as job:
                if job is not None and job.dismissed:
                    await self._store.update(job, dismissed=False)
