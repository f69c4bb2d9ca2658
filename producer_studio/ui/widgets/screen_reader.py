"""What screen readers are told differently from what Qt would tell them."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QWidget

_WINDOW_CLASSES = frozenset({"StartupWindow", "MainWindow"})
_COMBO_BOX_CLASS = "ComboBox"


class AccessibleComboBox(QAccessibleWidget):
    """A combo box that says its name and its value.

    Qt's own says the chosen value as the name on Linux and macOS, so that nobody could look for
    "Model" there, and "1 take" would not say what it is for.
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
    """Hands out what is told differently; `install` once, before the first screen reader asks."""

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
        # A plain widget would be a filler, and no screen reader looks for the focus in one.
        return QAccessibleWidget(target, QAccessible.Role.Window)
    return None
