"""The list of clips: what it shows, and how it follows the library."""

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from producer_studio.domain.clip import MediaState
from producer_studio.domain.library_change import ChangeKind
from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.panel import LibraryPanel
from tests.ui.library.conftest import Listed, Shelf, a_clip


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_newest_stand_on_top(listed: Listed) -> None:
    listed.add([a_clip("Old", age=9), a_clip("New", age=1), a_clip("Middle", age=5)])
    listed.shows("New", "Middle", "Old")


def test_model_keeps_its_promises_while_it_changes(listed: Listed) -> None:
    tester = watched(listed.panel.view.table)
    clips = listed.add([a_clip(f"{age}", age=age) for age in range(30)])
    listed.until(lambda: len(listed.ids) == 30)
    listed.add([a_clip("new", age=-1), a_clip("newer", age=-2)])
    listed.until(lambda: len(listed.ids) == 32)
    listed.run(listed.studio.clips.trash([clip.id for clip in clips[3:7]]))
    listed.until(lambda: len(listed.ids) == 28)
    listed.panel.set_query("2")
    listed.until(lambda: 0 < len(listed.ids) < 28)
    listed.panel.set_query("")
    listed.until(lambda: len(listed.ids) == 28)
    assert tester.model() is listed.panel.view.table


def test_new_clip_does_not_move_what_is_looked_at(listed: Listed) -> None:
    clips = listed.add([a_clip(f"{age}", age=age) for age in range(60)])
    listed.until(lambda: len(listed.ids) == 60)
    view = listed.panel.view
    view.select_clip(clips[40].id)
    listed.breathe()
    top = view.table.id_at(view.indexAt(QPoint(100, 0)))
    offset = view.visualRect(view.indexAt(QPoint(100, 0))).top()
    heard: list[list[str]] = []
    listed.panel.selection_changed.connect(heard.append)
    listed.add([a_clip("fresh", age=-1)])
    listed.until(lambda: len(listed.ids) == 61)
    index = view.indexAt(QPoint(100, 0))
    assert view.table.id_at(index) == top
    assert view.visualRect(index).top() == offset
    assert listed.panel.selected_ids() == [clips[40].id]
    assert heard == []


def test_new_clip_shows_when_the_list_is_at_its_top(listed: Listed) -> None:
    listed.add([a_clip(f"{age}", age=age) for age in range(40)])
    listed.until(lambda: len(listed.ids) == 40)
    fresh = a_clip("fresh", age=-1)
    listed.add([fresh])
    listed.until(lambda: listed.ids[:1] == [fresh.id])
    view = listed.panel.view
    assert view.table.id_at(view.indexAt(QPoint(100, 2))) == fresh.id


def test_change_of_details_is_shown(listed: Listed) -> None:
    (clip,) = listed.add([a_clip("Draft")])
    listed.shows("Draft")
    listed.run(listed.studio.clips.edit([clip.id], title="Final"))
    listed.shows("Final")


def test_rows_are_read_only_where_they_are_seen(listed: Listed) -> None:
    listed.add([a_clip(f"{age:03}", age=age) for age in range(300)])
    listed.until(lambda: len(listed.ids) == 300 and listed.titles[0] != "")
    listed.breathe()
    assert listed.titles[0] == "000"
    assert listed.titles[299] == ""
    listed.panel.view.scrollToBottom()
    listed.until(lambda: listed.titles[299] == "299")


def test_waveform_and_length_come_with_the_sound(listed: Listed) -> None:
    (clip,) = listed.add([a_clip("Tone", media=MediaState.PENDING)])
    listed.shows("Tone")
    face = listed.panel.view.table.cached_row(clip.id)
    assert face is not None
    assert (face.media_message, face.peaks) == ("Downloading the sound…", b"")
    listed.give_sound(clip)

    def is_ready() -> bool:
        face = listed.panel.view.table.cached_row(clip.id)
        return face is not None and len(face.peaks) == 2048 and face.media_message == ""

    listed.until(is_ready)


