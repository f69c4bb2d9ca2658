"""What can be done with clips from the list."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from producer_studio.domain.account import Service
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.library_change import ChangeKind
from producer_studio.domain.operation import Operation
from producer_studio.studio.clips import UndoStep
from producer_studio.ui.clips.drag import draw_drag_pixmap, get_mime_clips
from producer_studio.ui.library.title_editor import TitleEditor
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import ListBench, a_clip


@pytest.fixture
def three(list_bench: ListBench) -> list[Clip]:
    clips = [a_clip("One", lyrics="la"), a_clip("Two", age=1), a_clip("Three", age=2)]
    list_bench.add(clips)
    list_bench.shows("One", "Two", "Three")
    list_bench.panel.activateWindow()
    list_bench.panel.view.setFocus()
    list_bench.panel.select_clip(clips[0].id)
    return clips


def row_point(list_bench: ListBench, row: int, x: int) -> QPoint:
    box = list_bench.panel.view.visualRect(list_bench.panel.view.table.index(row, 0))
    return QPoint(x, box.center().y())


def click(list_bench: ListBench, row: int, x: int) -> None:
    viewport = list_bench.panel.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=row_point(list_bench, row, x))


def test_click_on_a_star_rates_that_row(list_bench: ListBench, three: list[Clip]) -> None:
    layout = list_bench.panel.view.row_delegate.layout_for(list_bench.panel.view.viewport().width())
    left = layout.left("rating")
    assert left is not None
    click(list_bench, 1, left + 30)
    list_bench.stored(three[1].id, lambda clip: clip.stars == 3)
    assert list_bench.panel.selected_ids() == [three[0].id]
    list_bench.until(lambda: list_bench.panel.view.table.cached_row(three[1].id).stars == 3)  # type: ignore[union-attr]
    list_bench.settle()
    click(list_bench, 1, left + 30)
    list_bench.stored(three[1].id, lambda clip: clip.stars == 0)


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_clip_that_is_chosen_is_selected_alone_whatever_key_is_held(
    list_bench: ListBench, three: list[Clip], key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    QTest.keyPress(list_bench.panel.view, key, modifier)
    for _ in range(2):
        list_bench.panel.select_clip(three[2].id)
        assert list_bench.panel.selected_ids() == [three[2].id]
    QTest.keyRelease(list_bench.panel.view, key)


def test_shift_and_number_rate_the_selection(list_bench: ListBench, three: list[Clip]) -> None:
    list_bench.panel.view.selectAll()
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_4, Qt.KeyboardModifier.ShiftModifier)
    for clip in three:
        list_bench.stored(clip.id, lambda stored: stored.stars == 4)


def test_enter_and_double_click_play(list_bench: ListBench, three: list[Clip]) -> None:
    played: list[str] = []
    list_bench.panel.play_requested.connect(played.append)
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Return)
    viewport = list_bench.panel.view.viewport()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=row_point(list_bench, 2, 150))
    assert played == [three[0].id, three[2].id]


def test_mark_on_the_cover_plays_or_pauses(list_bench: ListBench, three: list[Clip]) -> None:
    list_bench.give_sound(three[1])
    list_bench.until(lambda: list_bench.panel.view.table.cached_row(three[1].id).clip.playable)  # type: ignore[union-attr]
    list_bench.settle()
    played: list[str] = []
    toggled: list[str] = []
    list_bench.panel.play_requested.connect(played.append)
    list_bench.panel.play_toggle_requested.connect(toggled.append)
    click(list_bench, 1, 30)
    list_bench.panel.set_playing(three[1].id, True, 0.25)
    click(list_bench, 1, 30)
    assert (played, toggled) == ([three[1].id], [three[1].id])


def test_arrows_select_and_say_so(list_bench: ListBench, three: list[Clip]) -> None:
    heard: list[list[str]] = []
    list_bench.panel.selection_changed.connect(heard.append)
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Down)
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    ids = [clip.id for clip in three]
    assert heard[0] == [ids[1]]
    assert heard[-1] == [ids[1], ids[2]]


def test_rename_in_place(list_bench: ListBench, three: list[Clip]) -> None:
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_F2)
    (editor,) = list_bench.panel.view.viewport().findChildren(QLineEdit)
    assert editor.text() == "One"
    editor.selectAll()
    QTest.keyClicks(editor, "Uno")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    list_bench.stored(three[0].id, lambda clip: clip.title == "Uno")
    list_bench.shows("Uno", "Two", "Three")


def open_editor(list_bench: ListBench) -> TitleEditor:
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_F2)
    (editor,) = list_bench.panel.view.viewport().findChildren(TitleEditor)
    editor.selectAll()
    return editor


@pytest.mark.parametrize("grid", [False, True])
def test_a_refresh_leaves_the_title_that_is_being_typed(
    list_bench: ListBench, three: list[Clip], grid: bool
) -> None:
    list_bench.panel.set_grid(grid)
    editor = open_editor(list_bench)
    QTest.keyClicks(editor, "Half a ti")
    list_bench.run(list_bench.studio.clips.edit([three[0].id], heard=True))
    list_bench.add([a_clip("New", age=-1)])
    list_bench.tell(three, ChangeKind.EVERYTHING)
    list_bench.style.set_text_scale(1.2)
    list_bench.panel.resize(500, 640)
    list_bench.settle()
    assert editor.isVisible()
    assert editor.text() == "Half a ti"
    QTest.keyClicks(editor, "tle")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    list_bench.stored(three[0].id, lambda clip: clip.title == "Half a title")
    list_bench.until(lambda: len(list_bench.ids) == 4)
    list_bench.style.set_text_scale(1.0)


def test_another_list_takes_the_typed_title_over(list_bench: ListBench, three: list[Clip]) -> None:
    editor = open_editor(list_bench)
    QTest.keyClicks(editor, "Typed")
    list_bench.panel.set_query("Two")
    list_bench.stored(three[0].id, lambda clip: clip.title == "Typed")
    list_bench.shows("Two")


def test_another_list_takes_the_title_of_the_latest_editor(
    list_bench: ListBench, three: list[Clip]
) -> None:
    """The one before, which was closed in the same turn, is not deleted yet."""
    before = open_editor(list_bench)
    QTest.keyClick(before, Qt.Key.Key_Escape)
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_F2)
    editor = list_bench.panel.view.viewport().findChildren(TitleEditor)[-1]
    assert editor is not before
    editor.selectAll()
    QTest.keyClicks(editor, "Typed")
    list_bench.panel.set_query("Two")
    list_bench.stored(three[0].id, lambda clip: clip.title == "Typed")
    list_bench.shows("Two")


def test_an_untouched_editor_does_not_set_a_title_back(
    list_bench: ListBench, three: list[Clip]
) -> None:
    editor = open_editor(list_bench)
    list_bench.run(list_bench.studio.clips.edit([three[0].id], title="Renamed elsewhere"))
    list_bench.settle()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    list_bench.shows("Renamed elsewhere", "Two", "Three")
    assert list_bench.get(three[0].id).title == "Renamed elsewhere"


def test_a_title_is_taken_although_its_row_left_the_cache(
    list_bench: ListBench, three: list[Clip]
) -> None:
    editor = open_editor(list_bench)
    QTest.keyClicks(editor, "Typed")
    list_bench.panel.view.table._rows.clear()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    list_bench.stored(three[0].id, lambda clip: clip.title == "Typed")


def test_row_does_not_move_away_under_the_editor(list_bench: ListBench, three: list[Clip]) -> None:
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_F2)
    (editor,) = list_bench.panel.view.viewport().findChildren(QLineEdit)
    list_bench.add([a_clip("New", age=-1)])
    list_bench.settle()
    assert len(list_bench.ids) == 3
    assert editor.isVisible()
    QTest.keyClicks(editor, " more")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    list_bench.until(lambda: len(list_bench.ids) == 4)


def test_no_other_clip_stays_selected_beside_one_that_is_not_listed(
    list_bench: ListBench, three: list[Clip]
) -> None:
    one, two, _three = three
    panel = list_bench.panel
    panel.set_query("One")
    list_bench.shows("One")
    panel.select_clip(one.id)
    shown: list[list[ClipId]] = []
    panel.selection_changed.connect(shown.append)
    panel.select_clip(two.id)
    assert shown[-1] == [two.id]
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    list_bench.settle()
    assert not panel.view.viewport().findChildren(QLineEdit)
    assert list_bench.get(one.id).trashed_at is None
    list_bench.shows("One")
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert panel.selected_ids() == [one.id]


def test_delete_goes_to_the_trash_and_comes_back(list_bench: ListBench, three: list[Clip]) -> None:
    offers: list[tuple[str, UndoStep]] = []
    list_bench.panel.clip_actions.undo_available.connect(
        lambda text, step: offers.append((text, step))
    )
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Delete)
    list_bench.shows("Two", "Three")
    assert list_bench.panel.selected_ids() == [three[1].id]
    ((text, step),) = offers
    assert text == "1 clip moved to the trash."
    list_bench.run(list_bench.studio.clips.undo(step))
    list_bench.shows("One", "Two", "Three")


def test_delete_held_down_trashes_what_was_selected_alone(
    list_bench: ListBench, three: list[Clip]
) -> None:
    view = list_bench.panel.view
    QTest.keyPress(view, Qt.Key.Key_Delete)
    list_bench.shows("Two", "Three")
    for _ in range(3):
        QTest.keyPress(view, Qt.Key.Key_Delete)
        list_bench.settle()
    QTest.keyRelease(view, Qt.Key.Key_Delete)
    list_bench.settle()
    assert list_bench.ids == [three[1].id, three[2].id]
    list_bench.qtbot.wait(20)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    list_bench.shows("Three")


def test_a_change_of_several_offers_undo_and_of_one_does_not(
    list_bench: ListBench, three: list[Clip]
) -> None:
    offers: list[str] = []
    list_bench.panel.clip_actions.undo_available.connect(lambda text, _step: offers.append(text))
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    list_bench.stored(three[0].id, lambda clip: clip.stars == 2)
    list_bench.panel.view.selectAll()
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_4, Qt.KeyboardModifier.ShiftModifier)
    list_bench.until(lambda: offers == ["Rating of 3 clips changed."])


def test_space_is_left_to_the_window(list_bench: ListBench, three: list[Clip]) -> None:
    before = list_bench.panel.selected_ids()
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Space)
    assert list_bench.panel.selected_ids() == before == [three[0].id]


def test_drag_carries_the_files_themselves(list_bench: ListBench, three: list[Clip]) -> None:
    whole = list_bench.give_sound(three[0])
    data = list_bench.run(list_bench.panel._drag.build_mime_data([three[0].id, three[1].id]))
    (url,) = data.urls()
    assert Path(url.toLocalFile()) == whole.path
    assert Path(url.toLocalFile()).is_file()
    assert get_mime_clips(data) == [three[0].id, three[1].id]
    assert list_bench.panel.view.table.supportedDragActions() == Qt.DropAction.CopyAction


def test_drag_carries_rows_that_were_never_shown(list_bench: ListBench) -> None:
    clips = list_bench.add([a_clip(f"Söng & {age:03}?", age=age) for age in range(600)])
    list_bench.until(lambda: len(list_bench.ids) == 600)
    source = list_bench.give_sound(clips[-1])
    assert source.path is not None
    some = clips[:-1:40]
    for clip in some:
        folder = list_bench.run(list_bench.studio.clips.find_folder(clip.id))
        assert folder is not None
        path = folder / "Night rain.wav"
        path.write_bytes(source.path.read_bytes())
        list_bench.run(
            list_bench.studio._library.clips.update_fields(
                clip.id, path=path, media=MediaState.READY
            )
        )
    view = list_bench.panel.view
    view.setFocus()
    view.select_first()
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    asked: list[list[ClipId]] = []
    view.drag_requested.connect(asked.append)
    start = view.visualRect(view.table.index(1, 0)).center()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), start + QPoint(30, 30))
    QTest.mouseMove(view.viewport(), start + QPoint(60, 60))
    (ids,) = asked
    assert len(ids) == 600
    data = list_bench.run(list_bench.panel._drag.build_mime_data(ids))
    paths = [Path(url.toLocalFile()) for url in data.urls()]
    assert len(paths) == len(some) + 1
    assert len({path.name for path in paths}) == len(paths)
    assert all(path.is_file() for path in paths)
    assert len(get_mime_clips(data)) == 600
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert len(list_bench.panel.selected_ids()) >= 1


def open_menu(list_bench: ListBench) -> Menu:
    list_bench.panel._on_menu_requested(list_bench.panel.mapToGlobal(QPoint(200, 200)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    return menu


def operation_item(menu: Menu, name: str) -> QAction:
    """The item of an operation; it is in a submenu, as the screen of the tests is low."""
    (place,) = [one for one in menu.actions() if one.text() == "Generate from this clip"]
    submenu = place.menu()
    assert isinstance(submenu, Menu)
    return next(one for one in submenu.actions() if one.text().startswith(name))


def test_the_menu_is_in_one_column_on_a_low_screen(
    list_bench: ListBench, three: list[Clip]
) -> None:
    menu = open_menu(list_bench)
    assert menu.screen().availableGeometry().height() <= 800
    assert not menu.has_columns
    names = [one.text() for one in menu.actions() if one.text()]
    place = names.index("Generate from this clip")
    assert names[place - 1 : place + 2 : 2] == ["Use these settings", "Open stems"]
    chosen: list[object] = []
    list_bench.panel.operation_requested.connect(lambda *values: chosen.append(values))
    operation_item(menu, "Replace").triggered.emit()
    assert chosen == [(Operation.REPLACE, three[0].id)]
    menu.close()


def test_the_menu_is_in_one_column_with_large_text(
    list_bench: ListBench, three: list[Clip]
) -> None:
    list_bench.press(lambda: list_bench.style.set_text_scale(1.3))
    menu = open_menu(list_bench)
    assert not menu.has_columns
    (place,) = [one for one in menu.actions() if one.text() == "Export"]
    submenu = place.menu()
    assert isinstance(submenu, Menu)
    names = [one.text().split("\t")[0] for one in submenu.actions()]
    assert names == ["Export…", "Export as", "Tags of exported files…", "Release check…"]
    exported: list[object] = []
    list_bench.panel.export_requested.connect(exported.append)
    submenu.actions()[0].trigger()
    assert exported == [[three[0].id]]
    menu.close()


def test_menu_says_why_something_cannot_be_done(list_bench: ListBench, three: list[Clip]) -> None:
    menu = open_menu(list_bench)
    extend = operation_item(menu, "Extend")
    assert not extend.isEnabled()
    assert extend.toolTip() == "Connect a service or open the demo first."
    menu.close()
    list_bench.run(list_bench.studio.accounts.add(AccountName("mine"), Service.MUSICAPI))
    menu = open_menu(list_bench)
    extend = operation_item(menu, "Extend")
    assert extend.isEnabled()
    stems = operation_item(menu, "Stems")
    assert not stems.isEnabled()
    assert stems.toolTip().endswith("You have no account that offers it.")
    menu.close()
    list_bench.panel.view.selectAll()
    menu = open_menu(list_bench)
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert words == [
        "Play next", "Add to queue", "Add to a playlist…", "Tags…", "Details…", "Favourite", "Rate",
        "Tempo", "Export…", "Export as", "Tags of exported files…", "Release check of 3…",
        "Move to trash",
    ]  # fmt: skip
    asked: list[object] = []
    list_bench.panel.clip_actions.export_requested.connect(lambda *given: asked.append(given))
    (profiles,) = (one.menu() for one in menu.actions() if one.text() == "Export as")
    assert isinstance(profiles, Menu)
    assert [one.text() for one in profiles.actions()] == ["Release…", "DAW…", "Share…"]
    profiles.actions()[1].trigger()
    assert asked == [(list_bench.panel.selected_ids(), "daw")]
    menu.close()
    assert len(list_bench.panel.selected_ids()) == len(three)


def test_the_tempo_of_several_clips_is_halved_and_taken_back(list_bench: ListBench) -> None:
    clips = list_bench.add(
        [
            a_clip("One", measured=AudioMeasurements(duration_s=60, bpm=124.0)),
            a_clip("Two", measured=AudioMeasurements(duration_s=60, bpm=90.0)),
            a_clip("Three"),
        ]
    )
    list_bench.shows("One", "Two", "Three")
    list_bench.panel.select_clip(clips[0].id)
    list_bench.panel.view.selectAll()
    menu = open_menu(list_bench)
    tempo = next(action for action in menu.actions() if action.text() == "Tempo").menu()
    lines = {action.text(): action for action in tempo.actions()}
    lines["Halve"].trigger()
    menu.close()
    list_bench.stored(clips[0].id, lambda clip: clip.bpm == 62.0)
    list_bench.stored(clips[1].id, lambda clip: clip.bpm == 45.0)
    assert list_bench.get(clips[2].id).bpm is None
    list_bench.run(list_bench.studio.clips.undo())
    assert list_bench.get(clips[0].id).bpm_text == "≈124 BPM"


def test_menu_lines_do_what_they_say(list_bench: ListBench, three: list[Clip]) -> None:
    exported: list[list[str]] = []
    recipes: list[object] = []
    list_bench.panel.export_requested.connect(exported.append)
    list_bench.panel.use_recipe_requested.connect(recipes.append)
    menu = open_menu(list_bench)
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    actions["Export…"].trigger()
    actions["Use these settings"].trigger()
    actions["Copy lyrics"].trigger()
    actions["Favourite"].trigger()
    menu.close()
    assert exported == [[three[0].id]]
    assert recipes == [three[0].recipe]
    assert QGuiApplication.clipboard().text() == "la"
    list_bench.stored(three[0].id, lambda clip: clip.favourite)


def test_trash_offers_to_restore(list_bench: ListBench, three: list[Clip]) -> None:
    list_bench.run(list_bench.studio.clips.trash([three[0].id]))
    tabs = {tab.name: tab for tab in list_bench.panel.tabs._tabs}
    tabs["Trash"].click()
    list_bench.shows("One")
    list_bench.panel.select_clip(three[0].id)
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Delete)
    menu = open_menu(list_bench)
    (restore,) = [action for action in menu.actions() if action.text() == "Restore"]
    restore.trigger()
    menu.close()
    list_bench.until(lambda: list_bench.ids == [])
    assert list_bench.get(three[0].id).trashed_at is None


def test_only_the_playing_row_is_painted_again(list_bench: ListBench, three: list[Clip]) -> None:
    list_bench.panel.set_playing(three[1].id, True, 0.5)
    assert list_bench.panel.view.playback.clip == three[1].id
    assert list_bench.panel.view._playing_position == 1
    list_bench.run(list_bench.studio.clips.trash([three[0].id]))
    list_bench.until(lambda: len(list_bench.ids) == 2)
    assert list_bench.panel.view._playing_position == 0
    list_bench.panel.set_playing(None, False, 0.0)
    assert list_bench.panel.view._playing_position is None


def test_pointer_carries_a_picture(list_bench: ListBench) -> None:
    one = draw_drag_pixmap("1 clip", list_bench.panel._row_style, 1.0)
    many = draw_drag_pixmap("12 clips", list_bench.panel._row_style, 1.0)
    assert 40 < one.width() < many.width()


def test_delete_in_the_trash_asks_and_the_line_above_counts(
    list_bench: ListBench, three: list[Clip]
) -> None:
    asked: list[list[str]] = []
    list_bench.panel.clip_actions.deletion_requested.connect(asked.append)
    bar = list_bench.panel.trash_bar
    list_bench.run(list_bench.studio.clips.trash([clip.id for clip in three[:2]]))
    list_bench.settle()
    assert not bar.isVisible()
    {tab.name: tab for tab in list_bench.panel.tabs._tabs}["Trash"].click()
    list_bench.shows("One", "Two")
    assert bar.isVisible()
    assert bar.text_label.text() == "2 clips stay here until you restore or delete them."
    list_bench.panel.select_clip(three[0].id)
    list_bench.panel.view.selectAll()
    QTest.keyClick(list_bench.panel.view, Qt.Key.Key_Delete)
    assert asked == [[three[0].id, three[1].id]]
    menu = open_menu(list_bench)
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert words[-2:] == ["Restore", "Delete for good…"]
    menu.close()
    list_bench.run(list_bench.studio.clips.restore([clip.id for clip in three]))
    list_bench.until(lambda: not bar.isVisible())
