"""Keys that the user chose: who has them, what is refused, and the shortcuts that follow."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from producer_studio.ui.shortcuts.chosen_keys import (
    CommandShortcuts,
    choose_keys,
    chosen_keys,
    keys_of,
    shown_keys,
    with_keys,
)
from producer_studio.ui.shortcuts.key_button import KeyButton
from producer_studio.ui.shortcuts.key_rules import owner_of, possible_keys, refusal
from producer_studio.ui.shortcuts.table import SHORTCUTS, shortcut_of
from producer_studio.ui.style.style import Style
from producer_studio.ui.window.shortcuts import WindowShortcuts, uses_key

PROMPT = "Press the keys…"


@pytest.fixture(autouse=True)
def _usual_keys(qapp: QApplication) -> Iterator[None]:
    yield
    choose_keys({})


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    column.addWidget(QLineEdit(made))
    place = QWidget(made)
    place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    column.addWidget(place)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    place.setFocus()
    QApplication.processEvents()
    return made


def test_keys_are_those_of_the_table_until_others_are_chosen() -> None:
    assert keys_of("search") == ("Ctrl+K", "Ctrl+F")
    choose_keys({"search": "Ctrl+J", "tags": ""})
    assert keys_of("search") == ("Ctrl+J",)
    assert keys_of("tags") == ()
    assert shown_keys("tags") == ""
    assert with_keys("Search", "search") == "Search (Ctrl+J)"
    assert with_keys("Tags", "tags") == "Tags"


def test_what_another_version_stored_is_ignored() -> None:
    choose_keys(
        {"no such": "Ctrl+J", "generate": "G", "search": "Ctrl+K, Ctrl+S", "tags": "Ctrl+Y"}
    )
    assert chosen_keys() == {"tags": "Ctrl+Y"}


def test_keys_that_two_processes_stored_for_two_commands_belong_to_one() -> None:
    choose_keys({"repeat": "K", "play": "K", "tags": "", "search": ""})
    assert (keys_of("repeat"), keys_of("play")) == (("K",), ("Space",))
    assert keys_of("tags") == keys_of("search") == ()


@pytest.mark.parametrize(
    "keys",
    ["Return", "Esc", "Tab", "Ctrl+Z", "Ctrl+Return", "A", "Ctrl", "Shift", "Ctrl+", "\0", "\n",
     " ", ",", "𝕏", "Delete", "Shift+1", "Ctrl+K, Ctrl+S", "Ctrl+" * 50, "nonsense"],
)  # fmt: skip
def test_stored_keys_that_could_not_be_chosen_are_ignored(keys: str) -> None:
    stored = {"settings": keys, "search": "Ctrl+J", "tags": "", "no such": "Ctrl+B"}
    assert possible_keys(stored) == {"search": "Ctrl+J", "tags": ""}


def test_stored_keys_of_several_commands_are_ignored() -> None:
    changeable = [one.action for one in SHORTCUTS if one.is_changeable]
    assert possible_keys(dict.fromkeys(changeable, "Ctrl+J")) == {}
    assert possible_keys({"settings": shortcut_of("tags").keys[0]}) == {}
    swapped = {"settings": "Ctrl+T", "tags": "Ctrl+,"}
    assert possible_keys(swapped) == swapped
    # Of its two usual keys the search keeps the other one.
    assert possible_keys({"tags": "Ctrl+F"}) == {"tags": "Ctrl+F"}
    assert possible_keys({"tags": "Ctrl+F", "rename": "Ctrl+K"}) == {}
    doubled = {"search": "Ctrl+J", "rename": "Ctrl+J", "tags": "Ctrl+K"}
    assert possible_keys(doubled) == {"tags": "Ctrl+K"}


def test_no_two_commands_have_the_same_keys() -> None:
    found = [keys for one in SHORTCUTS if one.is_changeable for keys in one.keys]
    assert len(found) == len(set(found))


def test_all_usual_keys_could_be_chosen() -> None:
    commands = [one for one in SHORTCUTS if one.is_changeable]
    assert [(one.action, keys) for one in commands for keys in one.keys if refusal(one, keys)] == []


@pytest.mark.parametrize(
    "keys",
    ["Ctrl+Return", "Ctrl+3", "Shift+2", "Ctrl+Alt+4", "Delete", "Ctrl+Z", "Ctrl+C", "Tab", "Esc",
     "Alt+Return", "G", "Shift+G", "Space", "", "Ctrl+K, Ctrl+S"],
)  # fmt: skip
def test_keys_that_mean_something_else_or_type_a_letter_are_refused(keys: str) -> None:
    assert refusal(shortcut_of("tags"), keys)


@pytest.mark.parametrize("keys", ["Ctrl+G", "Alt+G", "F5", "Shift+F7", "Ctrl+Alt+G"])
def test_other_keys_are_not(keys: str) -> None:
    assert refusal(shortcut_of("tags"), keys) is None


def test_playback_may_have_plain_keys() -> None:
    assert refusal(shortcut_of("play"), "P") is None
    assert refusal(shortcut_of("play"), "R")  # Compare's
    assert refusal(shortcut_of("play"), "3")  # Compare's


def test_the_owner_of_keys_is_the_command_that_has_them_now() -> None:
    tags, search = shortcut_of("tags"), shortcut_of("search")
    assert owner_of("Ctrl+F", tags) is search
    assert owner_of("Ctrl+F", search) is None
    choose_keys({"search": "Ctrl+J"})
    assert owner_of("Ctrl+F", tags) is None
    assert owner_of("Ctrl+J", tags) is search


def test_shortcuts_of_the_window_follow(window: QWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    WindowShortcuts(
        window, {name: lambda name=name: done.append(name) for name in ("tags", "play", "generate")}
    )
    place = window.focusWidget()
    qtbot.keyClick(place, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    choose_keys({"tags": "Ctrl+J", "play": "P"})
    qtbot.keyClick(place, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert done == ["tags"]
    qtbot.keyRelease(place, Qt.Key.Key_T)
    qtbot.keyClick(place, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(place, Qt.Key.Key_P)
    assert done == ["tags", "tags", "play"]
    edit = window.findChild(QLineEdit)
    edit.setFocus()
    QApplication.processEvents()
    qtbot.keyClick(edit, Qt.Key.Key_P)
    assert done == ["tags", "tags", "play"]
    assert edit.text() == "p"


def test_a_command_elsewhere_follows(window: QWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    CommandShortcuts("import", lambda: done.append("import"), window)
    place = window.focusWidget()
    qtbot.keyClick(place, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert done == ["import"]
    choose_keys({"import": ""})
    qtbot.keyClick(place, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert done == ["import"]


@pytest.fixture
def recorded(style: Style, window: QWidget, qtbot: QtBot) -> tuple[KeyButton, list[str]]:
    button = KeyButton(style, "Search", window)
    button.set_keys("Ctrl+K")
    window.layout().addWidget(button)
    button.show()
    found: list[str] = []
    button.keys_chosen.connect(found.append)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == PROMPT
    return button, found


@pytest.mark.parametrize(
    ("key", "modifiers", "keys"),
    [
        (Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier, "Ctrl+J"),
        (Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier, "Shift+F5"),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "Tab"),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier, ""),
    ],
)
def test_a_button_records_the_next_keys(
    recorded: tuple[KeyButton, list[str]],
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    keys: str,
    qtbot: QtBot,
) -> None:
    button, found = recorded
    qtbot.keyPress(button, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    assert button.text() == PROMPT
    qtbot.keyClick(button, key, modifiers)
    assert found == [keys]
    assert button.text() == "Ctrl+K"
    assert button.keys == "Ctrl+K"  # until it is told so


def test_a_button_records_space_and_enter_although_they_play_and_press_elsewhere(
    recorded: tuple[KeyButton, list[str]], window: QWidget, qtbot: QtBot
) -> None:
    button, found = recorded
    done: list[str] = []
    WindowShortcuts(window, {"play": lambda: done.append("play")})
    window.findChild(QLineEdit).setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        assert button.text() == PROMPT
        qtbot.keyClick(button, key)
    assert (found, done, button.text()) == (["Space", "Return"], [], "Ctrl+K")


def test_space_on_a_button_plays_only_while_it_is_the_key_of_play(
    window: QWidget, qtbot: QtBot
) -> None:
    done: list[str] = []
    WindowShortcuts(window, {"play": lambda: done.append("play")})
    button = QPushButton(window)
    button.clicked.connect(lambda: done.append("pressed"))
    window.layout().addWidget(button)
    button.show()
    choose_keys({"play": "P"})
    button.setFocus()
    QApplication.processEvents()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert done == []
    qtbot.keyClick(button, Qt.Key.Key_P)
    assert done == ["play"]


@pytest.mark.parametrize("keys", ["Down", "Up", "PgDown", "Shift+Up", "Shift+Home"])
def test_lists_and_sliders_keep_the_keys_that_move_in_them(keys: str, qtbot: QtBot) -> None:
    for widget in (QListWidget(), QSlider()):
        qtbot.addWidget(widget)
        assert uses_key(widget, keys)


def test_escape_and_leaving_keep_the_keys(
    recorded: tuple[KeyButton, list[str]], window: QWidget, qtbot: QtBot
) -> None:
    button, found = recorded
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert (found, button.text()) == ([], "Ctrl+K")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    window.findChild(QLineEdit).setFocus()
    assert (found, button.text()) == ([], "Ctrl+K")
