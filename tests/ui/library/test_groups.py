"""Groups of takes in the list and in the grid."""

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QPushButton

from producer_studio.domain.best_takes import choose_takes
from producer_studio.domain.clip import Clip
from producer_studio.domain.clip_list import RowKey, group_key
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.ui.clips.row_layout import RowPart, compute_row_layout
from producer_studio.ui.library.group_actions import GroupButton
from producer_studio.ui.widgets.focus_order import controls_in_reading_order
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import ListBench, a_clip

_PRESS = PressId("skies")
_SHIFT, _KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier
_GROUP = group_key(_PRESS)


def takes(count: int = 4, press: PressId = _PRESS, **fields: object) -> list[Clip]:
    """The takes of one press, the first of them newest, as they arrive together."""
    return [
        a_clip(
            "Electric Skies",
            **{
                "age": 10 + number / 10,
                "press": press,
                "take": number,
                "takes": count,
                "seed": f"12345{170 + number:04}",
                "sound": "lofi piano",
            }
            | fields,
        )
        for number in range(1, count + 1)
    ]


def ids_of(clips: list[Clip]) -> list[RowKey]:
    return [clip.id for clip in clips]


@pytest.fixture
def song(list_bench: ListBench) -> list[Clip]:
    """Four takes in a closed group, between two other clips."""
    made = takes()
    others = [a_clip("New", age=1), a_clip("Old", age=99)]
    list_bench.add([*made, *others], told=False)
    list_bench.panel._list_loader.set_groups_takes(True)
    list_bench.until(lambda: len(list_bench.ids) == 3)
    return [list_bench.get(clip.id) for clip in made]


def row_of(list_bench: ListBench, row: RowKey) -> int:
    place = list_bench.panel.view.table.find_position(row)
    assert place is not None
    return place


def focus_group(list_bench: ListBench) -> None:
    view = list_bench.panel.view
    list_bench.panel.activateWindow()
    view.setFocus(Qt.FocusReason.OtherFocusReason)
    view.setCurrentIndex(view.table.index_of(row_of(list_bench, _GROUP)))
    list_bench.until(lambda: view.table.group_row(row_of(list_bench, _GROUP)) is not None)


def press_part(list_bench: ListBench, part: RowPart) -> None:
    """Clicks on a part of the group's row."""
    view = list_bench.panel.view
    place = row_of(list_bench, _GROUP)
    list_bench.until(lambda: view.table.group_row(place) is not None)
    box = view.visualRect(view.table.index_of(place))
    for x in range(box.left(), box.right()):
        point = QPoint(x, box.center().y())
        if view.row_delegate.part_at(box, point, place)[0] is part:
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
            return
    raise AssertionError(part)


def text_of(list_bench: ListBench, row: RowKey, role: Qt.ItemDataRole) -> str:
    table = list_bench.panel.view.table
    index = table.index_of(row_of(list_bench, row))
    list_bench.until(lambda: bool(table.data(index, role)))
    return str(table.data(index, role))


