"""The same clips as cards beside each other."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip import Clip
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.library.card_delegate import cards_per_row
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import Listed, a_clip


@pytest.fixture
def grid(listed: Listed) -> list[Clip]:
    clips = listed.add([a_clip(f"{age}", age=age) for age in range(30)])
    listed.until(lambda: len(listed.ids) == 30)
    listed.panel.activateWindow()
    listed.panel.view.setFocus()
    listed.panel.select_clip(clips[6].id)
    listed.panel.grid_button.click()
    listed.breathe()
    return clips


def test_cards_fill_the_width_in_order(listed: Listed, grid: list[Clip]) -> None:
    table = listed.panel.view.table
    across = cards_per_row(listed.panel.view.viewport().width())
    assert (table.columnCount(), table.rowCount()) == (across, -(-30 // across))
    assert table.id_at(table.index(1, 0)) == grid[across].id
    assert table.id_at(table.index(table.rowCount() - 1, across - 1)) is None


def test_the_grid_has_no_heads_and_sorts_by_a_menu(listed: Listed, grid: list[Clip]) -> None:
    panel = listed.panel
    assert panel.column_headers.isHidden()
    panel.sort_button.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    (title,) = [action for action in menu.actions() if action.text() == "Title"]
    title.trigger()
    menu.close()
    listed.until(lambda: listed.titles[:2] == ["0", "1"])
    panel.list_button.click()
    assert not panel.column_headers.isHidden()
    assert panel.sort_button.isHidden()


def test_selection_stays_when_the_view_changes(listed: Listed, grid: list[Clip]) -> None:
    assert listed.panel.selected_ids() == [grid[6].id]
    listed.panel.list_button.click()
    listed.breathe()
    assert listed.panel.selected_ids() == [grid[6].id]
    assert listed.panel.view.table.columnCount() == 1


def test_arrows_go_from_card_to_card(listed: Listed, grid: list[Clip]) -> None:
    across = listed.panel.view.table.clips_per_row
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Right)
    assert listed.panel.selected_ids() == [grid[7].id]
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Down)
    assert listed.panel.selected_ids() == [grid[7 + across].id]


def test_model_keeps_its_promises_in_the_grid(listed: Listed, grid: list[Clip]) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(listed.panel.view.table, mode)
    listed.add([a_clip("new", age=-1)])
    listed.until(lambda: len(listed.ids) == 31)
    listed.panel.resize(1000, 640)
    listed.breathe()
    listed.panel.resize(400, 640)
    listed.breathe()
    assert tester.model().columnCount() == 2
    assert listed.panel.selected_ids() == [grid[6].id]


def test_press_on_a_cover_selects_and_on_its_mark_plays(listed: Listed, grid: list[Clip]) -> None:
    listed.give_sound(grid[1])
    view = listed.panel.view
    listed.until(lambda: view.table.cached_row(grid[1].id).clip.playable)  # type: ignore[union-attr]
    view.scrollToTop()
    played: list[str] = []
    listed.panel.play_requested.connect(played.append)
    card = view.visualRect(view.table.index_of(1))
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=card.topLeft() + QPoint(20, 20)
    )
    assert listed.panel.selected_ids() == [grid[1].id]
    middle = QPoint(card.center().x(), card.top() + card.width() // 2)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert played == [grid[1].id]


def test_covers_are_bounded_in_memory(listed: Listed) -> None:
    covers = CoverCache(listed.panel, max_bytes=10 * 44 * 44 * 4)
    for number in range(50):
        covers.pixmap(a_clip(str(number)).id, None, (44, 44), 1.0, 6.0)
    assert len(covers._pixmaps) == 10
    assert covers._pixmaps.byte_count <= 10 * 44 * 44 * 4
    covers.close()
