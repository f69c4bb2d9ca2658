"""Builder of searches: rows write the query, and a query that was typed is shown as rows."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from producer_studio.studio.search_conditions import Comparator
from producer_studio.ui.widgets.badge import Chip
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.window.search_builder import SearchBuilder
from producer_studio.ui.window.top_bar import TopBar
from tests.ui.window.conftest import WindowBench, named
from tests.ui.window.search_bench import opened_bar


@pytest.fixture
def bar(bench: WindowBench, qtbot: QtBot) -> Iterator[TopBar]:
    with opened_bar(bench, qtbot) as bar:
        yield bar


def opened_builder(bench: WindowBench, bar: TopBar, query: str = "") -> SearchBuilder:
    bench.press(lambda: bar.search.set_query(query))
    button = named(bar.search, "Build the search")
    assert isinstance(button, QAbstractButton)
    bench.press(button.click)
    (builder,) = bar.search.findChildren(SearchBuilder)
    return builder


def choose(bench: WindowBench, builder: SearchBuilder, name: str, text: str) -> None:
    box = named(builder, name)
    assert isinstance(box, QComboBox)
    bench.press(lambda: box.setCurrentText(text))


def press(bench: WindowBench, builder: SearchBuilder, name: str) -> None:
    (button,) = [
        one
        for one in builder.findChildren(QAbstractButton)
        if name in {one.accessibleName(), one.text()}
    ]
    bench.press(button.click)
    bench.settle()


def test_a_search_is_built_from_rows(bench: WindowBench, qtbot: QtBot, bar: TopBar) -> None:
    builder = opened_builder(bench, bar)
    choose(bench, builder, "Field 1", "Tempo")
    choose(bench, builder, "Comparison 1", Comparator.BETWEEN.value)
    for name, text in (("Value 1", "80"), ("Upper value 1", "95")):
        edit = named(builder, name)
        bench.press(lambda edit=edit, text=text: qtbot.keyClicks(edit, text))
    assert bar.search.query() == "bpm:80..95"
    press(bench, builder, "Add a condition")
    choose(bench, builder, "Field 2", "Favourite mark")
    choose(bench, builder, "Comparison 2", Comparator.IS_NOT.value)
    assert bar.search.query() == "bpm:80..95 -fav:yes"
    press(bench, builder, "Remove the condition 1")
    assert bar.search.query() == "-fav:yes"
    assert builder.rows[0].field_box.accessibleName() == "Field 1"
    press(bench, builder, "Clear all conditions")
    assert (bar.search.query(), len(builder.rows)) == ("", 1)
    closed: list[bool] = []
    builder.destroyed.connect(lambda: closed.append(True))
    press(bench, builder, "Done")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert closed == [True]


def test_what_was_typed_is_shown_and_other_terms_stay_text(
    bench: WindowBench, qtbot: QtBot, bar: TopBar
) -> None:
    builder = opened_builder(bench, bar, "rain | snow tag:latin stars:>3")
    shown = [(row.condition.field, row.condition.value) for row in builder.rows]
    assert shown == [("tag", "latin"), ("stars", "3")]
    assert builder.rest_edit.text() == "rain | snow"
    value = named(builder, "Value 2")
    assert isinstance(value, QLineEdit)
    bench.press(value.clear)
    bench.press(lambda: qtbot.keyClicks(value, "4"))
    assert bar.search.query() == "tag:latin stars:>4 rain | snow"
    bench.press(lambda: qtbot.keyClick(builder, Qt.Key.Key_Escape))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert bar.search.findChildren(SearchBuilder) == []
    bench.settle()
    (past,) = bench.run(bench.studio.search_history.list_latest())
    assert past.query == "tag:latin stars:>4 rain | snow"


def test_a_value_is_chosen_from_those_that_clips_have(bench: WindowBench, bar: TopBar) -> None:
    builder = opened_builder(bench, bar)
    choose(bench, builder, "Field 1", "Tags")
    press(bench, builder, "Choose the value 1")
    (popup,) = builder.findChildren(ChoicePopup)
    model = popup.model
    texts = [model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert texts == ["late night, 2", "latin, 1"]
    bench.press(lambda: popup.chosen.emit("late night"))
    bench.press(popup.close)
    assert bar.search.query() == 'tag:"late night"'


def test_every_part_has_a_name_of_its_own(bench: WindowBench, bar: TopBar) -> None:
    builder = opened_builder(bench, bar, "tag:x bpm:80..95 fav:yes added:<7d")
    parts = [
        part
        for kind in (QComboBox, QLineEdit, QAbstractButton)
        for part in builder.findChildren(kind)
        if part.isVisibleTo(builder)
    ]
    names = [part.accessibleName() or part.text() for part in parts]
    assert all(names)
    assert len(set(names)) == len(names)


def test_terms_that_do_not_fit_are_one_chip_and_none_is_cut(
    bench: WindowBench, bar: TopBar
) -> None:
    search = bar.search
    query = "title:Electric title:Skies stars:>3 model:FUZZ-2.0 bpm:80..95 is:instrumental"
    bench.press(lambda: search.set_query(query + " "))
    for width in (900, 500, 360, 240):
        search.setMinimumWidth(0)
        search.resize(width, search.height())
        bench.press(QApplication.processEvents)
        shown = [chip for chip in search.findChildren(Chip) if not chip.isHidden()]
        assert all(chip.width() >= chip.sizeHint().width() for chip in shown)
        assert search.edit.width() >= 90
        assert search.query() == query
    (more,) = [chip for chip in shown if chip.text().startswith("+")]
    assert more.text() == f"+{6 - len(shown) + 1}"
    assert "title:Electric" in more.button.accessibleName()
    bench.press(more.button.click)
    assert search.findChildren(SearchBuilder)
    bench.press(lambda: search.set_query("stars:>3"))
    assert more.isHidden()
