"""Undo and redo of the window: in the form, in the view that is shown, or in the library."""

from collections import deque
from collections.abc import Callable

from producer_studio.ui.clips.undo import LibraryUndo
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.inspector.panel import InspectorPanel
from producer_studio.ui.window.view import ViewUndo
from producer_studio.ui.window.view_stack import ViewStack

_LIBRARY = "library"
_MAX_UNDONE = 200


class UndoKeys:
    """Actions of the keys: the form's if it has the focus, else the view's, else the library's.

    Redo begins with the kind that was undone last, so that the changes come back in reverse order.
    """

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
        # Kinds of the undone steps, the last one at the end; some may not be redone any more.
        self._undone: deque[str] = deque(maxlen=_MAX_UNDONE)

    def actions(self) -> dict[str, Callable[[], object]]:
        """Returns the window's actions by their names."""
        return {"undo": self._undo, "redo": self._redo}

    def _undo(self) -> None:
        own, undo, _redo = self._own_history()
        if undo():
            self._undone.append(own)
            return
        # A title that is being edited is an undo step as well.
        self._inspector.flush()
        self._undone.append(_LIBRARY)
        self._library.undo()

    def _redo(self) -> None:
        own, _undo, redo = self._own_history()
        last = next((kind for kind in reversed(self._undone) if kind in {own, _LIBRARY}), "")
        if not (last == _LIBRARY and self._library.can_redo) and redo():
            self._forget_last(own)
            return
        self._forget_last(_LIBRARY)
        self._library.redo()

    def _own_history(self) -> tuple[str, Callable[[], bool], Callable[[], bool]]:
        """Returns the history in the place of the focus: its kind, undo and redo."""
        if self._compose.has_form_focus():
            form = self._compose.controller
            return "form", form.undo, form.redo
        view: object = self._views.currentWidget()
        if isinstance(view, ViewUndo):
            return "view", view.undo, view.redo
        return "", _do_nothing, _do_nothing

    def _forget_last(self, kind: str) -> None:
        """Removes a kind from its end of the list, and what was undone later and is lost."""
        while kind in self._undone and self._undone.pop() != kind:
            pass


def _do_nothing() -> bool:
    return False
