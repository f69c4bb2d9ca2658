"""What is rarely needed, folded away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.collapsible import Fold


class MoreFields(QWidget):
    """Addresses of a cover picture and of a webhook.

    Signals:
        edited: An address changed.
        unfolded: The fields came into view.
    """

    edited = Signal()
    unfolded = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._fold = Fold(look, "Cover art and webhook")
        self._fold.unfolded.connect(self.unfolded)
        self.fold = self._fold.head
        self.cover = self._line("Address of the cover art", "https:// address of a picture")
        self.webhook = self._line("Webhook address", "https:// address the service reports to")
        self._heads = {}
        for edit in (self.cover, self.webhook):
            self._heads[edit] = FieldHead(edit.accessibleName(), edit, look)
            self._fold.body.addWidget(self._heads[edit])
            self._fold.body.addWidget(edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._fold)

    def show_addresses(self, cover: str, webhook: str) -> None:
        """Fills the fields, and unfolds them when there is something to see."""
        for edit, text in ((self.cover, cover), (self.webhook, webhook)):
            if text != edit.text():
                edit.setText(text)
        if cover or webhook:
            self._fold.unfold()

    def suit(self, *, cover: bool, webhook: bool) -> None:
        """Shows the addresses that an operation takes."""
        for edit, shown in ((self.cover, cover), (self.webhook, webhook)):
            edit.setVisible(shown)
            self._heads[edit].setVisible(shown)
        names = ["Cover art"] * cover + ["webhook"] * webhook
        if names:
            self._fold.rename(" and ".join(names).capitalize())

    def mark_webhook(self, *, invalid: bool) -> None:
        if bool(self.webhook.property("invalid")) != invalid:
            self.webhook.setProperty("invalid", invalid)
            self._look.restyle(self.webhook)

    def _line(self, name: str, placeholder: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(name)
        edit.setPlaceholderText(placeholder)
        edit.textChanged.connect(self.edited)
        return edit
