"""Accessibility interfaces where Qt's own are not sufficient."""

from weakref import WeakSet

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import (
    QAccessibleWidget,
    QComboBox,
    QDialog,
    QMenu,
    QWidget,
)
from shiboken6 import isValid

_popups: WeakSet[QWidget] = WeakSet()
_COMBO_BOX_CLASS = "ComboBox"
_WINDOW_CLASSES = frozenset({"StartupWindow", "MainWindow"})


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


class AccessibleWindow(QAccessibleWidget):
    """Accessible window with its open menus and popovers as last children.

    In Qt's own, these are children of nothing: a screen reader hears of what takes the keyboard in
    them, but finds none of them when it looks through the window.
    """

    def __init__(self, window: QWidget) -> None:
        # A plain widget would have the role of a filler, in which screen readers expect no focus.
        is_dialog = isinstance(window, QDialog)
        super().__init__(window, QAccessible.Role.Dialog if is_dialog else QAccessible.Role.Window)
        self._window = window

    def childCount(self) -> int:  # noqa: N802 - here and below Qt's names
        return super().childCount() + len(_popups_of(self._window))

    def child(self, index: int) -> QAccessibleInterface:
        own, popups = super().childCount(), _popups_of(self._window)
        if 0 <= index - own < len(popups):
            return QAccessible.queryAccessibleInterface(popups[index - own])
        return super().child(index)

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        popups, found = _popups_of(self._window), child.object()
        if found in popups:
            return super().childCount() + popups.index(found)
        return super().indexOfChild(child)


class AccessiblePopup(QAccessibleWidget):
    """Accessible popover whose parent is the window that it belongs to."""

    def __init__(self, popup: QWidget) -> None:
        super().__init__(popup, QAccessible.Role.Dialog)
        self._popup = popup

    def parent(self) -> QAccessibleInterface:
        owner = _owner(self._popup)
        return super().parent() if owner is None else QAccessible.queryAccessibleInterface(owner)


def _owner(popup: QWidget) -> QWidget | None:
    """Returns the window that a popup, or the one that it opened from, belongs to."""
    parent = popup.parentWidget()
    while parent is not None and parent.window().windowType() is Qt.WindowType.Popup:
        parent = parent.window().parentWidget()
    return None if parent is None else parent.window()


def expose_popup(popup: QWidget) -> None:
    """Makes a menu or popover a child of its window for screen readers, while it is open."""
    # A list of all widgets would make Python objects of Qt's own, whose end Qt does not tell.
    _popups.add(popup)


def _popups_of(window: QWidget) -> list[QWidget]:
    open_popups = [popup for popup in _popups if isValid(popup) and popup.isVisible()]
    return [popup for popup in open_popups if _owner(popup) is window]


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
    # Qt also asks for widgets whose constructor runs, as its own classes. To keep the Python object
    # that it passes then, a second one of the same widget, ends in a crash.
    if not isinstance(target, QWidget) or type(target).__module__.startswith("PySide6"):
        return None
    if target in _popups:
        return None if isinstance(target, QMenu) else AccessiblePopup(target)
    # Not every widget without a parent: it may be given one later.
    is_window = name in _WINDOW_CLASSES or isinstance(target, QDialog)
    return AccessibleWindow(target) if is_window and target.isWindow() else None
