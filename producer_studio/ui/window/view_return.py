"""Way from the library to a view that is opened on request, and back."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.window.view import View
from producer_studio.ui.window.view_stack import ViewStack
from producer_studio.ui.window.views.library import VIEW as LIBRARY


class ViewReturn(QObject):
    """Remembers the focus before a view is shown, and restores it when the view is closed."""

    def __init__(
        self, view: View, views: ViewStack, library: LibraryPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._views = views
        self._library = library
        self._focused_before: QWidget | None = None

    def remember_focus(self) -> None:
        """To be called before the view is shown; does nothing while it is."""
        if not self._views.is_shown(self._view):
            focused: QWidget | None = QApplication.focusWidget()
            self._focused_before = focused

    def close(self) -> None:
        """Returns to the library, and to the control that had the focus."""
        if not self._views.is_shown(self._view):
            return
        before, self._focused_before = self._focused_before, None
        self._views.show_view(LIBRARY.name)
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._library.focus_list()
