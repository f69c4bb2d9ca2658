"""Grid of operations: eight buttons, four in a row."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.translation import tr
from producer_studio.ui.operations import OPERATION_ICONS
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.checked_state import connect_choice, set_checked
from producer_studio.ui.widgets.focus_order import keep_focus_on_choice
from producer_studio.ui.widgets.menu import Menu

_RADIUS = 8
_ICON_PX = 16
_GAP = 3


class OperationButton(QAbstractButton):
    """Button with an icon above a label; outlined and tinted while it is checked."""

    def __init__(self, label: str, icon: str, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._style = style
        self.setText(label)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._restyle()
        style.changed.connect(self._restyle)

    def rename(self, label: str, icon: str, name: str) -> None:
        """Changes label and icon; `name` is the accessible name."""
        self._icon = icon
        self.setText(label)
        self.setAccessibleName(name)
        self._restyle()

    def set_unavailable_reason(self, reason: str) -> None:
        """Disables the button with a reason; an empty reason enables it."""
        self.setEnabled(not reason)
        reason = tr(reason)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._label_font())
        height = _ICON_PX + _GAP + metrics.height() + 8
        return QSize(metrics.horizontalAdvance(self.text()) + 2, max(41, height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._style.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setPen(QPen(theme.accent, 1))
            painter.setBrush(theme.selection)
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        elif self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        role = "text1" if self.isChecked() else "text2" if self.isEnabled() else "text3"
        font = self._label_font()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        top = (self.height() - _ICON_PX - _GAP - metrics.height()) / 2
        pixmap = self._style.pixmap(self._icon, role, _ICON_PX)
        painter.drawPixmap(round((self.width() - _ICON_PX) / 2), round(top), pixmap)
        painter.setPen(getattr(theme, role))
        words = QRectF(0, top + _ICON_PX + _GAP, self.width(), metrics.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _label_font(self) -> QFont:
        return self._style.font(11, 400)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()


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
            button = OperationButton(tr(operation.label), icon, style, self)
            button.setCheckable(True)
            button.setAutoExclusive(True)  # the group enforces it; this informs screen readers
            connect_choice(button, partial(self.operation_chosen.emit, operation))
            self._group.addButton(button)
            self._buttons[operation] = button
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self.more_button = OperationButton(tr("More"), "ellipsis", style, self)
        self.more_button.clicked.connect(self._on_more_clicked)
        grid.addWidget(self.more_button, 1, _COLUMNS - 1)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self.menu = Menu(style, self, name=tr("More operations"))
        self._menu_actions = {
            operation: self.menu.add_item(
                tr(operation.label),
                partial(self.operation_chosen.emit, operation),
                icon=OPERATION_ICONS[operation],
            )
            for operation in _MENU_OPERATIONS
        }
        keep_focus_on_choice(self._group)
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
        set_checked(self._buttons.get(operation, self.more_button), True)
        if not menus:
            self._group.removeButton(self.more_button)
            self.more_button.setCheckable(False)
            self.more_button.setAutoExclusive(False)
        self.more_button.rename(
            tr(operation.label) if menus else tr("More"),
            OPERATION_ICONS[operation] if menus else "ellipsis",
            tr("{operation}, more", operation=operation.label) if menus else tr("More"),
        )
        self.more_button.setAccessibleDescription(
            tr("{operation} is chosen. Opens a menu", operation=operation.label)
            if menus
            else tr("Opens a menu")
        )

    def set_unavailable_reasons(self, reasons: Mapping[Operation, str]) -> None:
        """Enables each operation with an empty reason; disables the others and shows the reason."""
        for operation, button in self._buttons.items():
            button.set_unavailable_reason(reasons.get(operation, ""))
        for operation, entry in self._menu_actions.items():
            reason = tr(reasons.get(operation, ""))
            entry.setEnabled(not reason)
            entry.setToolTip(reason or tr(operation.label))
            entry.setStatusTip(reason)

    def _on_more_clicked(self) -> None:
        # Opening the menu does not choose an operation yet.
        self.show_operation(self._operation)
        self.menu.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height() + 4)))
