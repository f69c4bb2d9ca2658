"""The outline beside the lyrics: by keyboard and pointer, each change one undo step."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from producer_studio.ui.compose.lyrics.outline import SectionOutline
from producer_studio.ui.compose.lyrics_editor import LyricsEditor
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.name_dialog import NameDialog

SONG = "[Verse 1]\none\ntwo\n\n[Chorus]\nsung\n\n[Outro]\nlast"
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def lyrics(style: Style, qtbot: QtBot) -> LyricsEditor:
    made = LyricsEditor(style)
    qtbot.addWidget(made)
    made.resize(460, 360)
    made.edit.load(SONG)
    made.show_outline(True)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def outline(lyrics: LyricsEditor) -> SectionOutline:
    assert lyrics.outline is not None
    lyrics.outline.setFocus()
    return lyrics.outline


def rows(outline: SectionOutline) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(outline.item(row).data(role)) for row in range(outline.count())]


def visible_rows(lyrics: LyricsEditor) -> list[int]:
    document = lyrics.edit.document()
    count = document.blockCount()
    return [row for row in range(count) if document.findBlockByNumber(row).isVisible()]


def test_it_names_the_sections_and_follows_the_cursor(
    lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot
) -> None:
    assert rows(outline) == ["Verse 1, 2 lines", "Chorus, 1 line", "Outro, 1 line"]
    lyrics.edit.moveCursor(QTextCursor.MoveOperation.End)
    assert outline.currentRow() == 2
    qtbot.keyClick(lyrics.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(lyrics.edit, "more")
    assert rows(outline)[2] == "Outro, 2 lines"


def test_keys_move_copy_and_remove_in_one_undo_step_each(
    lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot
) -> None:
    outline.setCurrentRow(0)
    qtbot.keyClick(outline, Qt.Key.Key_Down)
    assert lyrics.edit.textCursor().blockNumber() == 4
    qtbot.keyClick(outline, Qt.Key.Key_Up, ALT)
    moved = "[Chorus]\nsung\n\n[Verse 1]\none\ntwo\n\n[Outro]\nlast"
    assert (lyrics.text(), outline.currentRow()) == (moved, 0)
    qtbot.keyClick(outline, Qt.Key.Key_Up, ALT)
    assert lyrics.text() == moved
    qtbot.keyClick(outline, Qt.Key.Key_D, CONTROL)
    assert lyrics.text() == f"[Chorus]\nsung\n\n{moved}"
    qtbot.keyClick(outline, Qt.Key.Key_Delete)
    assert lyrics.text() == moved
    for expected in (f"[Chorus]\nsung\n\n{moved}", moved, SONG):
        qtbot.keyClick(outline, Qt.Key.Key_Z, CONTROL)
        assert lyrics.text() == expected


@pytest.mark.parametrize("modifiers", [CONTROL, CONTROL | SHIFT], ids=["undo", "redo"])
def test_undo_and_redo_are_left_to_no_shortcut_of_the_window(
    outline: SectionOutline, modifiers: Qt.KeyboardModifier
) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, modifiers)
    event.ignore()
    QApplication.sendEvent(outline, event)
    assert event.isAccepted()


def test_what_was_undone_is_redone(
    lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot
) -> None:
    qtbot.keyClick(outline, Qt.Key.Key_Delete)
    removed = lyrics.text()
    qtbot.keyClick(outline, Qt.Key.Key_Z, CONTROL)
    assert lyrics.text() == SONG
    qtbot.keyClick(outline, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert lyrics.text() == removed


@pytest.mark.parametrize("reason", ["Mouse", "Keyboard"])
def test_the_menu_is_of_the_section_under_the_pointer(
    lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot, reason: str
) -> None:
    outline.setCurrentRow(0)
    view, at = outline.viewport(), outline.visualItemRect(outline.item(2)).center()
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=at)
    kind = QContextMenuEvent.Reason[reason]
    QApplication.sendEvent(view, QContextMenuEvent(kind, at, view.mapToGlobal(at)))
    menu = outline.findChild(Menu)
    assert menu is not None
    menu.actions()[-1].trigger()
    menu.close()
    left = "[Verse 1]\none\ntwo\n\n[Chorus]\nsung\n"
    if reason == "Keyboard":
        left = SONG.removeprefix("[Verse 1]\none\ntwo\n\n")
    assert lyrics.text() == left


def test_there_is_no_menu_beside_the_sections(outline: SectionOutline) -> None:
    view = outline.viewport()
    at = QPoint(20, outline.visualItemRect(outline.item(2)).bottom() + 30)
    kind = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(view, QContextMenuEvent(kind, at, view.mapToGlobal(at)))
    assert outline.findChild(Menu) is None


def test_alt_up_and_down_in_the_text_move_its_section(lyrics: LyricsEditor, qtbot: QtBot) -> None:
    lyrics.edit.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(lyrics.edit, Qt.Key.Key_Down, ALT)
    assert lyrics.text().startswith("[Chorus]\nsung\n\n[Verse 1]\none")
    assert lyrics.edit.textCursor().block().text() == "[Verse 1]"
    lyrics.edit.undo()
    assert lyrics.text() == SONG


def test_a_section_is_dragged(lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot) -> None:
    def centre(row: int) -> QPoint:
        return outline.visualItemRect(outline.item(row)).center()

    view = outline.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=centre(2))
    qtbot.mouseMove(view, centre(1))
    qtbot.mouseMove(view, centre(0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=centre(0))
    assert lyrics.text() == "[Outro]\nlast\n\n[Verse 1]\none\ntwo\n\n[Chorus]\nsung"
    lyrics.edit.undo()
    assert lyrics.text() == SONG


def test_a_folded_section_shows_its_mark_alone(
    lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot
) -> None:
    outline.setCurrentRow(0)
    height = lyrics.edit.document().size().height()
    qtbot.keyClick(outline, Qt.Key.Key_Left)
    assert visible_rows(lyrics) == [0, 4, 5, 6, 7, 8]
    assert rows(outline)[0] == "Verse 1, 2 lines, folded"
    assert lyrics.edit.document().size().height() == height - 3 * lyrics.edit.line_px
    assert [mark.is_folded for mark in lyrics.gutter.visible_marks()] == [True] + 5 * [False]
    assert lyrics.text() == SONG
    assert not lyrics.edit.document().isUndoAvailable()
    qtbot.keyClick(outline, Qt.Key.Key_Down, ALT)
    assert visible_rows(lyrics) == [0, 1, 2, 3, 7, 8]
    qtbot.keyClick(outline, Qt.Key.Key_Right)
    assert len(visible_rows(lyrics)) == 9


def test_the_cursor_passes_folded_lines_and_opens_them_otherwise(
    lyrics: LyricsEditor, qtbot: QtBot
) -> None:
    lyrics.sections.toggle_fold(0)
    lyrics.edit.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClick(lyrics.edit, Qt.Key.Key_Down)
    assert lyrics.edit.textCursor().blockNumber() == 4
    qtbot.keyClick(lyrics.edit, Qt.Key.Key_Up)
    assert lyrics.edit.textCursor().blockNumber() == 0
    cursor = lyrics.edit.textCursor()
    cursor.setPosition(SONG.index("two"))
    lyrics.edit.setTextCursor(cursor)
    assert len(visible_rows(lyrics)) == 9


@pytest.mark.parametrize("change", ["Return", "Backspace", "undo"])
def test_an_edit_leaves_no_line_hidden_without_a_folded_mark(
    lyrics: LyricsEditor, qtbot: QtBot, change: str
) -> None:
    lyrics.edit.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClicks(lyrics.edit, "x")
    lyrics.edit.undo()
    lyrics.sections.toggle_fold(1)
    cursor = lyrics.edit.textCursor()
    cursor.setPosition(SONG.index("[Chorus]") + len("[Chorus]"))
    lyrics.edit.setTextCursor(cursor)
    if change == "undo":
        lyrics.edit.redo()
        assert visible_rows(lyrics) == [0, 1, 2, 3, 4, 7, 8]
        lyrics.edit.selectAll()
        qtbot.keyClicks(lyrics.edit, "y")
        lyrics.edit.undo()
    elif change == "Backspace":
        qtbot.keyClick(lyrics.edit, Qt.Key.Key_Backspace)
    else:
        qtbot.keyClick(lyrics.edit, Qt.Key.Key_Return)
        qtbot.keyClicks(lyrics.edit, "new")
    assert len(visible_rows(lyrics)) == lyrics.edit.document().blockCount()


def test_a_name_is_asked_for(lyrics: LyricsEditor, outline: SectionOutline, qtbot: QtBot) -> None:
    outline.setCurrentRow(1)
    with qtbot.waitSignal(outline.rename_requested) as asked:
        qtbot.keyClick(outline, Qt.Key.Key_F2)
    assert asked.args == [1]
    dialog = lyrics.findChild(NameDialog)
    assert isinstance(dialog, NameDialog)
    dialog.edit.setText("Refrain")
    dialog.ok_button.click()
    assert "[Refrain]\nsung" in lyrics.text()


def test_every_kind_can_be_added(lyrics: LyricsEditor) -> None:
    menu = lyrics.create_menu()
    names = [action.text() for action in menu.actions()]
    assert names[:8] == [
        "Add Intro", "Add Verse", "Add Pre-Chorus", "Add Chorus", "Add Hook", "Add Bridge",
        "Add Instrumental", "Add Outro",
    ]  # fmt: skip
    lyrics.edit.moveCursor(QTextCursor.MoveOperation.End)
    menu.actions()[2].trigger()
    assert lyrics.text().endswith("last\n\n[Pre-Chorus]\n")
    menu.close()