def test_click_on_a_heading_sorts(listed: Listed) -> None:
    listed.add(
        [a_clip("b", age=1, stars=1), a_clip("a", age=2, stars=5), a_clip("c", age=3, stars=3)]
    )
    listed.shows("b", "a", "c")
    heads = {head.spec.label: head for head in listed.panel.column_headers._headers}
    heads["Title"].click()
    listed.shows("a", "b", "c")
    assert heads["Title"].accessibleName() == "Sort by title, rising"
    heads["Title"].click()
    listed.shows("c", "b", "a")
    heads["Rating"].click()
    listed.shows("a", "c", "b")
    assert listed.panel.column_headers._sort == SortOrder("rating", descending=True)


def test_search_filters_and_says_what_it_cannot_read(listed: Listed) -> None:
    listed.add([a_clip("Rain", sound="lofi piano"), a_clip("Sun", sound="rock", age=1)])
    listed.shows("Rain", "Sun")
    problems: list[str] = []
    listed.panel.search_problem_changed.connect(problems.append)
    listed.panel.set_query("lofi")
    listed.shows("Rain")
    listed.panel.set_query("lofi stars:>banana")
    listed.until(lambda: bool(problems))
    listed.shows("Rain")
    listed.panel.set_query("")
    listed.shows("Rain", "Sun")
    assert problems[-1] == ""


def test_only_the_last_query_counts(listed: Listed) -> None:
    listed.add([a_clip("Rain"), a_clip("Sun", age=1), a_clip("Snow", age=2)])
    listed.shows("Rain", "Sun", "Snow")
    for text in ("r", "ra", "s", "sn"):
        listed.panel.set_query(text)
    listed.shows("Snow")


def test_a_search_says_how_many_clips_it_found(listed: Listed) -> None:
    listed.add([a_clip(f"Rain {age}", age=age) for age in range(230)])
    listed.until(lambda: len(listed.ids) == 230)
    heard: list[tuple[int, bool]] = []
    listed.panel.result_count_changed.connect(lambda count, whole: heard.append((count, whole)))
    listed.panel.set_query("rain")
    listed.until(lambda: len(heard) == 2)
    assert heard == [(200, False), (230, True)]
    listed.panel.set_query("rain 12")
    listed.until(lambda: len(heard) == 3)
    assert heard[2] == (11, True)


def test_a_page_comes_with_its_rows(listed: Listed) -> None:
    listed.add([a_clip(f"Sun {age}", age=age) for age in range(60)])
    listed.add([a_clip(f"Rain {age}", age=100 + age) for age in range(60)])
    listed.until(lambda: len(listed.ids) == 120)
    listed.breathe()
    blank: list[bool] = []
    table = listed.panel.view.table
    listed.panel._list_loader.ids_loaded.connect(
        lambda *_: blank.append(any(table.cached_row(clip) is None for clip in table.ids[:10]))
    )
    listed.panel.set_query("rain")
    listed.until(lambda: len(listed.ids) == 60)
    assert blank[0] is False


def test_down_in_the_search_selects_the_first_hit(listed: Listed) -> None:
    clips = listed.add([a_clip(f"Rain {age}", age=age) for age in range(9)])
    listed.until(lambda: len(listed.ids) == 9)
    view = listed.panel.view
    view.select_clip(clips[5].id)
    listed.panel.set_query("rain")
    listed.until(lambda: listed.panel._list_loader.is_current)
    listed.breathe()
    listed.panel.focus_list()
    assert listed.panel.selected_ids() == [clips[0].id]
    assert view.hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert listed.panel.selected_ids() == [clips[1].id]


