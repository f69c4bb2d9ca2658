"""The same clips as cards beside each other."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip import Clip
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.library.card_delegate import cards_per_row
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import ListBench, a_clip


@pytest.fixture
def grid(list_bench: ListBench) -> list[Clip]:
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(30)])
    list_bench.until(lambda: len(list_bench.ids) == 30)
    list_bench.panel.activateWindow()
    list_bench.panel.view.setFocus()
    list_bench.panel.select_clip(clips[6].id)
    list_bench.panel.header.grid_button.click()
    list_bench.settle()
    return clips


def test_cards_fill_the_width_in_order(list_bench: ListBench, grid: list[Clip]) -> None:
    table = list_bench.panel.view.table
    across = cards_per_row(list_bench.panel.view.viewport().width())
    assert (table.columnCount(), table.rowCount()) == (across, -(-30 // across))
    assert table.id_at(table.index(1, 0)) == grid[across].id
    assert table.id_at(table.index(table.rowCount() - 1, across - 1)) is None


def test_the_grid_has_no_heads_and_sorts_by_a_menu(list_bench: ListBench, grid: list[Clip]) -> None:
    panel = list_bench.panel
    assert panel.column_headers.isHidden()
    panel.header.sort_button.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    (title,) = [action for action in menu.actions() if action.text() == "Title"]
    title.trigger()
    menu.close()
    list_bench.until(lambda: list_bench.titles[:2] == ["0", "1"])
    panel.header.list_button.click()
    assert not panel.column_headers.isHidden()
    assert panel.header.sort_button.isHidden()


def test_selection_stays_when_the_view_changes(list_bench: ListBench, grid: list[Clip]) -> None:
    assert list_bench.panel.selected_ids() == [grid[6].id]
    list_bench.panel.header.list_button.click()
    list_bench.settle()
    assert list_bench.panel.selected_ids() == [grid[6].id]
    assert list_bench.panel.view.table.columnCount() == 1


def test_arrows_go_from_card_to_card(list_bench: ListBench, grid: list[Clip]) -> None:
    across = list_bench.panel.view.table.clips_per_row
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Right)
    assert list_bench.panel.selected_ids() == [grid[7].id]
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Down)
    assert list_bench.panel.selected_ids() == [grid[7 + across].id]


def test_model_keeps_its_promises_in_the_grid(list_bench: ListBench, grid: list[Clip]) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(list_bench.panel.view.table, mode)
    list_bench.add([a_clip("new", age=-1)])
    list_bench.until(lambda: len(list_bench.ids) == 31)
    list_bench.panel.resize(1000, 640)
    list_bench.settle()
    list_bench.panel.resize(400, 640)
    list_bench.settle()
    assert tester.model().columnCount() == 2
    assert list_bench.panel.selected_ids() == [grid[6].id]


def test_press_on_a_cover_selects_and_on_its_mark_plays(
    list_bench: ListBench, grid: list[Clip]
) -> None:
    list_bench.give_sound(grid[1])
    view = list_bench.panel.view
    list_bench.until(lambda: view.table.cached_row(grid[1].id).clip.playable)  # type: ignore[union-attr]
    view.scrollToTop()
    played: list[str] = []
    list_bench.panel.play_requested.connect(played.append)
    card = view.visualRect(view.table.index_of(1))
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=card.topLeft() + QPoint(20, 20)
    )
    assert list_bench.panel.selected_ids() == [grid[1].id]
    middle = QPoint(card.center().x(), card.top() + card.width() // 2)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert played == [grid[1].id]


def test_covers_are_bounded_in_memory(list_bench: ListBench) -> None:
    covers = CoverCache(list_bench.panel, max_bytes=10 * 44 * 44 * 4)
    for number in range(50):
        covers.pixmap(a_clip(str(number)).id, None, (44, 44), 1.0, 6.0)
    assert len(covers._pixmaps) == 10
    assert covers._pixmaps.byte_count <= 10 * 44 * 44 * 4
    covers.close()
