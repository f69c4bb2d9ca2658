"""Actions of the buttons of job rows, and protection from a click that was meant for another."""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QObject, Signal
from PySide6.QtWidgets import QApplication

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job
from producer_studio.studio.jobs.actions import Resolution
from producer_studio.studio.studio import Studio
from producer_studio.ui.library.job_buttons import FREE_ACTIONS
from producer_studio.ui.tasks import Tasks


class ReplacedButtons:
    """Tells a click that is meant from the second half of a double-click.

    "Retry" takes the place of "Check again" and of "Allow again", and the second half of a
    double-click would spend.
    """

    def __init__(self) -> None:
        self._clicked_job: JobId | None = None
        self._clock = QElapsedTimer()

    def accept_click(self, job_id: JobId, action: str) -> bool:
        """Notes a click on a row's button; returns whether its action is meant."""
        if job_id == self._clicked_job and self.are_new() and action not in FREE_ACTIONS:
            return False
        self._clicked_job = job_id
        self._clock.invalidate()
        return True

    def note_replaced(self, job_id: JobId) -> None:
        """Notes that other buttons took the place of those of a row."""
        if job_id == self._clicked_job:
            self._clock.start()

    def are_new(self) -> bool:
        """Whether a click may be meant for the button that was there before."""
        return self._clock.isValid() and self._clock.elapsed() < QApplication.doubleClickInterval()


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
        self._tasks.start("dismiss all failed jobs", self._dismiss(ids))

    def restore_dismissed(self, ids: Sequence[JobId]) -> None:
        """Shows dismissed jobs again."""
        self._tasks.start("show dismissed jobs", self._studio.job_actions.restore_dismissed(ids))

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
