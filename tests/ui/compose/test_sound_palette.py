"""Words to choose from beside the sound: marked, searched, added and removed by mouse and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.sound_vocabulary import GROUPS, WordKind
from producer_studio.translation import active
from producer_studio.translation.active import use_language
from producer_studio.ui.compose.sound.editor import SoundEditor
from producer_studio.ui.compose.sound.palette import SoundPalette
from producer_studio.ui.compose.sound.word_chip import WordChip
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import ButtonKeys
from tests.ui.compose.conftest import ComposeBench, press_ctrl

LANGUAGES = Path(__file__).parents[3] / "resources" / "languages"


@pytest.fixture
def sound(style: Style, qtbot: QtBot) -> SoundEditor:
    made = SoundEditor(style)
    qtbot.addWidget(made)
    made.resize(360, 160)
    made.show()
    qtbot.waitExposed(made)
    made.window().activateWindow()
    return made


@pytest.fixture
def palette(sound: SoundEditor, qtbot: QtBot) -> SoundPalette:
    opened = sound.open_palette()
    qtbot.waitUntil(opened.edit.hasFocus)
    return opened


def chip(palette: SoundPalette, word: str) -> WordChip:
    (found,) = [one for flow in palette.flows.values() for one in flow.chips if one.word == word]
    return found


def shown(palette: SoundPalette) -> list[str]:
    return [one.word for one in palette.shown_chips()]


def marked(palette: SoundPalette) -> set[str]:
    return {one.word for flow in palette.flows.values() for one in flow.chips if one.isChecked()}


def choose(palette: SoundPalette, kind: WordKind) -> None:
    palette.tabs.tab(GROUPS[kind].label).setChecked(True)


def test_a_click_adds_a_word_and_takes_it_back(sound: SoundEditor, palette: SoundPalette) -> None:
    sound.edit.load("calm hip hop")
    palette.show_text(sound.text())
    assert marked(palette) == {"calm", "hip-hop"}
    choose(palette, WordKind.INSTRUMENT)
    QTest.mouseClick(chip(palette, "piano"), Qt.MouseButton.LeftButton)
    assert sound.text() == "calm hip hop, piano"
    assert marked(palette) == {"calm", "hip-hop", "piano"}
    QTest.mouseClick(chip(palette, "piano"), Qt.MouseButton.LeftButton)
    assert sound.text() == "calm hip hop"
    sound.edit.undo()
    assert sound.text() == "calm hip hop, piano"
    sound.edit.undo()
    assert sound.text() == "calm hip hop"
    assert marked(palette) == {"calm", "hip-hop"}


def test_one_tempo_takes_the_place_of_another(sound: SoundEditor, palette: SoundPalette) -> None:
    choose(palette, WordKind.TEMPO)
    for word in ("84 BPM", "120 BPM"):
        QTest.mouseClick(chip(palette, word), Qt.MouseButton.LeftButton)
    assert sound.text() == "120 BPM"
    assert marked(palette) == {"120 BPM"}


def test_each_kind_has_a_tab_that_counts_the_words_in_use(
    sound: SoundEditor, palette: SoundPalette
) -> None:
    assert shown(palette) == [str(word) for word in GROUPS[WordKind.GENRE].words]
    sound.edit.replace_text("piano, violin, calm")
    tab = palette.tabs.tab(GROUPS[WordKind.INSTRUMENT].label)
    assert tab.accessibleName() == "Instruments 2"
    tab.setChecked(True)
    assert shown(palette) == [str(word) for word in GROUPS[WordKind.INSTRUMENT].words]


def test_the_search_looks_through_all_kinds(palette: SoundPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.edit, "gospel")
    assert shown(palette) == ["gospel", "gospel choir"]
    qtbot.keyClicks(palette.edit, "x")
    assert shown(palette) == []
    choose(palette, WordKind.KEY)
    assert palette.edit.text() == ""
    assert shown(palette) == [str(word) for word in GROUPS[WordKind.KEY].words]


@pytest.fixture
def in_language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = active._language, active._messages
    use_language(request.param, LANGUAGES)
    yield request.param
    active.set_messages(*before)


@pytest.mark.parametrize(
    ("in_language", "typed", "name"),
    [("de", "klavier", "Klavier, piano"), ("zh_CN", "钢琴", "钢琴, piano")],
    indirect=["in_language"],
)
def test_words_are_found_and_read_in_both_languages(
    in_language: str, typed: str, name: str, sound: SoundEditor, palette: SoundPalette
) -> None:
    for text in (typed, "piano"):
        palette.edit.setText(text)
        assert "piano" in shown(palette)
    assert chip(palette, "piano").accessibleName() == name
    assert chip(palette, "84 BPM").accessibleName() == "84 BPM"
    chip(palette, "piano").click()
    assert sound.text() == "piano"


def test_it_is_used_by_keys_alone(sound: SoundEditor, palette: SoundPalette, qtbot: QtBot) -> None:
    keys = ButtonKeys(lambda _widget: False, lambda: None, sound)
    qtbot.keyClicks(palette.edit, "vocals")
    qtbot.keyClick(palette.edit, Qt.Key.Key_Return)
    assert sound.text() == "female vocals"
    qtbot.keyClick(palette.edit, Qt.Key.Key_Down)
    first = palette.shown_chips()[0]
    assert first.hasFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    second = palette.shown_chips()[1]
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Return)
    assert sound.text() == f"female vocals, {second.word}"
    qtbot.keyClick(second, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sound.text() == "female vocals"
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Left)
    qtbot.keyClick(first, Qt.Key.Key_Up)
    assert palette.edit.hasFocus()
    qtbot.keyClick(palette.edit, Qt.Key.Key_Escape)
    assert sound.palette_popup is None
    del keys


def test_up_and_down_go_to_the_lines_beside(palette: SoundPalette, qtbot: QtBot) -> None:
    chips = palette.shown_chips()
    lines = sorted({one.y() for one in chips})
    qtbot.keyClick(palette.edit, Qt.Key.Key_Down)
    for line in lines[1:]:
        focused = next(one for one in chips if one.hasFocus())
        qtbot.keyClick(focused, Qt.Key.Key_Down)
        assert next(one for one in chips if one.hasFocus()).y() == line
    last = next(one for one in chips if one.hasFocus())
    qtbot.keyClick(last, Qt.Key.Key_Down)
    assert last.hasFocus()


def test_tab_reaches_one_chip(palette: SoundPalette) -> None:
    reached = [
        one.word
        for one in palette.shown_chips()
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    ]
    assert reached == ["pop"]


def test_a_screen_reader_hears_what_is_chosen_and_chooses(
    sound: SoundEditor, palette: SoundPalette
) -> None:
    sound.edit.replace_text("calm")
    word = QAccessible.queryAccessibleInterface(chip(palette, "pop"))
    assert word.text(QAccessible.Text.Name) == "pop"
    assert word.state().checkable
    assert not word.state().checked
    word.actionInterface().doAction("Toggle")
    assert sound.text() == "calm, pop"
    assert word.state().checked
    flow = QAccessible.queryAccessibleInterface(chip(palette, "pop").parentWidget())
    assert flow.text(QAccessible.Text.Name) == "Genre"


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_field_stays_in_view(style: Style, qtbot: QtBot, scale: float) -> None:
    style.set_text_scale(scale)
    window = QWidget()
    qtbot.addWidget(window)
    sound = SoundEditor(style, window)
    sound.setGeometry(16, 200, round(360 * scale), 160)
    window.resize(1100, 700)
    window.show()
    qtbot.waitExposed(window)
    popup = sound.open_palette()
    assert popup.x() > sound.mapToGlobal(sound.rect().topRight()).x()
    corner = window.mapToGlobal(window.rect().bottomRight())
    assert popup.geometry().right() <= corner.x()
    assert popup.geometry().bottom() <= corner.y()


def test_whole_forms_are_undone_after_the_words(bare: ComposeBench) -> None:
    sound = bare.panel.view.sound
    sound.edit.replace_text("calm")
    sound.open_palette().word_toggled.emit("piano", True)
    assert bare.panel.controller.form().sound == "calm, piano"
    press_ctrl(sound.edit, Qt.Key.Key_Z)
    assert bare.panel.controller.form().sound == "calm"