def test_down_before_the_answer_selects_the_first_hit_of_it(listed: Listed) -> None:
    clips = listed.add([a_clip("Sun", age=0), a_clip("Rain", age=1), a_clip("Rain", age=2)])
    listed.until(lambda: len(listed.ids) == 3)
    listed.panel.set_query("rain")
    listed.panel.focus_list()
    listed.until(lambda: len(listed.ids) == 2)
    assert listed.panel.selected_ids() == [clips[1].id]


def test_the_first_step_into_the_list_selects_its_first_row(listed: Listed) -> None:
    clips = listed.add([a_clip(f"{age}", age=age) for age in range(4)])
    listed.until(lambda: len(listed.ids) == 4)
    view = listed.panel.view
    listed.panel.activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert listed.panel.selected_ids() == []
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert listed.panel.selected_ids() == [clips[0].id]
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert listed.panel.selected_ids() == [clips[1].id]


def test_empty_places_say_what_to_do(listed: Listed) -> None:
    shown = listed.panel._stack
    listed.until(lambda: shown.currentWidget() is listed.panel._empty)
    assert listed.panel._empty._title_label.text() == "No clips yet"
    listed.add([a_clip("Rain")])
    listed.until(lambda: shown.currentWidget() is listed.panel.view)
    listed.panel.set_query("nowhere")
    listed.until(lambda: shown.currentWidget() is listed.panel._empty)
    assert listed.panel._empty._title_label.text() == "Nothing found"
    with listed.qtbot.waitSignal(listed.panel.clear_search_requested):
        listed.panel._empty.button.click()
    listed.panel.set_query("")
    listed.shows("Rain")


def test_an_empty_list_says_that_all_clips_are_in_the_trash(listed: Listed) -> None:
    clips = listed.add([a_clip("Rain"), a_clip("Sun", age=1)])
    listed.shows("Rain", "Sun")
    listed.run(listed.studio.clips.trash([clip.id for clip in clips]))
    empty = listed.panel._empty
    listed.until(lambda: empty._title_label.text() == "Every clip is in the trash")
    assert empty._text_label.text().startswith("2 clips wait there")
    empty.button.click()
    listed.shows("Rain", "Sun")
    assert listed.panel.tabs.current is SmartList.TRASH


def test_smart_lists_and_their_counts(listed: Listed) -> None:
    listed.add(
        [
            a_clip("One", favourite=True, heard=True),
            a_clip("Two", age=1),
            a_clip("Three", age=2, operation=Operation.UPLOAD, heard=True),
        ]
    )
    listed.shows("One", "Two", "Three")
    tabs = {tab.name: tab for tab in listed.panel.tabs._tabs}
    listed.until(lambda: tabs["All"].accessibleName() == "All 3")
    assert tabs["Unheard"].accessibleName() == "Unheard 1"
    tabs["Favourites"].click()
    listed.shows("One")
    tabs["Uploads"].click()
    listed.shows("Three")
    tabs["Unheard"].click()
    listed.shows("Two")


def test_clip_that_was_just_heard_stays_in_unheard(listed: Listed) -> None:
    clips = listed.add([a_clip("One"), a_clip("Two", age=1)])
    listed.panel._list_loader.set_smart_list(SmartList.UNHEARD)
    listed.shows("One", "Two")
    listed.run(listed.studio.clips.edit([clips[0].id], heard=True))
    listed.breathe()
    assert listed.titles == ["One", "Two"]
    assert listed.panel.neighbour(clips[0].id, 1) == clips[1].id


def test_neighbours(listed: Listed) -> None:
    clips = listed.add([a_clip("One"), a_clip("Two", age=1), a_clip("Three", age=2)])
    listed.shows("One", "Two", "Three")
    ids = [clip.id for clip in clips]
    assert listed.panel.neighbour(ids[1], 1) == ids[2]
    assert listed.panel.neighbour(ids[1], -1) == ids[0]
    assert listed.panel.neighbour(ids[0], -1) is None
    assert listed.panel.neighbour(a_clip("Elsewhere").id, 1) is None


