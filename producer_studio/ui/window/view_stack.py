"""Stack of the window's views, of which one is shown."""

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.translation import tr
from producer_studio.ui.shortcuts.manual_page import set_manual_page
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.window.view import View, ViewContext, ViewLeaving, ViewPlayback


class ViewButtons(QWidget):
    """One button for each listed view; hidden while there is only one to choose.

    Signals:
        view_chosen: A button was pressed (name of its view).
    """

    view_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._buttons: dict[str, IconButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.hide()

    def set_views(self, views: Sequence[View]) -> None:
        """Creates the buttons of the views that are listed."""
        listed = [view for view in views if view.is_listed]
        if len(listed) < 2:
            return
        for view in listed:
            button = IconButton(self._style, view.icon, tr(view.label), self, checkable=True)
            button.toggled.connect(partial(self._on_toggled, view.name, button))
            self._buttons[view.name] = button
            self._row.addWidget(button)
        self.show()

    def set_current(self, name: str) -> None:
        """Checks the button of the view that is shown; none if that has no button."""
        for own, button in self._buttons.items():
            set_checked(button, own == name)

    def _on_toggled(self, name: str, button: IconButton, _checked: bool) -> None:
        # A press on the checked button leaves it checked.
        set_checked(button, True)
        self.view_chosen.emit(name)


WidgetT = TypeVar("WidgetT", bound=QWidget)


class ViewStack(QStackedWidget):
    """Creates the views when they are first needed, and shows one of them.

    Signals:
        view_changed: Another view is shown (name).
    """

    view_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: dict[str, View] = {}
        self._widgets: dict[str, QWidget] = {}
        self._context: ViewContext | None = None
        self._current: View | None = None

    @property
    def current(self) -> View | None:
        """The view that is shown; None before the first."""
        return self._current

    @property
    def playback(self) -> ViewPlayback | None:
        """Sound of the view that is shown; None if it does not play by itself."""
        widget = self.currentWidget()
        if self._current is None or self._current.playback is None or widget is None:
            return None
        return self._current.playback(widget)

    def set_views(self, views: Sequence[View], context: ViewContext) -> None:
        """Sets the views that can be shown."""
        self._views = {view.name: view for view in views}
        self._context = context

    def view_widget(self, view: View, kind: type[WidgetT]) -> WidgetT:
        """Returns the widget of a view, created if the view was not needed yet.

        Args:
            kind: The class that its factory creates.
        """
        widget = self._ensure_widget(view)
        assert isinstance(widget, kind)  # noqa: S101 - as declared
        return widget

    def can_show_clips(self, name: str) -> bool:
        """Whether there is a view of that name, and it takes clips."""
        return name in self._views and self._views[name].show_clips is not None

    def show_clips(self, name: str, clips: Sequence[ClipId]) -> None:
        """Shows a view with clips; does nothing if there is none of that name that takes any."""
        view = self._views.get(name)
        if view is not None and view.show_clips is not None:
            view.show_clips(self._ensure_widget(view), clips)
            self.show_view(name)

    def is_shown(self, view: View) -> bool:
        """Whether this is the current view."""
        return self._current is view

    def leave(self) -> bool:
        """Closes what the view shows, one step at a time; False if it is not to be closed."""
        widget = self.currentWidget()
        if not isinstance(widget, ViewLeaving):
            return False
        widget.leave()
        return True

    def show_view(self, name: str) -> None:
        """Shows a view by its name.

        Raises:
            KeyError: There is no such view.
        """
        view = self._views[name]
        if view is not self._current:
            self.setCurrentWidget(self._ensure_widget(view))
            self._current = view
            self.view_changed.emit(name)

    def _ensure_widget(self, view: View) -> QWidget:
        widget = self._widgets.get(view.name)
        if widget is None:
            assert self._context is not None  # noqa: S101 - set with the views
            widget = view.create(self._context, self)
            set_manual_page(widget, view.manual_page)
            self._widgets[view.name] = widget
            self.addWidget(widget)
        return widget
