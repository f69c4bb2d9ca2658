"""Ctrl+Enter in a text field does at most one thing, and sends nothing from a dialog."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from producer_studio.domain.form import Form
from producer_studio.ui.window.window import MainWindow
from tests.ui.library.conftest import a_clip
from tests.ui.window.conftest import WindowBench
from tests.ui.window.every_dialog import every_dialog

_CTRL = Qt.KeyboardModifier.ControlModifier
_KEYS = (
    (Qt.Key.Key_Return, _CTRL),
    (Qt.Key.Key_Enter, _CTRL | Qt.KeyboardModifier.KeypadModifier),
)


@pytest.fixture(autouse=True)
def _stays_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)


def _fields(place: QWidget) -> list[QWidget]:
    kinds = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
    found = [field for kind in kinds for field in place.findChildren(kind)]
    return [one for one in found if one.isVisible() and one.isEnabled()]


def _watch(place: QWidget, note: Callable[[str], object]) -> None:
    for button in place.findChildren(QAbstractButton):
        button.clicked.connect(partial(_note, note, f"click {button.text()}"))
    for field in place.findChildren(QLineEdit):
        field.returnPressed.connect(partial(note, f"return {field.accessibleName()}"))


def _note(note: Callable[[str], object], words: str, _checked: bool = False) -> None:
    note(words)


def test_in_a_dialog_it_presses_nothing(bench: WindowBench, joined: MainWindow) -> None:
    seen = 0
    for name, dialog in every_dialog(bench, joined):
        done: list[str] = []
        _watch(dialog, done.append)
        for field in _fields(dialog):
            for key, modifiers in _KEYS:
                bench.press(field.setFocus)
                done.clear()
                bench.press(partial(QTest.keyClick, field, key, modifiers))
                # The signal of a one-line field is used by no dialog.
                clicked = [one for one in done if not one.startswith("return")]
                assert clicked == [], (name, field.accessibleName(), key)
                assert dialog.isVisible(), (name, field.accessibleName(), key)
                seen += 1
    assert seen > 40
    assert bench.run(bench.studio.jobs.all()) == []


def test_in_the_window_it_generates_and_nothing_else(
    bench: WindowBench, joined: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = a_clip("Song")
    bench.run(bench.studio._library.clips.add([clip]))
    bench.run(bench.studio.presets.add("Tide", Form(sound="slow piano").to_json()))
    bench.settle()
    compose = joined.compose
    done: list[str] = []
    monkeypatch.setattr(compose.controller, "generate", lambda: done.append("generate"))
    bench.press(lambda: joined.library.select_clip(clip.id))
    bench.settle()
    seen = set()
    for tab in ("Compose", "History", "Presets", "Templates"):
        bench.press(compose.tabs.tab(tab).click)
        bench.settle()
        _watch(joined, done.append)
        expected = "generate" if tab == "Compose" else "form shown"
        for field in _fields(joined):
            for key, modifiers in _KEYS:
                bench.press(compose.tabs.tab(tab).click)
                bench.press(field.setFocus)
                done.clear()
                bench.press(partial(QTest.keyClick, field, key, modifiers))
                bench.settle()
                done += ["form shown"] * (compose.is_form_shown and tab != "Compose")
                assert done == [expected], (tab, field.accessibleName(), key)
                seen.add(field.accessibleName())
    assert {"Title", "Clip title", "Search history", "Name of a new preset"} <= seen


def test_in_the_name_of_a_preset_it_ends_the_renaming(
    bench: WindowBench, joined: MainWindow
) -> None:
    bench.run(bench.studio.presets.add("Tide", Form(sound="slow piano").to_json()))
    presets = joined.compose.show_presets()
    bench.settle()
    for number, (key, modifiers) in enumerate(_KEYS):
        [card] = presets.cards
        bench.press(card.edit_name)
        QTest.keyClicks(card.name_edit, f"Ebb {number}")
        bench.press(partial(QTest.keyClick, card.name_edit, key, modifiers))
        bench.settle()
        assert [one.name for one in bench.run(bench.studio.presets.list_all())] == [f"Ebb {number}"]
        assert not joined.compose.is_form_shown
