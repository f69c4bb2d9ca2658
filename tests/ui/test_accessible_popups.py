"""Menus and popovers in the tree of a screen reader."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.ui.player.popover import Popover
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.screen_reader import AccessibilityFactory


class StyledButton(QPushButton):
    """Button of a class of its own."""


class MainWindow(QWidget):
    """Widget that is taken for the main window."""


def _open_menu(style: Style, button: QPushButton) -> QWidget:
    menu = Menu(style, button, name="Popup")
    menu.add_item("Rename", button.update)
    menu.popup(QPoint(10, 10))
    return menu


def _open_popover(style: Style, button: QPushButton) -> QWidget:
    popover = Popover(style, "Popup", QSize(200, 200), button)
    popover.open_above(button)
    return popover


def _open_choices(style: Style, button: QPushButton) -> QWidget:
    popup = ChoicePopup(style, "Popup", button)
    popup.open_below(button)
    return popup


@pytest.mark.parametrize("is_dialog", [False, True])
@pytest.mark.parametrize("open_popup", [_open_menu, _open_popover, _open_choices])
def test_an_open_popup_is_found_in_its_window(
    open_popup: Callable[[Style, QPushButton], QWidget],
    is_dialog: bool,
    style: Style,
    qtbot: QtBot,
) -> None:
    AccessibilityFactory.install()
    window = Dialog(style, "Window") if is_dialog else MainWindow()
    qtbot.addWidget(window)
    button = QPushButton("Open", window)
    window.show()
    root = QAccessible.queryAccessibleInterface(window)
    assert "Popup" not in _names(root)
    popup = open_popup(style, button)
    qtbot.waitUntil(popup.isVisible)
    assert _names(root).count("Popup") == 1
    last = root.childCount() - 1
    found = root.child(last)
    assert found.object() is popup
    assert found.childCount() > 0
    assert root.indexOfChild(found) == last
    assert root.child(last + 1) is None
    if not isinstance(popup, Menu):
        assert found.parent().object() is window
    popup.close()
    QApplication.processEvents()
    assert "Popup" not in _names(root)


def test_a_popup_of_a_popup_is_found_in_the_window(style: Style, qtbot: QtBot) -> None:
    AccessibilityFactory.install()
    window = MainWindow()
    qtbot.addWidget(window)
    button = QPushButton("Open", window)
    window.show()
    popover = _open_popover(style, button)
    menu = Menu(style, popover, name="Inner")
    menu.add_item("Rename", button.update)
    menu.popup(QPoint(20, 20))
    qtbot.waitUntil(menu.isVisible)
    names = _names(QAccessible.queryAccessibleInterface(window))
    assert {"Inner", "Open", "Popup"} <= set(names)
    menu.close()
    popover.close()


def test_a_widget_without_a_parent_is_no_window(style: Style, qtbot: QtBot) -> None:
    AccessibilityFactory.install()
    button = StyledButton("Roll")
    qtbot.addWidget(button)
    assert QAccessible.queryAccessibleInterface(button).role() is QAccessible.Role.Button


def _names(node: QAccessibleInterface) -> list[str]:
    children = [node.child(index) for index in range(node.childCount())]
    return [child.text(QAccessible.Text.Name) for child in children]
