"""Chips that switch on what an export does besides writing the sound."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from producer_studio.domain.export_profile import ExportExtra
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import Chip
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.flow_layout import FlowLayout


class OptionChips(QWidget):
    """One chip for each `ExportExtra`; those that are on have the accent's frame.

    Signals:
        changed: The user switched one.
    """

    changed = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Beside the sound")
        self.chips: dict[ExportExtra, Chip] = {}
        flow = FlowLayout(self, gap=6)
        for extra in ExportExtra:
            chip = Chip(style, extra.label, self)
            chip.button.setCheckable(True)
            chip.button.setAutoDefault(False)
            chip.button.setToolTip(extra.description)
            chip.button.setAccessibleDescription(extra.description)
            chip.button.toggled.connect(lambda _on: self.changed.emit())
            self.chips[extra] = chip
            flow.addWidget(chip)

    def value(self) -> frozenset[ExportExtra]:
        return frozenset(extra for extra, chip in self.chips.items() if chip.button.isChecked())

    def set_value(self, extras: frozenset[ExportExtra]) -> None:
        """Switches the chips without emitting a signal."""
        for extra, chip in self.chips.items():
            set_checked(chip.button, extra in extras)

    def set_available(self, extra: ExportExtra, reason: str) -> None:
        """Enables a chip, or disables it for a reason."""
        button = self.chips[extra].button
        button.setEnabled(not reason)
        button.setToolTip(reason or extra.description)
        button.setAccessibleDescription(reason or extra.description)
