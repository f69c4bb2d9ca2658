"""Keys and clicks on every button of the real window buy and destroy nothing by accident."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from producer_studio.domain.ids import ClipId
from producer_studio.domain.job import JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.ui.compose.operation_grid import OperationButton
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Confirmation
from producer_studio.ui.widgets.keyboard import guard_hint, is_guarded, set_guarded
from producer_studio.ui.widgets.pill_tab import PillTab
from producer_studio.ui.window.shortcuts import WindowShortcuts
from producer_studio.ui.window.window import MainWindow
from tests.support.sandbox_process import SandboxProcess
from tests.ui.window.conftest import WindowBench, named

SOUND = "calm slow piano ballad with warm strings, soft drums and a tender voice"
_TYPED_INTO = (QLineEdit, QPlainTextEdit, QTextEdit)
_PAGES = ("Accounts", "Credits", "Uploads", "Webhooks", "Library", "Appearance", "Sound", "Updates")

_LAST = {"Cancel", "Close", "Add Demo Studio", "Use this"}


def recipe(seed: str = "7") -> Recipe:
    return Recipe(sound=SOUND, title="Night Bus", instrumental=True, seed=seed)


def close_what_opened(dialogs: set[QWidget]) -> None:
    """Closes menus, and dialogs that were not there before."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible() and widget not in dialogs:
            widget.close()


def activate(bench: WindowBench, place: QWidget) -> None:
    """Gives the keyboard back to a window, as closing a dialog does on a real screen."""
    bench.settle()
    place.activateWindow()
    bench.until(place.isActiveWindow)


def shown_dialogs() -> set[QWidget]:
    return {one for one in QApplication.topLevelWidgets() if one.isVisible()}


def buttons_of(parent: QWidget) -> list[QAbstractButton]:
    """Those that can be pressed now; what turns the page or closes the dialog comes last."""
    found = parent.findChildren(QAbstractButton)
    return sorted(
        (one for one in found if one.isVisible() and one.isEnabled()),
        key=lambda one: one.property("role") == "nav" or one.text() in _LAST,
    )


def name_of(button: QAbstractButton) -> str:
    return button.accessibleName() or button.text() or type(button).__name__


class Watch:
    """All that costs or is gone for good, as the service and the disk have it."""

    def __init__(self, bench: WindowBench, window: MainWindow, sandbox: SandboxProcess) -> None:
        self._shell = bench
        self._window = window
        self._sandbox = sandbox

    def now(self) -> dict[str, Any]:
        self._shell.settle()
        studio = self._shell.studio
        under_way = {JobState.QUEUED, JobState.SENDING}
        self._shell.until(lambda: not under_way & {job.state for job in studio.jobs.visible_jobs()})
        jobs = self._shell.run(studio.jobs.all())
        posts = [one for one in self._sandbox.state()["requests"] if one["method"] != "GET"]
        return {
            "requests": len(posts),
            "jobs": [(job.id, job.dismissed, job.state.is_finished) for job in jobs],
            "files": sum(file.is_file() for file in studio.clips.folder.rglob("*.json")),
            "account": "personal" in {account.name for account in studio.accounts.all()},
            "bucket": studio.bucket.location,
        }


@pytest.fixture
def ready(bench: WindowBench, joined: MainWindow, sandbox: SandboxProcess) -> Iterator[MainWindow]:
    """A clip in the list, a failed and an uncertain job above it, a form that can be sent."""
    joined.activateWindow()
    bench.until(joined.isActiveWindow)
    bench.press(lambda: joined.compose.controller.use_recipe(recipe("1")))
    bench.press(joined.compose.controller.generate)
    bench.until(lambda: len(joined.library._table.ids) == 1)
    (clip,) = joined.library._table.ids
    bench.run(asyncio.wait_for(playable(bench, clip), 30))
    for seed, fault in (("2", "fail"), ("3", "cut_after")):
        sandbox.set_faults([{"where": "create", "kind": fault, "times": 1, "error": "Out of tune"}])
        bench.press(lambda seed=seed: joined.compose.controller.use_recipe(recipe(seed)))
        bench.until(lambda: not joined.compose.bar.is_cooling_down)
        bench.press(joined.compose.controller.generate)
        over = JobState.FAILED if fault == "fail" else JobState.UNKNOWN
        bench.until(
            lambda over=over: over in {job.state for job in bench.studio.jobs.visible_jobs()}
        )
    sandbox.set_faults([])
    bench.press(lambda: joined.library.select_clip(clip))
    bench.until(lambda: not joined.compose.bar.is_cooling_down)
    bench.settle()
    yield joined
    close_what_opened(set())


