"""Saved searches and playlists in the panel: tabs, order, popups."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtTest import QAbstractItemModelTester, QTest

from producer_studio.domain.clip import Clip
from producer_studio.domain.playlist import Playlist
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.studio.events import Notice
from producer_studio.studio.user_lists import UserList
from producer_studio.ui.clips.drag import CLIPS_MIME_TYPE, set_mime_clips
from producer_studio.ui.library.user_list_tab import UserListTab
from producer_studio.ui.widgets.choice_model import ChoiceModel, PopupChoice
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.name_dialog import NameDialog
from tests.support.drag_and_drop import drop
from tests.support.held_keys import hold_key
from tests.ui.library.conftest import ListBench, a_clip
from tests.ui.library.test_list import watched

BY_TITLE = SortOrder("title", descending=False)


class Lists:
    """The bench with three clips, and the lists of the user."""

    def __init__(self, bench: ListBench) -> None:
        self.bench = bench
        self.panel = bench.panel
        self.clips = bench.add(
            [a_clip("One", stars=5), a_clip("Two", age=1), a_clip("Three", age=2, stars=4)]
        )
        bench.shows("One", "Two", "Three")

    def playlist(self, name: str, clips: Sequence[Clip]) -> Playlist:
        ids = [clip.id for clip in clips]
        self.bench.run(self.bench.studio.playlists.create(name, ids))
        self.bench.settle()
        return self.bench.run(self.bench.studio.playlists.list_all())[-1]

    def tab(self, name: str) -> UserListTab:
        return next(tab for tab in self.panel.tabs._user_tabs if tab.user_list.name == name)

    def open(self, one: UserList) -> None:
        self.bench.press(self.tab(one.name).click)
        self.bench.settle()

    def key(
        self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.bench.press(lambda: QTest.keyClick(self.panel.view, key, modifiers))
        self.bench.settle()

    def select(self, *rows: int) -> None:
        view = self.panel.view
        view.clearSelection()
        for row in rows:
            view.selectionModel().setCurrentIndex(
                view.table.index(row, 0), view.selectionModel().SelectionFlag.Select
            )

    def stored(self, one: Playlist) -> list[str]:
        titles = {clip.id: clip.title for clip in self.clips}
        items = self.bench.run(self.bench.studio.playlists.list_items(one.id))
        return [titles[item.clip] for item in items]


@pytest.fixture
def lists(list_bench: ListBench) -> Lists:
    return Lists(list_bench)


def test_a_saved_search_is_a_tab_with_its_query_order_and_count(lists: Lists) -> None:
    bench, panel = lists.bench, lists.panel
    queries: list[str] = []
    panel.lists.query_requested.connect(queries.append)
    save = bench.studio.saved_searches.save
    bench.run(save("Good", "stars:>3", SortOrder("title", descending=False), SmartList.ALL))
    bench.until(lambda: [tab.accessibleName() for tab in panel.tabs._user_tabs] == ["Good 2"])
    bench.press(lists.tab("Good").click)
    bench.shows("One", "Three")
    assert (queries, panel.column_headers.sort.by) == (["stars:>3"], "title")
    # Changed in the search field, and stored.
    bench.press(lambda: panel.set_query("stars:>4"))
    bench.shows("One")
    assert lists.tab("Good").accessibleDescription() == "Smart list, changed"
    bench.press(lambda: panel.lists._store_search(lists.tab("Good").user_list))
    bench.settle()
    assert lists.tab("Good").accessibleDescription() == "Smart list"
    bench.run(bench.studio.clips.undo())
    bench.settle()
    assert lists.tab("Good").accessibleDescription() == "Smart list, changed"
    # Its search ends with it.
    bench.press(panel.tabs._tabs[1].click)
    assert queries[-1] == ""
    assert panel.column_headers.sort == SortOrder()


def test_without_a_query_a_saved_search_is_left(lists: Lists) -> None:
    bench, panel = lists.bench, lists.panel
    bench.run(
        bench.studio.saved_searches.save("Good", "stars:>3", SortOrder(), SmartList.FAVOURITES)
    )
    bench.settle()
    bench.press(lists.tab("Good").click)
    assert panel.lists.active_id
    bench.press(lambda: panel.set_query(""))
    assert panel.tabs.current is SmartList.FAVOURITES
    assert panel.lists.active_id == ""


def test_a_playlist_is_reordered_by_keys(lists: Lists) -> None:
    one, two, three = lists.clips
    own = lists.playlist("Set", [one, two, one, three])
    tester = watched(lists.panel.view.table)
    lists.open(own)
    lists.bench.shows("One", "Two", "One", "Three")
    assert lists.panel.playlist_bar.text_label.text().startswith("4 clips")
    lists.select(3)
    lists.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    lists.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert lists.stored(own) == ["One", "Three", "Two", "One"]
    assert lists.panel.selected_ids() == [three.id]
    # The second place of the first clip alone.
    lists.select(3)
    lists.key(Qt.Key.Key_Delete)
    assert lists.stored(own) == ["One", "Three", "Two"]
    # Both moves are one step.
    for _ in range(2):
        lists.bench.run(lists.bench.studio.clips.undo())
    lists.bench.shows("One", "Two", "One", "Three")
    assert tester.model() is lists.panel.view.table


def test_delete_held_down_in_a_playlist_removes_what_was_selected_alone(lists: Lists) -> None:
    own = lists.playlist("Set", lists.clips)
    lists.open(own)
    lists.bench.shows("One", "Two", "Three")
    lists.select(0)
    lists.panel.view.setFocus()
    hold_key(Qt.Key.Key_Delete, lists.bench.settle)
    assert lists.stored(own) == ["Two", "Three"]


def test_delete_on_the_keypad_removes_from_a_playlist_too(lists: Lists) -> None:
    own = lists.playlist("Set", lists.clips)
    lists.open(own)
    lists.bench.shows("One", "Two", "Three")
    lists.select(0)
    lists.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.KeypadModifier)
    assert lists.stored(own) == ["Two", "Three"]
    clip = lists.bench.run(lists.bench.studio.clips.get(lists.clips[0].id))
    assert clip is not None
    assert clip.trashed_at is None


def test_delete_held_down_on_a_tab_deletes_one_list(lists: Lists) -> None:
    for name in "ABC":
        lists.playlist(name, [])
    lists.tab("A").setFocus()
    hold_key(Qt.Key.Key_Delete, lists.bench.settle)
    assert [tab.name for tab in lists.panel.tabs._user_tabs] == ["B", "C"]
    lists.bench.shows("One", "Two", "Three")


def test_clips_are_dropped_into_a_playlist_and_onto_its_tab(lists: Lists) -> None:
    one, two, three = lists.clips
    own = lists.playlist("Set", [one, two])
    lists.open(own)
    data = QMimeData()
    set_mime_clips(data, [three.id])
    for target in (lists.panel.view.viewport(), lists.tab("Set")):
        lists.bench.press(lambda target=target: drop(target, data))
        lists.bench.settle()
    assert lists.stored(own) == ["Three", "One", "Two", "Three"]


def test_a_sorted_playlist_is_shown_in_its_order_again(lists: Lists) -> None:
    one, two, three = lists.clips
    own = lists.playlist("Set", [two, three, one])
    lists.open(own)
    lists.bench.press(
        lambda: lists.panel.column_headers._on_clicked(
            next(
                h.spec
                for h in lists.panel.column_headers._by_name.values()
                if h.spec.name == "title"
            )
        )
    )
    lists.bench.shows("One", "Three", "Two")
    lists.select(1)
    lists.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert lists.stored(own) == ["Two", "Three", "One"]
    lists.bench.press(lists.panel.playlist_bar.order_button.click)
    lists.bench.shows("Two", "Three", "One")


def test_clips_are_added_by_typing_a_name(lists: Lists) -> None:
    own = lists.playlist("Night drive", [])
    bench = lists.bench

    def add(typed: str) -> None:
        lists.select(0, 2)
        bench.press(lists.panel.key_actions()["playlist"])
        bench.until(lambda: lists.panel.findChild(ChoicePopup) is not None)
        popup = lists.panel.findChild(ChoicePopup)
        bench.press(lambda: QTest.keyClicks(popup.edit, typed))
        bench.press(lambda: QTest.keyClick(popup.edit, Qt.Key.Key_Return))
        bench.settle()

    add("dri")
    assert lists.stored(own) == ["One", "Three"]
    add("Morning")
    (_, other) = bench.run(bench.studio.playlists.list_all())
    assert (other.name, lists.stored(other)) == ("Morning", ["One", "Three"])


def test_a_deleted_list_is_left_and_undone(lists: Lists) -> None:
    own = lists.playlist("Set", [lists.clips[0]])
    lists.open(own)
    lists.bench.press(lambda: QTest.keyClick(lists.tab("Set"), Qt.Key.Key_Delete))
    lists.bench.shows("One", "Two", "Three")
    assert lists.panel.tabs.current is SmartList.ALL
    lists.bench.run(lists.bench.studio.clips.undo())
    lists.bench.until(lambda: [tab.name for tab in lists.panel.tabs._user_tabs] == ["Set"])


def test_sixty_lists_are_in_a_popup_with_a_filter(lists: Lists) -> None:
    bench, tabs = lists.bench, lists.panel.tabs
    for number in range(60):
        bench.run(bench.studio.playlists.create(f"List {number}", [lists.clips[0].id]))
    bench.until(lambda: len(tabs._user_lists) == 60)
    assert tabs._more_button.isVisible()
    assert tabs.add_button.geometry().right() <= tabs.width()
    bench.press(tabs.open_chooser)
    popup = tabs.findChild(ChoicePopup)
    tester = QAbstractItemModelTester(
        popup.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    bench.press(lambda: QTest.keyClicks(popup.edit, "list 57"))
    assert tester.model().rowCount() == 1
    bench.press(lambda: QTest.keyClick(popup.edit, Qt.Key.Key_Return))
    bench.shows("One")
    assert isinstance(tabs.current, Playlist)
    assert tabs.current.name == "List 57"
    assert lists.tab("List 57").isVisible()


def test_lists_are_renamed_and_moved_by_keys(lists: Lists) -> None:
    bench = lists.bench
    one = lists.playlist("A", [])
    lists.playlist("B", [])
    lists.open(one)
    bench.press(
        lambda: QTest.keyClick(lists.tab("A"), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    )
    bench.until(lambda: [tab.name for tab in lists.panel.tabs._user_tabs] == ["B", "A"])
    bench.press(lambda: QTest.keyClick(lists.tab("A"), Qt.Key.Key_F2))
    dialog = lists.panel.findChild(NameDialog)
    bench.press(lambda: QTest.keyClicks(dialog.edit, "C"))
    bench.press(lambda: QTest.keyClick(dialog.edit, Qt.Key.Key_Return))
    bench.until(lambda: [tab.name for tab in lists.panel.tabs._user_tabs] == ["B", "C"])


def test_choices_that_begin_with_what_is_typed_come_first() -> None:
    model = ChoiceModel()
    model.set_creation("New “{}”")
    model.set_choices(
        [PopupChoice(1, "Late night"), PopupChoice(2, "Night drive"), PopupChoice(3, "Day")]
    )
    model.set_filter(" night ")
    assert [model.data(model.index(row, 0)) for row in range(model.rowCount())] == [
        "Night drive",
        "Late night",
        "New “night”",
    ]
    model.set_filter("DAY")
    assert model.rowCount() == 1


def tab_drag(lists: Lists, moved: str, target: str, *, after: bool) -> None:
    """Drags a tab in front of another, or behind it, as the window system would."""
    tabs, tab = lists.panel.tabs, lists.tab(moved)
    data = tabs._drops.create_drag(tab).mimeData()
    box = lists.tab(target).geometry()
    at = QPointF(box.right() - 2 if after else box.left() + 2, box.center().y())
    lists.bench.press(lambda: drop(tabs, data, at))
    lists.bench.settle()


def test_tabs_are_reordered_by_drag(lists: Lists) -> None:
    for name in ("First", "Second", "Third"):
        lists.playlist(name, [])
    lists.bench.press(lambda: lists.panel.resize(1500, 700))

    def names() -> list[str]:
        return [tab.user_list.name for tab in lists.panel.tabs.visible_user_tabs()]

    assert names() == ["First", "Second", "Third"]
    tab_drag(lists, "First", "Third", after=True)
    assert names() == ["Second", "Third", "First"]
    tab_drag(lists, "First", "Third", after=False)
    assert names() == ["Second", "First", "Third"]
    tab_drag(lists, "First", "Second", after=True)  # where it is
    assert names() == ["Second", "First", "Third"]
    lists.bench.run(lists.bench.studio.clips.undo())
    lists.bench.settle()
    assert names() == ["Second", "Third", "First"]


def test_a_list_that_is_renamed_or_removed_while_its_tab_is_dragged(lists: Lists) -> None:
    for name in ("First", "Second"):
        lists.playlist(name, [])
    bench, tabs = lists.bench, lists.panel.tabs
    bench.press(lambda: lists.panel.resize(1500, 700))

    def drop_after(change: Callable[[Playlist], Coroutine[Any, Any, object]]) -> list[str]:
        tab = tabs.visible_user_tabs()[0]
        data = tabs._drops.create_drag(tab).mimeData()
        assert isinstance(tab.user_list, Playlist)
        bench.run(change(tab.user_list))
        bench.settle()
        box = tabs.visible_user_tabs()[-1].geometry()
        bench.press(lambda: drop(tabs, data, QPointF(box.right() - 2, box.center().y())))
        bench.settle()
        return [one.user_list.name for one in tabs.visible_user_tabs()]

    studio = bench.studio
    assert drop_after(lambda one: studio.lists.rename(one, "Other")) == ["Second", "Other"]
    assert drop_after(studio.lists.delete) == ["Other"]


def test_a_list_is_played_in_its_order(lists: Lists) -> None:
    played: list[Sequence[str]] = []
    lists.panel.lists.play_requested.connect(played.append)
    one, _two, three = (clip.id for clip in lists.clips)
    playlist = lists.playlist("Night", [lists.clips[2], lists.clips[0]])
    lists.bench.press(lambda: lists.panel.lists.play(playlist))
    lists.bench.settle()
    assert played == [[three, one]]
    saving = lists.bench.studio.saved_searches.save("Rated", "stars:>3", BY_TITLE, SmartList.ALL)
    lists.bench.run(saving)
    lists.bench.settle()
    rated = lists.bench.run(lists.bench.studio.lists.list_all())[-1]
    lists.bench.press(lambda: lists.panel.lists.play(rated))
    lists.bench.settle()
    assert played[1:] == [[one, three]]
    lists.open(playlist)
    lists.bench.press(lists.panel.playlist_bar.play_button.click)
    assert played[2:] == [[three, one]]


def test_a_list_is_exported_and_imported_again_by_a_drop(lists: Lists, tmp_path: Path) -> None:
    notices: list[str] = []
    lists.bench.studio.events.subscribe(Notice, lambda notice: notices.append(notice.text))
    steps: list[str] = []
    lists.panel.lists.actions.undo_available.connect(lambda text, _step: steps.append(text))
    whole = lists.bench.give_sound(lists.clips[0])
    playlist = lists.playlist("Night: drive", [whole, lists.clips[1], whole])
    path = tmp_path / "list.m3u8"
    lists.bench.press(lambda: lists.panel.lists.files.save(playlist, path))
    lists.bench.settle()
    assert notices == [
        "“Night: drive” exported to “list.m3u8”: 2 clips. Without a file, and so left out: “Two”."
    ]
    endless = "x" * 1_000_000
    path.write_text(path.read_text("utf-8") + f"elsewhere/Gone.mp3\n{endless}\n", "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert drop(lists.panel.tabs, data)
    lists.bench.settle()
    imported = lists.bench.run(lists.bench.studio.playlists.list_all())[-1]
    assert imported.name == "Night: drive 2"
    assert lists.bench.run(lists.bench.studio.playlist_files.list_clips(imported)) == [whole.id] * 2
    assert steps[-1].endswith(f"Not in the library: “Gone.mp3” and “{endless[:80]}…”.")
    path.write_text("nothing.mp3\n", "utf-8")
    lists.bench.press(lambda: lists.panel.lists.files.load(path))
    lists.bench.settle()
    assert notices[1:] == ["“list.m3u8” names no clip of the library. Nothing was imported."]
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "song.mp3"))])
    assert not drop(lists.panel.tabs, data)


def test_clips_of_another_window_are_not_taken_for_clips_of_this_library(lists: Lists) -> None:
    """Its own type ends with other digits; nothing else tells its drags from ours."""
    own = lists.playlist("Set", lists.clips[:1])
    lists.open(own)
    family = CLIPS_MIME_TYPE.rpartition(".")[0]
    for foreign in (family, f"{family}.{int(CLIPS_MIME_TYPE[-8:], 16) ^ 1:08x}"):
        data = QMimeData()
        data.setData(foreign, b"0" * 32)
        for target in (lists.panel.view.viewport(), lists.tab("Set")):
            lists.bench.press(lambda target=target, data=data: drop(target, data))
            lists.bench.settle()
    assert lists.stored(own) == ["One"]
