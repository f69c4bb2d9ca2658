"""What screen readers are told: names that differ and are true, and roles that fit."""

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QAccessible, QAccessibleInterface, QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from producer_studio.domain.form import Form
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.ui.compose.sweep.axis_values import ModelChips
from producer_studio.ui.export.option_chips import OptionChips
from producer_studio.ui.widgets.switch import Switch
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench
from tests.ui.window.every_dialog import every_dialog
from tests.ui.window.test_button_keys import ready

__all__ = ["ready"]
_CONTROLS = frozenset({"Button", "CheckBox", "RadioButton", "ComboBox", "EditableText", "Slider"})
_STATES = {
    "Favourite", "Group takes", "Keep this seed", "Show lyrics", "Show queue", "Show inspector",
    "Show as list",
    "Show as grid",
    "Loudness matched", "Number in this order", "By bar", "Blind", "A/B/X",
}  # fmt: skip
"""Buttons that are on or off; Qt calls every tool button of this kind a check box."""


@pytest.fixture(autouse=True)
def _stays_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    QAccessible.setActive(True)


def nodes(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for place in range(node.childCount()):
        child = node.child(place)
        if child is not None and child.isValid() and not child.state().invisible:
            yield child
            yield from nodes(child)


def faults(root: QWidget) -> list[str]:
    """Names that two controls have, that are missing or not true, and roles that do not fit."""
    found: list[str] = []
    names: Counter[tuple[str, str]] = Counter()
    for node in nodes(QAccessible.queryAccessibleInterface(root)):
        role, name = node.role().name, node.text(QAccessible.Text.Name).strip()
        thing = node.object()
        if role not in _CONTROLS or not node.state().focusable or not isinstance(thing, QWidget):
            continue
        names[role, name] += 1
        if not name:
            found.append(f"{role} without a name: {type(thing).__name__}")
        if isinstance(thing, QAbstractButton):
            shown = thing.text().split(" · ")[0].removesuffix("…").replace("&&", "&").strip()
            if shown.lower() not in name.lower():
                found.append(f"“{shown}” is called “{name}”")
        is_switch = (
            isinstance(thing, Switch)
            or isinstance(thing.parent(), ModelChips | OptionChips)
            or name in _STATES
            or name.startswith("Show the ")
        )
        if role == "CheckBox" and not is_switch:
            found.append(f"“{name}” is no check box")
        if isinstance(thing, QAbstractButton) and thing.isCheckable() and _acts_on_click(thing):
            found.append(f"“{name}” does nothing when a screen reader toggles it")
        if isinstance(thing, QLineEdit) and role != "EditableText":
            found.append(f"“{name}” is {role}")
    found += [
        f"{count} times {role} “{name}”" for (role, name), count in names.items() if count > 1
    ]
    return found


def _acts_on_click(button: QAbstractButton) -> bool:
    """Whether it acts when it is clicked, which the toggle action of a screen reader does not."""
    opens_menu = button.accessibleDescription().endswith("Opens a menu")
    return button.receivers(SIGNAL("clicked(bool)")) > 0 and not opens_menu


def test_names_and_roles_in_the_window(bench: WindowBench, ready: MainWindow) -> None:
    assert faults(ready) == []
    for operation in SERVICE_OPERATIONS:
        bench.press(lambda operation=operation: ready.compose.controller.set_operation(operation))
        bench.settle()
        assert faults(ready) == [], operation
    bench.press(lambda: ready.compose.controller.set_operation(Operation.CREATE))
    bench.press(ready.compose.view.advanced.toggle_button.click)
    for text in ("One file is missing.", "Another file is missing."):
        bench.press(lambda text=text: ready.show_notice("bad", text, "details"))
    bench.settle()
    assert faults(ready) == []


def test_names_and_roles_beside_the_form(bench: WindowBench, ready: MainWindow) -> None:
    for name in ("Tide", "Storm"):
        bench.run(bench.studio.presets.add(name, Form(sound="calm sea").to_json()))
    for show in (
        ready.compose.show_history,
        ready.compose.show_presets,
        ready.compose.show_templates,
    ):
        bench.press(show)
        bench.settle()
        assert faults(ready) == [], show
    assert ready.compose.templates is not None
    for button in ready.compose.templates.group_buttons:
        bench.press(button.click)
        assert faults(ready) == [], button.text()


def test_names_and_roles_on_the_welcome_page(bench: WindowBench, window: MainWindow) -> None:
    bench.until(lambda: not window.views.is_shown(LIBRARY))
    assert faults(window) == []
    button = window.compose.bar.button
    assert (button.text(), button.accessibleName()) == ("Connect", "Connect")


def test_names_and_roles_in_every_dialog(bench: WindowBench, joined: MainWindow) -> None:
    for name, dialog in every_dialog(bench, joined):
        assert faults(dialog) == [], name
