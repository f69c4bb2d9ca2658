"""The manual's window: pages, search, links, keys, themes, and the studio's other windows."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from producer_studio.studio.manual import PAGES, WHATS_NEW, Manual
from producer_studio.studio.studio import resources_folder
from producer_studio.ui.manual.window import ITEM_PADDING, ManualWindow
from producer_studio.ui.shortcuts.chosen_keys import choose_keys
from producer_studio.ui.shortcuts.manual_page import manual_page_of, set_manual_page
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.shown_language import shown_in
from tests.support.ui_bench import LONGEST_WAIT_S

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Bench:
    """A manual window, and the loop that reads its pages."""

    def __init__(self, style: Style, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.tasks = Tasks(loop)
        self.window = ManualWindow(style, self.tasks, Manual(resources_folder()))
        self.window.show()

    def open(self, page: str = "") -> None:
        self.call(lambda: self.window.open_page(page))

    def call(self, action: Callable[[], object]) -> None:
        """Calls a function in the running loop, and waits for what it has started."""

        async def run() -> None:
            action()
            while self.tasks._tasks:
                QApplication.processEvents()
                await asyncio.sleep(0.005)

        self.loop.run_until_complete(asyncio.wait_for(run(), LONGEST_WAIT_S))

    @property
    def shown(self) -> str:
        page = self.window.view.page
        return page.name if page is not None else ""

    @property
    def listed(self) -> list[str]:
        items = self.window.list
        return [str(items.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(items.count())]


@pytest.fixture
def bench(style: Style, loop: asyncio.AbstractEventLoop) -> Iterator[Bench]:
    made = Bench(style, loop)
    yield made
    if isValid(made.window):
        made.window.close()
    loop.run_until_complete(made.tasks.close())
    choose_keys({})


@pytest.mark.parametrize("code", ["en", "de", "zh_CN"])
def test_the_list_has_room_for_all_titles(
    style: Style, loop: asyncio.AbstractEventLoop, code: str
) -> None:
    with shown_in(code):
        bench = Bench(style, loop)
        bench.open()
    titles, lacks = bench.window.list, dict[str, int]()
    for row in range(titles.count()):
        item = titles.item(row)
        box = titles.visualItemRect(item)
        room = QRect(0, 0, titles.viewport().width() - 2 * ITEM_PADDING, 1000)
        wraps = Qt.TextFlag.TextWordWrap
        needed = titles.fontMetrics().boundingRect(room, wraps, item.text())
        lacks[item.text()] = needed.height() - box.height() + 8
    bench.window.close()
    loop.run_until_complete(bench.tasks.close())
    assert {title: px for title, px in lacks.items() if px > 0} == {}


def test_it_opens_at_a_page_and_lists_all(bench: Bench) -> None:
    bench.open("comparing")
    assert bench.shown == "comparing"
    assert bench.listed == [*PAGES, WHATS_NEW]
    assert bench.window.list.currentRow() == PAGES.index("comparing")
    bench.open()
    assert bench.shown == "comparing"


def test_it_opens_at_its_first_page(bench: Bench) -> None:
    bench.open()
    assert bench.shown == PAGES[0]


def test_a_page_has_its_picture(bench: Bench) -> None:
    bench.open("comparing")
    assert "manual-picture" in bench.window.view.toHtml()
    bench.open(WHATS_NEW)
    assert "manual-picture" not in bench.window.view.toHtml()


def test_a_search_narrows_the_list_and_marks_the_words(bench: Bench) -> None:
    bench.open()
    bench.call(lambda: bench.window.search.edit.setText("true peak"))
    assert bench.listed == ["export"]
    assert bench.shown == "export"
    assert bench.window.view.extraSelections()[1:]
    assert bench.window.count_label.text() == "1 page"
    bench.call(lambda: bench.window.search.edit.setText("xyzzy"))
    assert bench.window.count_label.text() == "No page has these words."
    assert bench.shown == "export"
    bench.call(bench.window.search.edit.clear)
    assert bench.listed == [*PAGES, WHATS_NEW]
    assert bench.window.view.extraSelections() == []


def test_a_page_that_a_search_hides_ends_the_search(bench: Bench) -> None:
    bench.open()
    bench.call(lambda: bench.window.search.edit.setText("true peak"))
    bench.open("keys")
    assert bench.shown == "keys"
    assert bench.window.search.edit.text() == ""


def test_links_lead_to_pages_and_back(bench: Bench, qtbot: QtBot) -> None:
    bench.open("first-song")
    bench.call(lambda: bench.window.view.link_activated.emit("manual:accounts"))
    assert bench.shown == "accounts"
    bench.call(lambda: bench.window.view.link_activated.emit("manual:export"))
    bench.call(lambda: qtbot.keyClick(bench.window.view, Qt.Key.Key_Left, ALT))
    assert bench.shown == "accounts"
    bench.call(bench.window.back_button.click)
    assert bench.shown == "first-song"
    assert bench.window.list.currentRow() == 0
    assert not bench.window.back_button.isEnabled()


def test_links_to_settings_and_keys_are_passed_on(bench: Bench, qtbot: QtBot) -> None:
    bench.open("keys")
    with qtbot.waitSignal(bench.window.settings_requested) as asked:
        bench.window.view.link_activated.emit("settings:Keyboard")
    assert asked.args == ["Keyboard"]
    with qtbot.waitSignal(bench.window.keys_requested):
        bench.window.view.link_activated.emit("keys:")


def test_a_link_is_followed_by_the_keyboard(bench: Bench, qtbot: QtBot) -> None:
    bench.open("first-song")
    view = bench.window.view
    bench.window.activateWindow()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    bench.call(lambda: qtbot.keyClick(view, Qt.Key.Key_Return))
    assert bench.shown == "accounts"


def test_the_keyboard_reaches_search_list_and_page(bench: Bench, qtbot: QtBot) -> None:
    bench.open()
    window = bench.window
    window.activateWindow()
    qtbot.waitUntil(window.view.hasFocus)
    qtbot.keyClick(window.view, Qt.Key.Key_F, CTRL)
    assert window.search.edit.hasFocus()
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Down)
    assert window.list.hasFocus()
    bench.call(lambda: qtbot.keyClick(window.list, Qt.Key.Key_Down))
    assert bench.shown == PAGES[1]


def test_escape_ends_the_search_and_then_closes(bench: Bench, qtbot: QtBot) -> None:
    bench.open()
    bench.call(lambda: bench.window.search.edit.setText("mixer"))
    bench.call(lambda: qtbot.keyClick(bench.window.search.edit, Qt.Key.Key_Escape))
    assert bench.window.search.edit.text() == ""
    assert bench.window.isVisible()
    bench.call(lambda: qtbot.keyClick(bench.window.search.edit, Qt.Key.Key_Escape))
    assert not bench.window.isVisible()


def test_keys_are_those_that_the_user_chose(bench: Bench) -> None:
    bench.open("keys")
    assert "Ctrl+K" in bench.window.view.toPlainText()
    choose_keys({"search": "Ctrl+J"})
    text = bench.window.view.toPlainText()
    assert "Ctrl+J" in text
    assert "Ctrl+K" not in text


def test_theme_and_text_size_are_followed(bench: Bench, style: Style) -> None:
    bench.open("library")
    view = bench.window.view
    dark, small = view.toHtml(), view.document().size().height()
    bench.call(lambda: style.set_mode("light"))
    assert style.colour("text1").name() in view.toHtml()
    assert view.toHtml() != dark
    bench.call(lambda: style.set_text_scale(1.5))
    assert view.document().size().height() > small


def test_screen_readers_get_names(bench: Bench) -> None:
    bench.open()
    names = {
        one.accessibleName()
        for one in (bench.window.view, bench.window.list, bench.window.search.edit)
    }
    assert names == {"Page of the manual", "Pages of the manual", "Search the manual"}
    read = QAccessible.queryAccessibleInterface(bench.window.view)
    assert "Demo Studio" in read.textInterface().text(0, 400)


def test_a_dialog_of_another_window_leaves_it_usable(bench: Bench, qtbot: QtBot) -> None:
    bench.open()
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    dialog = QDialog(other)
    dialog.open()
    assert bench.window.windowModality() is Qt.WindowModality.NonModal
    assert bench.window.parentWidget() is None
    bench.call(lambda: bench.window.search.edit.setText("mixer"))
    assert bench.shown
    dialog.close()


def test_the_page_of_the_nearest_part_counts(qtbot: QtBot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    inner = QWidget(outer)
    assert manual_page_of(inner) == ""
    set_manual_page(outer, "library")
    assert manual_page_of(inner) == "library"
    set_manual_page(inner, "playing")
    assert (manual_page_of(inner), manual_page_of(outer), manual_page_of(None)) == (
        "playing", "library", "",
    )  # fmt: skip
    with pytest.raises(KeyError):
        set_manual_page(inner, "no page")


def test_rendering_a_page_ends_at_every_size(bench: Bench) -> None:
    """At some heights a page has a scroll bar only with its picture, or only beside it."""
    bench.open("library")
    view = bench.window.view
    renderings = 0

    def count() -> None:
        nonlocal renderings
        renderings += 1
        if renderings > most:
            view._page = None  # Otherwise the events would have no end.

    heights = range(360, 900, 60)
    most = 20 * len(heights)
    view.document().contentsChanged.connect(count)
    for height in heights:
        bench.window.resize(900, height)
        QApplication.processEvents()
    assert 0 < renderings <= most
