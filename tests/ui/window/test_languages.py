"""The window in each of its languages: all of it translated, and nothing cut off."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS, Strength
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH
from producer_studio.ui.language import apply_window_language
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.strength_slider import StrengthRow
from producer_studio.ui.window.window import MainWindow
from tests.support.shown_texts import shown_in, texts_cut_off, texts_untranslated
from tests.ui.window.conftest import WindowBench
from tests.ui.window.every_dialog import PAGES

_NAMES = re.compile(
    r"Producer Studio|Demo Studio|MusicAPI|AIMusicAPI|AceData Cloud|Apiframe|Amazon S3|personal"
    r"|English|Deutsch|https?://\S*|musicapi-\S+|eu-central-1|/\S+|library|PRODUCER_STUDIO_\w+"
    r"|Release|DAW|Share|Low tide|FUZZ-2.0|A / B"
    rf"|(?:{'|'.join(ENGLISH.months)}) \d{{4}}"
)
"""Names that are alike in all languages."""


@pytest.fixture(params=["en", "de", "zh_CN"])
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of everything that is made after it."""
    with shown_in(request.param):
        yield request.param


@pytest.fixture
def _marked() -> Iterator[None]:
    with shown_in("marked"):
        yield


def test_no_text_of_the_settings_is_cut_off(
    code: str, bench: WindowBench, joined: MainWindow
) -> None:
    joined.resize(1100, 700)
    found = {}
    for page in PAGES:
        bench.press(lambda page=page: joined.dialogs.open_settings(page))
        bench.settle()
        found[page] = texts_cut_off(joined.dialogs.open_dialogs["settings"])
    for service in Service:
        bench.press(lambda service=service: joined.dialogs.add_account(service))
        bench.settle()
        dialog = joined.dialogs.open_dialogs.get("account")
        if dialog is not None:
            found[f"{code} {service}"] = texts_cut_off(dialog)
            bench.press(dialog.close)
    assert {page: texts for page, texts in found.items() if texts} == {}


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_settings_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    found = {}
    for page in PAGES:
        bench.press(lambda page=page: joined.dialogs.open_settings(page))
        bench.settle()
        found[page] = texts_untranslated(joined.dialogs.open_dialogs["settings"], _NAMES)
    assert {page: texts for page, texts in found.items() if texts} == {}


def test_no_text_of_the_player_is_cut_off(
    code: str, bench: WindowBench, joined: MainWindow
) -> None:
    joined.resize(1100, 700)
    play_one(bench, joined)
    assert texts_cut_off(joined.player) == [], code


@pytest.mark.usefixtures("_marked")
def test_all_texts_of_the_player_are_translated(bench: WindowBench, joined: MainWindow) -> None:
    before = texts_untranslated(joined.player, _NAMES)
    play_one(bench, joined)
    assert before + texts_untranslated(joined.player, _NAMES) == []


@pytest.mark.usefixtures("code")
@pytest.mark.parametrize("strength", [*STRENGTHS, COVER_STRENGTH], ids=lambda one: one.name)
def test_names_and_words_of_strengths_are_not_cut_off(
    qtbot: QtBot, style: Style, strength: Strength
) -> None:
    row = StrengthRow(style, strength)
    qtbot.addWidget(row)
    row.show()
    for bound, _word in strength.value_labels:
        row.set_value(bound - 0.01)
        for text in (row._name, row._word):
            assert text.width() >= text.fontMetrics().horizontalAdvance(text.text()), text.text()


def play_one(bench: WindowBench, window: MainWindow) -> None:
    """Loads an extended clip, with a region, a queue and a second clip beside it."""
    recipe = Recipe(operation=Operation.EXTEND, model="FUZZ-2.0", starts_at_s=64.0)
    clips = [Clip(id=ClipId(name), recipe=recipe, title="Low tide") for name in "abc"]
    bench.run(bench.studio._library.clips.add(clips))
    bench.press(lambda: window.player.load(clips[0], play=False))
    bench.press(lambda: window.player.load(clips[1], play=False))
    bench.press(lambda: window.player.queue.add([clips[2].id]))
    bench.settle()


def test_qt_says_its_own_texts_in_the_language(qapp: QApplication) -> None:
    assert apply_window_language(qapp, "de")
    try:
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
        assert not apply_window_language(qapp, "de")
    finally:
        assert apply_window_language(qapp, "en")
    assert language().code == "en"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
