"""Undo and redo of the window: in the form, in the view that is shown, or in the library."""

from collections.abc import Callable

from producer_studio.ui.clips.undo import LibraryUndo
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.inspector.panel import InspectorPanel
from producer_studio.ui.window.view import ViewUndo
from producer_studio.ui.window.view_stack import ViewStack


class UndoKeys:
    """Actions of the keys: the form's if it has the focus, else the view's, else the library's."""

    def __init__(
        self,
        views: ViewStack,
        compose: ComposePanel,
        inspector: InspectorPanel,
        library: LibraryUndo,
    ) -> None:
        self._views = views
        self._compose = compose
        self._inspector = inspector
        self._library = library

    def actions(self) -> dict[str, Callable[[], object]]:
        """Returns the window's actions by their names."""
        return {"undo": self._undo, "redo": self._redo}

    def _undo(self) -> None:
        view = self._view()
        if self._compose.has_form_focus():
            if self._compose.controller.undo():
                return
        elif view is not None and view.undo():
            return
        # A title that is being edited is an undo step as well.
        self._inspector.flush()
        self._library.undo()

    def _redo(self) -> None:
        view = self._view()
        if self._compose.has_form_focus():
            if self._compose.controller.redo():
                return
        elif view is not None and view.redo():
            return
        self._library.redo()

    def _view(self) -> ViewUndo | None:
        widget: object = self._views.currentWidget()
        return widget if isinstance(widget, ViewUndo) else None
