"""The outline beside the lyrics: by keyboard and pointer, each change one undo step."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from producer_studio.ui.compose.lyrics.outline import SectionOutline
from producer_studio.ui.compose.lyrics_editor import LyricsEditor
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.name_dialog import NameDialog

SONG = "[Verse 1]\none\ntwo\n\n[Chorus]\nsung\n\n[Outro]\nlast"
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


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
        "Add intro", "Add verse", "Add pre-chorus", "Add chorus", "Add hook", "Add bridge",
        "Add instrumental", "Add outro",
    ]  # fmt: skip
    lyrics.edit.moveCursor(QTextCursor.MoveOperation.End)
    menu.actions()[2].trigger()
    assert lyrics.text().endswith("last\n\n[Pre-Chorus]\n")
    menu.close()
