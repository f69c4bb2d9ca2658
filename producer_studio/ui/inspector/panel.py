"""Inspector panel: one clip, several selected clips, or an empty state."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.job import Job
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import AccountsChanged
from producer_studio.translation import tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.clips.drag_preparation import DragPreparation
from producer_studio.ui.context import UiContext
from producer_studio.ui.inspector.pending_edits import PendingEdits
from producer_studio.ui.widgets.empty_state import EmptyState
from producer_studio.ui.widgets.overlay_scroll_bar import OverlayScrollBar

if TYPE_CHECKING:
    from producer_studio.ui.inspector.clip_details import ClipDetails
    from producer_studio.ui.inspector.multi_selection import MultiSelection

_TASK = "inspect"
_COVER_CACHE_BYTES = 8 * 2**20


class InspectorPanel(QWidget):
    """Shows and edits the selected clips; the form changes only on `use_recipe_requested`.

    Signals:
        use_recipe_requested: Load this recipe into the form.
        operation_requested: Start an operation on a clip.
        export_requested: Export these clips.
        compare_requested: Compare these clips; one of them with others to choose.
        play_requested: Play this clip.
        clip_chosen: Select this clip; another version was pressed.
        search_requested: Set a query in the search field.
    """

    use_recipe_requested = Signal(Recipe)
    operation_requested = Signal(Operation, str)
    export_requested = Signal(object)
    compare_requested = Signal(object)
    play_requested = Signal(str)
    clip_chosen = Signal(str)
    search_requested = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._ids: list[ClipId] = []
        self.setAccessibleName(tr("Inspector"))
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._covers = CoverCache(self, max_bytes=_COVER_CACHE_BYTES)
        self._drag_preparation = DragPreparation(self._studio, self._tasks, self)
        self._edits = PendingEdits(self._studio, self._tasks, self, self)
        self.clip_actions = ClipActions(self._studio, self._tasks, self)
        self._empty = EmptyState(
            self._style,
            "music",
            tr("No clip selected"),
            tr("Select a clip to see its details."),
            self,
        )
        self._can_compare = False
        self._stack = QStackedWidget(self)
        self._add_page(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        events = self._studio.events
        self.destroyed.connect(events.subscribe(LibraryChange, self._on_library_change))
        self.destroyed.connect(events.subscribe(AccountsChanged, self._on_accounts_changed))

    @cached_property
    def details(self) -> "ClipDetails":
        """Everything about one clip; created when the first clip is selected."""
        from producer_studio.ui.inspector.clip_details import ClipDetails  # start-up cost

        details = ClipDetails(self._style, self.clip_actions, self._edits, self._covers, self)
        self._scroll.setWidget(details)
        details.setAutoFillBackground(False)
        details.tiles.set_can_compare(self._can_compare)
        self._connect_details(details)
        return details

    @cached_property
    def multi_selection(self) -> "MultiSelection":
        """Summary of several clips; created when several are selected."""
        from producer_studio.ui.inspector.multi_selection import MultiSelection  # start-up cost

        summary = MultiSelection(self._style, self.clip_actions, self)
        self._add_page(summary)
        summary.set_can_compare(self._can_compare)
        summary.export_requested.connect(self.export_requested)
        summary.compare_requested.connect(self.compare_requested)
        return summary

    @cached_property
    def _scroll(self) -> QScrollArea:
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        OverlayScrollBar(scroll)
        self._add_page(scroll)
        return scroll

    def show_clip(self, clip: ClipId | None) -> None:
        """Shows one clip, or the empty state."""
        self.show_clips([] if clip is None else [clip])

    def show_clips(self, clips: Sequence[ClipId]) -> None:
        """Shows the selection: the empty state, one clip, or the summary of several."""
        self._edits.commit()
        self._ids = list(clips)
        self._drag_preparation.select(self._ids)
        if len(clips) > 1:
            self.multi_selection.show_drag_text(self._studio.drag_exports.description(len(clips)))
        if self._ids:
            self._read()
            return
        self._tasks.cancel(_TASK)
        self._stack.setCurrentWidget(self._empty)

    def set_can_compare(self, can_compare: bool) -> None:
        """Sets whether clips can be compared; else nothing offers it."""
        self._can_compare = can_compare
        # Looked up like this, they are not created.
        if "details" in self.__dict__:
            self.details.tiles.set_can_compare(can_compare)
        if "multi_selection" in self.__dict__:
            self.multi_selection.set_can_compare(can_compare)

    def flush(self) -> None:
        """Writes pending edits."""
        self._edits.commit()

    async def finish_edits(self) -> None:
        """Writes pending edits and waits for them; called before the window closes."""
        # Looked up like this, they are not created.
        if "details" in self.__dict__:
            # A tag, tempo or key that is being typed.
            self.details.heading.tags.commit()
        await self._edits.finish()

    def close_cover_cache(self) -> None:
        """Waits for the picture that is being scaled; called before the window closes."""
        self._covers.close()

    def hideEvent(self, event: QHideEvent) -> None:
        self._edits.commit()
        super().hideEvent(event)

    def _add_page(self, page: QWidget) -> None:
        # No page may force a minimum width on the panel.
        page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._stack.addWidget(page)

    def _connect_details(self, sheet: "ClipDetails") -> None:
        sheet.cover.clicked.connect(self._on_play)
        sheet.banner.fetch_requested.connect(self._on_fetch)
        sheet.banner.restore_requested.connect(self._on_restore)
        sheet.banner.deletion_requested.connect(self._on_delete)
        sheet.tiles.operation_requested.connect(self._on_operation)
        sheet.tiles.export_requested.connect(self._on_export)
        sheet.tiles.compare_requested.connect(self._on_compare)
        sheet.made_with.use_requested.connect(self._on_use_requested)
        sheet.versions.version_chosen.connect(self.clip_chosen)
        tags, actions = sheet.heading.tags, self.clip_actions
        tags.search_requested.connect(self.search_requested)
        tags.rename_requested.connect(actions.tag_rename_requested)
        tags.removal_requested.connect(lambda tag: actions.rename_tag(tag, ""))

    def _read(self) -> None:
        if len(self._ids) == 1:
            self._tasks.restart(_TASK, self._read_one(self._ids[0]))
        else:
            self._tasks.restart(_TASK, self._read_many(self._ids))

    async def _read_one(self, clip_id: ClipId) -> None:
        clip = await self._studio.clips.get(clip_id)
        if clip is None:
            self._stack.setCurrentWidget(self._empty)
            return
        family = await self._studio.clips.get_family(clip_id)
        job: Job | None = None
        if clip.job is not None:
            job = await self._studio.jobs.get(clip.job)
        another = self.details.clip is None or self.details.clip.id != clip.id
        # What is known of it: measuring would take a second.
        can_be_released = clip.playable and clip.trashed_at is None
        report = await self._studio.release_checks.report(clip) if can_be_released else None
        self.details.show_clip(clip, family, job)
        self.details.release.show_report(report)
        self._stack.setCurrentWidget(self._scroll)
        if another:
            self._scroll.verticalScrollBar().setValue(0)
            if not self._studio.clips.read_only:
                # A file that was moved away is noticed here; the change comes back as an event.
                await self._studio.clips.refresh_media_states([clip_id])

    async def _read_many(self, ids: list[ClipId]) -> None:
        from producer_studio.ui.inspector.multi_selection import MAX_CLIPS_READ  # start-up cost

        clips: list[Clip] = await self._studio.clips.get_many(ids[:MAX_CLIPS_READ])
        self.multi_selection.show_clips(ids, clips)
        self._stack.setCurrentWidget(self.multi_selection)

    def _on_library_change(self, change: LibraryChange) -> None:
        if change.kind is not ChangeKind.EVERYTHING and not self._affects_shown_clips(change):
            return
        if change.kind is ChangeKind.MEDIA:
            for clip in change.clips.intersection(self._ids):
                self._covers.invalidate(clip)
        if self._ids:
            self._read()

    def _affects_shown_clips(self, change: LibraryChange) -> bool:
        if not change.clips.isdisjoint(self._ids):
            return True
        # A new version of the shown clip belongs in the tree.
        return change.kind is ChangeKind.ADDED and len(self._ids) == 1

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        if self._ids:
            self._read()

    def _on_play(self) -> None:
        if self.details.clip is not None:
            self.play_requested.emit(self.details.clip.id)

    def _on_fetch(self) -> None:
        if self.details.clip is not None:
            self.clip_actions.fetch_again(self.details.clip.id)

    def _on_restore(self) -> None:
        if self.details.clip is not None:
            self.clip_actions.restore([self.details.clip.id])

    def _on_delete(self) -> None:
        if self.details.clip is not None:
            self.clip_actions.request_deletion([self.details.clip.id])

    def _on_operation(self, operation: Operation) -> None:
        if self.details.clip is not None:
            self.operation_requested.emit(operation, self.details.clip.id)

    def _on_export(self) -> None:
        if self.details.clip is not None:
            self.export_requested.emit([self.details.clip.id])

    def _on_compare(self) -> None:
        if self.details.clip is not None:
            self.compare_requested.emit([self.details.clip.id])

    def _on_use_requested(self) -> None:
        if self.details.clip is not None:
            self.use_recipe_requested.emit(self.details.clip.recipe)
