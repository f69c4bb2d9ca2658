"""Way to the comparison of clips and back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.translation import tr
from producer_studio.ui.clips.compare_limits import MAX_COMPARED, MIN_COMPARED
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.window.view_return import ViewReturn
from producer_studio.ui.window.view_stack import ViewStack
from producer_studio.ui.window.views.compare import VIEW as COMPARE

if TYPE_CHECKING:
    from producer_studio.ui.compare.panel import ComparePanel


class CompareNavigation(QObject):
    """Shows the comparison, and gives the keyboard back to where it was.

    Attributes:
        views: The views of the window.

    Signals:
        undo_available: Message about a change, and its `UndoStep`.
        notice_requested: Level and text of a notice.
        choice_requested: Choose others to compare this clip with (id).
    """

    undo_available = Signal(str, object)
    notice_requested = Signal(str, str)
    choice_requested = Signal(str)

    def __init__(self, views: ViewStack, library: LibraryPanel, parent: QObject) -> None:
        super().__init__(parent)
        self.views = views
        self._panel: ComparePanel | None = None
        self._return = ViewReturn(COMPARE, views, library, self)
        views.view_changed.connect(self._on_view_changed)

    @property
    def is_shown(self) -> bool:
        """Whether clips are compared now."""
        return self.views.is_shown(COMPARE)

    def show_clips(self, ids: Sequence[ClipId]) -> None:
        """Compares 2 to 8 clips; one with others to choose; says so if there are more."""
        unique = list(dict.fromkeys(ids))
        if len(unique) == 1:
            self.choice_requested.emit(unique[0])
            return
        if not MIN_COMPARED <= len(unique) <= MAX_COMPARED:
            self.notice_requested.emit(
                "info",
                tr(
                    "Select {least} to {most} clips to compare them.",
                    least=MIN_COMPARED,
                    most=MAX_COMPARED,
                ),
            )
            return
        self._ensure_panel()
        self._return.remember_focus()
        self.views.show_clips(COMPARE.name, unique)

    def shut_down(self) -> None:
        """Closes the files; called before the window closes."""
        if self._panel is not None:
            self._panel.close_clips()

    def _ensure_panel(self) -> None:
        if self._panel is None:
            from producer_studio.ui.compare.panel import ComparePanel  # start-up cost

            panel = self._panel = self.views.view_widget(COMPARE, ComparePanel)
            panel.close_requested.connect(self._return.close)
            panel.undo_available.connect(self.undo_available)
            panel.notice_requested.connect(self.notice_requested)

    def _on_view_changed(self, name: str) -> None:
        if name != COMPARE.name and self._panel is not None:
            self._panel.close_clips()
