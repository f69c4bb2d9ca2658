"""Deletion of clips for good: the size, the question, and what was freed."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.studio.clips import Deletion, Smart
from producer_studio.studio.updates.installation import size_text
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.confirmation import Question
from producer_studio.ui.widgets.count_text import clips_text

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_NO_WAY_BACK = "The files are deleted from this disk. This cannot be undone, also not with Undo."
_TASK = "delete for good"
_TITLE_SHOWN = 60


class ClipDeletion(QObject):
    """Asks, with the size of the files, and deletes only what was asked about.

    Signals:
        deleted: A sentence about what was deleted and how much space is free now.
    """

    deleted = Signal(str)

    def __init__(self, studio: "Studio", look: Look, tasks: "Tasks", window: QWidget) -> None:
        super().__init__(window)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self._window = window
        self._question: QDialog | None = None

    def ask(self, ids: Sequence[ClipId]) -> None:
        """Asks whether these clips of the trash should be deleted for good."""
        if ids and self._question is None:
            self._tasks.start("size of the trash", self._measure_and_ask(ids, whole=False))

    def ask_for_all(self) -> None:
        """Asks whether the whole trash should be emptied."""
        if self._question is None:
            self._tasks.start("size of the trash", self._measure_and_ask(None, whole=True))

    async def _measure_and_ask(self, ids: Sequence[ClipId] | None, *, whole: bool) -> None:
        clips = self._studio.clips
        if ids is None:
            ids = await clips.ids(smart=Smart.TRASH)
        if not ids:
            return
        size = size_text(await clips.size_in_trash(ids))
        if whole:
            title, action = "Empty the trash?", "Empty trash"
        elif len(ids) == 1:
            found = await clips.get(ids[0])
            name = " ".join(found.title.split())[:_TITLE_SHOWN] if found is not None else ""
            title, action = f"Delete “{name or 'Untitled'}” for good?", "Delete for good"
        else:
            title, action = f"Delete {len(ids)} clips for good?", "Delete for good"
        question = Question(
            self._look,
            title,
            f"{clips_text(len(ids))}, {size}. {_NO_WAY_BACK}",
            action,
            self._window,
        )
        self._question = question
        question.accepted.connect(partial(self._delete, ids))
        question.finished.connect(self._on_finished)
        question.open()

    def _on_finished(self, _result: int) -> None:
        self._question = None

    def _delete(self, ids: Sequence[ClipId]) -> None:
        self._tasks.start(_TASK, self._studio.clips.delete(ids), done=self._on_deleted)

    def _on_deleted(self, deletion: Deletion) -> None:
        self.deleted.emit(deletion_sentence(deletion))


def deletion_sentence(deletion: Deletion) -> str:
    """Sentence about a deletion, with what was kept and why."""
    said = []
    if deletion.clips:
        freed = size_text(deletion.freed_bytes)
        said.append(f"{clips_text(len(deletion.clips))} deleted for good: {freed} freed.")
    else:
        said.append("Nothing was deleted.")
    if deletion.kept:
        stay = "stays" if len(deletion.kept) == 1 else "stay"
        said.append(
            f"{clips_text(len(deletion.kept))} {stay} in the trash: another program uses the files."
        )
    if deletion.left:
        said.append(f"Files outside the library were left alone: {deletion.left[0]}")
    return " ".join(said)