def test_takes_of_a_press_are_one_row(list_bench: ListBench, song: list[Clip]) -> None:
    assert list_bench.ids[1] == _GROUP
    spoken = text_of(list_bench, _GROUP, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Electric Skies, group of 4 takes, closed"


def test_keys_open_and_close_a_group(list_bench: ListBench, song: list[Clip]) -> None:
    view = list_bench.panel.view
    watched: QAbstractItemModel = view.table
    tester = QAbstractItemModelTester(watched, QAbstractItemModelTester.FailureReportingMode.Fatal)
    focus_group(list_bench)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert list_bench.ids[1:6] == [_GROUP, *ids_of(song)]
    spoken = text_of(list_bench, _GROUP, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Electric Skies, group of 4 takes, open"
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert len(list_bench.ids) == 3
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(list_bench.ids) == 7
    QTest.keyClick(view, Qt.Key.Key_Enter)
    assert len(list_bench.ids) == 3
    assert tester.model() is view.table


def test_takes_are_read_apart_by_a_screen_reader(list_bench: ListBench, song: list[Clip]) -> None:
    list_bench.panel.view.set_group_open(_GROUP, is_open=True)
    spoken = [text_of(list_bench, clip.id, Qt.ItemDataRole.AccessibleTextRole) for clip in song[:2]]
    assert spoken[1].startswith("Electric Skies, take 2 of 4, seed ending 0172, ")
    assert len(set(spoken)) == 2


def test_a_group_stands_where_its_first_take_would(list_bench: ListBench, song: list[Clip]) -> None:
    list_bench.run(list_bench.studio.clips.edit([song[2].id], stars=5))
    list_bench.panel._list_loader.set_sort(SortOrder("rating"))
    list_bench.until(lambda: list_bench.ids[:1] == [_GROUP])
    list_bench.panel.view.set_group_open(_GROUP, is_open=True)
    assert list_bench.ids[1:5] == ids_of(song)


def test_the_first_page_and_the_whole_list_are_alike(list_bench: ListBench) -> None:
    made: list[Clip] = []
    for number in range(150):
        made += takes(3, PressId(f"press-{number}"), age=number)
    list_bench.add(made)
    shown: list[list[RowKey]] = []
    list_bench.panel._list_loader.list_loaded.connect(
        lambda listed, _same: shown.append(list(listed.rows))
    )
    list_bench.panel._list_loader.set_sort(SortOrder("title", descending=False))
    list_bench.until(lambda: len(shown) > 1 and len(shown[-1]) == 150)
    first = next(rows for rows in shown if len(rows) < 150)
    assert shown[-1][: len(first)] == first


def test_a_search_lists_its_hits_one_by_one(list_bench: ListBench, song: list[Clip]) -> None:
    list_bench.panel.set_query("lofi")
    list_bench.shows(*[f"Electric Skies · take {number}" for number in range(1, 5)])
    list_bench.panel.set_query("")
    list_bench.until(lambda: _GROUP in list_bench.ids)


def test_the_button_ungroups_and_groups(list_bench: ListBench, song: list[Clip]) -> None:
    list_bench.panel.group_button.click()
    list_bench.until(lambda: len(list_bench.ids) == 6 and _GROUP not in list_bench.ids)
    list_bench.panel.group_button.click()
    list_bench.until(lambda: len(list_bench.ids) == 3)


def test_a_group_that_arrives_is_open_and_stays_as_it_is_set(list_bench: ListBench) -> None:
    made = takes()
    list_bench.add([a_clip("Old", age=99)])
    list_bench.add(made[:1])
    list_bench.until(lambda: made[0].id in list_bench.ids)
    list_bench.add(made[1:2])
    list_bench.until(lambda: _GROUP in list_bench.ids and made[1].id in list_bench.ids)
    list_bench.panel.view.set_group_open(_GROUP, is_open=False)
    list_bench.add(made[2:])
    list_bench.until(lambda: len(list_bench.panel.view.table.takes_of(_GROUP)) == 4)
    list_bench.settle()
    assert made[2].id not in list_bench.ids
    list_bench.panel.view.set_group_open(_GROUP, is_open=True)
    list_bench.panel._list_loader.set_smart_list(SmartList.FAVOURITES)
    list_bench.until(lambda: list_bench.ids == [])
    list_bench.panel._list_loader.set_smart_list(SmartList.ALL)
    list_bench.until(lambda: made[2].id in list_bench.ids)


def test_selecting_a_group_selects_its_takes(list_bench: ListBench, song: list[Clip]) -> None:
    focus_group(list_bench)
    assert list_bench.panel.selected_ids() == ids_of(song)
    list_bench.panel.view.selectAll()
    assert len(list_bench.panel.selected_ids()) == 6


def test_closing_a_group_selects_it_in_place_of_its_take(
    list_bench: ListBench, song: list[Clip]
) -> None:
    view = list_bench.panel.view
    list_bench.panel.select_clip(song[2].id)
    assert list_bench.panel.selected_ids() == [song[2].id]
    view.set_group_open(_GROUP, is_open=False)
    assert view.selected_rows() == [_GROUP]


def test_keep_best_trashes_the_others_in_one_step(list_bench: ListBench, song: list[Clip]) -> None:
    steps: list[tuple[str, object]] = []
    list_bench.panel.clip_actions.undo_available.connect(
        lambda text, step: steps.append((text, step))
    )
    list_bench.run(list_bench.studio.clips.edit([song[1].id], stars=4))
    list_bench.run(list_bench.studio.clips.edit([song[3].id], stars=2))
    view = list_bench.panel.view
    place = row_of(list_bench, _GROUP)
    list_bench.until(
        lambda: (
            (group := view.table.group_row(place)) is not None
            and group.keep_label == "Keep best, trash 3"
        )
    )
    press_part(list_bench, RowPart.KEEP)
    list_bench.until(lambda: len(steps) == 1)
    list_bench.until(lambda: song[1].id in list_bench.ids and _GROUP not in list_bench.ids)
    assert steps[0][0] == "3 clips moved to the trash."
    list_bench.run(list_bench.studio.clips.undo())
    list_bench.until(lambda: len(view.table.takes_of(_GROUP)) == 4)


def test_keep_best_follows_the_ratings_in_the_library(
    list_bench: ListBench, song: list[Clip]
) -> None:
    actions = list_bench.panel.clip_actions
    stale = choose_takes([song[0].with_changes(stars=2), *song[1:]])
    assert stale is not None
    list_bench.run(list_bench.studio.clips.edit([song[0].id], stars=2))
    list_bench.run(list_bench.studio.clips.edit([song[1].id], stars=4))
    list_bench.press(lambda: actions.keep_takes(stale))
    list_bench.until(lambda: song[1].id in list_bench.ids and _GROUP not in list_bench.ids)
    found = list_bench.run(list_bench.studio.clips.get_many([clip.id for clip in song]))
    assert [clip.id for clip in found if clip.trashed_at is None] == [song[1].id]


def test_a_double_click_on_keep_does_not_rate_what_is_there_then(
    list_bench: ListBench, song: list[Clip]
) -> None:
    view = list_bench.panel.view
    list_bench.run(list_bench.studio.clips.edit([song[1].id], favourite=True))
    place = row_of(list_bench, _GROUP)
    list_bench.until(
        lambda: (group := view.table.group_row(place)) is not None and group.choice is not None
    )
    box = view.visualRect(view.table.index_of(place))
    parts = [
        (view.row_delegate.part_at(box, point, place)[0], point)
        for x in range(box.left(), box.right())
        for point in [QPoint(x, box.center().y())]
    ]
    both = [
        point
        for part, point in parts
        if part is RowPart.KEEP
        and compute_row_layout(box.width()).part_at(box, point)[0] is RowPart.STARS
    ]
    assert both
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=both[0])
    list_bench.until(lambda: song[1].id in list_bench.ids)
    list_bench.until(lambda: view.table.cached_row(song[1].id) is not None)
    # The second press of a double-click.
    left, place_there = Qt.MouseButton.LeftButton, QPointF(both[0])
    second = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        place_there,
        view.viewport().mapToGlobal(place_there),
        left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), second)
    list_bench.settle()
    assert list_bench.get(song[1].id).stars == 0


