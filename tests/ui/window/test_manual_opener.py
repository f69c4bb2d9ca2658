"""F1 opens the manual at the page of the focus; what is new is offered once after an update."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from producer_studio import __version__
from producer_studio.studio.manual import WHATS_NEW
from producer_studio.ui.manual.window import ManualWindow
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.pages.keyboard import KeyboardPage
from producer_studio.ui.shortcuts.manual_page import manual_page_of
from producer_studio.ui.window.views.compare import VIEW as COMPARE
from producer_studio.ui.window.views.stems import VIEW as STEMS
from producer_studio.ui.window.views.video import VIEW as VIDEO
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench


def manual_of(window: MainWindow) -> ManualWindow:
    opened = window.dialogs.manual.window
    assert opened is not None
    return opened


def shown_page(bench: WindowBench, window: MainWindow) -> str:
    bench.settle()
    page = manual_of(window).view.page
    assert page is not None
    return page.name


def test_f1_opens_the_page_of_the_focus(
    bench: WindowBench, joined: MainWindow, qtbot: QtBot
) -> None:
    joined.activateWindow()
    bench.until(joined.isActiveWindow)
    joined.compose.view.sound.edit.setFocus()
    bench.press(lambda: qtbot.keyClick(joined, Qt.Key.Key_F1))
    assert shown_page(bench, joined) == "sound-and-lyrics"
    opened = manual_of(joined)
    joined.activateWindow()
    bench.until(joined.isActiveWindow)
    buttons = joined.player.findChildren(QAbstractButton)
    next(one for one in buttons if one.isEnabled() and one.isVisible()).setFocus()
    bench.press(lambda: qtbot.keyClick(joined, Qt.Key.Key_F1))
    assert shown_page(bench, joined) == "playing"
    assert manual_of(joined) is opened


def test_f1_works_in_a_dialog_which_leaves_the_manual_usable(
    bench: WindowBench, joined: MainWindow, qtbot: QtBot
) -> None:
    bench.press(lambda: joined.dialogs.open_settings("Keyboard"))
    dialog = joined.dialogs.open_dialogs["settings"]
    dialog.activateWindow()
    bench.until(dialog.isActiveWindow)
    bench.press(lambda: qtbot.keyClick(dialog, Qt.Key.Key_F1))
    assert shown_page(bench, joined) == "keys"
    assert dialog.isVisible()
    manual = manual_of(joined)
    # A window that the dialog blocks would never be the active one.
    manual.activateWindow()
    bench.until(manual.isActiveWindow)


@pytest.mark.parametrize(
    ("page", "manual_page"),
    [("Accounts", "accounts"), ("Library", "kept"), ("Export", "export"), ("About", "accounts")],
)
def test_pages_of_the_settings_have_pages_of_the_manual(
    bench: WindowBench, qtbot: QtBot, page: str, manual_page: str
) -> None:
    dialog = SettingsDialog(bench.context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open_page(page)
    assert manual_page_of(dialog) == manual_page


def test_views_have_pages_of_the_manual() -> None:
    pages = [view.manual_page for view in (COMPARE, STEMS, VIDEO)]
    assert pages == ["comparing", "stems-and-video", "stems-and-video"]


def test_links_open_settings_and_the_list_of_keys(bench: WindowBench, joined: MainWindow) -> None:
    bench.press(lambda: joined.dialogs.manual.open_page("keys"))
    assert shown_page(bench, joined) == "keys"
    bench.press(lambda: manual_of(joined).view.link_activated.emit("keys:"))
    keys = joined.dialogs.open_dialogs["keys"]
    assert keys.isVisible()
    bench.press(keys.close)
    bench.press(lambda: manual_of(joined).view.link_activated.emit("settings:Keyboard"))
    settings = joined.dialogs.open_dialogs["settings"]
    assert isinstance(settings, SettingsDialog)
    bench.press(settings.page(KeyboardPage).list_button.click)
    assert joined.dialogs.open_dialogs["keys"].isVisible()
    bench.settle()


def test_the_manual_closes_with_the_studio(bench: WindowBench, joined: MainWindow) -> None:
    bench.press(joined.dialogs.manual.open_page)
    manual = manual_of(joined)
    bench.settle()
    joined.dialogs.manual.shut_down()
    assert not manual.isVisible()
    bench.settle()
    assert joined.dialogs.manual.window is None


def offered(bench: WindowBench, window: MainWindow) -> list[str]:
    """Looks for news as a start does, and returns the notices."""
    opener = window.dialogs.manual
    news = bench.run(opener.find_news())
    bench.press(lambda: opener.offer_news(news, window.show_notice))
    return [notice.text for notice in window.notices.notices()]


def test_nothing_is_new_at_the_first_start(bench: WindowBench, joined: MainWindow) -> None:
    assert offered(bench, joined) == []
    assert bench.studio.preferences.value.last_version == __version__


def test_what_is_new_is_offered_once_after_an_update(
    bench: WindowBench, joined: MainWindow
) -> None:
    bench.studio.preferences.change(last_version="0.0.1")
    text = f"Producer Studio was updated to {__version__}."
    assert offered(bench, joined) == [text]
    assert bench.studio.preferences.value.last_version == __version__
    (button,) = [
        one for one in joined.notices.findChildren(QPushButton) if one.text() == "What’s new"
    ]
    bench.press(button.click)
    assert shown_page(bench, joined) == WHATS_NEW
    bench.settle()
    assert bench.run(joined.dialogs.manual.find_news()) == ()


def test_an_older_version_offers_nothing(bench: WindowBench, joined: MainWindow) -> None:
    bench.studio.preferences.change(last_version="99.0")
    assert offered(bench, joined) == []
    assert bench.studio.preferences.value.last_version == __version__
