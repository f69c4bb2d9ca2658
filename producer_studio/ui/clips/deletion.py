"""Permanent deletion of clips: size, confirmation, result."""

from collections.abc import Sequence
from functools import partial, reduce

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.studio.clips import DeletionResult, SmartList
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, nmark, ntr, sentences, tr, tr_message
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.dialog import Confirmation
from producer_studio.ui.widgets.text_format import clips_text

_DELETION_WARNING = mark(
    "The files are deleted from this disk. This cannot be undone, not even with Undo."
)
_TASK = "delete for good"
_MAX_TITLE_LENGTH = 60


class DeletionController(QObject):
    """Shows a confirmation with the size of the files, and deletes only the confirmed clips.

    Signals:
        deleted: Message about the deleted clips and the freed space.
    """

    deleted = Signal(str)

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._window = window
        self._confirmation: QDialog | None = None

    def confirm_deletion(self, ids: Sequence[ClipId]) -> None:
        """Opens the confirmation for permanent deletion of these clips of the trash."""
        if ids and self._confirmation is None:
            self._tasks.start(
                "size of the trash", self._measure_and_confirm(ids, empties_trash=False)
            )

    def confirm_empty_trash(self) -> None:
        """Opens the confirmation for emptying the trash."""
        if self._confirmation is None:
            self._tasks.start(
                "size of the trash", self._measure_and_confirm(None, empties_trash=True)
            )

    async def _measure_and_confirm(
        self, ids: Sequence[ClipId] | None, *, empties_trash: bool
    ) -> None:
        clips = self._studio.clips
        if ids is None:
            ids = await clips.list_ids(smart=SmartList.TRASH)
        if not ids:
            return
        size = size_text(await clips.trash_size_bytes(ids))
        if empties_trash:
            title, action = tr("Empty the trash?"), tr("Empty trash")
        elif len(ids) == 1:
            found = await clips.get(ids[0])
            name = (
                " ".join(tr_message(found.display_title).split())[:_MAX_TITLE_LENGTH]
                if found is not None
                else ""
            )
            title, action = (
                tr("Delete “{title}” for good?", title=name or tr("Untitled")),
                tr("Delete for good"),
            )
        else:
            title, action = (
                ntr("Delete {count} clip for good?", "Delete {count} clips for good?", len(ids)),
                tr("Delete for good"),
            )
        question = Confirmation(
            self._style,
            title,
            tr(
                sentences(
                    mark("{clips}, {size}.", clips=clips_text(len(ids)), size=size),
                    _DELETION_WARNING,
                )
            ),
            action,
            self._window,
        )
        self._confirmation = question
        question.accepted.connect(partial(self._delete, ids))
        question.finished.connect(self._on_finished)
        question.open_unexpectedly()

    def _on_finished(self, _result: int) -> None:
        self._confirmation = None

    def _delete(self, ids: Sequence[ClipId]) -> None:
        work = self._studio.clips.delete(ids)
        self._tasks.start(_TASK, work, on_result=self._on_deleted, is_change=True)

    def _on_deleted(self, deletion: DeletionResult) -> None:
        self.deleted.emit(deletion_message(deletion))


def deletion_message(deletion: DeletionResult) -> str:
    """Message about a deletion, including what could not be deleted and why."""
    said: list[str] = [mark("Nothing was deleted.")]
    if deletion.clips:
        freed = size_text(deletion.freed_bytes)
        said = [
            nmark(
                "{count} clip deleted for good: {freed} freed.",
                "{count} clips deleted for good: {freed} freed.",
                len(deletion.clips),
                freed=freed,
            )
        ]
    if deletion.remaining:
        said.append(
            nmark(
                "{count} clip stays in the trash: another program uses the files.",
                "{count} clips stay in the trash: another program uses the files.",
                len(deletion.remaining),
            )
        )
    if deletion.in_use:
        said.append(
            nmark(
                "{count} clip stays in the trash: a service has not finished a file for it.",
                "{count} clips stay in the trash: a service has not finished a file for it.",
                len(deletion.in_use),
            )
        )
    if deletion.untouched_folders:
        said.append(
            mark(
                "Files outside the library were not deleted: {folder}",
                folder=deletion.untouched_folders[0],
            )
        )
    return tr(reduce(sentences, said))