def test_keep_waits_for_a_choice(list_bench: ListBench, song: list[Clip]) -> None:
    view = list_bench.panel.view
    view.set_group_open(_GROUP, is_open=True)
    press_part(list_bench, RowPart.KEEP)
    list_bench.settle()
    assert len(list_bench.ids) == 7
    list_bench.panel.select_clip(song[2].id)
    group = view.table.group_row(row_of(list_bench, _GROUP))
    assert group is not None
    assert group.keep_label == "Keep take 3, trash 3"
    press_part(list_bench, RowPart.KEEP)
    list_bench.until(lambda: len(list_bench.ids) == 3)
    assert song[2].id in list_bench.ids


def test_comparing(list_bench: ListBench, song: list[Clip]) -> None:
    view, heard = list_bench.panel.view, list[list[ClipId]]()
    list_bench.panel.compare_requested.connect(heard.append)
    focus_group(list_bench)
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard == []
    list_bench.panel.set_can_compare(True)
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    press_part(list_bench, RowPart.COMPARE)
    assert heard == [ids_of(song)] * 2
    view.select_first()
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard[2:] == [[list_bench.ids[0]]]


def test_the_row_that_has_the_keyboard_is_compared_without_a_selection(
    list_bench: ListBench, song: list[Clip]
) -> None:
    view, heard = list_bench.panel.view, list[list[ClipId]]()
    list_bench.panel.compare_requested.connect(heard.append)
    list_bench.panel.set_can_compare(True)
    focus_group(list_bench)
    view.clearSelection()
    assert list_bench.panel.selected_ids() == []
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard == [ids_of(song)]


