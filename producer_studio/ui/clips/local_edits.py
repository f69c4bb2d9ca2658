"""Edits of clips on this computer: the menu, the dialogs, and the new clip."""

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.studio.made_clips import MadeClip
from producer_studio.translation import mark, sentences, tr
from producer_studio.translation.numbers import FixedDecimal
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.local_edit_dialog import LocalEditDialog
from producer_studio.ui.context import UiContext
from producer_studio.ui.operations import OPERATION_ICONS
from producer_studio.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from producer_studio.ui.clips.release_check_dialog import ReleaseCheckDialog

_OPERATIONS = (Operation.TRIM, Operation.FADE, Operation.LEVEL)
_NO_SOUND = mark("The sound of this clip is not on this computer.")


class LocalEditController(QObject):
    """Opens the dialogs of an edit and of the release check, and makes the clips.

    Signals:
        undo_available: Message about a new clip, and its `UndoStep`.
    """

    undo_available = Signal(str, object)

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._window = window

    def follow(self, actions: ClipActions) -> None:
        """Does what the actions of a panel ask for."""
        actions.edit_requested.connect(self.open_dialog)
        actions.edit_chosen.connect(self._on_edit_chosen)
        actions.release_check_requested.connect(self.open_release_check)

    def open_release_check(self, clips: Sequence[ClipId]) -> "ReleaseCheckDialog":
        """Opens the release check of clips."""
        from producer_studio.ui.clips.release_check_dialog import (
            ReleaseCheckDialog,  # start-up cost
        )

        dialog = ReleaseCheckDialog(self._context, clips, self._window)
        dialog.undo_available.connect(self.undo_available)
        dialog.open()
        return dialog

    def open_dialog(self, operation: Operation, ids: Sequence[ClipId]) -> None:
        """Opens the dialog for a clip, or for the two clips that are joined.

        Of one clip that is joined, the other one is asked for first.
        """
        if operation is Operation.JOIN and len(ids) == 1:
            self._choose_other(ids[0])
            return
        self._tasks.start("open an edit", self._read_and_open(operation, list(ids)))

    def _choose_other(self, clip: ClipId) -> None:
        from producer_studio.ui.clips.clip_chooser import JOIN, ClipChooser  # start-up cost

        chooser = ClipChooser(self._context, clip, self._window, JOIN)
        chooser.chosen.connect(lambda others: self.open_dialog(Operation.JOIN, [clip, *others]))
        chooser.open()

    async def _read_and_open(self, operation: Operation, ids: list[ClipId]) -> None:
        clips = await self._studio.clips.get_many(ids)
        if len(clips) != len(ids):
            return
        peaks = (await self._studio.clips.get_peaks(ids[:1])).get(ids[0], b"")
        dialog = LocalEditDialog(self._style, operation, clips, peaks, self._window)
        dialog.edit_chosen.connect(self._on_edit_chosen)
        dialog.open()

    def _on_edit_chosen(self, clip: str, edit: object) -> None:
        # The second half of a double-click makes no second clip.
        self._tasks.start(
            f"edit {clip} {edit}",
            self._studio.local_edits.apply(ClipId(clip), edit),  # type: ignore[arg-type]
            on_result=self._show_clip,
            is_change=True,
        )

    def _show_clip(self, made: MadeClip) -> None:
        words: str = mark("“{title}” is in the library.", title=made.clip.title)
        if made.peak > 1.0:
            loud = mark(
                "It was {level} dB too loud and clips; lower its level.",
                level=FixedDecimal(20.0 * math.log10(made.peak), 1),
            )
            words = sentences(words, loud)
        self.undo_available.emit(tr(words), made.step)


def add_edit_items(menu: Menu, actions: ClipActions, ids: Sequence[ClipId], clip: Clip) -> None:
    """Adds the edits of one clip, or of the two that can be joined, to a menu."""
    one = len(ids) == 1
    for operation in _OPERATIONS if one else ():
        menu.add_item(
            tr("{operation}…", operation=operation.label),
            partial(actions.request_edit, operation, ids),
            icon=OPERATION_ICONS[operation],
            enabled=clip.playable,
            reason="" if clip.playable else tr(_NO_SOUND),
        )
    menu.add_item(
        tr("Join with…") if one else tr("Join…"),
        partial(actions.request_edit, Operation.JOIN, ids),
        icon=OPERATION_ICONS[Operation.JOIN],
        enabled=clip.playable,
        reason="" if clip.playable else tr(_NO_SOUND),
    )
