"""Phrases of past prompts, completed in the sound field by keys, mouse and screen reader."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.multiline_edit import MultilineEdit
from producer_studio.ui.compose.sound.phrase_completion import PhraseCompletion
from tests.ui.compose.conftest import ComposeBench

SOUNDS = {
    "soft piano, warm tape": 5,
    "piano solo, warm tape": 0,
    "loud drums, 钢琴": 1,
}


def clip(number: int, sound: str, stars: int) -> Clip:
    return Clip(id=ClipId(str(number)), account=AccountName("me"), sound=sound, stars=stars)


@pytest.fixture
def edit(bare: ComposeBench) -> MultilineEdit:
    clips = [clip(number, *pair) for number, pair in enumerate(SOUNDS.items())]
    bare.loop.run_until_complete(bare.studio._library.clips.add(clips))
    edit = bare.panel.view.sound.edit
    bare.panel.window().activateWindow()
    edit.setFocus()
    bare.until(edit.hasFocus)
    return edit


def completion(bench: ComposeBench) -> PhraseCompletion:
    return bench.panel.phrase_completion


def type_text(bench: ComposeBench, text: str) -> None:
    QTest.keyClicks(bench.panel.view.sound.edit, text)
    bench.until(lambda: not bench.tasks.is_running("read the phrases of past prompts"))


def press(bench: ComposeBench, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(bench.panel.view.sound.edit, key)


def shown(bench: ComposeBench) -> list[str]:
    model = completion(bench).popup.model
    if not completion(bench).is_open:
        return []
    return [
        str(model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole))
        for row in range(model.rowCount())
    ]


def test_phrases_are_offered_best_rated_first_with_counts(
    bare: ComposeBench, edit: MultilineEdit
) -> None:
    type_text(bare, "p")
    assert shown(bare) == []
    type_text(bare, "i")
    assert shown(bare) == ["piano solo, 1 clip", "soft piano, 1 clip"]
    press(bare, Qt.Key.Key_Tab)
    assert edit.text() == "piano solo"
    assert edit.hasFocus()
    type_text(bare, ", wa")
    assert shown(bare) == ["warm tape, 2 clips"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Home])
def test_phrases_that_are_read_late_do_not_open_after_another_key(
    key: Qt.Key, bare: ComposeBench, edit: MultilineEdit
) -> None:
    QTest.keyClicks(edit, "pia")
    assert bare.tasks.is_running("read the phrases of past prompts")
    press(bare, key)
    bare.until(lambda: not bare.tasks.is_running("read the phrases of past prompts"))
    assert shown(bare) == []


def test_the_cursor_is_behind_what_was_typed_again_when_a_phrase_is_undone(
    bare: ComposeBench, edit: MultilineEdit
) -> None:
    type_text(bare, "late, dru")
    press(bare, Qt.Key.Key_Escape)
    type_text(bare, "ms")  # the phrase ends like it
    press(bare, Qt.Key.Key_Tab)
    assert edit.text() == "late, loud drums"
    edit.undo()
    assert edit.text() == "late, drums"
    QTest.keyClicks(edit, "!")
    assert edit.text() == "late, drums!"


def test_a_row_is_chosen_with_the_arrows_and_undone_in_one_step(
    bare: ComposeBench, edit: MultilineEdit
) -> None:
    edit.load("calm, , late")
    cursor = edit.textCursor()
    cursor.setPosition(6)
    edit.setTextCursor(cursor)
    type_text(bare, "pi")
    press(bare, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert edit.text() == "calm, soft piano, late"
    assert edit.textCursor().position() == len("calm, soft piano")
    edit.undo()
    assert edit.text() == "calm, pi, late"
    assert shown(bare) == []


def test_enter_tab_and_arrows_stay_with_the_field_without_a_row(
    bare: ComposeBench, edit: MultilineEdit
) -> None:
    type_text(bare, "pi")
    press(bare, Qt.Key.Key_Return)
    assert (edit.text(), shown(bare)) == ("pi\n", [])
    type_text(bare, "pi")
    assert len(shown(bare)) == 2
    press(bare, Qt.Key.Key_Up)
    assert (edit.textCursor().position(), shown(bare)) == (2, [])
    press(bare, Qt.Key.Key_Tab)
    assert not edit.hasFocus()
    assert edit.text() == "pi\npi"


def test_escape_closes_it_and_typing_opens_it_again(
    bare: ComposeBench, edit: MultilineEdit
) -> None:
    type_text(bare, "pi")
    press(bare, Qt.Key.Key_Escape)
    assert shown(bare) == []
    type_text(bare, "a")
    assert len(shown(bare)) == 2
    press(bare, Qt.Key.Key_Left)
    assert shown(bare) == []


def test_what_the_sound_has_already_is_not_offered(bare: ComposeBench, edit: MultilineEdit) -> None:
    type_text(bare, "Soft Piano, pi")
    assert shown(bare) == ["piano solo, 1 clip"]
    type_text(bare, "ano solo")
    assert shown(bare) == []


def test_only_typing_opens_it(bare: ComposeBench, edit: MultilineEdit) -> None:
    type_text(bare, "pi")
    edit.replace_text("calm, pi", 8)
    assert shown(bare) == []
    QApplication.clipboard().setText("ano")
    QTest.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (edit.text(), shown(bare)) == ("calm, piano", [])


def test_a_chinese_character_is_completed(bare: ComposeBench, edit: MultilineEdit) -> None:
    event = QInputMethodEvent()
    event.setCommitString("钢")
    QApplication.sendEvent(edit, event)
    bare.until(lambda: shown(bare) == ["钢琴, 1 clip"])


def test_clips_that_come_and_ratings_change_what_is_offered(
    bare: ComposeBench, edit: MultilineEdit
) -> None:
    type_text(bare, "pi")
    new = clip(9, "pipe organ", 4)
    bare.loop.run_until_complete(bare.studio._library.clips.add([new]))
    bare.loop.run_until_complete(bare.studio.clips.edit([ClipId("1")], stars=2))
    press(bare, Qt.Key.Key_Backspace)
    type_text(bare, "i")
    press(bare, Qt.Key.Key_Backspace)
    type_text(bare, "i")
    assert shown(bare) == [
        "pipe organ, 1 clip", "piano solo, 1 clip", "soft piano, 1 clip",
    ]  # fmt: skip


def test_a_row_is_chosen_with_the_mouse(
    bare: ComposeBench, edit: MultilineEdit, qtbot: QtBot
) -> None:
    type_text(bare, "pi")
    rows = completion(bare).popup.list
    place = rows.visualRect(rows.model().index(1, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert edit.text() == "soft piano"
    assert edit.hasFocus()


def test_a_click_elsewhere_and_scrolling_close_it(
    bare: ComposeBench, edit: MultilineEdit, qtbot: QtBot
) -> None:
    type_text(bare, "pi")
    QTest.mouseClick(bare.panel.view.lyrics.gutter, Qt.MouseButton.LeftButton)
    assert shown(bare) == []
    edit.setFocus()
    type_text(bare, "a")
    assert shown(bare)
    place = QPointF(edit.mapToGlobal(QPoint(3, 3)))
    wheel = QWheelEvent(
        QPointF(3, 3), place, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(edit.viewport(), wheel)
    assert shown(bare) == []


def test_a_screen_reader_reads_and_chooses_a_row(bare: ComposeBench, edit: MultilineEdit) -> None:
    type_text(bare, "pi")
    rows = QAccessible.queryAccessibleInterface(completion(bare).popup.list)
    assert rows.text(QAccessible.Text.Name) == "Phrases from your prompts"
    row = rows.child(1)
    assert row.text(QAccessible.Text.Name) == "soft piano, 1 clip"
    row.actionInterface().doAction("Toggle")
    bare.until(lambda: edit.text() == "soft piano")


def test_a_press_of_escape_is_not_passed_to_shortcuts(
    bare: ComposeBench, edit: MultilineEdit, qtbot: QtBot
) -> None:
    type_text(bare, "pi")
    override = QEvent.Type.ShortcutOverride
    event = QKeyEvent(override, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(edit, event)
    assert event.isAccepted()


def test_uploads_and_stems_have_no_prompts(bare: ComposeBench, edit: MultilineEdit) -> None:
    others = [
        Clip(id=ClipId("u"), account=AccountName("me"), sound="pizza", operation=Operation.UPLOAD),
        Clip(id=ClipId("s"), account=AccountName("me"), sound="pipes", stem="Drums"),
    ]
    bare.loop.run_until_complete(bare.studio._library.clips.add(others))
    type_text(bare, "pi")
    assert shown(bare) == ["piano solo, 1 clip", "soft piano, 1 clip"]
