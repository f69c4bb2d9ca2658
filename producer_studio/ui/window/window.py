"""Main window: creates the panels and connects their signals."""

import asyncio
import base64
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.studio.events import AccountsChanged
from producer_studio.translation import tr
from producer_studio.ui.clips.deletion import DeletionController
from producer_studio.ui.clips.local_edits import LocalEditController
from producer_studio.ui.clips.take_offers import TakeOffers
from producer_studio.ui.clips.undo import LibraryUndo
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.context import UiContext
from producer_studio.ui.inspector.panel import InspectorPanel
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.shortcuts.key_rules import use_stored_keys
from producer_studio.ui.widgets.double_clicks import DoubleClickFilter
from producer_studio.ui.widgets.focus_order import move_focus
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText
from producer_studio.ui.widgets.text_field_menu import handle_text_fields
from producer_studio.ui.window.compare_navigation import CompareNavigation
from producer_studio.ui.window.dialogs import WindowDialogs
from producer_studio.ui.window.last_session import LastSession
from producer_studio.ui.window.layout import WindowLayout
from producer_studio.ui.window.pane_navigation import PaneNavigation
from producer_studio.ui.window.playback import Playback
from producer_studio.ui.window.player_keys import PlayerKeys
from producer_studio.ui.window.player_notices import PlayerNotices
from producer_studio.ui.window.shortcuts import (
    WindowShortcuts,
    open_context_menu,
    shortcuts_with,
    view_action,
)
from producer_studio.ui.window.startup_window import MIN_SIZE, restore_geometry
from producer_studio.ui.window.stems_navigation import StemsNavigation
from producer_studio.ui.window.studio_notices import StudioNotices
from producer_studio.ui.window.sweep_navigation import SweepNavigation
from producer_studio.ui.window.top_bar import TopBar
from producer_studio.ui.window.undo_keys import UndoKeys
from producer_studio.ui.window.video_navigation import VideoNavigation
from producer_studio.ui.window.view import View, ViewContext
from producer_studio.ui.window.views import load_views
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.views.welcome import VIEW as WELCOME

# Pages that most starts do not show are imported on first use.
if TYPE_CHECKING:
    from producer_studio.ui.window.welcome import WelcomePanel

_COMPARE = "compare"
_PLAYER_HEIGHT = 92


