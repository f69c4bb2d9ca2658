"""Columns of the list: moved, resized and chosen by pointer and keys."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.recipe import Recipe
from producer_studio.studio.clips import SortOrder
from producer_studio.ui.clips.row import build_clip_row
from producer_studio.ui.library.column_header import ColumnHeader
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import ListBench, a_clip

_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bench(list_bench: ListBench) -> ListBench:
    list_bench.add([a_clip("Rain")])
    list_bench.shows("Rain")
    return list_bench


def heading(bench: ListBench, name: str) -> ColumnHeader:
    heads = bench.panel.column_headers.findChildren(ColumnHeader)
    return next(head for head in heads if head.spec.name == name)


def visible(bench: ListBench) -> list[str]:
    view = bench.panel.view
    layout = view.row_delegate.layout_for(view.viewport().width())
    heads = bench.panel.column_headers.findChildren(ColumnHeader)
    shown = sorted((head.x(), head.spec.name) for head in heads if not head.isHidden())
    assert [name for _, name in shown[1:]] == [one.spec.name for one in layout.columns]
    return [one.spec.name for one in layout.columns]


def menu_items(bench: ListBench, head: ColumnHeader | None = None) -> Menu:
    headers = bench.panel.column_headers
    menu = Menu(headers._style, headers)
    headers.fill_menu(menu, head)
    return menu


def choose(bench: ListBench, text: str, head: ColumnHeader | None = None) -> None:
    menu = menu_items(bench, head)
    next(item for item in menu.actions() if item.text().split("\t")[0] == text).trigger()


def send(head: ColumnHeader, kind: QEvent.Type, at: QPoint) -> None:
    """Sends an event of the pointer at a position on the screen."""
    where = QPointF(head.mapFromGlobal(at))
    event = QMouseEvent(kind, where, QPointF(at), _LEFT, _LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(head, event)


def start_drag(head: ColumnHeader, x: int, distance: int) -> QPoint:
    """Presses a heading and drags it; returns where the pointer is."""
    start = head.mapToGlobal(QPoint(x, 6))
    send(head, QEvent.Type.MouseButtonPress, start)
    end = start + QPoint(distance, 0)
    send(head, QEvent.Type.MouseMove, start + QPoint(distance // 2, 0))
    send(head, QEvent.Type.MouseMove, end)
    return end


def test_a_dragged_heading_moves_its_column_and_does_not_sort(bench: ListBench) -> None:
    before = visible(bench)
    assert before[-3:] == ["length", "rating", "added"]
    head = heading(bench, "added")
    end = start_drag(head, 20, heading(bench, "length").x() - head.x() - 10)
    send(head, QEvent.Type.MouseButtonRelease, end)
    assert visible(bench) == [*before[:-3], "added", "length", "rating"]
    assert bench.panel.column_headers.sort == SortOrder()
    head = heading(bench, "length")
    start_drag(head, 20, 400)
    QTest.keyClick(head, Qt.Key.Key_Escape)
    assert visible(bench) == [*before[:-3], "added", "length", "rating"]


def test_the_edge_of_a_heading_follows_the_pointer_as_far_as_there_is_room(
    bench: ListBench,
) -> None:
    before = visible(bench)
    head = heading(bench, "length")
    left, width = head.x(), head.width()
    end = start_drag(head, 3, -30)
    assert (head.x(), head.width()) == (left - 30, width + 30)
    send(head, QEvent.Type.MouseMove, end - QPoint(2_000, 0))
    assert visible(bench) == before
    send(head, QEvent.Type.MouseMove, end + QPoint(2_000, 0))
    assert head.width() == 32
    send(head, QEvent.Type.MouseButtonRelease, end)
    send(head, QEvent.Type.MouseButtonDblClick, head.mapToGlobal(QPoint(3, 6)))
    assert (head.x(), head.width()) == (left, width)


def test_keys_move_and_resize_a_column(bench: ListBench) -> None:
    before = visible(bench)
    head = heading(bench, "rating")
    width = head.width()
    QTest.keyClick(head, Qt.Key.Key_Left, _ALT)
    assert visible(bench) == [*before[:-3], "rating", "length", "added"]
    QTest.keyClick(head, Qt.Key.Key_Right, _ALT)
    QTest.keyClick(head, Qt.Key.Key_Right, _ALT)
    QTest.keyClick(head, Qt.Key.Key_Right, _ALT)
    assert visible(bench) == [*before[:-3], "length", "added", "rating"]
    QTest.keyClick(head, Qt.Key.Key_Left, _ALT | _SHIFT)
    assert head.width() == width + 8
    title = heading(bench, "title")
    QTest.keyClick(title, Qt.Key.Key_Right, _ALT)
    assert visible(bench)[0] != "title"


def test_the_menu_chooses_columns_and_says_which_have_no_room(bench: ListBench) -> None:
    before = visible(bench)
    choose(bench, "Rating")
    assert visible(bench) == [name for name in before if name != "rating"]
    choose(bench, "Plays")
    assert "plays" in visible(bench)
    choose(bench, "Move Plays to the left", heading(bench, "plays"))
    choose(bench, "Reset columns")
    assert visible(bench) == before
    for text in ("Seed", "Loudness", "True peak", "Price", "Operation", "Account", "Key", "BPM"):
        choose(bench, text)
        # The one chosen last has a place, if need be that of others.
        assert any(heading(bench, name).spec.heading == text for name in visible(bench))
    bench.panel.resize(240, 400)
    bench.settle()
    assert all(
        not item.isEnabled() for item in menu_items(bench).actions() if item.text() == "Seed"
    )


def test_a_screen_reader_reads_the_chosen_columns(bench: ListBench) -> None:
    table = bench.panel.view.table
    spoken = table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    choose(bench, "Account")
    after = table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert after == f"{spoken}, account {table.clip_row(0).clip.account}"


def test_strengths_and_parts_of_zero_are_shown() -> None:
    recipe = Recipe(weirdness=0.0, sound_strength=0.35, starts_at_s=0.0, ends_at_s=62.0)
    clip = a_clip("Rain").with_changes(recipe=recipe)
    row = build_clip_row(clip, b"", date(2026, 2, 1), preset="Night Drive")
    names = ("weirdness", "sound_strength", "cover_strength", "from", "to", "preset")
    assert [row.texts[name] for name in names] == ["0", "0.35", "", "0:00", "1:02", "Night Drive"]
    assert row.spoken_with(["weirdness", "to"]).endswith("weirdness 0, part to 1:02")
