"""Notices about the takes of a press: compare them, or trash the others."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.domain.best_takes import choose_takes
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.library_change import ClipField, LibraryChange
from producer_studio.domain.sweep_status import SweepStatus
from producer_studio.studio.events import JobChanged
from producer_studio.translation import mark, nmark, ntr, sentences, tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.compare_limits import MAX_COMPARED, MIN_COMPARED
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN})


class TakeOffers(QObject):
    """Offers to compare the takes of a press when the last one has arrived, and to trash the others
    when one becomes a favourite. Nothing is done without a press of the notice's button.

    Args:
        compare: Compares clips; None if nothing can.
        is_comparing: Whether clips are compared now. Keeping one is offered there, and a notice
            with the title of a take would tell which one is heard in a blind comparison.
    """

    def __init__(
        self,
        studio: "Studio",
        tasks: "Tasks",
        actions: ClipActions,
        notices: NoticeStack,
        compare: Callable[[Sequence[ClipId]], object] | None,
        is_comparing: Callable[[], bool],
    ) -> None:
        super().__init__(notices)
        self._studio = studio
        self._tasks = tasks
        self._actions = actions
        self._notices = notices
        self._compare = compare
        self._is_comparing = is_comparing
        self._subscriptions = [
            studio.events.subscribe(JobChanged, self._on_job_changed),
            studio.events.subscribe(LibraryChange, self._on_library_change),
        ]

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        for unsubscribe in self._subscriptions:
            unsubscribe()

    def _on_job_changed(self, event: JobChanged) -> None:
        job = event.job
        if self._compare is None or job.press is None or not job.state.is_finished:
            return
        if all(_is_over(one) for one in self._studio.jobs.visible_jobs() if one.press == job.press):
            self._read(job.press, self._offer_comparison)

    def _on_library_change(self, change: LibraryChange) -> None:
        for edit in change.edits:
            if edit.field is ClipField.FAVOURITE and edit.after == (True,):
                self._tasks.restart(
                    "look for other takes",
                    self._read_others(edit.clips[0]),
                    on_result=self._offer_trash,
                )

    def _read(self, press: PressId, on_result: Callable[[list[Clip]], object]) -> None:
        self._tasks.restart(
            f"read the takes of {press}", self._studio.clips.get_takes(press), on_result=on_result
        )

    async def _read_others(self, clip_id: ClipId) -> list[Clip]:
        clip = await self._studio.clips.get(clip_id)
        if clip is None or clip.press is None:
            return []
        takes = await self._studio.clips.get_takes(clip.press)
        # Only for the first favourite: with a second one it is no longer a question of the best.
        is_only = [take.id for take in takes if take.favourite] == [clip_id]
        return takes if is_only else []

    def _offer_comparison(self, takes: list[Clip]) -> None:
        playable = [clip for clip in takes if clip.playable]
        if MIN_COMPARED <= len(playable) <= MAX_COMPARED and self._compare is not None:
            text = tr(
                "{count} takes of “{title}” are here.", count=len(playable), title=_title(playable)
            )
            ids = [clip.id for clip in playable]
            notice = NoticeText("ok", text, action=tr("Compare"))
            self._notices.show_notice(notice, partial(self._compare, ids))
        elif len(playable) > MAX_COMPARED and playable[0].press is not None:
            self._tasks.restart(
                f"look for the sweep of {playable[0].press}",
                self._studio.sweeps.status(playable[0].press),
                on_result=partial(self._offer_grid, playable),
            )

    def _offer_grid(self, takes: Sequence[Clip], status: SweepStatus | None) -> None:
        """Offers the grid of a sweep that has more takes than can be compared."""
        if status is not None:
            text = tr("{count} takes of “{title}” are here.", count=len(takes), title=_title(takes))
            notice = NoticeText("ok", text, action=tr("Show the grid"))
            show = partial(self._actions.sweep_requested.emit, status.press.id)
            self._notices.show_notice(notice, show)

    def _offer_trash(self, takes: list[Clip]) -> None:
        choice = choose_takes(takes)
        press = takes[0].press if takes else None
        if choice is None or press is None or self._is_comparing():
            return
        count = len(choice.others)
        kept = next(clip for clip in takes if clip.id in choice.kept)
        text = tr(
            sentences(
                mark("“{title}” is a favourite.", title=kept.display_title),
                nmark("1 other take could go.", "{count} other takes could go.", count),
            )
        )
        action = ntr("Trash the other", "Trash the other {count}", count)
        notice = NoticeText("info", text, action=action)
        self._notices.show_notice(notice, partial(self._read_unkept, press, choice.others))

    def _read_unkept(self, press: PressId, offered: Sequence[ClipId]) -> None:
        self._read(press, partial(self._trash_unkept, offered))

    def _trash_unkept(self, offered: Sequence[ClipId], takes: list[Clip]) -> None:
        """Moves to the trash what was offered, but no favourites of since then."""
        unkept = [clip.id for clip in takes if clip.id in offered and not clip.favourite]
        if unkept:
            self._actions.trash(unkept)


def _is_over(job: Job) -> bool:
    return job.state in _OVER


def _title(takes: Sequence[Clip]) -> str:
    return takes[0].title or tr("Untitled")
