"""Menu of the Generate bar: what else can be done with the form. Nothing in it sends a request."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.ui.shortcuts.chosen_keys import CommandShortcuts, shown_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.menu import Menu


class GenerateMenuButton(IconButton):
    """Button that opens the menu above itself.

    Signals:
        preview_requested: Show the request of the form.
        preset_requested: Save the form as a preset.
        sweep_requested: Open the dialog of a sweep, and whether it varies the model alone.
    """

    preview_requested = Signal()
    preset_requested = Signal()
    sweep_requested = Signal(bool)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(style, "ellipsis", tr("More about this form"), parent, size=15, box=22)
        CommandShortcuts("request", self.preview_requested.emit, self)
        self.clicked.connect(self._on_clicked)

    def create_menu(self) -> Menu:
        """Creates the menu; it is deleted when it is closed."""
        menu = Menu(self._style, self, name=tr("More about this form"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add_item(
            tr("Takes by model…"),
            partial(self.sweep_requested.emit, True),
            icon="layers",
            reason=tr("The same form with several models. Asks before it sends"),
        )
        menu.add_item(
            tr("Sweep…"),
            partial(self.sweep_requested.emit, False),
            icon="grid-2x2",
            reason=tr("Takes that vary one or two settings, within limits. Asks before it sends"),
        )
        menu.add_item(
            tr("Show the request…"),
            self.preview_requested.emit,
            icon="eye",
            shortcut=shown_keys("request"),
            reason=tr("Address, headers and body, without secrets. Sends nothing"),
        )
        menu.add_item(
            tr("Save as preset"),
            self.preset_requested.emit,
            icon="layers",
            reason=tr("Keeps the whole form, with locks and takes, among the presets"),
        )
        return menu

    def _on_clicked(self) -> None:
        menu = self.create_menu()
        above = self.rect().topRight() - QPoint(menu.sizeHint().width(), menu.sizeHint().height())
        menu.popup(self.mapToGlobal(above))
