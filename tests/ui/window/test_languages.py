"""The window in each of its languages: all of it translated, and nothing cut off."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from producer_studio.domain.account import Service
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH
from producer_studio.ui.language import apply_window_language
from producer_studio.ui.window.window import MainWindow
from tests.support.shown_texts import shown_in, texts_cut_off, texts_untranslated
from tests.ui.window.conftest import WindowBench
from tests.ui.window.every_dialog import PAGES

_NAMES = re.compile(
    r"Producer Studio|Demo Studio|MusicAPI|AIMusicAPI|AceData Cloud|Apiframe|Amazon S3|personal"
    r"|English|Deutsch|https?://\S*|musicapi-\S+|eu-central-1|/\S+|library|PRODUCER_STUDIO_\w+|Release|DAW|Share"
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


def test_qt_says_its_own_texts_in_the_language(qapp: QApplication) -> None:
    assert apply_window_language(qapp, "de")
    try:
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
        assert not apply_window_language(qapp, "de")
    finally:
        assert apply_window_language(qapp, "en")
    assert language().code == "en"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
