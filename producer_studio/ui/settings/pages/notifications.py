"""Settings page for the notifications of the desktop."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.translation import mark, tr
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

_HELP = mark(
    "The desktop shows a notification when the last job of a press has ended, also if it failed. "
    "Nothing is shown while Producer Studio is in front. A click shows the clips."
)


class NotificationsPage(QWidget):
    """Switch that turns them on."""

    def __init__(self, studio: "Studio", style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.switch = Switch(style, tr("Notify when a job ends"))
        card = Card(self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(12)
        inside.addWidget(self.switch)
        inside.addWidget(label(tr(_HELP), "secondary", card, wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addStretch(1)
        self._show()
        self.switch.toggled.connect(
            lambda on: studio.preferences.change(notifications="on" if on else "off")
        )
        self.destroyed.connect(studio.events.subscribe(PreferencesChanged, self._on_changed))

    def _show(self) -> None:
        self.switch.setChecked(self._studio.preferences.value.notifications == "on")

    def _on_changed(self, change: PreferencesChanged) -> None:
        if "notifications" in change.names:
            self._show()


PAGE = SettingsPage(
    mark("Notifications"),
    "bell",
    85,
    NotificationsPage,
    lambda context, parent: NotificationsPage(context.ui.studio, context.ui.style, parent),
    scrolls=True,
)
