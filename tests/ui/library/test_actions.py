"""What can be done with clips from the list."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from producer_studio.domain.account import Service
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.library_change import ChangeKind
from producer_studio.studio.clips import UndoStep
from producer_studio.ui.clips.drag import draw_drag_pixmap, get_mime_clips
from producer_studio.ui.library.title_editor import TitleEditor
from producer_studio.ui.widgets.menu import Menu
from tests.ui.library.conftest import Listed, a_clip


@pytest.fixture
def three(listed: Listed) -> list[Clip]:
    clips = [a_clip("One", lyrics="la"), a_clip("Two", age=1), a_clip("Three", age=2)]
    listed.add(clips)
    listed.shows("One", "Two", "Three")
    listed.panel.activateWindow()
    listed.panel.view.setFocus()
    listed.panel.select_clip(clips[0].id)
    return clips


def row_point(listed: Listed, row: int, x: int) -> QPoint:
    box = listed.panel.view.visualRect(listed.panel.view.table.index(row, 0))
    return QPoint(x, box.center().y())


def click(listed: Listed, row: int, x: int) -> None:
    viewport = listed.panel.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=row_point(listed, row, x))


def test_click_on_a_star_rates_that_row(listed: Listed, three: list[Clip]) -> None:
    layout = listed.panel.view.row_delegate.layout_for(listed.panel.view.viewport().width())
    left = layout.left("rating")
    assert left is not None
    click(listed, 1, left + 30)
    listed.stored(three[1].id, lambda clip: clip.stars == 3)
    assert listed.panel.selected_ids() == [three[0].id]
    listed.until(lambda: listed.panel.view.table.cached_row(three[1].id).stars == 3)  # type: ignore[union-attr]
    listed.breathe()
    click(listed, 1, left + 30)
    listed.stored(three[1].id, lambda clip: clip.stars == 0)


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_clip_that_is_chosen_is_selected_alone_whatever_key_is_held(
    listed: Listed, three: list[Clip], key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    QTest.keyPress(listed.panel.view, key, modifier)
    for _ in range(2):
        listed.panel.select_clip(three[2].id)
        assert listed.panel.selected_ids() == [three[2].id]
    QTest.keyRelease(listed.panel.view, key)


def test_shift_and_number_rate_the_selection(listed: Listed, three: list[Clip]) -> None:
    listed.panel.view.selectAll()
    QTest.keyClick(listed.panel.view, Qt.Key.Key_4, Qt.KeyboardModifier.ShiftModifier)
    for clip in three:
        listed.stored(clip.id, lambda stored: stored.stars == 4)


def test_enter_and_double_click_play(listed: Listed, three: list[Clip]) -> None:
    played: list[str] = []
    listed.panel.play_requested.connect(played.append)
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Return)
    viewport = listed.panel.view.viewport()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=row_point(listed, 2, 150))
    assert played == [three[0].id, three[2].id]


def test_mark_on_the_cover_plays_or_pauses(listed: Listed, three: list[Clip]) -> None:
    listed.give_sound(three[1])
    listed.until(lambda: listed.panel.view.table.cached_row(three[1].id).clip.playable)  # type: ignore[union-attr]
    listed.breathe()
    played: list[str] = []
    toggled: list[str] = []
    listed.panel.play_requested.connect(played.append)
    listed.panel.play_toggle_requested.connect(toggled.append)
    click(listed, 1, 30)
    listed.panel.set_playing(three[1].id, True, 0.25)
    click(listed, 1, 30)
    assert (played, toggled) == ([three[1].id], [three[1].id])


def test_arrows_select_and_say_so(listed: Listed, three: list[Clip]) -> None:
    heard: list[list[str]] = []
    listed.panel.selection_changed.connect(heard.append)
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Down)
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    ids = [clip.id for clip in three]
    assert heard[0] == [ids[1]]
    assert heard[-1] == [ids[1], ids[2]]


def test_rename_in_place(listed: Listed, three: list[Clip]) -> None:
    QTest.keyClick(listed.panel.view, Qt.Key.Key_F2)
    (editor,) = listed.panel.view.viewport().findChildren(QLineEdit)
    assert editor.text() == "One"
    editor.selectAll()
    QTest.keyClicks(editor, "Uno")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    listed.stored(three[0].id, lambda clip: clip.title == "Uno")
    listed.shows("Uno", "Two", "Three")


def open_editor(listed: Listed) -> TitleEditor:
    QTest.keyClick(listed.panel.view, Qt.Key.Key_F2)
    (editor,) = listed.panel.view.viewport().findChildren(TitleEditor)
    editor.selectAll()
    return editor


@pytest.mark.parametrize("grid", [False, True])
def test_a_refresh_leaves_the_title_that_is_being_typed(
    listed: Listed, three: list[Clip], grid: bool
) -> None:
    listed.panel.set_grid(grid)
    editor = open_editor(listed)
    QTest.keyClicks(editor, "Half a ti")
    listed.run(listed.studio.clips.edit([three[0].id], heard=True))
    listed.add([a_clip("New", age=-1)])
    listed.tell(three, ChangeKind.EVERYTHING)
    listed.look.set_text_scale(1.2)
    listed.panel.resize(500, 640)
    listed.breathe()
    assert editor.isVisible()
    assert editor.text() == "Half a ti"
    QTest.keyClicks(editor, "tle")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    listed.stored(three[0].id, lambda clip: clip.title == "Half a title")
    listed.until(lambda: len(listed.ids) == 4)
    listed.look.set_text_scale(1.0)


def test_another_list_takes_the_typed_title_over(listed: Listed, three: list[Clip]) -> None:
    editor = open_editor(listed)
    QTest.keyClicks(editor, "Typed")
    listed.panel.set_query("Two")
    listed.stored(three[0].id, lambda clip: clip.title == "Typed")
    listed.shows("Two")


def test_an_untouched_editor_does_not_set_a_title_back(listed: Listed, three: list[Clip]) -> None:
    editor = open_editor(listed)
    listed.run(listed.studio.clips.edit([three[0].id], title="Renamed elsewhere"))
    listed.breathe()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    listed.shows("Renamed elsewhere", "Two", "Three")
    assert listed.get(three[0].id).title == "Renamed elsewhere"


def test_a_title_is_taken_although_its_row_left_the_cache(
    listed: Listed, three: list[Clip]
) -> None:
    editor = open_editor(listed)
    QTest.keyClicks(editor, "Typed")
    listed.panel.view.table._rows.clear()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    listed.stored(three[0].id, lambda clip: clip.title == "Typed")


def test_row_does_not_move_away_under_the_editor(listed: Listed, three: list[Clip]) -> None:
    QTest.keyClick(listed.panel.view, Qt.Key.Key_F2)
    (editor,) = listed.panel.view.viewport().findChildren(QLineEdit)
    listed.add([a_clip("New", age=-1)])
    listed.breathe()
    assert len(listed.ids) == 3
    assert editor.isVisible()
    QTest.keyClicks(editor, " more")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    listed.until(lambda: len(listed.ids) == 4)


def test_delete_goes_to_the_trash_and_comes_back(listed: Listed, three: list[Clip]) -> None:
    offers: list[tuple[str, UndoStep]] = []
    listed.panel.clip_actions.undo_available.connect(lambda text, step: offers.append((text, step)))
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Delete)
    listed.shows("Two", "Three")
    assert listed.panel.selected_ids() == [three[1].id]
    ((text, step),) = offers
    assert text == "1 clip moved to the trash."
    listed.run(listed.studio.clips.undo(step))
    listed.shows("One", "Two", "Three")


def test_a_change_of_several_offers_undo_and_of_one_does_not(
    listed: Listed, three: list[Clip]
) -> None:
    offers: list[str] = []
    listed.panel.clip_actions.undo_available.connect(lambda text, _step: offers.append(text))
    QTest.keyClick(listed.panel.view, Qt.Key.Key_2, Qt.KeyboardModifier.ShiftModifier)
    listed.stored(three[0].id, lambda clip: clip.stars == 2)
    listed.panel.view.selectAll()
    QTest.keyClick(listed.panel.view, Qt.Key.Key_4, Qt.KeyboardModifier.ShiftModifier)
    listed.until(lambda: offers == ["Rating of 3 clips changed."])


def test_space_is_left_to_the_window(listed: Listed, three: list[Clip]) -> None:
    before = listed.panel.selected_ids()
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Space)
    assert listed.panel.selected_ids() == before == [three[0].id]


def test_drag_carries_the_files_themselves(listed: Listed, three: list[Clip]) -> None:
    whole = listed.give_sound(three[0])
    data = listed.run(listed.panel._drag.build_mime_data([three[0].id, three[1].id]))
    (url,) = data.urls()
    assert Path(url.toLocalFile()) == whole.path
    assert Path(url.toLocalFile()).is_file()
    assert get_mime_clips(data) == [three[0].id, three[1].id]
    assert listed.panel.view.table.supportedDragActions() == Qt.DropAction.CopyAction


def test_drag_carries_rows_that_were_never_shown(listed: Listed) -> None:
    clips = listed.add([a_clip(f"Söng & {age:03}?", age=age) for age in range(600)])
    listed.until(lambda: len(listed.ids) == 600)
    source = listed.give_sound(clips[-1])
    assert source.path is not None
    some = clips[:-1:40]
    for clip in some:
        folder = listed.run(listed.studio.clips.find_folder(clip.id))
        assert folder is not None
        path = folder / "Night rain.wav"
        path.write_bytes(source.path.read_bytes())
        listed.run(
            listed.studio._library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
        )
    view = listed.panel.view
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
    data = listed.run(listed.panel._drag.build_mime_data(ids))
    paths = [Path(url.toLocalFile()) for url in data.urls()]
    assert len(paths) == len(some) + 1
    assert len({path.name for path in paths}) == len(paths)
    assert all(path.is_file() for path in paths)
    assert len(get_mime_clips(data)) == 600
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert len(listed.panel.selected_ids()) >= 1


def open_menu(listed: Listed) -> Menu:
    listed.panel._on_menu_requested(listed.panel.mapToGlobal(QPoint(200, 200)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    return menu


def test_menu_says_why_something_cannot_be_done(listed: Listed, three: list[Clip]) -> None:
    menu = open_menu(listed)
    extend = next(action for action in menu.actions() if action.text().startswith("Extend"))
    assert not extend.isEnabled()
    assert extend.toolTip() == "Connect a service or open the demo first."
    menu.close()
    listed.run(listed.studio.accounts.add(AccountName("mine"), Service.MUSICAPI))
    menu = open_menu(listed)
    extend = next(action for action in menu.actions() if action.text().startswith("Extend"))
    assert extend.isEnabled()
    stems = next(action for action in menu.actions() if action.text().startswith("Stems"))
    assert not stems.isEnabled()
    assert stems.toolTip().endswith("You have no account that offers it.")
    menu.close()
    listed.panel.view.selectAll()
    menu = open_menu(listed)
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert words == ["Favourite", "Rate", "Tempo", "Export…", "Move to trash"]
    menu.close()
    assert len(listed.panel.selected_ids()) == len(three)


def test_the_tempo_of_several_clips_is_halved_and_taken_back(listed: Listed) -> None:
    clips = listed.add(
        [
            a_clip("One", measured=AudioMeasurements(duration_s=60, bpm=124.0)),
            a_clip("Two", measured=AudioMeasurements(duration_s=60, bpm=90.0)),
            a_clip("Three"),
        ]
    )
    listed.shows("One", "Two", "Three")
    listed.panel.select_clip(clips[0].id)
    listed.panel.view.selectAll()
    menu = open_menu(listed)
    tempo = next(action for action in menu.actions() if action.text() == "Tempo").menu()
    lines = {action.text(): action for action in tempo.actions()}
    lines["Halve"].trigger()
    menu.close()
    listed.stored(clips[0].id, lambda clip: clip.bpm == 62.0)
    listed.stored(clips[1].id, lambda clip: clip.bpm == 45.0)
    assert listed.get(clips[2].id).bpm is None
    listed.run(listed.studio.clips.undo())
    assert listed.get(clips[0].id).bpm_text == "≈124 BPM"


def test_menu_lines_do_what_they_say(listed: Listed, three: list[Clip]) -> None:
    exported: list[list[str]] = []
    recipes: list[object] = []
    listed.panel.export_requested.connect(exported.append)
    listed.panel.use_recipe_requested.connect(recipes.append)
    menu = open_menu(listed)
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    actions["Export…"].trigger()
    actions["Use these settings"].trigger()
    actions["Copy lyrics"].trigger()
    actions["Favourite"].trigger()
    menu.close()
    assert exported == [[three[0].id]]
    assert recipes == [three[0].recipe]
    assert QGuiApplication.clipboard().text() == "la"
    listed.stored(three[0].id, lambda clip: clip.favourite)


def test_trash_offers_to_restore(listed: Listed, three: list[Clip]) -> None:
    listed.run(listed.studio.clips.trash([three[0].id]))
    tabs = {tab.name: tab for tab in listed.panel.tabs._tabs}
    tabs["Trash"].click()
    listed.shows("One")
    listed.panel.select_clip(three[0].id)
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Delete)
    menu = open_menu(listed)
    (restore,) = [action for action in menu.actions() if action.text() == "Restore"]
    restore.trigger()
    menu.close()
    listed.until(lambda: listed.ids == [])
    assert listed.get(three[0].id).trashed_at is None


def test_only_the_playing_row_is_painted_again(listed: Listed, three: list[Clip]) -> None:
    listed.panel.set_playing(three[1].id, True, 0.5)
    assert listed.panel.view.playback.clip == three[1].id
    assert listed.panel.view._playing_position == 1
    listed.run(listed.studio.clips.trash([three[0].id]))
    listed.until(lambda: len(listed.ids) == 2)
    assert listed.panel.view._playing_position == 0
    listed.panel.set_playing(None, False, 0.0)
    assert listed.panel.view._playing_position is None


def test_pointer_carries_a_picture(listed: Listed) -> None:
    one = draw_drag_pixmap(1, listed.panel._row_style, 1.0)
    many = draw_drag_pixmap(12, listed.panel._row_style, 1.0)
    assert 40 < one.width() < many.width()


def test_delete_in_the_trash_asks_and_the_line_above_counts(
    listed: Listed, three: list[Clip]
) -> None:
    asked: list[list[str]] = []
    listed.panel.clip_actions.deletion_requested.connect(asked.append)
    bar = listed.panel.trash_bar
    listed.run(listed.studio.clips.trash([clip.id for clip in three[:2]]))
    listed.breathe()
    assert not bar.isVisible()
    {tab.name: tab for tab in listed.panel.tabs._tabs}["Trash"].click()
    listed.shows("One", "Two")
    assert bar.isVisible()
    assert bar.text_label.text() == "2 clips stay here until you restore or delete them."
    listed.panel.select_clip(three[0].id)
    listed.panel.view.selectAll()
    QTest.keyClick(listed.panel.view, Qt.Key.Key_Delete)
    assert asked == [[three[0].id, three[1].id]]
    menu = open_menu(listed)
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert words[-2:] == ["Restore", "Delete for good…"]
    menu.close()
    listed.run(listed.studio.clips.restore([clip.id for clip in three]))
    listed.until(lambda: not bar.isVisible())
