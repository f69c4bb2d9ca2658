"""The list of clips with the empty state over it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QStackedWidget, QWidget

from producer_studio.translation import tr
from producer_studio.ui.library.clip_view import ClipView
from producer_studio.ui.library.empty_text import EmptyText
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.empty_state import EmptyState


class ListStack(QStackedWidget):
    """Shows the list, or the empty state in its place."""

    def __init__(self, style: Style, view: ClipView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.empty = EmptyState(style, "music", "", "", self)
        for page in (view, self.empty):
            # Neither may force a minimum width on the panel.
            page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            self.addWidget(page)
        # The empty list stays visible for screen readers and Tab; the empty state overlays it.
        pages = self.layout()
        assert isinstance(pages, QStackedLayout)  # noqa: S101 - created so by Qt
        pages.setStackingMode(QStackedLayout.StackingMode.StackAll)
        self.empty.hide()
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and isinstance(event, QMoveEvent) and self._view.has_pointer:
            # Jobs were added or removed above the list: preserve the row under the pointer.
            bar = self._view.verticalScrollBar()
            bar.setValue(bar.value() + event.pos().y() - event.oldPos().y())
        return super().eventFilter(watched, event)

    def show_list(self) -> None:
        """Hides the empty state."""
        self.setCurrentWidget(self._view)
        self.empty.hide()
        self._set_list_description("")

    def show_empty(self, empty: EmptyText) -> None:
        """Shows why the list is empty."""
        title, text = tr(empty.title), tr(empty.text)
        self.empty.set_content(title, text, icon=empty.icon, action=tr(empty.action))
        self.setCurrentWidget(self.empty)
        self._set_list_description(tr("{title}. {text}", title=title, text=text))

    def _set_list_description(self, text: str) -> None:
        """Sets the accessible description of the list."""
        if self._view.accessibleDescription() != text:
            self._view.setAccessibleDescription(text)
        # Rows show the focus; without any, the list itself has to.
        self._view.setProperty("ringNone", not text)