def shown_buttons(list_bench: ListBench) -> dict[str, QPushButton]:
    """The buttons of the current group that Tab and screen readers find, by their names."""
    found = list_bench.panel.findChildren(GroupButton)
    return {button.accessibleName(): button for button in found if button.isVisible()}


@pytest.mark.parametrize("is_grid", [False, True])
def test_the_buttons_of_a_group_are_found_by_tab_and_screen_readers(
    list_bench: ListBench, song: list[Clip], is_grid: bool
) -> None:
    panel, view, heard = list_bench.panel, list_bench.panel.view, list[list[ClipId]]()
    panel.set_can_compare(True)
    panel.set_grid(is_grid)
    panel.compare_requested.connect(heard.append)
    focus_group(list_bench)
    list_bench.until(lambda: len(shown_buttons(list_bench)) == 3)
    names = ["Open the group", "Compare the takes", "Keep best"]
    stops = controls_in_reading_order(panel)
    assert sorted(shown_buttons(list_bench)) == sorted(names)
    assert stops.index(shown_buttons(list_bench)["Compare the takes"]) > stops.index(view)
    spoken = QAccessible.queryAccessibleInterface(shown_buttons(list_bench)["Keep best"])
    assert spoken.state().disabled
    assert "Rate a take" in spoken.text(QAccessible.Text.Description)

    spoken = QAccessible.queryAccessibleInterface(shown_buttons(list_bench)["Open the group"])
    assert spoken.text(QAccessible.Text.Description) == "Electric Skies, 4 takes"
    spoken.actionInterface().doAction(QAccessibleActionInterface.pressAction())
    list_bench.until(lambda: "Close the group" in shown_buttons(list_bench))
    assert list_bench.ids[1:6] == [_GROUP, *ids_of(song)]
    shown_buttons(list_bench)["Compare the takes"].click()
    assert heard == [ids_of(song)]

    # On a take they are those of its group; the take that is selected is the one to keep.
    list_bench.panel.select_clip(song[1].id)
    list_bench.until(lambda: "Keep take 2, trash 3" in shown_buttons(list_bench))
    keep = shown_buttons(list_bench)["Keep take 2, trash 3"]
    keep.setFocus(Qt.FocusReason.TabFocusReason)
    keep.click()
    list_bench.until(lambda: len(list_bench.ids) == 3 and not shown_buttons(list_bench))
    assert view.hasFocus()


