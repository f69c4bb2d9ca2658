"""What is to be done: eight squares, four in a row."""

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from producer_studio.domain.capability import Capabilities
from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.operation_button import OperationButton
from producer_studio.ui.look import Look
from producer_studio.ui.widgets.menu import Menu

_SQUARES: tuple[tuple[Operation, str], ...] = (
    (Operation.CREATE, "sparkles"),
    (Operation.EXTEND, "chevron-right"),
    (Operation.COVER, "mic-vocal"),
    (Operation.REPLACE, "scissors"),
    (Operation.VARIATION, "layers"),
    (Operation.SWAP_VOCALS, "arrow-left-right"),
    (Operation.SWAP_SOUND, "drum"),
)
_MENU: tuple[tuple[Operation, str], ...] = (
    (Operation.LYRICS, "wand-sparkles"),
    (Operation.VIDEO, "video"),
    (Operation.STEMS, "audio-lines"),
    (Operation.UPLOAD, "upload"),
)

# What this window can do; the command line has the rest.
_IN_THE_WINDOW = frozenset({Operation.CREATE, Operation.LYRICS})
_COLUMNS = 4


def reason_against(operation: Operation, capabilities: Capabilities | None) -> str:
    """Why an operation cannot be chosen now, as a sentence; empty when it can.

    Args:
        operation: The one in question.
        capabilities: Of the active account; None while there is none.
    """
    if operation is Operation.CREATE:
        return ""
    if capabilities is None:
        return "Connect a service or open the demo first."
    capability = capabilities.of(operation)
    if not capability.available:
        return capability.reason or "This service does not offer it."
    if operation not in _IN_THE_WINDOW:
        return (
            f"{operation.label} comes to this window with the next version. "
            "The command line has it today."
        )
    return ""


class OperationGrid(QWidget):
    """The operations; those that cannot be chosen stay in sight and say why.

    Signals:
        chosen: An operation was picked by the user.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[Operation, OperationButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(5)
        for place, (operation, icon) in enumerate(_SQUARES):
            button = OperationButton(operation.label, icon, look, self)
            button.setCheckable(True)
            button.setAutoExclusive(True)  # the group sees to it; this says so to screen readers
            button.clicked.connect(partial(self._on_square_clicked, operation))
            self._group.addButton(button)
            self._buttons[operation] = button
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.more = OperationButton("More", "ellipsis", look, self)
        self.more.setAccessibleDescription("Opens a menu")
        self.more.clicked.connect(self._on_more_clicked)
        grid.addWidget(self.more, 1, _COLUMNS - 1)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self.menu = Menu(look, self)
        self._entries = {
            operation: self.menu.add(
                operation.label, partial(self.chosen.emit, operation), icon=icon
            )
            for operation, icon in _MENU
        }
        self.set_capabilities(None)
        self.choose(Operation.CREATE)

    def button(self, operation: Operation) -> OperationButton:
        return self._buttons[operation]

    def buttons(self) -> list[OperationButton]:
        """All squares in reading order, More last."""
        return [*self._buttons.values(), self.more]

    def choose(self, operation: Operation) -> None:
        """Marks an operation; the menu's operations have no square and change nothing."""
        if operation in self._buttons:
            self._buttons[operation].setChecked(True)

    def set_capabilities(self, capabilities: Capabilities | None) -> None:
        for operation, button in self._buttons.items():
            button.explain(reason_against(operation, capabilities))
        for operation, entry in self._entries.items():
            reason = reason_against(operation, capabilities)
            entry.setEnabled(not reason)
            entry.setToolTip(reason or operation.label)
            entry.setStatusTip(reason)

    def _on_square_clicked(self, operation: Operation, _on: bool = True) -> None:
        self.chosen.emit(operation)

    def _on_more_clicked(self) -> None:
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
