"""Undo and redo of library changes: shortcuts, notices and messages."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.studio.clips import AppliedStep, UndoStep
from producer_studio.translation import mark, tr
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


_GONE_TEXT = mark("Nothing was undone: these clips were deleted, or it was undone before.")


class LibraryUndo(QObject):
    """Shows an undo notice after a change, and runs undo and redo one after the other."""

    def __init__(
        self, studio: "Studio", tasks: "Tasks", notices: NoticeStack, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._notices = notices
        self._notices_by_step: dict[UndoStep, NoticeText] = {}
        self._serial = 0

    def show_undo_notice(self, message: str, step: UndoStep) -> None:
        """Shows a notice with a button that undoes this very step."""
        notice = NoticeText("info", tr(message), action=tr("Undo"))
        self._notices_by_step = {
            known: shown
            for known, shown in self._notices_by_step.items()
            if shown in self._notices.notices() and shown != notice
        }
        self._notices_by_step[step] = notice
        self._notices.show_notice(notice, partial(self.undo, step))

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo, also one whose undo has only begun."""
        return self._studio.clips.can_redo or self._tasks.is_running(f"undo {self._serial}")

    def undo(self, step: UndoStep | None = None) -> None:
        """Undoes a step, by default the last one."""
        self._serial += 1
        self._tasks.start(
            f"undo {self._serial}",
            self._studio.clips.undo(step),
            on_result=partial(self._on_undone, step),
            is_change=True,
        )

    def redo(self) -> None:
        """Redoes the step that was undone last."""
        self._serial += 1
        self._tasks.start(
            f"redo {self._serial}",
            self._studio.clips.redo(),
            on_result=self._on_redone,
            is_change=True,
        )

    def _on_undone(self, requested: UndoStep | None, applied: AppliedStep | None) -> None:
        if applied is None:
            self._show_message(
                tr("There is nothing to undo.") if requested is None else tr(_GONE_TEXT)
            )
            return
        offered = self._notices_by_step.pop(applied.step, None)
        if offered is not None:
            self._notices.remove_notice(offered)
        self._show_message(tr(applied.message))

    def _on_redone(self, applied: AppliedStep | None) -> None:
        self._show_message(
            tr("There is nothing to redo.") if applied is None else tr(applied.message)
        )

    def _show_message(self, message: str) -> None:
        self._notices.show_notice(NoticeText("info", message))
