"""What is rarely needed, folded away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.look import Look


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
        self.fold = QPushButton("Cover art and webhook")
        self.fold.setAccessibleName("Cover art and webhook")
        self.fold.setCheckable(True)
        self.fold.setProperty("ringRadius", 5)
        self.fold.toggled.connect(self._on_toggled)
        self.cover = self._line("Cover art", "https:// address of a picture")
        self.webhook = self._line("Webhook", "https:// address the service reports to")
        self._fields = QWidget()
        fields = QVBoxLayout(self._fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(6)
        self._heads = {}
        for edit in (self.cover, self.webhook):
            self._heads[edit] = FieldHead(edit.accessibleName(), edit, look)
            fields.addWidget(self._heads[edit])
            fields.addWidget(edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._fields)
        look.changed.connect(self._restyle)
        self._restyle()
        self._on_toggled(unfolded=False)

    def show_addresses(self, cover: str, webhook: str) -> None:
        """Fills the fields, and unfolds them when there is something to see."""
        for edit, text in ((self.cover, cover), (self.webhook, webhook)):
            if text != edit.text():
                edit.setText(text)
        if cover or webhook:
            self.fold.setChecked(True)

    def suit(self, *, cover: bool, webhook: bool) -> None:
        """Shows the addresses that an operation takes."""
        for edit, shown in ((self.cover, cover), (self.webhook, webhook)):
            edit.setVisible(shown)
            self._heads[edit].setVisible(shown)
        names = ["Cover art"] * cover + ["webhook"] * webhook
        name = " and ".join(names).capitalize()
        if name and name != self.fold.text():
            self.fold.setText(name)
            self.fold.setAccessibleName(name)

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

    def _on_toggled(self, unfolded: bool) -> None:
        self._fields.setVisible(unfolded)
        self._look.dress(self.fold, "chevron-down" if unfolded else "chevron-right", "text3", 14)
        self.fold.setAccessibleDescription("Unfolded" if unfolded else "Folded")
        if unfolded:
            self.unfolded.emit()

    def _restyle(self) -> None:
        colour = self._look.colour("text2").name()
        self.fold.setStyleSheet(
            f"QPushButton {{ background: transparent; border: none; color: {colour};"
            f" font-size: {self._look.px(12)}px; font-weight: 400; text-align: left;"
            f" min-height: {self._look.px(20)}px; padding: 0 4px 0 0; }}"
        )
