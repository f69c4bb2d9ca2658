"""Settings page for the webhook receiver."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.studio.events import WebhookListenerChanged
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.translation import mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.form_fields import create_labelled_control, create_line_edit
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.switch import Switch

DEFAULT_PORT = 8799
_HELP = mark(
    "A service can send a webhook when a task ends. It needs a public address for that: set up "
    "your own tunnel to the port below. Webhooks are verified, and only shorten the wait: the "
    "studio keeps polling."
)
_MIN_PORT, _MAX_PORT = 1024, 65535


class WebhooksPage(QWidget):
    """The receiver's port, on or off, and the local address to which a tunnel points."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._is_updating = False
        self.listen_switch = Switch(self._style, tr("Listen for webhooks"))
        self.port = create_line_edit(tr("Port"), str(DEFAULT_PORT), self)
        self.port.setFixedWidth(self._style.px(110))
        self.address = label("", "value", self)
        self.address.setAccessibleName(tr("Local address"))
        self.copy_button = QPushButton(tr("Copy"), self)
        self.copy_button.setAccessibleName(tr("Copy the local address"))
        self.copy_button.setAutoDefault(False)
        self._style.set_icon(self.copy_button, "copy", "text1", 14)
        self.status = label("", "secondary", self, wrap=True)
        self._build()
        self._show_port()
        self.listen_switch.toggled.connect(self._on_listen_toggled)
        self.port.editingFinished.connect(self._on_port_edited)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        events = self._studio.events
        self.destroyed.connect(events.subscribe(PreferencesChanged, self._on_preferences_changed))
        self.destroyed.connect(events.subscribe(WebhookListenerChanged, self._on_listening_changed))

    def _show_port(self) -> None:
        port = self._studio.preferences.value.webhook_port
        self._is_updating = True
        self.listen_switch.setChecked(port > 0)
        self._is_updating = False
        if port:
            self.port.setText(str(port))
        listening = self._studio.webhooks.port
        self.address.setText(f"http://127.0.0.1:{listening}/" if listening else tr("not listening"))
        self.copy_button.setEnabled(listening > 0)

    def _on_listen_toggled(self, on: bool) -> None:
        if self._is_updating:
            return
        self._set_port(self._entered_port() if on else 0)

    def _on_port_edited(self) -> None:
        if self.listen_switch.isChecked():
            self._set_port(self._entered_port())

    def _entered_port(self) -> int | None:
        text = self.port.text().strip() or str(DEFAULT_PORT)
        number = int(text) if text.isascii() and text.isdigit() else 0
        return number if _MIN_PORT <= number <= _MAX_PORT else None

    def _set_port(self, port: int | None) -> None:
        if port is None:
            text = tr(
                "The port must be a number from {low} to {high}.",
                low=str(_MIN_PORT),
                high=str(_MAX_PORT),
            )
            self._show_status(text, "bad")
            self.port.setFocus()
            self._show_port()
            return
        self._show_status("", "secondary")
        self._studio.preferences.change(webhook_port=port)
        self._show_port()

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())

    def _on_preferences_changed(self, event: PreferencesChanged) -> None:
        if "webhook_port" in event.names:
            self._show_port()

    def _on_listening_changed(self, _event: WebhookListenerChanged) -> None:
        self._show_status(tr(self._studio.webhooks.problem), "bad")
        self._show_port()

    def _show_status(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self._style, self.status, role)

    def _build(self) -> None:
        card = Card(self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(12)
        inside.addWidget(self.listen_switch)
        port = QHBoxLayout()
        port.addLayout(create_labelled_control(tr("Port"), self.port, card))
        port.addStretch(1)
        inside.addLayout(port)
        inside.addWidget(label(tr("Point the tunnel at"), "label", card))
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.address)
        line.addWidget(self.copy_button)
        line.addStretch(1)
        inside.addLayout(line)
        inside.addWidget(self.status)
        self._show_status(tr(self._studio.webhooks.problem), "bad")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(tr(_HELP), "secondary", self, wrap=True))
        column.addWidget(card)
        more = tr(
            "Give each account the tunnel's public address, and a secret, under Accounts → Change."
        )
        column.addWidget(label(more, "secondary", self, wrap=True))
        column.addStretch(1)


PAGE = SettingsPage(
    mark("Webhooks"),
    "link",
    40,
    WebhooksPage,
    lambda context, parent: WebhooksPage(context.ui, parent),
    scrolls=True,
)