@pytest.mark.parametrize("shift", [_SHIFT, _SHIFT | _KEYPAD], ids=["Del", "keypad"])
def test_a_key_keeps_the_selected_take(
    list_bench: ListBench, song: list[Clip], shift: Qt.KeyboardModifier
) -> None:
    view = list_bench.panel.view
    focus_group(list_bench)
    QTest.keyClick(view, Qt.Key.Key_Delete, shift)
    list_bench.settle()
    assert len(view.table.takes_of(_GROUP)) == 4
    list_bench.panel.set_grid(True)
    for key, count in ((Qt.Key.Key_Minus, 3), (Qt.Key.Key_Plus, 7)):
        QTest.keyClick(view, key)
        assert len(list_bench.ids) == count
    list_bench.panel.set_grid(False)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert list_bench.panel.selected_ids() == [song[2].id]
    QTest.keyClick(view, Qt.Key.Key_Delete, shift)
    list_bench.until(lambda: len(list_bench.ids) == 3)
    assert song[2].id in list_bench.ids
    # Elsewhere it does nothing: it would trash what it keeps in a group.
    view.select_first()
    QTest.keyClick(view, Qt.Key.Key_Delete, shift)
    list_bench.settle()
    assert len(list_bench.ids) == 3


def test_the_menu_says_that_it_is_about_all_takes(list_bench: ListBench, song: list[Clip]) -> None:
    list_bench.panel.set_can_compare(True)
    focus_group(list_bench)
    list_bench.panel._on_menu_requested(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    menu.close()
    assert texts == [
        "Open the group", "Play take 1", "Play next", "Add to queue", "Add 4 takes to a playlist…",
        "Rename 4 takes", "Tags of 4 takes…", "Details of 4 takes…", "Compare", "Keep best",
        "Favourite 4 takes", "Rate 4 takes", "Tempo", "Export 4 takes…",
        "Export 4 takes as", "Tags of exported files…", "Release check of 4…",
        "Move 4 takes to trash",
    ]  # fmt: skip


def test_renaming_a_group_renames_its_takes(list_bench: ListBench, song: list[Clip]) -> None:
    focus_group(list_bench)
    view = list_bench.panel.view
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "Night Skies")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    for clip in song:
        list_bench.stored(clip.id, lambda found: found.title == "Night Skies")


def test_renaming_a_take_edits_the_title_without_its_number(
    list_bench: ListBench, song: list[Clip]
) -> None:
    list_bench.panel.select_clip(song[1].id)
    assert text_of(list_bench, song[1].id, Qt.ItemDataRole.EditRole) == "Electric Skies"


def test_next_and_previous_go_through_closed_groups(
    list_bench: ListBench, song: list[Clip]
) -> None:
    panel = list_bench.panel
    new, old = ClipId(list_bench.ids[0]), ClipId(list_bench.ids[-1])
    for is_open in (False, True):
        panel.view.set_group_open(_GROUP, is_open=is_open)
        order = [new]
        while (found := panel.neighbour(order[-1], 1)) is not None:
            order.append(found)
        assert order == [new, *ids_of(song), old]
        back = [old]
        while (found := panel.neighbour(back[-1], -1)) is not None:
            back.append(found)
        assert back == order[::-1]


def test_a_group_in_the_grid(list_bench: ListBench, song: list[Clip]) -> None:
    panel = list_bench.panel
    panel.set_grid(True)
    list_bench.settle()
    view = panel.view
    watched: QAbstractItemModel = view.table
    tester = QAbstractItemModelTester(watched, QAbstractItemModelTester.FailureReportingMode.Fatal)
    focus_group(list_bench)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert list_bench.ids[1:6] == [_GROUP, *ids_of(song)]
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert panel.selected_ids() == [song[0].id]
    assert tester.model() is view.table


def test_removing_takes_one_by_one(list_bench: ListBench, song: list[Clip]) -> None:
    list_bench.run(list_bench.studio.clips.trash([song[0].id, song[1].id]))
    list_bench.until(lambda: len(list_bench.panel.view.table.takes_of(_GROUP)) == 2)
    list_bench.run(list_bench.studio.clips.trash([song[2].id]))
    list_bench.until(lambda: song[3].id in list_bench.ids and _GROUP not in list_bench.ids)
    next(tab for tab in list_bench.panel.tabs._tabs if tab.name == "Trash").click()
    list_bench.until(lambda: len(list_bench.panel.view.table.takes_of(_GROUP)) == 3)
    assert not list_bench.panel.view.group_buttons.keeps