def test_whole_library_replaced(listed: Listed) -> None:
    # The list has been read once when it shows the first.
    listed.add([a_clip("One", age=1)])
    listed.shows("One")
    clips = listed.add([a_clip("Two")], told=False)
    listed.tell(clips, ChangeKind.EVERYTHING)
    listed.shows("Two", "One")


@pytest.mark.parametrize("width", [380, 480, 560, 640, 736, 900])
def test_nothing_overlaps_at_any_width(listed: Listed, width: int) -> None:
    layout = listed.panel.view.row_delegate.layout_for(width)
    edges = [78, 78 + layout.text_width]
    if layout.waveform_width:
        edges += [layout.waveform_left, layout.waveform_left + layout.waveform_width]
    for spec, left in layout.columns:
        edges += [left, layout.right(spec.name)]
    assert edges == sorted(edges)
    assert edges[-1] <= width
    assert layout.text_width >= 120


def test_reads_aloud_what_a_row_shows(listed: Listed) -> None:
    listed.add([a_clip("Rain", stars=4, operation=Operation.COVER, favourite=True)])
    listed.shows("Rain")
    table = listed.panel.view.table
    spoken = table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Rain, Cover, FUZZ-2.0, 2:05, 4 of 5 stars, favourite"
    assert listed.panel.view.accessibleName() == "Library"


def test_typing_in_the_list_asks_no_row_for_its_text(listed: Listed) -> None:
    listed.add([a_clip(f"{age}", age=age) for age in range(200)])
    listed.until(lambda: len(listed.ids) == 200)
    listed.breathe()
    QTest.keyClicks(listed.panel.view, "199")
    listed.breathe()
    assert listed.titles[199] == ""


def test_restored_clip_returns_to_its_own_place(listed: Listed) -> None:
    clips = listed.add([a_clip(f"{age}", age=age) for age in range(5)])
    listed.until(lambda: len(listed.ids) == 5)
    listed.run(listed.studio.clips.trash([clips[3].id]))
    listed.until(lambda: len(listed.ids) == 4)
    listed.run(listed.studio.clips.restore([clips[3].id]))
    listed.until(lambda: listed.ids == [clip.id for clip in clips])


def test_additions_and_removals_at_once_end_well(listed: Listed) -> None:
    clips = listed.add([a_clip(f"{age}", age=age) for age in range(6)])
    listed.until(lambda: len(listed.ids) == 6)
    fresh = a_clip("fresh", age=-1)
    listed.add([fresh])
    listed.run(listed.studio.clips.trash([clips[0].id, clips[4].id]))
    listed.add([a_clip("old", age=3.5)])
    wanted = listed.run(listed.studio.clips.list_ids())
    listed.until(lambda: listed.ids == wanted)
    assert len(wanted) == 6
    listed.breathe()
    assert listed.ids == wanted


def test_stars_move_a_row_only_where_they_decide(listed: Listed) -> None:
    clips = listed.add([a_clip("One"), a_clip("Two", age=1)])
    listed.shows("One", "Two")
    listed.panel._list_loader.set_sort(SortOrder("rating"))
    listed.shows("One", "Two")
    listed.run(listed.studio.clips.edit([clips[1].id], stars=5))
    listed.shows("Two", "One")


def test_the_list_opens_at_its_top_under_the_pointer(shelf: Shelf) -> None:
    shelf.add([a_clip(f"Song {number}", age=number) for number in range(40)])
    panel = LibraryPanel(UiContext(shelf.studio, shelf.look, shelf.tasks))
    shelf.qtbot.addWidget(panel)
    panel.resize(736, 640)
    shelf.until(lambda: len(panel.view.table.ids) == 40)
    panel.view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    panel.show()
    shelf.qtbot.waitExposed(panel)
    panel.jobs.setFixedHeight(120)
    panel.jobs.show()
    shelf.breathe()
    assert panel.view.verticalScrollBar().value() == 0
    panel.close_cover_cache()
