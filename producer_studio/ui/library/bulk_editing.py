"""Edits of any selection from the keyboard: tags, details, favourite mark, tags everywhere."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, QSize

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import TagChange
from producer_studio.studio.clips import UndoStep
from producer_studio.studio.title_templates import fill_titles
from producer_studio.translation import tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.details_dialog import DetailsChange, DetailsDialog
from producer_studio.ui.clips.tag_choice import TagCounts, create_tag_popup
from producer_studio.ui.clips.tag_flow import split_tags
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.widgets.name_dialog import NameDialog

_PREVIEWED = 3
_TASK = "read tags"


class BulkEditing(QObject):
    """Opens the popup of tags and the dialog of details, and applies them."""

    def __init__(self, context: UiContext, actions: ClipActions, view: ClipView) -> None:
        super().__init__(view)
        self._clips = context.studio.clips
        self._style = context.style
        self._tasks = context.tasks
        self._actions = actions
        self._view = view

    def follow(self, actions: ClipActions) -> None:
        """Opens what a panel's actions request."""
        actions.tags_requested.connect(self.choose_tag)
        actions.details_requested.connect(self.open_details)
        actions.tag_rename_requested.connect(self.ask_tag_name)

    def key_actions(self) -> dict[str, Callable[[], object]]:
        """Returns the window's actions by their names."""
        return {
            "tags": lambda: self.choose_tag(self._view.selected_ids()),
            "details": lambda: self.open_details(self._view.selected_ids()),
            "favourite": self._toggle_favourite,
            "rename": self.rename,
        }

    def rename(self) -> None:
        """Edits the title in the current row, or those of several rows in the dialog."""
        if len(self._view.selected_rows()) > 1:
            self.open_details(self._view.selected_ids())
        else:
            self._view.edit_title()

    def ask_tag_name(self, tag: str) -> None:
        """Asks for the new name of a tag, and renames it in every clip."""
        note = tr("In every clip that has it, also in the trash. Undo restores it.")
        title = tr("Rename “{tag}”", tag=tag)
        window = self._view.window()
        dialog = NameDialog(self._style, title, tag, tr("Rename"), window, note)
        dialog.named.connect(partial(self._actions.rename_tag, tag))
        dialog.open()

    def choose_tag(self, clips: Sequence[ClipId]) -> None:
        """Opens the popup that gives clips a tag or takes it from them."""
        if clips:
            self._tasks.restart(
                _TASK,
                self._read_counts(clips),
                on_result=lambda counts: self._open_popup(clips, counts),
            )

    def open_details(self, clips: Sequence[ClipId]) -> None:
        """Opens the dialog of details."""
        if clips:
            self._tasks.restart(_TASK, self._read_details(clips), on_result=self._open_dialog)

    async def _read_counts(self, clips: Sequence[ClipId]) -> TagCounts:
        own, everywhere = await asyncio.gather(
            self._clips.count_tags(clips), self._clips.count_values("tag")
        )
        return TagCounts(len(clips), own, everywhere)

    async def _read_details(
        self, clips: Sequence[ClipId]
    ) -> tuple[Sequence[ClipId], TagCounts, list[Clip]]:
        counts, first = await asyncio.gather(
            self._read_counts(clips), self._clips.get_many(clips[:_PREVIEWED])
        )
        return clips, counts, first

    def _open_popup(self, clips: Sequence[ClipId], counts: TagCounts) -> None:
        popup = create_tag_popup(self._style, counts, self._view)

        def toggle(tag: str) -> None:
            if counts.is_common(tag):
                self._actions.change_tags(clips, TagChange(remove=(tag,)))
            else:
                self._actions.change_tags(clips, TagChange(add=(tag,)))

        popup.chosen.connect(toggle)
        popup.removed.connect(
            lambda tag: self._actions.change_tags(clips, TagChange(remove=(str(tag),)))
        )
        popup.removed.connect(popup.close)
        popup.created.connect(
            lambda text: self._actions.change_tags(clips, TagChange(add=tuple(split_tags(text))))
        )
        popup.open_at(row_anchor(self._view))

    def _open_dialog(self, read: tuple[Sequence[ClipId], TagCounts, list[Clip]]) -> None:
        clips, counts, first = read
        if not first:
            return
        dialog = DetailsDialog(self._style, first, counts, self._view.window())
        dialog.confirmed.connect(
            lambda change: self._actions.run_edit("details", self._apply(clips, change))
        )
        dialog.open()

    async def _apply(self, clips: Sequence[ClipId], change: DetailsChange) -> UndoStep | None:
        template = change.title_template
        return await self._clips.edit(
            clips,
            title=None if template is None else await fill_titles(self._clips, clips, template),
            tags=change.tags,
            notes=change.notes,
            favourite=change.favourite,
        )

    def _toggle_favourite(self) -> None:
        clips = self._view.selected_ids()
        if clips:
            self._tasks.restart(
                "read the favourite mark",
                self._clips.get_many(clips[:1]),
                on_result=lambda first: self._actions.set_favourite(
                    clips, favourite=not (first and first[0].favourite)
                ),
            )


def row_anchor(view: ClipView) -> QRect:
    """Returns where a popup of the current row opens, in global coordinates."""
    viewport, index = view.viewport(), view.currentIndex()
    box = view.visualRect(index) if index.isValid() else viewport.rect()
    place = QPoint(min(72, box.width()), box.center().y())
    return QRect(viewport.mapToGlobal(place), QSize(1, 1))
