"""Navigation buttons of the views."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.window.view import View


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
            button = IconButton(self._style, view.icon, view.label, self, checkable=True)
            button.clicked.connect(partial(self._on_clicked, view.name, button))
            self._buttons[view.name] = button
            self._row.addWidget(button)
        self.show()

    def set_current(self, name: str) -> None:
        """Checks the button of the view that is shown; none if that has no button."""
        for own, button in self._buttons.items():
            button.setChecked(own == name)

    def _on_clicked(self, name: str, button: IconButton) -> None:
        # A press on the checked button leaves it checked.
        button.setChecked(True)
        self.view_chosen.emit(name)
