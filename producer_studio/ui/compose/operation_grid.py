"""Grid of operations: eight buttons, four in a row."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.operation_button import OperationButton
from producer_studio.ui.operation_labels import OPERATION_ICONS
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.menu import Menu

_GRID_OPERATIONS = (
    Operation.CREATE,
    Operation.EXTEND,
    Operation.COVER,
    Operation.REPLACE,
    Operation.VARIATION,
    Operation.SWAP_VOCALS,
    Operation.SWAP_SOUND,
)
_MENU_OPERATIONS = (Operation.LYRICS, Operation.VIDEO, Operation.STEMS, Operation.UPLOAD)

_COLUMNS = 4


class OperationGrid(QWidget):
    """Buttons of the operations; unavailable ones stay visible and show the reason.

    Signals:
        operation_chosen: The user chose an operation.
    """

    operation_chosen = Signal(object)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[Operation, OperationButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(5)
        for place, operation in enumerate(_GRID_OPERATIONS):
            icon = OPERATION_ICONS[operation]
            button = OperationButton(operation.label, icon, style, self)
            button.setCheckable(True)
            button.setAutoExclusive(True)  # the group enforces it; this informs screen readers
            button.clicked.connect(partial(self._on_button_clicked, operation))
            self._group.addButton(button)
            self._buttons[operation] = button
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.more_button = OperationButton("More", "ellipsis", style, self)
        self.more_button.clicked.connect(self._on_more_clicked)
        grid.addWidget(self.more_button, 1, _COLUMNS - 1)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self.menu = Menu(style, self)
        self._menu_actions = {
            operation: self.menu.add_item(
                operation.label,
                partial(self.operation_chosen.emit, operation),
                icon=OPERATION_ICONS[operation],
            )
            for operation in _MENU_OPERATIONS
        }
        self._operation = Operation.CREATE
        self.show_operation(Operation.CREATE)

    def button(self, operation: Operation) -> OperationButton:
        return self._buttons[operation]

    def chosen_button(self) -> OperationButton:
        """Returns the button of the chosen operation."""
        return self._buttons.get(self._operation, self.more_button)

    def buttons(self) -> list[OperationButton]:
        """Returns all buttons in reading order, More last."""
        return [*self._buttons.values(), self.more_button]

    def show_operation(self, operation: Operation) -> None:
        """Marks an operation; an operation of the menu replaces the label More."""
        self._operation = operation
        menus = operation in self._menu_actions
        # More is checkable only while one of its operations is chosen, and a plain button
        # otherwise: Tab goes to one radio button of a group and leaves the others to the arrow
        # keys.
        if menus:
            self.more_button.setCheckable(True)
            self.more_button.setAutoExclusive(True)
            self._group.addButton(self.more_button)
        self._buttons.get(operation, self.more_button).setChecked(True)
        if not menus:
            self._group.removeButton(self.more_button)
            self.more_button.setCheckable(False)
            self.more_button.setAutoExclusive(False)
        self.more_button.rename(
            operation.label if menus else "More",
            OPERATION_ICONS[operation] if menus else "ellipsis",
            f"{operation.label}, more" if menus else "More",
        )
        chosen = f"{operation.label} is chosen. " if menus else ""
        self.more_button.setAccessibleDescription(f"{chosen}Opens a menu")

    def set_unavailable_reasons(self, reasons: Mapping[Operation, str]) -> None:
        """Enables each operation with an empty reason; disables the others and shows the reason."""
        for operation, button in self._buttons.items():
            button.set_unavailable_reason(reasons.get(operation, ""))
        for operation, entry in self._menu_actions.items():
            reason = reasons.get(operation, "")
            entry.setEnabled(not reason)
            entry.setToolTip(reason or operation.label)
            entry.setStatusTip(reason)

    def _on_button_clicked(self, operation: Operation, _on: bool = True) -> None:
        self.operation_chosen.emit(operation)

    def _on_more_clicked(self) -> None:
        # Opening the menu does not choose an operation yet.
        self.show_operation(self._operation)
        self.menu.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height() + 4)))
