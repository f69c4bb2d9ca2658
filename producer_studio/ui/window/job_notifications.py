"""Notifications of the desktop about jobs that end while another window is in front."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.studio.events import JobChanged
from producer_studio.translation import ntr, tr
from producer_studio.ui.desktop.launcher_entry import LauncherEntry
from producer_studio.ui.desktop.notifications import Notifications
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

_ENDS = frozenset({JobState.DONE, JobState.FAILED, JobState.UNKNOWN})
_UNDER_WAY = frozenset({JobState.QUEUED, JobState.SENDING}) | {
    state for state in JobState if state.is_polled
}

_MAX_TOLD = 100
"""Number of notifications whose click is still understood."""


class JobNotifications(QObject):
    """Notifies once for each press, when the last of its jobs has ended.

    The first time it asks in the window, once and for all, whether to do so.

    Signals:
        clips_requested: A notification about these clips was clicked; and the activation token.
        jobs_requested: One about jobs that failed was clicked; the activation token.
    """

    clips_requested = Signal(list, str)
    jobs_requested = Signal(str)

    def __init__(self, studio: "Studio", notices: NoticeStack, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._notices = notices
        self._notifications: Notifications | None = None
        self._launcher: LauncherEntry | None = None
        self._progress: dict[JobId, float] = {}
        self._under_way: set[JobId] = set()
        self._ended: dict[str, list[Job]] = {}
        self._told: dict[str, list[Job]] = {}
        self._unsubscribe: Callable[[], None] = studio.events.subscribe(
            JobChanged, self._on_job_changed
        )

    def set_desktop(self, notifications: Notifications, launcher: LauncherEntry) -> None:
        """Sets where they are shown from now on."""
        self._notifications, self._launcher = notifications, launcher
        self._show_launcher()

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        self._unsubscribe()
        self._notifications = self._launcher = None

    def on_clicked(self, key: str, activation_token: str) -> None:
        """Shows what a notification was about."""
        jobs = self._told.get(key, ())
        clips = [clip for job in jobs for clip in job.clips]
        if clips:
            self.clips_requested.emit(clips, activation_token)
        else:
            self.jobs_requested.emit(activation_token)

    def _on_job_changed(self, event: JobChanged) -> None:
        job = event.job
        self._note_progress(event)
        if job.state not in _ENDS or job.is_registration:
            return
        key = job.press or job.id
        ended = self._ended.setdefault(key, [])
        ended[:] = [one for one in ended if one.id != job.id] + [job]
        if not any(
            one.state in _UNDER_WAY for one in self._studio.jobs.visible_jobs() if one.press == key
        ):
            del self._ended[key]
            self._notify(key, ended)

    def _note_progress(self, event: JobChanged) -> None:
        job = event.job
        self._progress.pop(job.id, None)
        if job.state in _UNDER_WAY:
            self._under_way.add(job.id)
            if event.progress is not None:
                self._progress[job.id] = event.progress
        else:
            self._under_way.discard(job.id)
        self._show_launcher()

    def _show_launcher(self) -> None:
        if self._launcher is None:
            return
        # Only a progress that every service has reported is one of all.
        is_known = self._under_way and len(self._progress) == len(self._under_way)
        progress = sum(self._progress.values()) / len(self._progress) if is_known else None
        self._launcher.show(len(self._under_way), progress)

    def _notify(self, key: str, jobs: Sequence[Job]) -> None:
        if QApplication.activeWindow() is not None:
            return
        chosen = self._studio.preferences.value.notifications
        if chosen == "ask":
            self._ask(notification_text(jobs)[0])
        elif chosen == "on" and self._notifications is not None:
            self._told[key] = list(jobs)
            if len(self._told) > _MAX_TOLD:
                del self._told[next(iter(self._told))]
            self._notifications.show(key, *notification_text(jobs))

    def _ask(self, what_ended: str) -> None:
        # Asked once: closing the question is an answer, too.
        change = self._studio.preferences.change
        change(notifications="off")
        question = NoticeText(
            "question",
            tr(
                "{ended}. Show a notification when that happens behind another window?",
                ended=what_ended,
            ),
            action=tr("Show notifications"),
        )
        self._notices.show_notice(question, partial(change, notifications="on"))


def notification_text(jobs: Sequence[Job]) -> tuple[str, str]:
    """Returns title and text of the notification about the jobs of one press, all of which ended.

    Returns:
        Such as ("2 of 3 takes of “Low tide” are ready", "The service rejected the lyrics.").
    """
    made = [job for job in jobs if job.state is JobState.DONE]
    operation = jobs[0].recipe.operation
    title = jobs[0].song_title
    name = tr("“{title}”", title=title)
    if operation is not Operation.CREATE:
        name = tr("“{title}” ({operation})", title=title, operation=operation.name_in_text)
    faults = [tr(job.fault.message) for job in jobs if job.fault is not None]
    detail = faults[0] if faults else ""
    if not made:
        is_unknown = any(job.state is JobState.UNKNOWN for job in jobs)
        if is_unknown:
            return tr("The outcome of {song} is unknown", song=name), detail
        return tr("{song} failed", song=name), detail
    if len(made) < len(jobs):
        text = ntr(
            "{made} of {count} take of {song} is ready",
            "{made} of {count} takes of {song} are ready",
            len(jobs),
            made=len(made),
            song=name,
        )
        return text, detail
    if len(jobs) > 1:
        text = ntr(
            "{count} take of {song} is ready",
            "{count} takes of {song} are ready",
            len(jobs),
            song=name,
        )
        return text, ""
    return tr("{song} is ready", song=name), ""
