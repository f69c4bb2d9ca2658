"""The list of clips: what it shows, and how it follows the library."""

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget

from producer_studio.domain.clip import MediaState
from producer_studio.domain.library_change import ChangeKind
from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.widgets.focus_order import focus_control
from tests.ui.library.conftest import LibraryBench, ListBench, a_clip


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


class PaintedAreas(QObject):
    """Records how much of a widget is painted at a time, in square pixels."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.areas: list[int] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            rects = list(event.region())
            self.areas.append(sum(rect.width() * rect.height() for rect in rects))
        return False


def test_newest_stand_on_top(list_bench: ListBench) -> None:
    list_bench.add([a_clip("Old", age=9), a_clip("New", age=1), a_clip("Middle", age=5)])
    list_bench.shows("New", "Middle", "Old")


def test_model_keeps_its_promises_while_it_changes(list_bench: ListBench) -> None:
    tester = watched(list_bench.panel.view.table)
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(30)])
    list_bench.until(lambda: len(list_bench.ids) == 30)
    list_bench.add([a_clip("new", age=-1), a_clip("newer", age=-2)])
    list_bench.until(lambda: len(list_bench.ids) == 32)
    list_bench.run(list_bench.studio.clips.trash([clip.id for clip in clips[3:7]]))
    list_bench.until(lambda: len(list_bench.ids) == 28)
    list_bench.panel.set_query("2")
    list_bench.until(lambda: 0 < len(list_bench.ids) < 28)
    list_bench.panel.set_query("")
    list_bench.until(lambda: len(list_bench.ids) == 28)
    assert tester.model() is list_bench.panel.view.table


def test_scrolling_paints_only_what_appears(list_bench: ListBench) -> None:
    list_bench.add([a_clip(f"{age}", age=age) for age in range(60)])
    list_bench.until(lambda: len(list_bench.ids) == 60)
    view = list_bench.panel.view
    # The focus ring of another control could overlap the list.
    focus_control(view)
    list_bench.settle()
    painted = PaintedAreas(view.viewport())
    view.verticalScrollBar().setValue(30)
    list_bench.until(lambda: bool(painted.areas))
    assert painted.areas[0] < view.viewport().width() * view.viewport().height() / 4


def test_new_clip_does_not_move_what_is_looked_at(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(60)])
    list_bench.until(lambda: len(list_bench.ids) == 60)
    view = list_bench.panel.view
    view.select_clip(clips[40].id)
    list_bench.settle()
    top = view.table.id_at(view.indexAt(QPoint(100, 0)))
    offset = view.visualRect(view.indexAt(QPoint(100, 0))).top()
    heard: list[list[str]] = []
    list_bench.panel.selection_changed.connect(heard.append)
    list_bench.add([a_clip("fresh", age=-1)])
    list_bench.until(lambda: len(list_bench.ids) == 61)
    index = view.indexAt(QPoint(100, 0))
    assert view.table.id_at(index) == top
    assert view.visualRect(index).top() == offset
    assert list_bench.panel.selected_ids() == [clips[40].id]
    assert heard == []


def test_new_clip_shows_when_the_list_is_at_its_top(list_bench: ListBench) -> None:
    list_bench.add([a_clip(f"{age}", age=age) for age in range(40)])
    list_bench.until(lambda: len(list_bench.ids) == 40)
    fresh = a_clip("fresh", age=-1)
    list_bench.add([fresh])
    list_bench.until(lambda: list_bench.ids[:1] == [fresh.id])
    view = list_bench.panel.view
    assert view.table.id_at(view.indexAt(QPoint(100, 2))) == fresh.id


def test_change_of_details_is_shown(list_bench: ListBench) -> None:
    (clip,) = list_bench.add([a_clip("Draft")])
    list_bench.shows("Draft")
    list_bench.run(list_bench.studio.clips.edit([clip.id], title="Final"))
    list_bench.shows("Final")


def test_rows_are_read_only_where_they_are_seen(list_bench: ListBench) -> None:
    list_bench.add([a_clip(f"{age:03}", age=age) for age in range(300)])
    list_bench.until(lambda: len(list_bench.ids) == 300 and list_bench.titles[0] != "")
    list_bench.settle()
    assert list_bench.titles[0] == "000"
    assert list_bench.titles[299] == ""
    list_bench.panel.view.scrollToBottom()
    list_bench.until(lambda: list_bench.titles[299] == "299")


def test_waveform_and_length_come_with_the_sound(list_bench: ListBench) -> None:
    (clip,) = list_bench.add([a_clip("Tone", media=MediaState.PENDING)])
    list_bench.shows("Tone")
    face = list_bench.panel.view.table.cached_row(clip.id)
    assert face is not None
    assert (face.media_message, face.peaks) == ("Downloading the sound…", b"")
    list_bench.give_sound(clip)

    def is_ready() -> bool:
        face = list_bench.panel.view.table.cached_row(clip.id)
        return face is not None and len(face.peaks) == 2048 and face.media_message == ""

    list_bench.until(is_ready)


def test_click_on_a_heading_sorts(list_bench: ListBench) -> None:
    list_bench.add(
        [a_clip("b", age=1, stars=1), a_clip("a", age=2, stars=5), a_clip("c", age=3, stars=3)]
    )
    list_bench.shows("b", "a", "c")
    heads = {head.spec.label: head for head in list_bench.panel.column_headers._by_name.values()}
    heads["Title"].click()
    list_bench.shows("a", "b", "c")
    assert heads["Title"].accessibleName() == "Sort by title, rising"
    heads["Title"].click()
    list_bench.shows("c", "b", "a")
    heads["Rating"].click()
    list_bench.shows("a", "c", "b")
    assert list_bench.panel.column_headers._sort == SortOrder("rating", descending=True)


def test_search_filters_and_says_what_it_cannot_read(list_bench: ListBench) -> None:
    list_bench.add([a_clip("Rain", sound="lofi piano"), a_clip("Sun", sound="rock", age=1)])
    list_bench.shows("Rain", "Sun")
    problems: list[str] = []
    list_bench.panel.search_problem_changed.connect(problems.append)
    list_bench.panel.set_query("lofi")
    list_bench.shows("Rain")
    list_bench.panel.set_query("lofi stars:>banana")
    list_bench.until(lambda: bool(problems))
    list_bench.shows("Rain")
    list_bench.panel.set_query("")
    list_bench.shows("Rain", "Sun")
    assert problems[-1] == ""


def test_only_the_last_query_counts(list_bench: ListBench) -> None:
    list_bench.add([a_clip("Rain"), a_clip("Sun", age=1), a_clip("Snow", age=2)])
    list_bench.shows("Rain", "Sun", "Snow")
    for text in ("r", "ra", "s", "sn"):
        list_bench.panel.set_query(text)
    list_bench.shows("Snow")


def test_a_search_says_how_many_clips_it_found(list_bench: ListBench) -> None:
    list_bench.add([a_clip(f"Rain {age}", age=age) for age in range(230)])
    list_bench.until(lambda: len(list_bench.ids) == 230)
    heard: list[tuple[int, bool]] = []
    list_bench.panel.result_count_changed.connect(lambda count, whole: heard.append((count, whole)))
    list_bench.panel.set_query("rain")
    list_bench.until(lambda: len(heard) == 2)
    assert heard == [(200, False), (230, True)]
    list_bench.panel.set_query("rain 12")
    list_bench.until(lambda: len(heard) == 3)
    assert heard[2] == (11, True)


def test_a_page_comes_with_its_rows(list_bench: ListBench) -> None:
    list_bench.add([a_clip(f"Sun {age}", age=age) for age in range(60)])
    list_bench.add([a_clip(f"Rain {age}", age=100 + age) for age in range(60)])
    list_bench.until(lambda: len(list_bench.ids) == 120)
    list_bench.settle()
    blank: list[bool] = []
    table = list_bench.panel.view.table
    list_bench.panel._list_loader.list_loaded.connect(
        lambda *_: blank.append(any(table.cached_row(clip) is None for clip in table.ids[:10]))
    )
    list_bench.panel.set_query("rain")
    list_bench.until(lambda: len(list_bench.ids) == 60)
    assert blank[0] is False


def test_down_in_the_search_selects_the_first_hit(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip(f"Rain {age}", age=age) for age in range(9)])
    list_bench.until(lambda: len(list_bench.ids) == 9)
    view = list_bench.panel.view
    view.select_clip(clips[5].id)
    list_bench.panel.set_query("rain")
    list_bench.until(lambda: list_bench.panel._list_loader.is_current)
    list_bench.settle()
    list_bench.panel.focus_list()
    assert list_bench.panel.selected_ids() == [clips[0].id]
    assert view.hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert list_bench.panel.selected_ids() == [clips[1].id]


def test_down_before_the_answer_selects_the_first_hit_of_it(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip("Sun", age=0), a_clip("Rain", age=1), a_clip("Rain", age=2)])
    list_bench.until(lambda: len(list_bench.ids) == 3)
    list_bench.panel.set_query("rain")
    list_bench.panel.focus_list()
    list_bench.until(lambda: len(list_bench.ids) == 2)
    assert list_bench.panel.selected_ids() == [clips[1].id]


def test_the_first_step_into_the_list_selects_its_first_row(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(4)])
    list_bench.until(lambda: len(list_bench.ids) == 4)
    view = list_bench.panel.view
    list_bench.panel.activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert list_bench.panel.selected_ids() == []
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert list_bench.panel.selected_ids() == [clips[0].id]
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert list_bench.panel.selected_ids() == [clips[1].id]


@pytest.mark.parametrize("is_grid", [False, True])
def test_home_and_end_go_to_the_first_and_last_clip(list_bench: ListBench, is_grid: bool) -> None:
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(7)])
    list_bench.until(lambda: len(list_bench.ids) == 7)
    panel, view = list_bench.panel, list_bench.panel.view
    panel.set_grid(is_grid)
    panel.activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    for key, clip in ((Qt.Key.Key_End, clips[6]), (Qt.Key.Key_Home, clips[0])):
        QTest.keyClick(view, key)
        assert panel.selected_ids() == [clip.id]
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert view.current_row() == clips[6].id


def test_a_row_that_the_keyboard_came_to_has_a_ring(list_bench: ListBench) -> None:
    list_bench.add([a_clip("one"), a_clip("two", age=1)])
    list_bench.until(lambda: len(list_bench.ids) == 2)
    panel, view = list_bench.panel, list_bench.panel.view
    panel.activateWindow()
    view.clearFocus()
    list_bench.until(lambda: not view.hasFocus())
    list_bench.settle()
    plain = view.grab().toImage()
    focus_control(view)
    list_bench.settle()
    assert panel.selected_ids() == []
    assert view.grab().toImage() != plain


def test_empty_places_say_what_to_do(list_bench: ListBench) -> None:
    shown = list_bench.panel._stack
    list_bench.until(lambda: shown.currentWidget() is list_bench.panel._empty)
    assert list_bench.panel._empty._title_label.text() == "No clips yet"
    list_bench.add([a_clip("Rain")])
    list_bench.until(lambda: shown.currentWidget() is list_bench.panel.view)
    list_bench.panel.set_query("nowhere")
    list_bench.until(lambda: shown.currentWidget() is list_bench.panel._empty)
    assert list_bench.panel._empty._title_label.text() == "Nothing found"
    with list_bench.qtbot.waitSignal(list_bench.panel.clear_search_requested):
        list_bench.panel._empty.button.click()
    list_bench.panel.set_query("")
    list_bench.shows("Rain")


def test_an_empty_list_says_that_all_clips_are_in_the_trash(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip("Rain"), a_clip("Sun", age=1)])
    list_bench.shows("Rain", "Sun")
    list_bench.run(list_bench.studio.clips.trash([clip.id for clip in clips]))
    empty = list_bench.panel._empty
    list_bench.until(lambda: empty._title_label.text() == "Every clip is in the trash")
    assert empty._text_label.text().startswith("2 clips wait there")
    empty.button.click()
    list_bench.shows("Rain", "Sun")
    assert list_bench.panel.tabs.current is SmartList.TRASH


def test_smart_lists_and_their_counts(list_bench: ListBench) -> None:
    list_bench.add(
        [
            a_clip("One", favourite=True, heard=True),
            a_clip("Two", age=1),
            a_clip("Three", age=2, operation=Operation.UPLOAD, heard=True),
        ]
    )
    list_bench.shows("One", "Two", "Three")
    tabs = {tab.name: tab for tab in list_bench.panel.tabs._tabs}
    list_bench.until(lambda: tabs["All"].accessibleName() == "All 3")
    assert tabs["Unheard"].accessibleName() == "Unheard 1"
    tabs["Favourites"].click()
    list_bench.shows("One")
    tabs["Uploads"].click()
    list_bench.shows("Three")
    tabs["Unheard"].click()
    list_bench.shows("Two")


def test_clip_that_was_just_heard_stays_in_unheard(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip("One"), a_clip("Two", age=1)])
    list_bench.panel._list_loader.set_smart_list(SmartList.UNHEARD)
    list_bench.shows("One", "Two")
    list_bench.run(list_bench.studio.clips.edit([clips[0].id], heard=True))
    list_bench.settle()
    assert list_bench.titles == ["One", "Two"]
    assert list_bench.panel.neighbour(clips[0].id, 1) == clips[1].id


def test_neighbours(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip("One"), a_clip("Two", age=1), a_clip("Three", age=2)])
    list_bench.shows("One", "Two", "Three")
    ids = [clip.id for clip in clips]
    assert list_bench.panel.neighbour(ids[1], 1) == ids[2]
    assert list_bench.panel.neighbour(ids[1], -1) == ids[0]
    assert list_bench.panel.neighbour(ids[0], -1) is None
    assert list_bench.panel.neighbour(a_clip("Elsewhere").id, 1) is None


def test_whole_library_replaced(list_bench: ListBench) -> None:
    # The list has been read once when it shows the first.
    list_bench.add([a_clip("One", age=1)])
    list_bench.shows("One")
    clips = list_bench.add([a_clip("Two")], told=False)
    list_bench.tell(clips, ChangeKind.EVERYTHING)
    list_bench.shows("Two", "One")


@pytest.mark.parametrize("width", [380, 480, 560, 640, 736, 900])
def test_nothing_overlaps_at_any_width(list_bench: ListBench, width: int) -> None:
    layout = list_bench.panel.view.row_delegate.layout_for(width)
    edges = [78, 78 + layout.text_width]
    if layout.waveform_width:
        edges += [layout.waveform_left, layout.waveform_left + layout.waveform_width]
    for column in layout.columns:
        edges += [column.left, column.right]
    assert edges == sorted(edges)
    assert edges[-1] <= width
    assert layout.text_width >= 120


def test_reads_aloud_what_a_row_shows(list_bench: ListBench) -> None:
    list_bench.add([a_clip("Rain", stars=4, operation=Operation.COVER, favourite=True)])
    list_bench.shows("Rain")
    table = list_bench.panel.view.table
    spoken = table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Rain, Cover, FUZZ-2.0, 2:05, 4 of 5 stars, favourite"
    assert list_bench.panel.view.accessibleName() == "Library"


def test_typing_in_the_list_asks_no_row_for_its_text(list_bench: ListBench) -> None:
    list_bench.add([a_clip(f"{age}", age=age) for age in range(200)])
    list_bench.until(lambda: len(list_bench.ids) == 200)
    list_bench.settle()
    QTest.keyClicks(list_bench.panel.view, "199")
    list_bench.settle()
    assert list_bench.titles[199] == ""


def test_restored_clip_returns_to_its_own_place(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(5)])
    list_bench.until(lambda: len(list_bench.ids) == 5)
    list_bench.run(list_bench.studio.clips.trash([clips[3].id]))
    list_bench.until(lambda: len(list_bench.ids) == 4)
    list_bench.run(list_bench.studio.clips.restore([clips[3].id]))
    list_bench.until(lambda: list_bench.ids == [clip.id for clip in clips])


def test_additions_and_removals_at_once_end_well(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip(f"{age}", age=age) for age in range(6)])
    list_bench.until(lambda: len(list_bench.ids) == 6)
    fresh = a_clip("fresh", age=-1)
    list_bench.add([fresh])
    list_bench.run(list_bench.studio.clips.trash([clips[0].id, clips[4].id]))
    list_bench.add([a_clip("old", age=3.5)])
    wanted = list_bench.run(list_bench.studio.clips.list_ids())
    list_bench.until(lambda: list_bench.ids == wanted)
    assert len(wanted) == 6
    list_bench.settle()
    assert list_bench.ids == wanted


def test_stars_move_a_row_only_where_they_decide(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip("One"), a_clip("Two", age=1)])
    list_bench.shows("One", "Two")
    list_bench.panel._list_loader.set_sort(SortOrder("rating"))
    list_bench.shows("One", "Two")
    list_bench.run(list_bench.studio.clips.edit([clips[1].id], stars=5))
    list_bench.shows("Two", "One")


def test_the_list_opens_at_its_top_under_the_pointer(bench: LibraryBench) -> None:
    bench.add([a_clip(f"Song {number}", age=number) for number in range(40)])
    panel = LibraryPanel(UiContext(bench.studio, bench.style, bench.tasks))
    bench.qtbot.addWidget(panel)
    panel.resize(736, 640)
    bench.until(lambda: len(panel.view.table.ids) == 40)
    panel.view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    panel.show()
    bench.qtbot.waitExposed(panel)
    panel.jobs.setFixedHeight(120)
    panel.jobs.show()
    bench.settle()
    assert panel.view.verticalScrollBar().value() == 0
    panel.close_cover_cache()
