"""Settings: where reports of the services are listened for."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.studio.events import ListeningChanged
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.ui.settings.form_fields import entry, labelled
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

USUAL_PORT = 8799
_WHY = (
    "A service can report when a task ends. For that it needs a public address, which a tunnel of "
    "your own gives to the port below. Reports are checked, and only ever shorten the wait: the "
    "studio goes on asking by itself."
)
_LEAST, _MOST = 1024, 65535


class WebhooksPage(QWidget):
    """The receiver's port, on or off, and the address that a tunnel is pointed at."""

    def __init__(self, studio: "Studio", look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._showing = False
        self.listen = Switch(look, "Listen for reports")
        self.port = entry("Port", str(USUAL_PORT), self)
        self.port.setFixedWidth(look.px(110))
        self.address = label("", "value", self)
        self.address.setAccessibleName("Local address")
        self.copy = QPushButton("Copy", self)
        self.copy.setAccessibleName("Copy the local address")
        self.copy.setAutoDefault(False)
        look.dress(self.copy, "copy", "text1", 14)
        self.status = label("", "secondary", self, wrap=True)
        self._lay_out()
        self._show()
        self.listen.toggled.connect(self._on_toggled)
        self.port.editingFinished.connect(self._on_port)
        self.copy.clicked.connect(self._on_copy)
        events = studio.events
        self.destroyed.connect(events.subscribe(PreferencesChanged, self._on_preferences_changed))
        self.destroyed.connect(events.subscribe(ListeningChanged, self._on_listening_changed))

    def _show(self) -> None:
        port = self._studio.preferences.value.webhook_port
        self._showing = True
        self.listen.setChecked(port > 0)
        self._showing = False
        if port:
            self.port.setText(str(port))
        listening = self._studio.webhooks.port
        self.address.setText(f"http://127.0.0.1:{listening}/" if listening else "not listening")
        self.copy.setEnabled(listening > 0)

    def _on_toggled(self, on: bool) -> None:
        if self._showing:
            return
        self._listen(self._typed() if on else 0)

    def _on_port(self) -> None:
        if self.listen.isChecked():
            self._listen(self._typed())

    def _typed(self) -> int | None:
        text = self.port.text().strip() or str(USUAL_PORT)
        number = int(text) if text.isascii() and text.isdigit() else 0
        return number if _LEAST <= number <= _MOST else None

    def _listen(self, port: int | None) -> None:
        if port is None:
            self._say(f"The port must be a number from {_LEAST} to {_MOST}.", "bad")
            self.port.setFocus()
            self._show()
            return
        self._say("", "secondary")
        self._studio.preferences.change(webhook_port=port)
        self._show()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())

    def _on_preferences_changed(self, event: PreferencesChanged) -> None:
        if "webhook_port" in event.names:
            self._show()

    def _on_listening_changed(self, _event: ListeningChanged) -> None:
        self._say(self._studio.webhooks.problem, "bad")
        self._show()

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self._look, self.status, role)

    def _lay_out(self) -> None:
        card = Card(self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(12)
        inside.addWidget(self.listen)
        port = QHBoxLayout()
        port.addLayout(labelled("Port", self.port, card))
        port.addStretch(1)
        inside.addLayout(port)
        inside.addWidget(label("Point the tunnel at", "label", card))
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.address)
        line.addWidget(self.copy)
        line.addStretch(1)
        inside.addLayout(line)
        inside.addWidget(self.status)
        self._say(self._studio.webhooks.problem, "bad")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(_WHY, "secondary", self, wrap=True))
        column.addWidget(card)
        more = (
            "Give each account the tunnel's public address, and a secret, under Accounts → Change."
        )
        column.addWidget(label(more, "secondary", self, wrap=True))
        column.addStretch(1)
