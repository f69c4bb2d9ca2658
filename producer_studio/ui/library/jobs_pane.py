"""The running, failed and uncertain jobs above the list of clips."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.events import AccountsChanged, JobChanged, OtherJobChanged
from producer_studio.studio.jobs.queue import Resolution
from producer_studio.ui.library.error_card import FaultCard
from producer_studio.ui.library.failed_jobs import FOLDED_FROM, FailedJobs
from producer_studio.ui.library.job_row import Mood, job_face
from producer_studio.ui.library.job_row_widget import JobRow
from producer_studio.ui.library.overlay_scroll_bar import OverlayBar
from producer_studio.ui.library.row_style import Brushes

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

CHANGES_A_TURN = 6
"""Changes of jobs that are shown in one turn of the event loop: some 4 ms for new rows."""

_SHARE = 0.45
"""Most of the panel's height that jobs may take from the clips; more are scrolled to."""


class JobsPane(QScrollArea):
    """A short live list: one widget a job, brought up to date by events and, while something
    runs, once a second.

    Signals:
        count_changed: How many rows there are.
        keyboard_freed: What had the keyboard goes away: it would pass to whatever comes next.
        dismissed: Ids of failed jobs that were taken out of the list, which can be undone.
    """

    count_changed = Signal(int)
    keyboard_freed = Signal()
    dismissed = Signal(object)

    def __init__(self, studio: "Studio", tasks: "Tasks", brushes: Brushes, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = parent
        self._studio = studio
        self._tasks = tasks
        self._brushes = brushes
        self._rows: dict[JobId, JobRow] = {}
        self._order: list[JobRow] = []
        self._progress: dict[JobId, float] = {}
        self._waiting: dict[JobId, JobChanged] = {}
        self._others: set[JobId] = set()
        self._taken = 0
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._on_turn)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._on_second)
        self.setAccessibleName("Jobs")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # As in the list below, so that columns and heads agree.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.failed = FailedJobs(brushes, inside)
        self.failed.unfolded.connect(self._fit)
        self.failed.dismissed.connect(self._on_all_dismissed)
        self._column.insertWidget(0, self.failed)
        self.setWidget(inside)
        OverlayBar(self)
        # The panel's own ground shows through.
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.destroyed.connect(studio.events.subscribe(JobChanged, self._on_job_changed))
        self.destroyed.connect(studio.events.subscribe(OtherJobChanged, self._on_other_job_changed))
        # What can be asked again and looked for depends on the accounts.
        self.destroyed.connect(studio.events.subscribe(AccountsChanged, self._on_accounts_changed))
        for job in reversed(studio.jobs.live()):
            self._show(job)
        self._fit()

    def count(self) -> int:
        return len(self._rows)

    def rows(self) -> list[JobRow]:
        """The rows from top to bottom, those that are folded away included."""
        return list(self._order)

    def renew(self) -> None:
        self.failed.updateGeometry()
        self.failed.update()
        for row in self._rows.values():
            row.renew()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self._wanted_height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handled = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            # A row's sentence takes more or fewer lines at another width.
            self._fit()
        return handled

    def _wanted_height(self) -> int:
        """That of all rows, or of as many whole ones as the share has room for."""
        most = max(120, int(self._panel.height() * _SHARE))
        height = 0
        shown = [row for row in self._order if not row.isHidden()]
        for row in [*shown, *(() if self.failed.isHidden() else (self.failed,))]:
            tall = row.sizeHint().height()
            if height and height + tall > most:
                break
            height += tall
        return height

    def fit(self) -> None:
        """Takes the height that its rows need, within its share of the panel."""
        self._fit()

    def _fold(self) -> None:
        """Shows many failed jobs as one line below the others, or each of them above it."""
        failed = [row for row in self._order if row.mood is Mood.FAILED]
        folds = len(failed) >= FOLDED_FROM
        if folds:
            self.failed.show_jobs([row.job for row in failed])
        elif self.failed.is_unfolded:
            self.failed.show_each.setChecked(False)
        for row in self._order:
            hidden = folds and row.mood is Mood.FAILED and not self.failed.is_unfolded
            if hidden and not row.isHidden():
                row.let_go()
            row.setVisible(not hidden)
        self.failed.setVisible(folds)

    def _fit(self) -> None:
        self._fold()
        height = self._wanted_height() if self._rows else 0
        if height != self.height() or height != self.maximumHeight():
            self.setFixedHeight(height)
        self.setVisible(bool(self._rows))

    def _on_job_changed(self, event: JobChanged) -> None:
        """Shows a change at once if few came in this turn of the loop, else in a later turn.

        Hundreds of jobs may start in one turn; the window must not stand still for them.
        """
        self._turn.start()
        self._taken += 1
        if self._taken > CHANGES_A_TURN:
            before = self._waiting.pop(event.job.id, None)
            if event.progress is None and before is not None:
                event = replace(event, progress=before.progress)
            self._waiting[event.job.id] = event
        else:
            self._take(event)
            self._fit()

    def _on_turn(self) -> None:
        """Shows some of the changes that had to wait; the rest waits for the next turn."""
        due = list(islice(self._waiting, CHANGES_A_TURN))
        for job_id in due:
            self._take(self._waiting.pop(job_id))
        if due:
            self._fit()
        self._taken = CHANGES_A_TURN if self._waiting else 0
        if self._waiting:
            self._turn.start()

    def _on_other_job_changed(self, event: OtherJobChanged) -> None:
        job = event.job
        if event.is_over:
            self._others.discard(job.id)
            if job.state is JobState.DONE and job.id in self._rows:
                self._announce(f"{job.title} is in the library")
            self._take_out(job.id)
        else:
            self._others.add(job.id)
            self._show(job)
        self._fit()

    def _take(self, event: JobChanged) -> None:
        job = event.job
        self._others.discard(job.id)
        if event.progress is not None:
            self._progress[job.id] = event.progress
        over = job.state in {JobState.DONE, JobState.CANCELLED} or job.dismissed
        if over:
            if job.state is JobState.DONE and job.id in self._rows:
                self._announce(f"{job.title} is in the library")
            self._take_out(job.id)
        else:
            self._show(job)

    def _show(self, job: Job) -> None:
        row = self._rows.get(job.id)
        if row is None:
            row = JobRow(job, self._brushes, self.widget())
            row.asked.connect(lambda word, job_id=job.id: self._on_asked(job_id, word))
            row.keyboard_freed.connect(self.keyboard_freed)
            self._rows[job.id] = row
            place = self._place_for(job)
            self._order.insert(place, row)
            # The line for the failed ones is the last.
            self._column.insertWidget(place, row)
            self.count_changed.emit(len(self._rows))
        self._refresh(row, job)
        if any(row.mood is Mood.RUNS for row in self._rows.values()):
            if not self._second.isActive():
                self._second.start()
        else:
            self._second.stop()

    def _place_for(self, job: Job) -> int:
        """Newest on top; the takes of one press in their order."""
        newest, take = _rank(job)
        return bisect_left(self._order, (-newest, -take), key=_descending)

    def _refresh(self, row: JobRow, job: Job) -> None:
        face = job_face(
            job,
            now=datetime.now(UTC),
            typical_s=self._studio.jobs.typical_s(job.recipe, job.account),
            progress=self._progress.get(job.id),
            waits=self._studio.jobs.waits_for_word(job),
            against=self._against(job) if job.state is JobState.FAILED else "",
            marked=self._is_marked(job),
            looks=job.state is not JobState.UNKNOWN or self._can_look(job),
            elsewhere=job.id in self._others,
        )
        before, mood = row.sizeHint().height(), row.mood
        row.show_face(job, face)
        if face.mood is not mood and face.mood in {Mood.FAILED, Mood.UNKNOWN}:
            self._announce(face.spoken)
        if row.sizeHint().height() != before or face.mood is not mood:
            self._fit()

    def _against(self, job: Job) -> str:
        return self._studio.accounts.why_not_again(job.account, job.recipe)

    def _is_marked(self, job: Job) -> bool:
        recipe = job.recipe
        return self._studio.accounts.is_marked(job.account, recipe.operation, recipe.model)

    def _can_look(self, job: Job) -> bool:
        if self._studio.accounts.get(job.account) is None:
            return False
        offered = self._studio.accounts.capabilities(job.account)
        return offered.lists_tasks or offered.lists_with_token

    def _announce(self, words: str) -> None:
        """Says what happened to whoever does not see the list."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._panel, words))

    def _take_out(self, job_id: JobId) -> None:
        self._progress.pop(job_id, None)
        row = self._rows.pop(job_id, None)
        if row is None:
            return
        row.let_go()
        self._order.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if not any(row.mood is Mood.RUNS for row in self._rows.values()):
            self._second.stop()
        self.count_changed.emit(len(self._rows))

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        for row in self._rows.values():
            self._refresh(row, row.job)

    def _on_second(self) -> None:
        for row in self._rows.values():
            if row.mood is Mood.RUNS:
                self._refresh(row, row.job)

    def _on_asked(self, job_id: JobId, word: str) -> None:
        row = self._rows[job_id]
        if word == "details":
            FaultCard(self._brushes.look, row.job, self).open_beside(row)
            return
        self._tasks.start(f"{word} job {job_id}", self._act(job_id, word))

    def _on_all_dismissed(self) -> None:
        self.keyboard_freed.emit()
        failed = [row.job.id for row in self._order if row.mood is Mood.FAILED]
        self._tasks.start("dismiss all failed jobs", self._dismiss(failed))

    async def _dismiss(self, ids: Sequence[JobId]) -> None:
        dismissed = await self._studio.jobs.dismiss_all(ids)
        if dismissed:
            self.dismissed.emit(dismissed)

    def bring_back(self, ids: Sequence[JobId]) -> None:
        """Shows dismissed jobs again."""
        self._tasks.start("show dismissed jobs", self._studio.jobs.bring_back(ids))

    async def _act(self, job_id: JobId, word: str) -> None:
        jobs = self._studio.jobs
        if word == "cancel":
            await jobs.cancel(job_id)
        elif word == "retry":
            await jobs.retry(job_id)
        elif word == "dismiss":
            await self._dismiss([job_id])
        elif word == "ask-again":
            job = self._rows[job_id].job
            await self._studio.accounts.forget_refusals(job.account)
        elif word == "look-again":
            await jobs.look_again(job_id)
        elif word == "send":
            await jobs.send(job_id)
        else:
            await jobs.resolve(job_id, Resolution(word))


def _descending(row: JobRow) -> tuple[int, int]:
    newest, take = _rank(row.job)
    return -newest, -take


def _rank(job: Job) -> tuple[int, int]:
    return int(job.created_at.timestamp()), -job.take
