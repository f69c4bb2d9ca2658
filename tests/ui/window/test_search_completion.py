"""Completion in the search field: fields and values while typing, chosen by keys or mouse."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from producer_studio.ui.window.top_bar import TopBar
from tests.support.held_keys import hold_key
from tests.ui.window.conftest import WindowBench
from tests.ui.window.search_bench import opened_bar


@pytest.fixture
def bar(bench: WindowBench, qtbot: QtBot) -> Iterator[TopBar]:
    with opened_bar(bench, qtbot) as bar:
        yield bar


def type_text(bench: WindowBench, qtbot: QtBot, bar: TopBar, text: str) -> None:
    bench.press(lambda: qtbot.keyClicks(bar.search.edit, text))
    bench.settle()


def press(bench: WindowBench, qtbot: QtBot, bar: TopBar, key: Qt.Key) -> None:
    bench.press(lambda: qtbot.keyClick(bar.search.edit, key))
    bench.settle()


def shown(bar: TopBar) -> list[str]:
    model = bar.completion.popup.model
    if not bar.completion.is_open:
        return []
    return [
        str(model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole))
        for row in range(model.rowCount())
    ]


def test_fields_and_then_their_values_are_completed_with_counts(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    type_text(bench, qtbot, bar, "ta")
    assert shown(bar) == ["tag:, Tags", "take:, Take"]
    press(bench, qtbot, bar, Qt.Key.Key_Tab)
    assert bar.search.edit.text() == "tag:"
    assert shown(bar) == ['tag:"late night", 2', "tag:latin, 1", "tag:rain, 1"]
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    assert bar.search.query() == "tag:latin"
    assert [chip.text() for chip in bar.search._chips] == ["tag:latin"]
    assert shown(bar) == []
    assert bar.search.edit.hasFocus()


def test_typing_and_enter_are_never_taken(bench: WindowBench, qtbot: QtBot, bar: TopBar) -> None:
    type_text(bench, qtbot, bar, "lat")
    assert shown(bar) == ['tag:"late night", 2', "tag:latin, 1"]
    type_text(bench, qtbot, bar, "e")
    assert bar.search.query() == "late"
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    assert bar.search.query() == "late"
    assert shown(bar) == []


def test_escape_closes_the_popup_before_it_clears_the_field(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    lists: list[bool] = []
    bar.list_focus_requested.connect(lambda: lists.append(True))
    type_text(bench, qtbot, bar, "lat")
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Escape)
    assert (bar.search.query(), shown(bar), lists) == ("lat", [], [])
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    assert lists == [True]
    press(bench, qtbot, bar, Qt.Key.Key_Escape)
    assert bar.search.query() == ""


def test_up_leaves_the_rows_so_that_enter_searches_for_what_is_typed(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    type_text(bench, qtbot, bar, "lat")
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Up)
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    assert bar.search.query() == "lat"


def test_tab_completes_what_is_still_being_read(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    def type_quickly() -> None:
        qtbot.keyClicks(bar.search.edit, "tag:ra")
        qtbot.keyClick(bar.search.edit, Qt.Key.Key_Tab)

    bench.press(type_quickly)
    bench.settle()
    assert bar.search.query() == "tag:rain"


def test_a_late_answer_is_dropped(bench: WindowBench, qtbot: QtBot, bar: TopBar) -> None:
    openings: list[list[str]] = []
    bar.completion.open_changed.connect(lambda _is_open: openings.append(shown(bar)))

    def type_on_while_it_is_read() -> None:
        qtbot.keyClicks(bar.search.edit, "tag:")
        bar.completion._request()
        qtbot.keyClicks(bar.search.edit, "ra")

    bench.press(type_on_while_it_is_read)
    bench.settle()
    assert openings == [["tag:rain, 1"]]

    def search_for_something_else() -> None:
        qtbot.keyClicks(bar.search.edit, "i")
        bar.completion._request()
        bar.search.set_query("rain")

    bench.press(search_for_something_else)
    bench.settle()
    assert openings[1:] == [[]]


def test_a_row_is_chosen_with_the_mouse(bench: WindowBench, qtbot: QtBot, bar: TopBar) -> None:
    type_text(bench, qtbot, bar, "rain | -tag:la")
    rows = bar.completion.popup.list
    place = rows.visualRect(rows.model().index(1, 0)).center()
    bench.press(lambda: qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place))
    bench.settle()
    assert bar.search.query() == "rain | -tag:latin"
    assert bar.search.edit.hasFocus()


def test_a_screen_reader_reads_and_chooses_a_row(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    type_text(bench, qtbot, bar, "tag:la")
    rows = QAccessible.queryAccessibleInterface(bar.completion.popup.list)
    assert rows.text(QAccessible.Text.Name) == "Completions"
    row = rows.child(1)
    assert row.text(QAccessible.Text.Name) == "tag:latin, 1"
    bench.press(lambda: row.actionInterface().doAction("Toggle"))
    bench.settle()
    assert bar.search.query() == "tag:latin"


def test_a_click_elsewhere_closes_the_popup(bench: WindowBench, qtbot: QtBot, bar: TopBar) -> None:
    type_text(bench, qtbot, bar, "ta")
    bench.press(lambda: qtbot.mouseClick(bar._brand, Qt.MouseButton.LeftButton))
    assert shown(bar) == []
    assert bar.search.query() == "ta"


def test_a_field_of_numbers_shows_how_it_is_written(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    type_text(bench, qtbot, bar, "bpm:")
    bar.show_problem("Enter a value after “bpm:”.")
    popup = bar.completion.popup
    assert bar.completion.is_open
    assert popup._hint.text().startswith("For example bpm:80..95")
    assert not bar._problem.isVisible()  # it covers what the popup shows
    press(bench, qtbot, bar, Qt.Key.Key_Escape)
    assert bar._problem.isVisible()


def leave(bench: WindowBench, bar: TopBar) -> None:
    bench.press(lambda: bar.settings.setFocus(Qt.FocusReason.TabFocusReason))
    bench.settle()


def search_focus(bench: WindowBench, bar: TopBar) -> None:
    bench.press(bar.focus_search)
    bench.settle()


def test_a_search_that_was_used_is_shown_in_the_empty_field(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    type_text(bench, qtbot, bar, "tag:rain ")
    leave(bench, bar)
    search_focus(bench, bar)
    type_text(bench, qtbot, bar, "lofi")
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    bench.press(lambda: bar.search.set_query("model:x"))  # by another part of the window
    leave(bench, bar)
    bench.press(bar.search.clear)
    leave(bench, bar)
    assert shown(bar) == []
    search_focus(bench, bar)
    assert shown(bar) == ["tag:rain lofi", "tag:rain", "Forget all searches"]
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    assert (bar.search.query(), shown(bar)) == ("tag:rain", [])
    press(bench, qtbot, bar, Qt.Key.Key_Up)
    assert shown(bar) == ["tag:rain lofi", "Forget all searches"]


def test_delete_held_down_forgets_one_past_search(bench: WindowBench, bar: TopBar) -> None:
    for query in ("one", "two", "three", "four"):
        bench.run(bench.studio.search_history.record(query))
    search_focus(bench, bar)
    bench.press(lambda: bar.completion.popup.move_current(1))
    hold_key(Qt.Key.Key_Delete, bench.settle)
    assert shown(bar) == ["three", "two", "one", "Forget all searches"]


def test_past_searches_are_forgotten_by_key_menu_and_all_at_once(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    for query in ("one", "two", "three", "four"):
        bench.run(bench.studio.search_history.record(query))
    steps: list[str] = []
    bar.completion.undo_available.connect(lambda text, _step: steps.append(text))
    search_focus(bench, bar)
    press(bench, qtbot, bar, Qt.Key.Key_Down)
    press(bench, qtbot, bar, Qt.Key.Key_Delete)
    assert shown(bar) == ["three", "two", "one", "Forget all searches"]
    assert bar.completion.popup.list.currentIndex().row() == 0
    rows = bar.completion.popup.list
    place = rows.visualRect(rows.model().index(1, 0)).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, rows.viewport().mapToGlobal(place)
    )
    bench.press(lambda: QApplication.sendEvent(rows.viewport(), event))
    (menu,) = bar.search.findChildren(QMenu)
    (forget,) = [one for one in menu.actions() if one.text().startswith("Forget this")]
    bench.press(menu.hide)
    bench.press(forget.trigger)
    bench.settle()
    # The offscreen platform does not activate the window again.
    bench.press(bar.window().activateWindow)
    bench.until(bar.search.edit.hasFocus)
    bench.press(bar.completion.close_popup)
    search_focus(bench, bar)
    assert shown(bar) == ["three", "one", "Forget all searches"]
    bench.run(bench.studio.clips.undo())
    press(bench, qtbot, bar, Qt.Key.Key_Escape)
    press(bench, qtbot, bar, Qt.Key.Key_Up)
    assert shown(bar) == ["three", "two", "one", "Forget all searches"]
    press(bench, qtbot, bar, Qt.Key.Key_PageDown)
    press(bench, qtbot, bar, Qt.Key.Key_Return)
    search_focus(bench, bar)
    assert shown(bar) == []
    assert steps == [
        "Search “four” forgotten.",
        "Search “two” forgotten.",
        "3 searches forgotten.",
    ]
