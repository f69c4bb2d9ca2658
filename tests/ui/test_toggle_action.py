"""A screen reader's actions on checkable buttons and items do what a click on them does."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import SmartList
from producer_studio.ui.compose.operation_grid import OperationGrid
from producer_studio.ui.compose.seed_field import SeedField
from producer_studio.ui.compose.sweep.axis_values import ModelChips
from producer_studio.ui.inspector.heading import Heading
from producer_studio.ui.library.list_tabs import ListTabs
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.pill_tab import PillTabs
from producer_studio.ui.widgets.segmented import Segmented
from producer_studio.ui.window.view import View
from producer_studio.ui.window.view_stack import ViewButtons


@dataclass
class Toggled:
    """A button that is not checked, what it emits to act, and the program's way to check it."""

    button: QAbstractButton
    acted: SignalInstance
    said: tuple[object, ...]
    check: Callable[[], object]


def button_of(widget: QWidget, name: str) -> QAbstractButton:
    (found,) = (one for one in widget.findChildren(QAbstractButton) if one.accessibleName() == name)
    return found


def segmented(style: Style, parent: QWidget) -> Toggled:
    made = Segmented(style, "Format", [("wav", "WAV"), ("mp3", "MP3")], parent)
    button = button_of(made, "MP3")
    return Toggled(button, made.option_chosen, ("mp3",), lambda: made.set_value("mp3"))


def pill_tabs(style: Style, parent: QWidget) -> Toggled:
    made = PillTabs(style, "Pages", [("Form", "layers"), ("History", "layers")], parent)
    return Toggled(
        made.tab("History"), made.tab_chosen, ("History",), lambda: made.set_current("History")
    )


def list_tabs(style: Style, parent: QWidget) -> Toggled:
    made = ListTabs(style, parent)
    return Toggled(
        button_of(made, "Uploads"),
        made.smart_list_chosen,
        (SmartList.UPLOADS,),
        lambda: made.set_current(SmartList.UPLOADS),
    )


def operation_grid(style: Style, parent: QWidget) -> Toggled:
    made = OperationGrid(style, parent)
    return Toggled(
        made.button(Operation.COVER),
        made.operation_chosen,
        (Operation.COVER,),
        lambda: made.show_operation(Operation.COVER),
    )


def model_chips(_style: Style, parent: QWidget) -> Toggled:
    made = ModelChips(["first", "second"], ["first"], parent)
    return Toggled(made.chips[1], made.changed, (), lambda: set_checked(made.chips[1], True))


def seed_lock(style: Style, parent: QWidget) -> Toggled:
    made = SeedField(style, parent)
    made.show_seed("7", locked=False)
    return Toggled(made.lock_button, made.edited, (), lambda: made.show_seed("7", locked=True))


def favourite(style: Style, parent: QWidget) -> Toggled:
    made = Heading(style, parent)
    return Toggled(
        made.favourite_button, made.favourite_toggled, (True,), lambda: made.show_favourite(on=True)
    )


def view_buttons(style: Style, parent: QWidget) -> Toggled:
    made = ViewButtons(style, parent)
    made.set_views(
        [View(name, name, "layers", 0, lambda _, above: QLabel(above)) for name in ("one", "two")]
    )
    made.set_current("one")
    return Toggled(
        button_of(made, "two"), made.view_chosen, ("two",), lambda: made.set_current("two")
    )


@pytest.mark.parametrize(
    "build",
    [
        segmented,
        pill_tabs,
        list_tabs,
        operation_grid,
        model_chips,
        seed_lock,
        favourite,
        view_buttons,
    ],
)
def test_a_screen_readers_toggle_acts_and_a_change_by_the_program_does_not(
    build: Callable[[Style, QWidget], Toggled], style: Style, qtbot: QtBot
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    said: list[tuple[object, ...]] = []
    toggled = build(style, parent)
    toggled.acted.connect(lambda *values: said.append(values))
    switch = QAccessible.queryAccessibleInterface(toggled.button).actionInterface()
    switch.doAction(QAccessibleActionInterface.toggleAction())
    assert said == [toggled.said]
    assert toggled.button.isChecked()
    other = build(style, parent)
    other.acted.connect(lambda *values: said.append(values))
    other.check()
    assert said == [toggled.said]
    assert other.button.isChecked()


def toggle_item(items: QAccessibleInterface) -> None:
    items.child(2).actionInterface().doAction(QAccessibleActionInterface.toggleAction())


def select_item(items: QAccessibleInterface) -> None:
    items.selectionInterface().clear()
    items.selectionInterface().select(items.child(2))


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("select", [toggle_item, select_item])
def test_a_screen_reader_chooses_an_item_of_a_combo_box(
    select: Callable[[QAccessibleInterface], None], is_open: bool, style: Style, qtbot: QtBot
) -> None:
    box = ComboBox("Model")
    qtbot.addWidget(box)
    box.addItems(["first", "second", "third"])
    box.show()
    spoken = QAccessible.queryAccessibleInterface(box)
    if is_open:
        spoken.actionInterface().doAction(QAccessibleActionInterface.showMenuAction())
        # Browsing by keys chooses nothing.
        qtbot.keyClick(box.view(), Qt.Key.Key_Down)
        QApplication.processEvents()
        assert box.view().isVisible()
    with qtbot.waitSignal(box.activated) as told:
        select(spoken.child(0))
    assert told.args == [2]
    assert box.currentIndex() == 2
    assert not box.view().isVisible()


def test_a_screen_reader_chooses_a_checkable_item_of_a_menu(style: Style, qtbot: QtBot) -> None:
    menu = Menu(style)
    qtbot.addWidget(menu)
    chosen: list[str] = []
    action = menu.add_item("Repeat", lambda: chosen.append("Repeat"), checked=False)
    menu.popup(QPoint(0, 0))
    item = QAccessible.queryAccessibleInterface(menu).child(0).actionInterface()
    item.doAction(QAccessibleActionInterface.pressAction())
    assert (chosen, action.isChecked()) == (["Repeat"], True)
    menu.close()
