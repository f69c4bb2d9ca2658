"""Chips that switch on what an export does besides writing the sound."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.domain.export_profile import ExportExtra
from producer_studio.translation import tr
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.text_format import literal_text


class OptionChips(QWidget):
    """One chip for each `ExportExtra`; those that are on have the accent's frame.

    Signals:
        changed: The user switched one.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Beside the sound"))
        self.chips: dict[ExportExtra, QPushButton] = {}
        flow = FlowLayout(self, gap=6)
        for extra in ExportExtra:
            chip = QPushButton(literal_text(tr(extra.label)), self)
            chip.setProperty("role", "chip")
            chip.setProperty("ringRadius", 6)
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setAccessibleName(tr(extra.label))
            chip.setToolTip(tr(extra.description))
            chip.setAccessibleDescription(tr(extra.description))
            chip.toggled.connect(lambda _on: self.changed.emit())
            self.chips[extra] = chip
            flow.addWidget(chip)

    def value(self) -> frozenset[ExportExtra]:
        return frozenset(extra for extra, chip in self.chips.items() if chip.isChecked())

    def set_value(self, extras: frozenset[ExportExtra]) -> None:
        """Switches the chips without emitting a signal."""
        for extra, chip in self.chips.items():
            set_checked(chip, extra in extras)

    def set_available(self, extra: ExportExtra, reason: str) -> None:
        """Enables a chip, or disables it for a reason."""
        button = self.chips[extra]
        button.setEnabled(not reason)
        text = tr(reason or extra.description)
        button.setToolTip(text)
        button.setAccessibleDescription(text)
