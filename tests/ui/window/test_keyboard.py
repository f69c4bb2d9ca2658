"""The keyboard goes around the window as the eye does, and a held key presses once."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from producer_studio.domain.operation import SERVICE_OPERATIONS
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.widgets.focus_order import controls_in_reading_order
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.window import MainWindow
from tests.support.held_keys import hold_key
from tests.ui.window.conftest import WindowBench, named
from tests.ui.window.every_dialog import every_dialog
from tests.ui.window.test_button_keys import close_what_opened, ready

__all__ = ["ready"]
CONTROL = Qt.KeyboardModifier.ControlModifier


def focused() -> QWidget:
    now: QWidget | None = QApplication.focusWidget()
    assert now is not None
    return now


def tabbed(bench: WindowBench, place: QWidget) -> list[QWidget]:
    """What Tab visits, once around."""
    place.activateWindow()
    bench.until(place.isActiveWindow)
    begin = controls_in_reading_order(place)[0]
    bench.press(lambda: begin.setFocus(Qt.FocusReason.TabFocusReason))
    met = []
    while not met or focused() is not begin:
        met.append(focused())
        assert len(met) < 200
        bench.press(lambda: QTest.keyClick(focused(), Qt.Key.Key_Tab))
    return met


def against_the_eye(place: QWidget, met: list[QWidget]) -> list[tuple[str, str]]:
    """Steps that go up, or to the left in the same line."""
    found = []
    for before, after in pairwise(met):
        one, other = (
            QRect(part.mapTo(place, QPoint(0, 0)), part.size()) for part in (before, after)
        )
        higher = other.bottom() < one.top()
        same_line = not higher and other.top() <= one.center().y()
        if higher or (same_line and other.right() < one.left()):
            found.append((before.accessibleName(), after.accessibleName()))
    return found


def test_tab_follows_the_eye_in_the_window(bench: WindowBench, ready: MainWindow) -> None:
    panes = (ready.top_bar, ready.compose, ready.views, ready.inspector, ready.player)
    for operation in SERVICE_OPERATIONS:
        bench.press(lambda operation=operation: ready.compose.controller.set_operation(operation))
        bench.settle()
        met = tabbed(bench, ready)
        order = [next(pane for pane in panes if pane.isAncestorOf(part)) for part in met]
        assert [panes.index(pane) for pane in order] == sorted(map(panes.index, order)), operation
        for pane in panes:
            inside = [part for part in met if pane.isAncestorOf(part)]
            if pane is ready.compose:
                # The form is scrolled to its end now, beneath its tabs.
                assert inside.pop(0) is ready.compose.tabs.tab("Compose")
            assert against_the_eye(pane, inside) == [], operation
        names = [part.accessibleName() for part in met]
        assert any(name.startswith("Retry") for name in names)


def test_shift_tab_goes_the_same_way_back(bench: WindowBench, ready: MainWindow) -> None:
    met = tabbed(bench, ready)
    back = []
    for _ in met:
        bench.press(lambda: QTest.keyClick(focused(), Qt.Key.Key_Backtab))
        back.append(focused())
    assert back == [*reversed(met[1:]), met[0]]


def test_tab_follows_the_eye_in_every_dialog(bench: WindowBench, joined: MainWindow) -> None:
    for name, dialog in every_dialog(bench, joined):
        met = tabbed(bench, dialog)
        assert met, name
        parts = [met]
        if isinstance(dialog, SettingsDialog):
            names = {button for button in met if button.property("role") == "nav"}
            assert met[: len(names)] == [one for one in met if one in names], name
            parts = [[one for one in met if one in names], [one for one in met if one not in names]]
        for part in parts:
            assert against_the_eye(dialog, part) == [], name


def test_f6_goes_around_the_panes_and_comes_back_to_the_same_control(
    bench: WindowBench, ready: MainWindow
) -> None:
    ready.activateWindow()
    lyrics = ready.compose.view.lyrics.edit
    bench.press(lyrics.setFocus)
    panes = (ready.top_bar, ready.compose, ready.views, ready.inspector, ready.player)

    def visit(key: Qt.KeyboardModifier) -> list[int]:
        met = []
        for _ in range(5):
            bench.press(lambda: QTest.keyClick(focused(), Qt.Key.Key_F6, key))
            met += [place for place, pane in enumerate(panes) if pane.isAncestorOf(focused())]
        return met

    assert visit(Qt.KeyboardModifier.NoModifier) == [2, 3, 4, 0, 1]
    assert focused() is lyrics
    assert visit(Qt.KeyboardModifier.ShiftModifier) == [0, 4, 3, 2, 1]
    assert focused() is lyrics
    ready.window_layout.show_inspector(False)
    ready.inspector.hide()
    bench.press(lambda: QTest.keyClick(focused(), Qt.Key.Key_F6))
    assert focused() is ready.library.view
    bench.press(lambda: QTest.keyClick(focused(), Qt.Key.Key_F6))
    assert ready.player.isAncestorOf(focused())


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_the_menu_key_opens_the_menu_of_the_focused_clip(
    bench: WindowBench, ready: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    ready.activateWindow()
    view = ready.library.view
    bench.press(ready.library.focus_list)
    row = view.visualRect(view.currentIndex())
    middle = view.viewport().mapToGlobal(row.center())
    bench.press(lambda: QTest.keyClick(view, key, modifiers))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Rename" in [action.text().split("\t")[0] for action in menu.actions()]
    # Where the screen ends, it is moved up.
    assert menu.x() <= middle.x() <= menu.x() + menu.width()
    assert menu.y() <= middle.y()
    close_what_opened(set())


def test_ctrl_q_quits(bench: WindowBench, window: MainWindow) -> None:
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.activateWindow()
    bench.press(lambda: QTest.keyClick(focused(), Qt.Key.Key_Q, CONTROL))
    assert closed == [True]


def test_after_open_the_demo_the_keyboard_is_in_sound(
    bench: WindowBench, window: MainWindow
) -> None:
    window.activateWindow()
    demo = named(window, "Open the demo")
    bench.press(lambda: demo.setFocus(Qt.FocusReason.TabFocusReason))
    bench.press(lambda: QTest.keyClick(demo, Qt.Key.Key_Return))
    bench.until(lambda: bench.studio.accounts.active is not None)
    bench.until(lambda: window.views.is_shown(LIBRARY))
    assert focused() is window.compose.view.sound.edit


def send(bench: WindowBench, kind: QEvent.Type, keys: Qt.KeyboardModifier, at_ms: int) -> None:
    event = QKeyEvent(kind, Qt.Key.Key_Return, keys)
    event.setTimestamp(at_ms)
    target = focused()
    bench.press(lambda: QApplication.sendEvent(target, event))


def held(bench: WindowBench, times: int, modifiers: Qt.KeyboardModifier) -> None:
    """Repetitions of a held Enter as X11 sends them when Qt does not mark them."""
    for time in range(times):
        for kind in (
            QEvent.Type.KeyRelease,
            QEvent.Type.ShortcutOverride,
            QEvent.Type.KeyPress,
        ):
            send(bench, kind, modifiers, 1000 + 40 * time)


def test_a_held_ctrl_enter_on_a_button_that_goes_away_presses_nothing_else(
    bench: WindowBench, ready: MainWindow
) -> None:
    pressed: list[str] = []
    ready.compose.bar.pressed.connect(lambda: pressed.append("generate"))
    ready.activateWindow()
    (retry,) = [
        one
        for row in ready.library.jobs.rows()
        for one in row.findChildren(QPushButton)
        if one.accessibleName().startswith("Forget, ")
    ]
    retry.setFocus(Qt.FocusReason.TabFocusReason)
    send(bench, QEvent.Type.KeyPress, CONTROL, 400)
    bench.settle()
    assert focused() is ready.library.view
    generate = ready.compose.bar.button
    generate.setFocus(Qt.FocusReason.TabFocusReason)
    held(bench, 5, CONTROL)
    assert pressed == []
    send(bench, QEvent.Type.KeyRelease, CONTROL, 1300)
    send(bench, QEvent.Type.KeyPress, CONTROL, 1450)
    assert pressed == ["generate"]


def test_a_held_shortcut_acts_once(bench: WindowBench, ready: MainWindow) -> None:
    """X11 does not mark all repetitions; each would be an undo step of its own."""
    ready.activateWindow()
    ready.library.view.setFocus()
    [clip] = ready.library.selected_ids() or ready.library.listed_clips()[:1]
    ready.library.select_clip(clip)
    bench.settle()
    hold_key(Qt.Key.Key_D, bench.settle, modifiers=CONTROL)
    assert bench.run(bench.studio.clips.get(clip)).favourite
    assert bench.run(bench.studio.clips.undo()) is not None
    assert bench.run(bench.studio.clips.undo()) is None


def test_controls_are_visited_as_they_are_laid_out(qtbot: QtBot) -> None:
    window = QDialog()
    qtbot.addWidget(window)
    last, middle, first = QLineEdit(window), QPushButton(window), QLineEdit(window)
    hidden = QPushButton(window)
    row, column = QHBoxLayout(), QVBoxLayout(window)
    row.addWidget(first)
    row.addWidget(middle)
    column.addLayout(row)
    column.addWidget(hidden)
    column.addWidget(last)
    hidden.hide()
    window.show()
    assert controls_in_reading_order(window) == [first, middle, last]
    middle.setEnabled(False)
    assert controls_in_reading_order(window) == [first, last]
