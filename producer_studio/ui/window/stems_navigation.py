"""Way to the stems of a song and back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from producer_studio.domain.ids import ClipId
from producer_studio.translation import tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.undo import LibraryUndo
from producer_studio.ui.external_programs import open_folder
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText
from producer_studio.ui.window.view_return import ViewReturn
from producer_studio.ui.window.view_stack import ViewStack
from producer_studio.ui.window.views.stems import VIEW as STEMS

if TYPE_CHECKING:
    from producer_studio.ui.stems.panel import StemsPanel


class StemsNavigation(QObject):
    """Shows the mixer where an action asks for it, and its notices; closing it gives focus back."""

    def __init__(
        self,
        views: ViewStack,
        library: LibraryPanel,
        notices: NoticeStack,
        undo: LibraryUndo,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._views = views
        self._notices = notices
        self._undo = undo
        self._panel: StemsPanel | None = None
        self._return = ViewReturn(STEMS, views, library, self)
        views.view_changed.connect(self._on_view_changed)

    def follow(self, actions: ClipActions) -> None:
        """Opens the stems that the actions of a panel ask for."""
        actions.stems_requested.connect(self.show_stems)

    def show_stems(self, clip: ClipId) -> None:
        """Opens the stems of a song, or those that a stem belongs to."""
        panel = self._ensure_panel()
        self._return.remember_focus()
        self._views.show_view(STEMS.name)
        panel.show_stems(clip)

    def shut_down(self) -> None:
        """Closes the files; called before the window closes."""
        if self._panel is not None:
            self._panel.close_stems()

    def _ensure_panel(self) -> "StemsPanel":
        if self._panel is None:
            from producer_studio.ui.stems.panel import StemsPanel  # start-up cost

            panel = self._panel = self._views.view_widget(STEMS, StemsPanel)
            panel.close_requested.connect(self._return.close)
            panel.library_undo_requested.connect(self._undo.undo)
            panel.library_redo_requested.connect(self._undo.redo)
            panel.undo_available.connect(self._undo.show_undo_notice)
            panel.notice_requested.connect(self._show_notice)
            panel.files_written.connect(self._show_files)
            panel.mix_reset.connect(self._show_reset)
        return self._panel

    def _show_notice(self, level: str, text: str, detail: str = "") -> None:
        self._notices.show_notice(NoticeText(level, text, detail))

    def _show_reset(self, restore: Callable[[], object]) -> None:
        text = NoticeText("info", tr("The mix was reset."), action=tr("Undo"))
        self._notices.show_notice(text, restore)

    def _show_files(self, text: str, folder: Path) -> None:
        self._notices.show_notice(
            NoticeText("ok", text, "", tr("Open folder")),
            partial(open_folder, folder, partial(self._show_notice, "warn")),
        )

    def _on_view_changed(self, name: str) -> None:
        if name != STEMS.name and self._panel is not None:
            self._panel.close_stems()
