"""The user's own record of each model, in the settings."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.model_record import ModelRecord
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.label import label

_MAX_ROWS = 8
"""Number of records that are shown, those with most requests; the command line lists all."""


class ModelRecordList(QWidget):
    """Section that opens a line for each model and operation; hidden without any."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[ModelRecord] = []
        self.section = Collapsible(style, tr("Your record of each model"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
        self.hide()

    def show_records(self, records: Sequence[ModelRecord], *, names_account: bool) -> None:
        """Shows records, those with most requests first."""
        if list(records) == self._shown:
            return
        self._shown = list(records)
        body = self.section.body
        while (item := body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for record in records[:_MAX_ROWS]:
            body.addWidget(
                label(_line(record, names_account), "secondary", self.section, wrap=True)
            )
        more = len(records) - _MAX_ROWS
        if more > 0:
            text = tr("and {left} more; “producer-studio ledger --models” lists all", left=more)
            body.addWidget(label(text, "caption", self.section, wrap=True))
        self.setVisible(bool(records))


def _line(record: ModelRecord, names_account: bool) -> str:
    name = tr(record.operation.label)
    if record.model:
        # Translators: such as "Create by FUZZ-2.0"
        name = tr("{operation} by {model}", operation=name, model=record.model)
    account = f"{record.account} · " if names_account else ""
    return tr("{name}: {text}", name=f"{account}{name}", text=tr(record.text()))