async def playable(bench: WindowBench, clip_id: ClipId) -> None:
    while True:
        clip = await bench.studio.clips.get(clip_id)
        if clip is not None and clip.playable:
            return
        QApplication.processEvents()
        await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def _stays_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser and no file manager is opened."""
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)


def places(bench: WindowBench, window: MainWindow) -> Iterator[QWidget]:
    """The window, and each of its dialogs while it is open."""
    yield window
    for page in _PAGES:
        bench.press(lambda page=page: window.dialogs.open_settings(page))
        bench.settle()
        yield window.dialogs.open_dialogs["settings"]
        bench.press(lambda: close_what_opened(set()))
    yield opened(bench, window, window.dialogs.add_account, "account")
    yield opened(bench, window, lambda: window.dialogs.change_account("personal"), "account")
    yield opened(bench, window, window.dialogs.open_shortcut_sheet, "keys")
    (first, *_) = bench.run(bench.studio.jobs.all())
    yield opened(bench, window, lambda: window.dialogs.open_export(list(first.clips)), "export")


def opened(bench: WindowBench, window: MainWindow, act: Callable[[], object], name: str) -> QWidget:
    bench.press(lambda: close_what_opened(set()))
    bench.press(act)
    bench.settle()
    return window.dialogs.open_dialogs[name]


def is_text_edited() -> bool:
    focused: QWidget | None = QApplication.focusWidget()
    return isinstance(focused, _TYPED_INTO) and not focused.isReadOnly()


def keys_after(bench: WindowBench, window: QWidget) -> None:
    """Space and Enter, wherever the keyboard is now."""
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        target = QApplication.focusWidget() or window
        bench.press(lambda target=target, key=key: QTest.keyClick(target, key))


def test_plain_keys_on_a_focused_button_buy_and_destroy_nothing(
    bench: WindowBench, ready: MainWindow, sandbox: SandboxProcess
) -> None:
    watch = Watch(bench, ready, sandbox)
    bench.press(lambda: ready.playback.play(ready.library.selected_ids()[0]))
    bench.until(lambda: ready.player.clip_id is not None)
    before = watch.now()
    walked: list[str] = []
    for place in places(bench, ready):
        open_before = shown_dialogs()
        for button in buttons_of(place):
            # The history was opened by a button before.
            bench.press(ready.compose.show_form)
            if not isValid(button) or not button.isVisible() or not button.isEnabled():
                continue
            name = name_of(button)
            bench.press(lambda: ready.compose.controller.use_recipe(recipe("3")))
            activate(bench, place)
            if not (isValid(button) and button.isVisible() and button.isEnabled()):
                continue
            bench.press(lambda button=button: button.setFocus(Qt.FocusReason.TabFocusReason))
            assert button.hasFocus() or button.focusPolicy() is Qt.FocusPolicy.NoFocus, name
            walked.append(name)
            keys_after(bench, ready)
            bench.press(lambda open_before=open_before: close_what_opened(open_before))
            assert watch.now() == before, (type(place).__name__, name)
            if not isValid(place) or not place.isVisible():
                break
    assert {"Generate", "Create", "Export", "Test connection", "Cancel"} <= set(walked)
    assert {"Play", "Pause"} & set(walked)
    assert any(name.startswith("Retry") for name in walked)
    assert any(name.startswith("Send again") for name in walked)


def test_keys_after_a_click_buy_and_destroy_nothing(
    bench: WindowBench, ready: MainWindow, sandbox: SandboxProcess
) -> None:
    watch = Watch(bench, ready, sandbox)
    clicked: list[str] = []
    for place in places(bench, ready):
        open_before = shown_dialogs()
        for button in buttons_of(place):
            bench.press(ready.compose.show_form)
            if not isValid(button) or not button.isVisible():
                continue
            # Its own name is that of the operation.
            generates = button is ready.compose.bar.button
            name = "Generate" if generates else name_of(button)
            if not button.isEnabled() and name != "Generate":
                continue
            if name == "Generate":
                # An operation that was clicked before has no source.
                bench.press(lambda: ready.compose.controller.use_recipe(recipe("3")))
            activate(bench, place)
            bench.press(lambda button=button: QTest.mouseClick(button, Qt.MouseButton.LeftButton))
            clicked.append(name)
            bench.press(lambda open_before=open_before: close_what_opened(open_before))
            after = watch.now()
            focused: QWidget | None = QApplication.focusWidget()
            if focused is button:
                # Only where it had the keyboard before, as the first control of a dialog has, or
                # where the field that had it is not part of the operation that was clicked, nor
                # of the page of a tab: its first field would save a preset at the next Enter.
                assert isinstance(place, QDialog) or isinstance(
                    button, OperationButton | PillTab
                ), name
            keys_after(bench, ready)
            bench.press(lambda open_before=open_before: close_what_opened(open_before))
            now = watch.now()
            # Jobs go on by themselves meanwhile; nothing is added, sent or put away.
            for what in ("requests", "account", "bucket"):
                assert now[what] == after[what], (type(place).__name__, name, what)
            assert now["files"] >= after["files"], (type(place).__name__, name)
            if not isValid(place) or not place.isVisible():
                break
    assert "Generate" in clicked


def test_space_after_a_click_on_generate_plays_and_buys_nothing(
    bench: WindowBench, ready: MainWindow, sandbox: SandboxProcess
) -> None:
    bench.press(lambda: ready.compose.controller.use_recipe(recipe("11")))
    bench.press(lambda: ready.compose.view.lyrics.edit.setFocus())
    bought = len(sandbox.requests("POST", "/create"))
    bench.press(lambda: QTest.mouseClick(ready.compose.bar.button, Qt.MouseButton.LeftButton))
    bench.until(lambda: len(sandbox.requests("POST", "/create")) == bought + 1)
    bench.until(lambda: not ready.compose.bar.is_cooling_down)
    assert ready.player.clip_id is None
    bench.press(lambda: QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space))
    bench.until(lambda: ready.player.clip_id is not None)
    bench.settle()
    assert len(sandbox.requests("POST", "/create")) == bought + 1
    assert not is_text_edited()


def test_a_click_on_a_b_leaves_the_rating_keys_to_the_list(
    bench: WindowBench, ready: MainWindow
) -> None:
    (clip,) = ready.library._table.ids[-1:]
    bench.press(lambda: ready.library.select_clip(clip))
    bench.press(ready.library.focus_list)
    ready.player.pair_button.setEnabled(True)
    bench.press(lambda: QTest.mouseClick(ready.player.pair_button, Qt.MouseButton.LeftButton))
    bench.press(
        lambda: QTest.keyClick(
            QApplication.focusWidget(), Qt.Key.Key_3, Qt.KeyboardModifier.ShiftModifier
        )
    )
    bench.until(lambda: ready.library._table.clip_row(0) is not None)
    bench.settle()
    rated = bench.run(bench.studio.clips.get(clip))
    assert rated is not None
    assert rated.stars == 3


def test_the_press_action_of_a_screen_reader_works_on_guarded_buttons(
    bench: WindowBench, ready: MainWindow, sandbox: SandboxProcess
) -> None:
    bought = len(sandbox.requests("POST", "/create"))
    bench.press(lambda: ready.compose.controller.use_recipe(recipe("12")))
    actions = QAccessible.queryAccessibleInterface(ready.compose.bar.button).actionInterface()
    bench.press(lambda: actions.doAction(QAccessibleActionInterface.pressAction()))
    bench.until(lambda: len(sandbox.requests("POST", "/create")) == bought + 1)


@pytest.fixture
def pair(style: Style, qtbot: QtBot) -> Iterator[tuple[QPushButton, list[str]]]:
    """A button and what was done, in a window with the keys of the real one."""
    window = QWidget()
    qtbot.addWidget(window)
    done: list[str] = []
    button = QPushButton("Retry", window)
    button.clicked.connect(lambda: done.append("pressed"))
    combo = QComboBox(window)
    combo.addItems(["1 take", "4 takes"])
    column = QVBoxLayout(window)
    column.addWidget(button)
    column.addWidget(combo)
    actions = {"play": lambda: done.append("played"), "generate": lambda: done.append("generated")}
    keys = WindowShortcuts(window, actions)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    yield button, done
    keys.deleteLater()


CONTROL = Qt.KeyboardModifier.ControlModifier


def test_enter_presses_a_button_and_space_plays(pair: tuple[QPushButton, list[str]]) -> None:
    button, done = pair
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert done == ["pressed", "pressed", "played"]
    QTest.keyClick(button, Qt.Key.Key_Return, CONTROL)
    assert done[3:] == ["generated"]


def test_a_guarded_button_wants_ctrl_enter(pair: tuple[QPushButton, list[str]]) -> None:
    button, done = pair
    set_guarded(button)
    assert is_guarded(button)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(button, key)
    assert done == []
    QTest.keyClick(button, Qt.Key.Key_Return, CONTROL)
    assert done == ["pressed"]
    set_guarded(button, False)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert done == ["pressed", "pressed"]
    assert "cannot be undone" in guard_hint()


def test_a_combo_box_opens_on_enter_and_leaves_space_to_the_player(
    pair: tuple[QPushButton, list[str]],
) -> None:
    button, done = pair
    combo = button.window().findChild(QComboBox)
    assert combo is not None
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(combo, Qt.Key.Key_Space)
    assert (done, combo.view().isVisible()) == (["played"], False)
    QTest.keyClick(combo, Qt.Key.Key_Return)
    assert combo.view().isVisible()
    combo.hidePopup()


def test_a_guarded_button_is_never_the_default_of_a_dialog(style: Style, qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    done: list[str] = []
    field, button = QLineEdit(dialog), QPushButton("Export", dialog)
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    column.addWidget(button)
    button.setDefault(True)
    button.clicked.connect(lambda: done.append("pressed"))
    set_guarded(button)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert done == []


def test_no_control_but_a_field_a_list_or_a_slider_takes_the_keyboard_by_click(
    bench: WindowBench, ready: MainWindow
) -> None:
    click = Qt.FocusPolicy.ClickFocus
    for place in places(bench, ready):
        takers = [
            name_of(one)
            for one in place.findChildren(QWidget)
            if isinstance(one, QAbstractButton | QComboBox)
            and one.isVisible()
            and one.focusPolicy() & click == click
        ]
        assert takers == []


def test_the_question_before_a_deletion_is_not_answered_by_a_plain_key(
    bench: WindowBench, ready: MainWindow
) -> None:
    (clip,) = ready.library._table.ids[:1]
    bench.press(lambda: ready.library.clip_actions.trash([clip]))
    bench.settle()
    bench.press(ready.deletion.confirm_empty_trash)
    bench.settle()
    (question,) = (one for one in shown_dialogs() if isinstance(one, Confirmation))
    activate(bench, question)
    for button in (question.confirm_button, question.cancel_button):
        bench.press(lambda button=button: button.setFocus(Qt.FocusReason.TabFocusReason))
        assert button.hasFocus()
        keys_after(bench, question)
    bench.settle()
    assert not isValid(question) or not question.isVisible()
    assert bench.run(bench.studio.clips.get(clip)) is not None


def test_exports_under_way_are_not_cancelled_by_a_plain_key(
    bench: WindowBench, ready: MainWindow
) -> None:
    bench.press(lambda: ready.dialogs.open_export(ready.library.selected_ids()))
    dialog = ready.dialogs.open_dialogs["export"]
    export = named(dialog, "Export")
    bench.until(lambda: export.hasFocus())
    bench.press(lambda: QTest.keyClick(export, Qt.Key.Key_Space))
    assert not dialog.property("started")
    bench.press(lambda: QTest.mouseClick(export, Qt.MouseButton.LeftButton))
    bench.until(lambda: dialog.is_started)  # type: ignore[attr-defined] # an ExportDialog
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        target = QApplication.focusWidget()
        bench.press(lambda target=target, key=key: QTest.keyClick(target, key))
    bench.until(lambda: not dialog.running_ids)  # type: ignore[attr-defined]
    (one,) = dialog._exports.values()  # type: ignore[attr-defined]
    assert str(one.state) == "done"
    assert isinstance(QApplication.focusWidget(), QAbstractSlider | QAbstractItemView | QWidget)
