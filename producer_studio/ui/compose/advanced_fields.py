"""Collapsible section with rarely needed fields."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from producer_studio.translation import mark, tr
from producer_studio.ui.compose.field_parts import FieldHead
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.line_edit import LineEdit, show_text

_TITLES = {
    (True, True): mark("Cover art and webhook"),
    (True, False): mark("Cover art"),
    (False, True): mark("Webhook"),
}
"""By whether there is a cover, and whether there is a webhook."""


class AdvancedFields(QWidget):
    """URLs of a cover image and of a webhook.

    Signals:
        edited: A URL changed.
        expanded: The fields became visible.
    """

    edited = Signal()
    expanded = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._collapsible = Collapsible(style, tr(_TITLES[True, True]))
        self._collapsible.expanded.connect(self.expanded)
        self.toggle_button = self._collapsible.header_button
        self.cover = self._create_line_edit(
            tr("Address of the cover art"), tr("https:// address of a picture")
        )
        self.webhook = self._create_line_edit(
            tr("Webhook address"), tr("https:// address for webhooks")
        )
        self._headings = {}
        for edit in (self.cover, self.webhook):
            self._headings[edit] = FieldHead(edit.accessibleName(), edit, style)
            self._collapsible.body.addWidget(self._headings[edit])
            self._collapsible.body.addWidget(edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._collapsible)

    def show_addresses(self, cover: str, webhook: str) -> None:
        """Fills the fields, and expands the section when one of them is set."""
        for edit, text in ((self.cover, cover), (self.webhook, webhook)):
            if text != edit.text():
                show_text(edit, text)
        if cover or webhook:
            self._collapsible.expand()

    def set_visible_fields(self, *, cover: bool, webhook: bool) -> None:
        """Shows the URLs that an operation accepts."""
        for edit, shown in ((self.cover, cover), (self.webhook, webhook)):
            edit.setVisible(shown)
            self._headings[edit].setVisible(shown)
        if cover or webhook:
            self._collapsible.set_title(tr(_TITLES[cover, webhook]))

    def set_webhook_invalid(self, *, invalid: bool) -> None:
        if bool(self.webhook.property("invalid")) != invalid:
            self.webhook.setProperty("invalid", invalid)
            self._style.restyle(self.webhook)

    def _create_line_edit(self, name: str, placeholder: str) -> QLineEdit:
        edit = LineEdit()
        edit.setAccessibleName(name)
        edit.setPlaceholderText(placeholder)
        edit.textChanged.connect(self.edited)
        return edit
