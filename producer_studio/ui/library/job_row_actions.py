"""Actions of the buttons of job rows."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.studio import Studio
from producer_studio.ui.tasks import Tasks


class JobRowActions(QObject):
    """Carries out the actions of the buttons, each in a task of its own.

    Signals:
        jobs_dismissed: Ids of failed jobs that were removed from the list, which can be undone.
    """

    jobs_dismissed = Signal(object)

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks

    def start(self, job: Job, action: str) -> None:
        """Starts an action of `JobButton.action`, except "details"."""
        self._tasks.start(f"{action} job {job.id}", self._run(job, action))

    def dismiss_all(self, ids: Sequence[JobId]) -> None:
        """Removes failed jobs from the list."""
        self._tasks.start("dismiss all failed jobs", self._dismiss(ids), is_change=True)

    def restore_dismissed(self, ids: Sequence[JobId]) -> None:
        """Shows dismissed jobs again."""
        work = self._studio.job_actions.restore_dismissed(ids)
        self._tasks.start("show dismissed jobs", work, is_change=True)

    async def _dismiss(self, ids: Sequence[JobId]) -> None:
        dismissed = await self._studio.job_actions.dismiss_all(ids)
        if dismissed:
            self.jobs_dismissed.emit(dismissed)

    async def _run(self, job: Job, action: str) -> None:
        actions = self._studio.job_actions
        if action == "cancel":
            await actions.cancel(job.id)
        elif action == "retry":
            await actions.retry(job.id)
        elif action == "dismiss":
            await self._dismiss([job.id])
        elif action == "ask-again":
            await self._studio.accounts.forget_refusals(job.account)
        elif action == "look-again":
            await actions.recheck(job.id)
        elif action == "fetch-again":
            await actions.fetch_again(job.id)
        elif action == "send":
            await actions.send(job.id)
        else:
            await actions.resolve(job.id, Resolution(action))
