"""Edits on this computer, from the window."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.local_edit import Fade, Join, Trim
from producer_studio.domain.operation import Operation
from producer_studio.ui.clips.clip_chooser import ClipChooser
from producer_studio.ui.clips.edit_waveform import TrimWaveform
from producer_studio.ui.clips.local_edit_dialog import LocalEditDialog
from producer_studio.ui.clips.local_edits import add_edit_items
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.window.window import MainWindow
from tests.support.signals import tone
from tests.support.stem_song import add_clip
from tests.ui.window.conftest import WindowBench

NONE = Qt.KeyboardModifier.NoModifier


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


def test_the_clip_to_join_with_is_asked_for(bench: WindowBench, window: MainWindow) -> None:
    first, other = (
        bench.run(add_clip(bench.studio._library, tone(1.0), title=title)) for title in ("A", "B")
    )
    bench.run(add_clip(bench.studio._library, None, title="No sound"))
    bench.press(lambda: window.inspector.clip_actions.request_edit(Operation.JOIN, [first.id]))
    chooser = next(one for one in QApplication.topLevelWidgets() if isinstance(one, ClipChooser))
    bench.until(lambda: chooser.list.count() > 0)
    assert chooser.heading.text() == "Join “A” with…"
    assert chooser.selected_ids() == [other.id]
    bench.press(lambda: QTest.keyClick(chooser.list, Qt.Key.Key_Return))
    dialog = shown_dialog(bench)
    assert dialog.title_label.text() == "Join “A”, then “B”"
    bench.press(dialog.cancel_button.click)


def drag(waveform: TrimWaveform, begin: float, end: float) -> None:
    """Drags on a waveform, between shares of its width."""
    places = [
        QPoint(round(share * (waveform.width() - 1)), waveform.height() // 2)
        for share in (begin, end)
    ]
    QTest.mousePress(waveform, Qt.MouseButton.LeftButton, pos=places[0])
    QTest.mouseMove(waveform, places[1])
    QTest.mouseRelease(waveform, Qt.MouseButton.LeftButton, pos=places[1])


def test_a_part_is_set_on_the_waveform(bench: WindowBench, window: MainWindow) -> None:
    song = bench.run(add_clip(bench.studio._library, tone(10.0), title="Low tide"))
    bench.press(lambda: window.inspector.clip_actions.request_edit(Operation.TRIM, [song.id]))
    dialog = shown_dialog(bench)
    waveform = dialog.waveform
    assert waveform is not None
    start, end = dialog.fields.values()
    drag(waveform, 0.0, 0.2)
    assert dialog.edit() == Trim(2.0, None)
    drag(waveform, 1.0, 0.5)
    assert dialog.edit() == Trim(2.0, 5.0)
    assert dialog.confirm_button.isEnabled()
    # As a whole; what was typed more exactly is not rounded by a move of the other edge.
    drag(waveform, 0.3, 0.4)
    assert dialog.edit() == Trim(3.0, 6.0)
    start.selectAll()
    QTest.keyClicks(start, "2.345")
    assert waveform.region == (2.345, 6.0)
    drag(waveform, 0.6, 0.7)
    assert dialog.edit() == Trim(2.345, 7.0)
    for key, modifier, edit in [
        (Qt.Key.Key_Right, NONE, Trim(3.3, 7.0)),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, Trim(3.3, 6.0)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, Trim(3.4, 6.0)),
        (Qt.Key.Key_Down, NONE, Trim(3.4, 6.0)),
        (Qt.Key.Key_Home, NONE, Trim(0.0, 6.0)),
        (Qt.Key.Key_End, NONE, Trim(0.0, None)),
    ]:
        QTest.keyClick(waveform, key, modifier)
        assert dialog.edit() == edit
    assert waveform.accessibleDescription() == "0:00.0 to 0:10.0"
    assert not dialog.confirm_button.isEnabled()
    assert (start.text(), end.text()) == ("0.000", "10.000")
    bench.press(dialog.cancel_button.click)


def test_fades_are_set_on_the_waveform(bench: WindowBench, window: MainWindow) -> None:
    song = bench.run(add_clip(bench.studio._library, tone(10.0), title="Low tide"))
    bench.press(lambda: window.inspector.clip_actions.request_edit(Operation.FADE, [song.id]))
    dialog = shown_dialog(bench)
    waveform = dialog.waveform
    assert waveform is not None
    assert waveform.region == (0.0, 8.0)
    drag(waveform, 0.0, 0.3)
    assert dialog.edit() == Fade(3.0, 2.0)
    # The nearer one follows, and they may overlap.
    drag(waveform, 0.9, 0.2)
    assert dialog.edit() == Fade(3.0, 8.0)
    assert waveform.accessibleDescription() == "3.0 seconds in, 8.0 seconds out"
    assert waveform.grab().toImage().allGray() is False
    QTest.keyClick(waveform, Qt.Key.Key_Home)
    QTest.keyClick(waveform, Qt.Key.Key_End)
    assert dialog.edit() == Fade(0.0, 0.0)
    assert not dialog.confirm_button.isEnabled()
    bench.press(dialog.cancel_button.click)


@pytest.mark.parametrize(
    ("count", "enabled"), [(1, ["Trim…", "Fade…", "Level…", "Join with…"]), (2, ["Join…"])]
)
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
