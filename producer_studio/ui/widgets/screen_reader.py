"""Accessibility interfaces where Qt's own are not sufficient."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QWidget

_WINDOW_CLASSES = frozenset({"StartupWindow", "MainWindow"})
_COMBO_BOX_CLASS = "ComboBox"


class AccessibleComboBox(QAccessibleWidget):
    """Accessible combo box with separate name and value.

    Qt's own reports the current value as the name on Linux and macOS: a search for "Model" would
    find nothing, and "1 take" would not tell the purpose of the box.
    """

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box, QAccessible.Role.ComboBox)
        self._box = box

    def text(self, kind: QAccessible.Text) -> str:
        if kind is QAccessible.Text.Value:
            return self._box.currentText()
        return super().text(kind)

    def state(self) -> QAccessible.State:
        state = super().state()
        open_now = self._box.view().isVisible()
        setattr(state, "expandable", True)  # noqa: B010 - bit fields that the stubs do not know
        setattr(state, "expanded", open_now)  # noqa: B010
        setattr(state, "collapsed", not open_now)  # noqa: B010
        return state

    def childCount(self) -> int:  # noqa: N802 - here and below Qt's names
        return 1

    def child(self, _index: int) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._box.view())

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        return 0 if child.object() is self._box.view() else -1

    def actionNames(self) -> list[str]:  # noqa: N802
        return [QAccessibleActionInterface.showMenuAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:  # noqa: N802
        if name != QAccessibleActionInterface.showMenuAction():
            super().doAction(name)
        elif self._box.view().isVisible():
            self._box.hidePopup()
        else:
            self._box.showPopup()


class AccessibilityFactory:
    """Accessibility factory; call `install` once, before a screen reader connects."""

    _installed = False

    @classmethod
    def install(cls) -> None:
        if not cls._installed:
            cls._installed = True
            QAccessible.installFactory(_create_interface)


def _create_interface(name: str, target: QObject | None) -> QAccessibleInterface | None:
    if name == _COMBO_BOX_CLASS and isinstance(target, QComboBox):
        return AccessibleComboBox(target)
    if name in _WINDOW_CLASSES and isinstance(target, QWidget) and target.isWindow():
        # A plain widget would have the role of a filler, in which screen readers expect no focus.
        return QAccessibleWidget(target, QAccessible.Role.Window)
    return None
