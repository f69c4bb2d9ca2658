"""Pane with the running, failed and uncertain jobs above the list of clips."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.studio.events import AccountsChanged, JobChanged, OtherJobChanged
from producer_studio.translation import tr
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.failed_jobs import COLLAPSE_THRESHOLD, ErrorCard, FailedJobs
from producer_studio.ui.library.job_row import JobRowKind
from producer_studio.ui.library.job_row_actions import JobRowActions
from producer_studio.ui.library.job_row_builder import JobRowBuilder
from producer_studio.ui.library.job_row_widget import JobRowWidget
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.overlay_scroll_bar import OverlayScrollBar

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

MAX_CHANGES_PER_TURN = 6
"""Job changes shown per turn of the event loop: some 4 ms for new rows."""

_TROUBLED_KINDS = frozenset({JobRowKind.FAILED, JobRowKind.UNKNOWN, JobRowKind.UNDELIVERED})

_MAX_HEIGHT_SHARE = 0.45
"""Maximum share of the panel's height for jobs; more jobs scroll."""


class JobsPane(QScrollArea):
    """Short live list with one widget per job, updated by events.

    While a job runs it is also updated once a second.

    Signals:
        count_changed: Number of rows.
        focus_released: The focused widget is about to be removed; the focus would pass to the next.
        jobs_dismissed: Ids of failed jobs that were removed from the list, which can be undone.
    """

    count_changed = Signal(int)
    focus_released = Signal()
    jobs_dismissed = Signal(object)

    def __init__(
        self, studio: "Studio", tasks: "Tasks", row_style: RowStyle, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._panel = parent
        self._studio = studio
        self._tasks = tasks
        self._row_style = row_style
        self._rows: dict[JobId, JobRowWidget] = {}
        self._ordered_rows: list[JobRowWidget] = []
        self._builder = JobRowBuilder(studio)
        self._actions = JobRowActions(studio, tasks, self)
        self._actions.jobs_dismissed.connect(self.jobs_dismissed)
        self._pending_changes: dict[JobId, JobChanged] = {}
        self._changes_this_turn = 0
        self._next_turn = Debounce(self._on_turn, 0, self)
        self._second_timer = QTimer(self, interval=1000)
        self._second_timer.timeout.connect(self._on_second)
        self.setAccessibleName(tr("Jobs"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # As in the list below, so that columns and headers align.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.failed_jobs = FailedJobs(row_style, inside)
        self.failed_jobs.expanded_changed.connect(self._update_height)
        self.failed_jobs.dismiss_requested.connect(self._on_all_dismissed)
        self._column.insertWidget(0, self.failed_jobs)
        self.setWidget(inside)
        OverlayScrollBar(self)
        # The panel's own background shows through.
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.destroyed.connect(studio.events.subscribe(JobChanged, self._on_job_changed))
        self.destroyed.connect(studio.events.subscribe(OtherJobChanged, self._on_other_job_changed))
        # Retrying and recovering jobs depend on the accounts.
        self.destroyed.connect(studio.events.subscribe(AccountsChanged, self._on_accounts_changed))
        for job in reversed(studio.jobs.visible_jobs()):
            self._show_job(job)
        self._update_height()

    def count(self) -> int:
        return len(self._rows)

    def rows(self) -> list[JobRowWidget]:
        """Returns the rows from top to bottom, including collapsed ones."""
        return [row for row in self._arranged_parts() if isinstance(row, JobRowWidget)]

    def reload_style(self) -> None:
        self.failed_jobs.updateGeometry()
        self.failed_jobs.update()
        for row in self._rows.values():
            row.reload_style()
        self._update_height()

    def sizeHint(self) -> QSize:
        return QSize(200, self._preferred_height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handled = super().eventFilter(watched, event)
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            # A row's message takes more or fewer lines at another width.
            self._update_height()
        return handled

    def _preferred_height(self) -> int:
        """Returns the height of all rows, or of as many whole ones as fit into the share."""
        most = max(120, int(self._panel.height() * _MAX_HEIGHT_SHARE))
        height = 0
        for row in self._arranged_parts():
            if row.isHidden():
                continue
            tall = row.sizeHint().height()
            if height and height + tall > most:
                break
            height += tall
        return height

    def update_height(self) -> None:
        """Adjusts the height to the rows, within its share of the panel."""
        self._update_height()

    def _collapse_failed(self) -> None:
        """Shows many failed jobs as one line below the others, and each of them below that line."""
        failed = self._failed_rows()
        folds = len(failed) >= COLLAPSE_THRESHOLD
        for place, part in enumerate(self._arranged_parts()):
            item = self._column.itemAt(place)
            if item is None or item.widget() is not part:
                self._column.removeWidget(part)
                self._column.insertWidget(place, part)
        if folds:
            self.failed_jobs.show_jobs([row.job for row in failed])
        elif self.failed_jobs.is_expanded:
            self.failed_jobs.show_button.setChecked(False)
        for row in self._ordered_rows:
            hidden = folds and row.kind is JobRowKind.FAILED and not self.failed_jobs.is_expanded
            if hidden and not row.isHidden():
                row.release_focus()
            row.setVisible(not hidden)
        self.failed_jobs.setVisible(folds)

    def _failed_rows(self) -> list[JobRowWidget]:
        return [row for row in self._ordered_rows if row.kind is JobRowKind.FAILED]

    def _arranged_parts(self) -> list[JobRowWidget | FailedJobs]:
        """Returns the rows and the line for the failed jobs from top to bottom.

        The line stays above the jobs that it shows, so that its buttons keep their position.
        """
        failed = self._failed_rows()
        if len(failed) < COLLAPSE_THRESHOLD:
            return [*self._ordered_rows, self.failed_jobs]
        others = [row for row in self._ordered_rows if row.kind is not JobRowKind.FAILED]
        return [*others, self.failed_jobs, *failed]

    def _update_height(self) -> None:
        self._collapse_failed()
        height = self._preferred_height() if self._rows else 0
        if height != self.height() or height != self.maximumHeight():
            self.setFixedHeight(height)
        self.setVisible(bool(self._rows))

    def _on_job_changed(self, event: JobChanged) -> None:
        """Shows a change at once if few came in this turn of the event loop, else in a later turn.

        Hundreds of jobs may start in one turn; the window must not freeze for them.
        """
        self._next_turn.trigger()
        self._changes_this_turn += 1
        if self._changes_this_turn > MAX_CHANGES_PER_TURN:
            before = self._pending_changes.pop(event.job.id, None)
            if event.progress is None and before is not None:
                event = replace(event, progress=before.progress)
            self._pending_changes[event.job.id] = event
        else:
            self._apply_change(event)
            self._update_height()

    def _on_turn(self) -> None:
        """Shows some of the postponed changes; the rest waits for the next turn."""
        due = list(islice(self._pending_changes, MAX_CHANGES_PER_TURN))
        for job_id in due:
            self._apply_change(self._pending_changes.pop(job_id))
        if due:
            self._update_height()
        self._changes_this_turn = MAX_CHANGES_PER_TURN if self._pending_changes else 0
        if self._pending_changes:
            self._next_turn.trigger()

    def _on_other_job_changed(self, event: OtherJobChanged) -> None:
        job = event.job
        self._builder.set_in_other_program(job.id, is_there=not event.is_over)
        if event.is_over or job.state is JobState.CANCELLED:
            self._remove_finished(job)
        else:
            self._show_job(job)
        self._update_height()

    def _apply_change(self, event: JobChanged) -> None:
        job = event.job
        self._builder.set_in_other_program(job.id, is_there=False)
        if event.progress is not None:
            self._builder.set_progress(job.id, event.progress)
        over = job.state in {JobState.DONE, JobState.CANCELLED} or job.dismissed
        if over:
            self._remove_finished(job)
        else:
            self._show_job(job)

    def _remove_finished(self, job: Job) -> None:
        is_in_library = job.state is JobState.DONE and not job.is_undelivered
        if is_in_library and job.id in self._rows:
            self._announce(tr("{title} is in the library", title=job.title))
        self._remove_row(job.id)

    def _show_job(self, job: Job) -> None:
        row = self._rows.get(job.id)
        if row is None:
            row = JobRowWidget(job, self._row_style, self.widget())
            row.action_requested.connect(
                lambda word, job_id=job.id: self._on_action_requested(job_id, word)
            )
            row.focus_released.connect(self.focus_released)
            self._rows[job.id] = row
            place = self._insert_position(job)
            self._ordered_rows.insert(place, row)
            self._column.insertWidget(place, row)
            self.count_changed.emit(len(self._rows))
        self._refresh(row, job)
        if any(row.kind is JobRowKind.RUNNING for row in self._rows.values()):
            if not self._second_timer.isActive():
                self._second_timer.start()
        else:
            self._second_timer.stop()

    def _insert_position(self, job: Job) -> int:
        """Returns the row's position: newest on top; the takes of one press in their order."""
        newest, take = _rank(job)
        return bisect_left(self._ordered_rows, (-newest, -take), key=_sort_key)

    def _refresh(self, row: JobRowWidget, job: Job) -> None:
        job_row = self._builder.build(job)
        before, mood = row.sizeHint().height(), row.kind
        row.show_row(job, job_row)
        if job_row.kind is not mood and job_row.kind in _TROUBLED_KINDS:
            self._announce(job_row.accessible_text)
        if row.sizeHint().height() != before or job_row.kind is not mood:
            self._update_height()

    def _announce(self, text: str) -> None:
        """Announces a change to screen readers."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._panel, text))

    def _remove_row(self, job_id: JobId) -> None:
        self._builder.forget(job_id)
        row = self._rows.pop(job_id, None)
        if row is None:
            return
        row.release_focus()
        self._ordered_rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if not any(row.kind is JobRowKind.RUNNING for row in self._rows.values()):
            self._second_timer.stop()
        self.count_changed.emit(len(self._rows))

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        for row in self._rows.values():
            self._refresh(row, row.job)

    def _on_second(self) -> None:
        for row in self._rows.values():
            if row.kind is JobRowKind.RUNNING:
                self._refresh(row, row.job)

    def _on_action_requested(self, job_id: JobId, action: str) -> None:
        row = self._rows[job_id]
        if action == "details":
            ErrorCard(self._row_style.style, row.job, self).open_below(row)
            return
        self._actions.start(row.job, action)

    def _on_all_dismissed(self) -> None:
        self.focus_released.emit()
        self._actions.dismiss_all([row.job.id for row in self._failed_rows()])

    def restore_dismissed(self, ids: Sequence[JobId]) -> None:
        """Shows dismissed jobs again."""
        self._actions.restore_dismissed(ids)


def _sort_key(row: JobRowWidget) -> tuple[int, int]:
    newest, take = _rank(row.job)
    return -newest, -take


def _rank(job: Job) -> tuple[int, int]:
    return int(job.created_at.timestamp()), -job.take