class MainWindow(QWidget):
    """Main window of the studio. Shown at once; its content is loaded in the background.

    Signals:
        closed: The user closed it; await `shut_down` then.
    """

    closed = Signal()

    def __init__(
        self,
        context: UiContext,
        startup_window: QWidget | None = None,
        views: Sequence[View] | None = None,
    ) -> None:
        """Builds all panels, as the content of `startup_window` if it is already on the screen.

        Args:
            views: All that `ui/window/views` declares, if None.
        """
        super().__init__(startup_window)
        self.context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._first_paint = asyncio.Event()
        views = load_views() if views is None else views
        use_stored_keys(self._studio.preferences.value.shortcuts)
        shortcuts = shortcuts_with(views)
        self.dialogs = WindowDialogs(context, shortcuts, self)
        self.setWindowTitle("Producer Studio")
        self.setMinimumSize(*MIN_SIZE)
        self.window_layout = WindowLayout(self)
        columns = self.window_layout.splitter
        self.views = self.window_layout.views
        self.views.set_views(views, self._view_context())
        self.top_bar = TopBar(context, self.window_layout)
        self.compose = ComposePanel(context, columns)
        self.library = self.views.view_widget(LIBRARY, LibraryPanel)
        self.inspector = InspectorPanel(context, columns)
        self.player = PlayerBar(context, self.window_layout)
        self.playback = Playback(self._studio, self._tasks, self.library, self.player, self)
        self.window_layout.set_panels(self.top_bar, self.compose, self.inspector, self.player)
        self.top_bar.view_buttons.set_views(views)
        self.views.view_changed.connect(self.top_bar.view_buttons.set_current)
        self.views.show_view(LIBRARY.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.window_layout)
        self.notices = NoticeStack(self._style, self, bottom_margin=self._style.px(_PLAYER_HEIGHT))
        self.studio_notices = StudioNotices(context, self.notices, self)
        self.undo = LibraryUndo(self._studio, self._tasks, self.notices, self)
        self.deletion = DeletionController(context, self)
        self.local_edits = LocalEditController(context, self)
        self.local_edits.undo_available.connect(self.undo.show_undo_notice)
        self.comparison = CompareNavigation(self.views, self.library, self)
        can_compare = self.views.can_show_clips(_COMPARE)
        self.library.set_can_compare(can_compare)
        self.inspector.set_can_compare(can_compare)
        self._take_offers = TakeOffers(
            self._studio,
            self._tasks,
            self.library.clip_actions,
            self.notices,
            self.show_compare if can_compare else None,
            lambda: self.comparison.is_shown,
        )
        self.stems = StemsNavigation(self.views, self.library, self.notices, self.undo, self)
        self.sweeps = SweepNavigation(
            context, self.comparison, self.library, self.playback, self.undo, self
        )
        self._undo_keys = UndoKeys(self.views, self.compose, self.inspector, self.undo)
        PlayerNotices(self.playback, self.player, self.notices, self)
        self.videos = VideoNavigation(
            context, self.views, self.library, self.playback, self.player, self
        )
        self._style.set_window(self)
        if startup_window is None:
            saved = self._studio.preferences.value.window_geometry
            restore_geometry(self, base64.b64decode(saved, validate=False))
        else:
            self.resize(startup_window.size())
            # Update requests are only sent to the top-level widget.
            startup_window.installEventFilter(self)
        # A click there ends text input, so that the next Space plays.
        for button in (self.compose.bar.button, *self.player.findChildren(QAbstractButton)):
            button.pressed.connect(self._on_button_pressed)
        self.window_layout.resize(self.size())
        self.window_layout.set_column_widths(self._studio.preferences.value.splitter_sizes)
        self.window_layout.set_text_scale(self._style.text_scale)
        self._style.changed.connect(self._on_style_changed)
        self._connect_panels()
        self.session = LastSession(
            self._studio, self._tasks, self.top_bar.search, self.library, self.player, self
        )
        self._pane_navigation = PaneNavigation(
            [
                (self.top_bar, self.top_bar.search.edit),
                (self.compose, self.compose.view.sound.edit),
                (self.views, self.library.view),
                (self.inspector, None),
                (self.player, self.player.play_button),
                (self.notices, None),
            ],
            self,
        )
        self._shortcuts = WindowShortcuts(self, self._actions(views), shortcuts)
        handle_text_fields(self._style, self)
        DoubleClickFilter(self)
        self.compose.view.sound.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._studio.accounts.active is None:
            self._tasks.start("look whether there are clips", self._show_welcome_if_empty())

    async def wait_until_painted(self) -> None:
        """Returns after the window was painted for the first time."""
        await self._first_paint.wait()

    async def shut_down(self) -> None:
        """Saves unsaved input and unsubscribes from the studio; the window is hidden first."""
        self.session.close()
        self._save_geometry()
        self.window().hide()
        self._unsubscribe()
        for part in (self.studio_notices, self._take_offers, self.top_bar, self.compose):
            part.unsubscribe()
        self.library.view.finish_editing()
        self.compose.finish_editing()
        self.compose.stop_audition()
        for navigation in (self.comparison, self.stems, self.videos, self.dialogs.manual):
            navigation.shut_down()
        await self.inspector.finish_edits()
        await self._tasks.finish_changes()
        await self.compose.controller.flush()
        await self.player.shut_down()
        self.library.close_cover_cache()
        self.inspector.close_cover_cache()

    @property
    def welcome(self) -> "WelcomePanel":
        """Welcome page; created on first access, which most starts never need."""
        from producer_studio.ui.window.welcome import WelcomePanel  # start-up cost

        return self.views.view_widget(WELCOME, WelcomePanel)

    def show_welcome(self) -> None:
        """Shows the welcome page with the demo and the services."""
        self.views.show_view(WELCOME.name)
        self.welcome.demo_button.setFocus(Qt.FocusReason.TabFocusReason)

    def show_compare(self, ids: Sequence[ClipId]) -> None:
        """Compares 2 to 8 clips of the library; shows the grid for a larger sweep."""
        self.sweeps.compare(ids)

    def show_notice(
        self,
        level: str,
        text: str,
        detail: str = "",
        *,
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Shows a notice in the corner of the window."""
        self.notices.show_notice(NoticeText(level, text, detail, action), on_action)

    def event(self, event: QEvent) -> bool:
        self._record_first_paint(event)
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self._record_first_paint(event)
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Nothing that has the focus, or contains it, uses the key.
        if event.key() != Qt.Key.Key_Escape or event.isAutoRepeat() or not self.views.leave():
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit()

    def _record_first_paint(self, event: QEvent) -> None:
        # The backing store is painted while this event is handled; waiters resume after that.
        if event.type() is QEvent.Type.UpdateRequest and self.isVisible():
            self._first_paint.set()
            self.window().removeEventFilter(self)

    def _view_context(self) -> ViewContext:
        return ViewContext(
            self.context,
            add_account=self.dialogs.add_account,
            begin_composing=self._begin_composing,
            focus_library=self._on_library_requested,
            show_compare=self.show_compare,
        )

    def _actions(self, views: Sequence[View]) -> dict[str, Callable[[], object]]:
        shown = {view_action(view): partial(self.views.show_view, view.name) for view in views}
        keys = PlayerKeys(self.views, self.playback, self.player)
        return (
            shown
            | keys.actions()
            | self._undo_keys.actions()
            | self.library.key_actions()
            | {
                "generate": self.compose.generate,
                "search": self.top_bar.focus_search,
                "export": lambda: self.dialogs.open_export(self.library.selected_ids()),
                "settings": self.dialogs.open_settings,
                "sheet": self.dialogs.open_shortcut_sheet,
                "manual": self.dialogs.manual.open_for_focus,
                "next pane": self._pane_navigation.focus_next,
                "previous pane": self._pane_navigation.focus_previous,
                "menu": open_context_menu,
                "quit": lambda: self.window().close(),
            }
        )

    def _connect_panels(self) -> None:
        top, library, inspector = self.top_bar, self.library, self.inspector
        dialogs = self.dialogs
        top.query_changed.connect(self._on_query_changed)
        top.list_focus_requested.connect(library.focus_list)
        top.settings_requested.connect(lambda: dialogs.open_settings())
        top.account_requested.connect(lambda: dialogs.add_account())
        top.ledger_requested.connect(lambda: dialogs.open_settings("Credits"))
        for source in (top, dialogs):
            source.demo_requested.connect(lambda: self.welcome.open_demo())
        top.view_buttons.view_chosen.connect(self.views.show_view)
        top.inspector_toggled.connect(self.window_layout.show_inspector)
        self.window_layout.narrow_changed.connect(
            lambda narrow: top.show_inspector_button(narrow, on=False)
        )
        library.selection_changed.connect(inspector.show_clips)
        library.search_problem_changed.connect(top.show_problem)
        library.result_count_changed.connect(top.search.show_result_count)
        library.clear_search_requested.connect(top.search.clear)
        inspector.play_requested.connect(self.playback.play)
        inspector.clip_chosen.connect(library.select_clip)
        inspector.compare_requested.connect(self.show_compare)
        inspector.search_requested.connect(top.search.set_query)
        library.lists.query_requested.connect(top.search.set_query)
        for panel in (library, inspector):
            panel.use_recipe_requested.connect(self.compose.controller.use_recipe)
            panel.operation_requested.connect(self._on_operation)
            dialogs.follow_exports(panel)
            panel.compare_requested.connect(self.show_compare)
            panel.clip_actions.undo_available.connect(self.undo.show_undo_notice)
            panel.clip_actions.deletion_requested.connect(self.deletion.confirm_deletion)
            self.local_edits.follow(panel.clip_actions)
            for navigation in (self.stems, self.videos, library.bulk_editing):
                navigation.follow(panel.clip_actions)
        lists = library.lists.actions
        for undoable in (self.comparison, self.compose, lists, top.completion, dialogs):
            undoable.undo_available.connect(self.undo.show_undo_notice)
        self.compose.export_requested.connect(lambda: dialogs.open_export(library.selected_ids()))
        for part in (self.compose, dialogs):
            part.notice_requested.connect(partial(self.show_notice, "info"))
        self.comparison.notice_requested.connect(self.show_notice)
        self.comparison.choice_requested.connect(
            lambda clip: dialogs.choose_compared(clip, self.show_compare)
        )
        library.jobs.jobs_dismissed.connect(
            partial(self.studio_notices.show_dismissed_jobs, library.jobs.restore_dismissed)
        )
        library.trash_bar.empty_button.clicked.connect(self.deletion.confirm_empty_trash)
        self.deletion.deleted.connect(partial(self.show_notice, "info"))
        self.sweeps.connect_panels(self.compose, self.player, library, inspector)
        self.compose.controller.connect_requested.connect(self.show_welcome)
        self.compose.controller.use_selected_requested.connect(self._on_selected_clip_requested)
        self.compose.controller.play_requested.connect(self.playback.play)
        self._tasks.error_reported.connect(self.show_notice)
        self._unsubscribe = self._studio.events.subscribe(
            AccountsChanged, self._on_accounts_changed
        )

    def _on_button_pressed(self) -> None:
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.library.view.setFocus(Qt.FocusReason.MouseFocusReason)

    def _on_style_changed(self) -> None:
        self.window_layout.set_text_scale(self._style.text_scale)

    def _begin_composing(self) -> None:
        """Shows the library and focuses the first text field of the compose form."""
        self.views.show_view(LIBRARY.name)
        self.compose.show_form()
        if not self.compose.has_form_focus():
            self.compose.view.sound.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_library_requested(self) -> None:
        self.views.show_view(LIBRARY.name)
        self.library.focus_list()

    def _on_query_changed(self, query: str) -> None:
        self.views.show_view(LIBRARY.name)
        self.library.set_query(query)

    def _on_operation(self, operation: Operation, clip: str) -> None:
        self._tasks.restart(
            "open a clip in the form",
            self._studio.clips.get(ClipId(clip)),
            on_result=lambda found: self.compose.controller.set_operation(operation, found),
        )

    def _on_selected_clip_requested(self) -> None:
        chosen = self.library.selected_ids()
        if not chosen:
            self.compose.view.suggestion.show_suggestion(tr("Select a clip in the library first."))
            return
        self._tasks.restart(
            "take the chosen clip",
            self._studio.clips.get(chosen[0]),
            on_result=self.compose.controller.use_clip,
        )

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        if self._studio.accounts.active is not None and self.views.is_shown(WELCOME):
            self._begin_composing()

    async def _show_welcome_if_empty(self) -> None:
        counts = await self._studio.clips.count_smart_lists()
        if counts.all:
            self.welcome.set_library_link_visible(visible=True)
        elif self._studio.accounts.active is None and self.views.is_shown(LIBRARY):
            self.views.show_view(WELCOME.name)

    def _save_geometry(self) -> None:
        geometry = base64.b64encode(self.window().saveGeometry().data()).decode()
        self._studio.preferences.change(
            window_geometry=geometry, splitter_sizes=self.window_layout.column_widths()
        )
