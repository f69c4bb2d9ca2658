"""The fields of the desk by keyboard, clipboard and eye."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QTextBlock, QTextCursor, QTextOption
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.capabilities import MODELS, find_model
from producer_studio.domain.lyrics.language import Language
from producer_studio.domain.lyrics.syllables import NO_PRONUNCIATIONS, count_syllables
from producer_studio.domain.prompt_advice import Severity
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.domain.sung_length import SungPace
from producer_studio.domain.takes import SEED_COUNT, draw_seed
from producer_studio.studio.pronunciations import PronouncingDictionary
from producer_studio.ui.compose.field_parts import AdviceLine
from producer_studio.ui.compose.lyrics.gutter import LyricsGutter
from producer_studio.ui.compose.lyrics_editor import (
    LyricsEditor,
    _count_words,
    _is_section_mark,
)
from producer_studio.ui.compose.model_picker import ModelPicker
from producer_studio.ui.compose.multiline_edit import character_offset, utf16_length
from producer_studio.ui.compose.seed_field import SeedField
from producer_studio.ui.compose.sound.editor import SoundEditor
from producer_studio.ui.compose.title_field import TitleField
from producer_studio.ui.style.style import Style

LYRICS = "[Verse 1]\nWalking through the city lights\nFeeling the rhythm of the night"


@pytest.fixture
def sound(style: Style, qtbot: QtBot) -> SoundEditor:
    made = SoundEditor(style)
    qtbot.addWidget(made)
    made.resize(360, 120)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def lyrics(style: Style, qtbot: QtBot) -> LyricsEditor:
    made = LyricsEditor(style)
    qtbot.addWidget(made)
    made.resize(360, 260)
    made.show()
    qtbot.waitExposed(made)
    return made


def remark(editor: SoundEditor | LyricsEditor | TitleField) -> str:
    return editor.head.remark()


def advice(editor: SoundEditor | LyricsEditor) -> Severity | None:
    line = editor.findChild(AdviceLine)
    assert isinstance(line, AdviceLine)
    note = line.issue() if line.isVisible() else None
    return note.severity if note else None


def test_the_sound_counts_and_advises(sound: SoundEditor, qtbot: QtBot) -> None:
    assert remark(sound) == ""
    assert advice(sound) is None
    qtbot.keyClicks(sound.edit, "test")
    assert (remark(sound), advice(sound)) == ("1 word", Severity.BLOCKING)
    sound.edit.selectAll()
    qtbot.keyClicks(sound.edit, "calm piano")
    assert (remark(sound), advice(sound)) == ("2 words", Severity.WEAK)
    sound.edit.replace_text(
        "calm slow piano ballad with warm strings, soft drums and a tender voice"
    )
    assert advice(sound) is Severity.GOOD


def test_the_sound_keeps_its_height_and_scrolls(sound: SoundEditor) -> None:
    heights = []
    for lines in (1, 2, 3, 4, 9):
        sound.edit.replace_text("\n".join("abc" for _ in range(lines)))
        heights.append(sound.edit.parentWidget().height())
    assert len(set(heights)) == 1
    assert sound.edit.verticalScrollBar().maximum() > 0


def test_tab_leaves_the_editor(lyrics: LyricsEditor, qtbot: QtBot) -> None:
    lyrics.edit.setFocus()
    qtbot.keyClick(lyrics.edit, Qt.Key.Key_Tab)
    assert lyrics.text() == ""
    assert not lyrics.edit.hasFocus()


def test_only_plain_words_are_pasted(lyrics: LyricsEditor) -> None:
    data = QMimeData()
    data.setHtml("<b>one</b><br>two")
    data.setText("one\r\ntwo\u2028three")
    lyrics.edit.insertFromMimeData(data)
    assert lyrics.text() == "one\ntwo\nthree"
    assert lyrics.edit.textCursor().charFormat().fontWeight() != QFont.Weight.Bold


def test_of_a_text_of_megabytes_the_beginning_is_pasted(lyrics: LyricsEditor) -> None:
    data = QMimeData()
    data.setText("la la la\n" * 900_000)
    lyrics.edit.insertFromMimeData(data)
    assert lyrics.text() == data.text()[:MAX_FIELD_LENGTH]


def test_lyrics_are_counted(lyrics: LyricsEditor) -> None:
    lyrics.edit.replace_text(LYRICS)
    assert remark(lyrics) == "1 section · 11 words"
    assert advice(lyrics) is Severity.WEAK


def test_section_lines_are_bold_and_in_the_accent(lyrics: LyricsEditor, style: Style) -> None:
    lyrics.edit.load(LYRICS)
    first = lyrics.edit.document().firstBlock()
    (colouring,) = first.layout().formats()
    assert (colouring.start, colouring.length) == (0, len("[Verse 1]"))
    assert colouring.format.foreground().color() == style.theme.accent
    assert colouring.format.fontWeight() == QFont.Weight.DemiBold
    assert first.next().layout().formats() == []
    style.set_mode("light")
    (colouring,) = first.layout().formats()
    assert colouring.format.foreground().color() == style.theme.accent == QColor("#c8480f")


def test_colouring_is_no_edit(lyrics: LyricsEditor, style: Style, qtbot: QtBot) -> None:
    lyrics.edit.load(LYRICS)
    with qtbot.assertNotEmitted(lyrics.edited):
        style.set_mode("light")
        style.set_text_scale(1.25)
    assert not lyrics.edit.document().isUndoAvailable()


@pytest.mark.parametrize("line_count", [3, 500])
def test_the_gutter_counts_what_is_in_view(lyrics: LyricsEditor, line_count: int) -> None:
    lines = [f"Walking through the city light number {n}" for n in range(line_count)]
    lyrics.edit.load("\n".join(lines))
    gutter = lyrics.findChild(LyricsGutter)
    assert isinstance(gutter, LyricsGutter)
    bar = lyrics.edit.verticalScrollBar()
    bar.setValue(bar.maximum())
    shown = gutter.visible_marks()
    assert [mark.syllables for mark in shown] == [
        count_syllables(line, Language.ENGLISH) for line in lines[-len(shown) :]
    ]
    assert len(shown) <= 12
    feet = [mark.baseline for mark in shown]
    gaps = {round(below - above) for above, below in pairwise(feet)}
    assert gaps == {20}
    last = lyrics.edit.cursorRect(end_of(lyrics))
    in_gutter = gutter.mapFromGlobal(lyrics.edit.viewport().mapToGlobal(last.bottomLeft()))
    assert 0 <= in_gutter.y() - feet[-1] <= 6


def end_of(lyrics: LyricsEditor) -> QTextCursor:
    cursor = lyrics.edit.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    return cursor


def test_a_mark_is_set_and_taken_back_in_one_step(lyrics: LyricsEditor, qtbot: QtBot) -> None:
    lyrics.edit.load("[Verse 1]\n😀 a line")
    lyrics.edit.setTextCursor(end_of(lyrics))
    qtbot.mouseClick(lyrics.section_buttons["Chorus"], Qt.MouseButton.LeftButton)
    assert lyrics.text() == "[Verse 1]\n😀 a line\n\n[Chorus]\n"
    qtbot.keyClicks(lyrics.edit, "la")
    assert lyrics.text().endswith("[Chorus]\nla")
    lyrics.edit.undo()
    lyrics.edit.undo()
    assert lyrics.text() == "[Verse 1]\n😀 a line"


def blocks_of(lyrics: LyricsEditor) -> list[QTextBlock]:
    found = []
    block = lyrics.edit.document().firstBlock()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def test_lines_keep_their_distance_and_the_text_stays_plain(
    lyrics: LyricsEditor, style: Style, qtbot: QtBot
) -> None:
    for line in ("one", "", "", "two"):
        qtbot.keyClicks(lyrics.edit, line)
        qtbot.keyClick(lyrics.edit, Qt.Key.Key_Return)
    lyrics.edit.replace_text(lyrics.text() + "three\nfour")
    assert lyrics.text() == "one\n\n\ntwo\nthree\nfour"
    layout = lyrics.edit.document().documentLayout()
    for scale, distance in ((1.0, 20), (1.5, 30)):
        style.set_text_scale(scale)
        tops = [layout.blockBoundingRect(block).top() for block in blocks_of(lyrics)]
        assert tops == [distance * number for number in range(6)]
    assert not any(block.blockFormat().properties() for block in blocks_of(lyrics))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize(
    "modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier]
)
def test_enter_makes_blank_lines_anywhere(
    lyrics: LyricsEditor, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    words = lyrics.edit
    qtbot.keyClick(words, key, modifier)
    qtbot.keyClicks(words, "[Verse]")
    for _ in range(3):
        qtbot.keyClick(words, key, modifier)
    qtbot.keyClicks(words, "Rain on the roof")
    assert lyrics.text() == "\n[Verse]\n\n\nRain on the roof"
    qtbot.keyClick(words, Qt.Key.Key_Home)
    qtbot.keyClick(words, key, modifier)
    qtbot.keyClick(words, Qt.Key.Key_Backspace)
    qtbot.keyClick(words, Qt.Key.Key_Backspace)
    assert lyrics.text() == "\n[Verse]\n\nRain on the roof"
    gutter = lyrics.findChild(LyricsGutter)
    assert isinstance(gutter, LyricsGutter)
    assert [mark.syllables for mark in gutter.visible_marks()] == [0, 0, 0, 4]


def test_a_change_of_the_text_size_keeps_what_can_be_undone(
    lyrics: LyricsEditor, style: Style, qtbot: QtBot
) -> None:
    qtbot.keyClicks(lyrics.edit, "one")
    style.set_text_scale(1.25)
    lyrics.edit.undo()
    assert lyrics.text() == ""


def test_the_cursor_goes_where_the_pointer_is(lyrics: LyricsEditor, qtbot: QtBot) -> None:
    lyrics.edit.load("one\n\nthree words here\nfour")
    viewport = lyrics.edit.viewport()
    for line, at, position in ((0, 2, 0), (1, 90, 4), (2, 300, 21), (3, 300, 26), (9, 300, 26)):
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(at, line * 20 + 12))
        assert lyrics.edit.textCursor().position() == position, (line, at)


def test_long_lines_wrap_in_steps_of_the_line_height(lyrics: LyricsEditor) -> None:
    lyrics.edit.load("walking " * 30 + "\nlast")
    first, last = blocks_of(lyrics)
    layout = lyrics.edit.document().documentLayout()
    assert first.lineCount() > 3
    assert layout.blockBoundingRect(last).top() == 20 * first.lineCount()
    before = first.lineCount()
    lyrics.resize(620, 260)
    assert first.lineCount() < before
    assert layout.blockBoundingRect(last).top() == 20 * first.lineCount()


def test_selected_words_are_painted_as_selected(lyrics: LyricsEditor) -> None:
    lyrics.edit.load("one\ntwo\nthree")
    plain = lyrics.edit.viewport().grab().toImage()
    lyrics.edit.selectAll()
    chosen = lyrics.edit.viewport().grab().toImage()
    for line in range(3):
        changed = [
            (x, y)
            for x in range(20)
            for y in range(line * 20 + 4, line * 20 + 19)
            if plain.pixelColor(x, y) != chosen.pixelColor(x, y)
        ]
        assert len(changed) > 60, line


def test_unsung_lyrics_are_kept_and_say_so(lyrics: LyricsEditor) -> None:
    lyrics.edit.replace_text("test")
    lyrics.set_instrumental(True)
    assert (remark(lyrics), advice(lyrics), lyrics.text()) == ("kept, not sent", None, "test")
    lyrics.set_instrumental(False)
    assert advice(lyrics) is Severity.BLOCKING


def test_the_title_counts_near_its_limit(style: Style, qtbot: QtBot) -> None:
    title = TitleField(style)
    qtbot.addWidget(title)
    title.edit.setText("x" * 40)
    assert remark(title) == ""
    title.edit.setText("x" * 80)
    assert (remark(title), title.edit.property("invalid")) == ("80 of 80", None)
    title.edit.setText("x" * 81)
    assert (remark(title), title.edit.property("invalid")) == ("81 of 80", True)
    assert title.text() == "x" * 81


def test_typing_a_seed_locks_it_and_clearing_unlocks(style: Style, qtbot: QtBot) -> None:
    seed = SeedField(style)
    qtbot.addWidget(seed)
    qtbot.keyClicks(seed.edit, "blue 7")
    assert (seed.seed, seed.is_locked) == ("blue 7", True)
    seed.edit.selectAll()
    qtbot.keyClick(seed.edit, Qt.Key.Key_Delete)
    assert (seed.seed, seed.is_locked) == ("", False)


def test_dice_and_lock(style: Style, qtbot: QtBot) -> None:
    seed = SeedField(style)
    qtbot.addWidget(seed)
    qtbot.mouseClick(seed.roll_button, Qt.MouseButton.LeftButton)
    rolled = seed.seed
    assert rolled.isdigit()
    assert seed.is_locked
    qtbot.mouseClick(seed.lock_button, Qt.MouseButton.LeftButton)
    assert (seed.seed, seed.is_locked) == (rolled, False)
    qtbot.mouseClick(seed.lock_button, Qt.MouseButton.LeftButton)
    assert (seed.seed, seed.is_locked) == (rolled, True)
    seed.show_seed("", locked=False)
    qtbot.mouseClick(seed.lock_button, Qt.MouseButton.LeftButton)
    assert seed.seed.isdigit()
    assert seed.lock_button.isChecked()


def test_the_model_picker_shows_the_accounts_models(style: Style, qtbot: QtBot) -> None:
    picker = ModelPicker(style)
    qtbot.addWidget(picker)
    picker.show_model("FUZZ-1.0")
    picker.set_models([find_model(one) for one in ("FUZZ-2.0", "FUZZ-1.0", "New One")], "FUZZ-2.0")
    assert picker.model() == "FUZZ-1.0"
    assert picker.combo.accessibleDescription() == "30–50 s, stable"
    said = [picker.combo.itemData(row, Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert said[0] == "FUZZ-2.0, 20–30 s, very stable"
    picker.set_models([find_model("FUZZ-2.0 Pro")], "FUZZ-2.0 Pro")
    assert picker.model() == "FUZZ-2.0 Pro"
    assert not picker.has_model("FUZZ-1.0")


def test_positions_count_utf16_units() -> None:
    assert utf16_length("a😀b") == 4
    assert character_offset("a😀b", 3) == 2


def test_drawn_seeds_differ_and_fit() -> None:
    seeds = [draw_seed() for _ in range(50)]
    assert len(set(seeds)) > 45
    assert all(0 <= int(seed) < SEED_COUNT for seed in seeds)


@pytest.mark.parametrize("text", ["x" * 3000, "la la " * 500])
def test_a_word_without_an_end_is_broken_anywhere(lyrics: LyricsEditor, text: str) -> None:
    """Qt takes 20 seconds to find the lines of one of 200,000 characters otherwise."""
    lyrics.edit.load(f"[Verse]\n{text}")
    first, last = (lyrics.edit.document().findBlockByNumber(number) for number in (0, 1))
    anywhere = QTextOption.WrapMode.WrapAnywhere
    assert first.layout().textOption().wrapMode() != anywhere
    assert (last.layout().textOption().wrapMode() == anywhere) == ("x" in text)


def test_a_model_that_is_kept_outlives_other_usual_models(qtbot: QtBot, style: Style) -> None:
    picker = ModelPicker(style)
    qtbot.addWidget(picker)
    names = [model.name for model in MODELS]
    usual, other = names[0], names[1]
    picker.set_models(MODELS, usual)
    picker.set_models(MODELS, other)
    assert picker.model() == other, "nobody has chosen one"
    picker.keep_model()
    picker.set_models(MODELS, usual)
    assert picker.model() == other
    # An account that does not offer it ends that.
    picker.set_models([MODELS[0]], usual)
    assert picker.model() == usual
    picker.set_models(MODELS, other)
    assert picker.model() == other


def test_the_gutter_has_letters_of_rhymes_once_english_can_be_pronounced(
    lyrics: LyricsEditor,
) -> None:
    gutter = lyrics.gutter
    gutter.set_pronunciations(NO_PRONUNCIATIONS)
    lyrics.edit.load("[Verse]\nall in the night\nand then again\nunder the light")
    assert [mark.rhyme for mark in gutter.visible_marks()] == ["", "", "", ""]
    data = b"again AH0 G EH1 N\nlight L AY1 T\nnight N AY1 T\n"
    gutter.set_pronunciations(PronouncingDictionary(data))
    assert [mark.rhyme for mark in gutter.visible_marks()] == ["", "A", "", "A"]


def test_a_button_that_is_disabled_passes_the_focus_to_the_text(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    lyrics, other = LyricsEditor(style, window), QLineEdit(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    QWidget.setTabOrder(lyrics.write_button, other)
    lyrics.write_button.setFocus()
    assert lyrics.write_button.hasFocus()
    lyrics.set_generation_state("", "1 credit", busy=True)
    assert lyrics.edit.hasFocus()


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        pytest.param("", "calm piano", Qt.Key.Key_X, id="typed"),
        pytest.param("calm piano", "calm piano", Qt.Key.Key_X, id="typed behind the same text"),
        pytest.param("calm piano, slow", "calm piano", Qt.Key.Key_Backspace, id="deleted"),
    ],
)
def test_what_is_changed_beside_another_text_is_a_step_of_its_own(
    sound: SoundEditor, qtbot: QtBot, before: str, after: str, key: Qt.Key
) -> None:
    edit = sound.edit
    qtbot.keyClicks(edit, before)
    edit.swap_text(after)
    edit.moveCursor(QTextCursor.MoveOperation.End)
    assert not edit.has_own_undo()
    qtbot.keyClick(edit, key)
    assert edit.has_own_undo()
    edit.undo()
    assert (edit.text(), edit.has_own_undo()) == (after, False)
    edit.undo_swap(before)
    assert edit.text() == before
    # The earlier steps are there again.
    edit.undo()
    assert edit.text() == ""


def test_what_is_typed_behind_a_replaced_text_is_a_step_of_its_own(
    sound: SoundEditor, qtbot: QtBot
) -> None:
    sound.edit.replace_text("calm piano")
    qtbot.keyClicks(sound.edit, " and drums")
    sound.edit.undo()
    assert sound.text() == "calm piano"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\u2028"])
def test_line_ends_from_elsewhere_are_not_doubled(lyrics: LyricsEditor, line_end: str) -> None:
    text = f"One{line_end}two{line_end}{line_end}three four"
    shown = "One\ntwo\n\nthree four"
    for show in (lyrics.edit.swap_text, lyrics.edit.swap_text, lyrics.edit.replace_text):
        show(text)
        assert lyrics.text() == shown
    lyrics.edit.undo_swap(text)
    assert lyrics.text() == shown
    lyrics.edit.undo_swap("")
    assert lyrics.text() == ""


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_the_gutter_reads_only_the_sections_in_view(lyrics: LyricsEditor, share: float) -> None:
    section = ["[Verse]", "Alles ist die Nacht", "und du bist hier", "wir haben gelacht"]
    lyrics.edit.load("\n".join(section * 300))
    gutter = lyrics.gutter
    gutter.set_pronunciations(NO_PRONUNCIATIONS)
    read: list[str] = []
    endings = gutter._endings

    def count_readings(line: str, language: Language) -> frozenset[str]:
        read.append(line)
        return endings(line, language)

    gutter._endings = count_readings
    bar = lyrics.edit.verticalScrollBar()
    bar.setValue(round(bar.maximum() * share))
    shown = gutter.visible_marks()
    letters = "".join(mark.rhyme or "." for mark in shown)
    assert letters in ".A.A" * 10
    assert len(shown) - 4 < len(read) < len(shown) + 8


def test_a_long_section_has_no_letters_wherever_it_is_scrolled_to(lyrics: LyricsEditor) -> None:
    lyrics.edit.load("\n".join(["Alles ist die Nacht", "wir haben gelacht"] * 400))
    gutter = lyrics.gutter
    bar = lyrics.edit.verticalScrollBar()
    for share in (0, 0.3, 0.5, 1):
        bar.setValue(round(bar.maximum() * share))
        marks = gutter.visible_marks()
        assert {mark.rhyme for mark in marks} == {""}
        assert all(mark.syllables for mark in marks)


def test_long_lines_are_not_cached(lyrics: LyricsEditor) -> None:
    """Each key makes another line; thousands of 100,000 characters would be kept."""
    lyrics.set_pace(SungPace(0.3, 3), None)
    lyrics.edit.load("Alles ist die Nacht\n" + "und wir haben gelacht " * 50)
    gutter = lyrics.gutter
    gutter.set_pronunciations(NO_PRONUNCIATIONS)
    caches = (_count_words, _is_section_mark, gutter.count_line)

    def sizes() -> list[int]:
        return [cache.cache_info().currsize for cache in caches]  # type: ignore[attr-defined]

    gutter.visible_marks()
    before = sizes()
    for sign in "heute":
        lyrics.edit.moveCursor(QTextCursor.MoveOperation.End)
        QTest.keyClicks(lyrics.edit, sign)
        lyrics._update_advice()
        marks = gutter.visible_marks()
    assert sizes() == before
    assert lyrics.head.remark() == "205 words"
    assert [mark.syllables for mark in marks] == [None]
