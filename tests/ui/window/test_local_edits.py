"""Edits on this computer, from the window."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.local_edit import Join, Trim
from producer_studio.domain.operation import Operation
from producer_studio.ui.clips.local_edit_dialog import LocalEditDialog
from producer_studio.ui.clips.local_edits import add_edit_items
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.window.window import MainWindow
from tests.support.signals import tone
from tests.support.stem_song import add_clip
from tests.ui.window.conftest import WindowBench


def shown_dialog(bench: WindowBench) -> LocalEditDialog:
    def shown() -> list[LocalEditDialog]:
        widgets = QApplication.topLevelWidgets()
        return [one for one in widgets if isinstance(one, LocalEditDialog) and one.isVisible()]

    bench.until(lambda: bool(shown()))
    (dialog,) = shown()
    return dialog


def test_a_trim_from_the_inspector_can_be_undone(bench: WindowBench, window: MainWindow) -> None:
    song = bench.run(add_clip(bench.studio._library, tone(2.0), title="Low tide"))
    bench.press(lambda: window.inspector.clip_actions.request_edit(Operation.TRIM, [song.id]))
    dialog = shown_dialog(bench)
    start, end = dialog.fields.values()
    assert (start.value(), end.value()) == (0.0, 2.0)
    assert not dialog.confirm_button.isEnabled(), "the whole clip is no part of it"
    assert dialog.problem_label.isHidden()
    start.setFocus()
    start.selectAll()
    QTest.keyClicks(start, "0,5")
    assert dialog.edit() == Trim(0.5, None)
    assert dialog.confirm_button.isEnabled(), "before the field is left"
    QTest.keyClick(end, Qt.Key.Key_Return)
    bench.until(lambda: bool(window.notices.notices()))
    (notice,) = window.notices.notices()
    assert notice.text == "“Low tide · trim” is in the library."
    assert notice.action == "Undo"
    (made,) = bench.run(bench.studio.clips.list_ids("op:trim"))
    bench.press(window.undo.undo)
    moved = "1 clip moved back to the trash."
    bench.until(lambda: moved in [one.text for one in window.notices.notices()])
    clip = bench.run(bench.studio.clips.get(made))
    assert clip is not None
    assert clip.trashed_at is not None


def test_a_wrong_value_is_said_and_cannot_be_confirmed(
    bench: WindowBench, window: MainWindow
) -> None:
    song = bench.run(add_clip(bench.studio._library, tone(2.0), title="Low tide"))
    bench.press(lambda: window.inspector.clip_actions.request_edit(Operation.LEVEL, [song.id]))
    dialog = shown_dialog(bench)
    (level,) = dialog.fields.values()
    assert dialog.confirm_button.isEnabled()
    level.setFocus()
    level.selectAll()
    QTest.keyClicks(level, "0")
    assert not dialog.confirm_button.isEnabled()
    QTest.keyClick(level, Qt.Key.Key_Return)
    assert "not 0" in dialog.problem_label.text()
    assert dialog.problem_label.isVisible()
    assert not dialog.confirm_button.isEnabled()
    bench.press(dialog.cancel_button.click)


def test_two_clips_are_joined_in_either_order(bench: WindowBench, window: MainWindow) -> None:
    songs = [
        bench.run(add_clip(bench.studio._library, tone(1.0), title=title)) for title in ("A", "B")
    ]
    ids = [song.id for song in songs]
    bench.press(lambda: window.inspector.clip_actions.request_edit(Operation.JOIN, ids))
    dialog = shown_dialog(bench)
    assert dialog.title_label.text() == "Join “A”, then “B”"
    bench.press(dialog.swap_button.click)
    assert dialog.title_label.text() == "Join “B”, then “A”"
    # As long as the shorter clip at most.
    assert dialog.edit() == Join(ids[0], 1.0)
    bench.press(dialog.cancel_button.click)


@pytest.mark.parametrize(("count", "enabled"), [(1, ["Trim…", "Fade…", "Level…"]), (2, ["Join…"])])
def test_the_menu_offers_what_applies(
    bench: WindowBench, window: MainWindow, count: int, enabled: list[str]
) -> None:
    song = bench.run(add_clip(bench.studio._library, tone(1.0), title="A"))
    other = bench.run(add_clip(bench.studio._library, tone(1.0), title="B"))
    ids = [song.id, other.id][:count]
    menu = Menu(bench.style, window)
    add_edit_items(menu, window.inspector.clip_actions, ids, song)
    assert [one.text() for one in menu.actions() if one.isEnabled()] == enabled


def test_a_held_enter_does_not_confirm_the_dialog_that_it_opens(
    bench: WindowBench, window: MainWindow
) -> None:
    song = bench.run(add_clip(bench.studio._library, tone(2.0), title="Low tide"))
    menu = Menu(bench.style, window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    add_edit_items(menu, window.inspector.clip_actions, [song.id], song)
    menu.popup(window.mapToGlobal(window.rect().center()))
    fade = next(action for action in menu.actions() if action.text() == "Fade…")
    menu.setActiveAction(fade)
    bench.press(lambda: QTest.keyPress(menu, Qt.Key.Key_Return))
    dialog = shown_dialog(bench)
    assert dialog.confirm_button.isEnabled()
    field = next(iter(dialog.fields.values()))
    # X11 sends a repetition as a release and a press at the same time.
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
        event.setTimestamp(5000)
        bench.press(partial(QApplication.sendEvent, field, event))
    bench.settle()
    assert dialog.isVisible()
    assert bench.run(bench.studio.clips.list_ids("op:fade")) == []
    QTest.keyRelease(field, Qt.Key.Key_Return)
    dialog.reject()
