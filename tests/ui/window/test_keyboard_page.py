"""The settings page on which keys are chosen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from producer_studio.ui.settings.pages.keyboard import KeyboardPage
from producer_studio.ui.shortcuts.chosen_keys import choose_keys, keys_of
from producer_studio.ui.window.shortcuts import ShortcutSheet, shortcuts_with
from tests.ui.window.conftest import WindowBench

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(bench: WindowBench, qtbot: QtBot) -> Iterator[KeyboardPage]:
    made = KeyboardPage(bench.studio, bench.context.style, lambda: None)
    qtbot.addWidget(made)
    made.show()
    yield made
    choose_keys({})


def press_keys(
    page: KeyboardPage, action: str, key: Qt.Key, modifiers: Qt.KeyboardModifier, qtbot: QtBot
) -> None:
    button = page.rows[action].key_button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, key, modifiers)


def stored(bench: WindowBench) -> dict[str, str]:
    return bench.studio.preferences.value.shortcuts


def test_keys_are_chosen_stored_and_taken_back(
    bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    row = page.rows["search"]
    assert row.key_button.text() == "Ctrl+K"
    bench.press(lambda: press_keys(page, "search", Qt.Key.Key_J, CTRL, qtbot))
    assert row.key_button.text() == "Ctrl+J"
    assert stored(bench) == {"search": "Ctrl+J"}
    assert keys_of("search") == ("Ctrl+J",)
    bench.press(row.reset_button.click)
    assert (row.key_button.text(), stored(bench)) == ("Ctrl+K", {})
    assert not row.reset_button.isVisible()


def test_keys_of_another_command_are_taken_only_when_asked(
    bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    search, tags = page.rows["search"], page.rows["tags"]
    bench.press(lambda: press_keys(page, "search", Qt.Key.Key_T, CTRL, qtbot))
    assert search.problem_label.text() == (
        "Ctrl+T is “Tags of the selection” now, which would have no keys."
    )
    assert stored(bench) == {}
    bench.press(search.take_button.click)
    assert stored(bench) == {"search": "Ctrl+T", "tags": ""}
    assert (search.key_button.text(), tags.key_button.text()) == ("Ctrl+T", "None")
    # The usual keys of the tags belong to the search now: this is asked, too.
    bench.press(tags.reset_button.click)
    assert "Search" in tags.problem_label.text()
    bench.press(tags.take_button.click)
    assert stored(bench) == {"search": ""}


def test_keys_that_cannot_be_are_refused_in_place(
    bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    row = page.rows["tags"]
    bench.press(lambda: press_keys(page, "tags", Qt.Key.Key_Return, CTRL, qtbot))
    assert "text fields" in row.problem_label.text()
    assert not row.take_button.isVisible()
    bench.press(lambda: press_keys(page, "tags", Qt.Key.Key_3, CTRL, qtbot))
    assert "Number of takes" in row.problem_label.text()
    assert stored(bench) == {}


def test_all_keys_are_reset_and_that_is_undone(
    bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    assert not page.reset_button.isEnabled()
    bench.press(lambda: press_keys(page, "search", Qt.Key.Key_J, CTRL, qtbot))
    bench.press(
        lambda: press_keys(page, "tags", Qt.Key.Key_Backspace, Qt.KeyboardModifier(0), qtbot)
    )
    bench.press(page.reset_button.click)
    assert stored(bench) == {}
    assert page.reset_button.text() == "Undo"
    bench.press(page.reset_button.click)
    assert stored(bench) == {"search": "Ctrl+J", "tags": ""}


def test_the_sheet_lists_the_chosen_keys(
    bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    choose_keys({"search": "Ctrl+J", "tags": ""})
    sheet = ShortcutSheet(bench.context.style, shortcuts_with([]))
    qtbot.addWidget(sheet)
    texts = [one.text() for one in sheet.findChildren(QLabel)]
    assert "Ctrl+J" in texts
    assert "Ctrl+K" not in texts
    assert "Tags of the selection" not in texts


def test_a_command_keeps_its_other_keys_when_one_of_them_is_taken(
    bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    tags = page.rows["tags"]
    bench.press(lambda: press_keys(page, "tags", Qt.Key.Key_F, CTRL, qtbot))
    assert tags.problem_label.text() == "Ctrl+F is “Search” now, which would keep Ctrl+K."
    bench.press(tags.take_button.click)
    assert (keys_of("tags"), keys_of("search")) == (("Ctrl+F",), ("Ctrl+K",))
    assert stored(bench) == {"tags": "Ctrl+F"}
    bench.press(tags.reset_button.click)
    assert keys_of("search") == ("Ctrl+K", "Ctrl+F")


@pytest.mark.parametrize("way", ["reset", "record"])
def test_usual_keys_used_again_leave_those_that_another_command_has(
    way: str, bench: WindowBench, page: KeyboardPage, qtbot: QtBot
) -> None:
    search = page.rows["search"]
    bench.press(lambda: press_keys(page, "search", Qt.Key.Key_J, CTRL, qtbot))
    bench.press(lambda: press_keys(page, "tags", Qt.Key.Key_F, CTRL, qtbot))
    if way == "reset":
        bench.press(search.reset_button.click)
    else:
        bench.press(lambda: press_keys(page, "search", Qt.Key.Key_K, CTRL, qtbot))
    assert (keys_of("tags"), keys_of("search")) == (("Ctrl+F",), ("Ctrl+K",))
