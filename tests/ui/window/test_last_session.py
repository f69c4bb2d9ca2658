"""A window shows again what the one before it showed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.ui.library.title_editor import TitleEditor
from producer_studio.ui.window.window import MainWindow
from tests.ui.library.conftest import a_clip, write_tone
from tests.ui.player.conftest import add_clip
from tests.ui.window.conftest import WindowBench, opened_window


def closed(bench: WindowBench, window: MainWindow) -> None:
    bench.run(window.shut_down())
    window.deleteLater()
    QApplication.sendPostedEvents()


def clips(bench: WindowBench, count: int) -> list[Clip]:
    made = [a_clip(f"Rain {age:03}", age=age, stars=age % 6) for age in range(count)]
    bench.run(bench.studio._library.clips.add(made))
    return made


def test_search_list_order_and_selection_come_back(bench: WindowBench) -> None:
    bench.add_account("personal")
    made = clips(bench, 260)
    first = opened_window(bench)
    bench.until(lambda: len(first.library._table.ids) == 260)
    first.top_bar.search.focus_edit()
    QTest.keyClicks(first.top_bar.search.edit, "stars:>0 rain")
    first.library.tabs._tabs[2].click()
    next(
        head
        for head in first.library.column_headers._by_name.values()
        if head.spec.label == "Title"
    ).click()
    bench.until(
        lambda: first.library._list_loader.is_current and first.library._list_loader.is_complete
    )
    first.library.view.select_clip(made[257].id)
    QTest.keyClick(first.library.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    chosen = first.library.selected_ids()
    assert len(chosen) == 2
    bench.press(first.library.header.grid_button.click)
    closed(bench, first)

    second = opened_window(bench)
    library = second.library
    bench.until(lambda: library.selected_ids() == chosen)
    assert second.top_bar.search.query() == "stars:>0 rain"
    assert second.top_bar.search.edit.text() == "rain"
    assert library.smart_list is library.tabs.current is SmartList.UNHEARD
    assert library.column_headers.sort == SortOrder("title", descending=False)
    assert library.view.is_grid
    assert len(library._table.ids) == sum(1 for clip in made if clip.stars)
    closed(bench, second)


def test_a_title_that_was_typed_right_before_closing_is_saved(bench: WindowBench) -> None:
    bench.add_account("personal")
    (clip,) = clips(bench, 1)
    window = opened_window(bench)
    bench.until(lambda: len(window.library._table.ids) == 1)
    window.library.view.select_clip(clip.id)
    title = window.inspector.details.heading.title
    bench.until(lambda: title.text() == clip.title)
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Last word")

    async def end() -> None:
        await window.shut_down()
        await bench.tasks.close()  # what still runs is cancelled

    bench.run(end())
    (kept,) = bench.run(bench.studio.clips.get_many([clip.id]))
    assert kept.title == "Last word"
    window.deleteLater()
    QApplication.sendPostedEvents()


def test_a_tag_that_is_being_typed_is_saved_when_the_window_closes(bench: WindowBench) -> None:
    bench.add_account("personal")
    (clip,) = clips(bench, 1)
    window = opened_window(bench)
    bench.until(lambda: len(window.library._table.ids) == 1)
    bench.press(lambda: window.library.select_clip(clip.id))
    tags = window.inspector.details.heading.tags
    bench.until(lambda: tags.isVisible())
    bench.press(tags.add_button.click)
    QTest.keyClicks(tags.field, "late")

    async def end() -> None:
        await window.shut_down()
        await bench.tasks.close()

    bench.run(end())
    (kept,) = bench.run(bench.studio.clips.get_many([clip.id]))
    assert kept.tags == ("late",)
    window.deleteLater()
    QApplication.sendPostedEvents()


def test_a_title_that_is_being_typed_in_the_list_is_saved_when_the_window_closes(
    bench: WindowBench,
) -> None:
    bench.add_account("personal")
    (clip,) = clips(bench, 1)
    window = opened_window(bench)
    bench.until(lambda: len(window.library._table.ids) == 1)
    window.library.view.select_clip(clip.id)
    bench.press(window.library.view.edit_title)
    (editor,) = window.library.view.findChildren(TitleEditor)
    QTest.keyClicks(editor, "Last word")

    async def end() -> None:
        await window.shut_down()
        await bench.tasks.close()  # what still runs is cancelled

    bench.run(end())
    kept = bench.run(bench.studio.clips.get(clip.id))
    assert kept is not None
    assert kept.title == "Last word"
    window.deleteLater()
    QApplication.sendPostedEvents()


def test_a_selection_that_is_gone_is_nothing(bench: WindowBench) -> None:
    bench.add_account("personal")
    made = clips(bench, 3)
    first = opened_window(bench)
    bench.until(lambda: len(first.library._table.ids) == 3)
    first.library.select_clip(made[1].id)
    closed(bench, first)
    bench.run(bench.studio.clips.trash([made[1].id]))
    second = opened_window(bench)
    bench.until(lambda: len(second.library._table.ids) == 2)
    assert second.library.selected_ids() == []
    closed(bench, second)


def test_the_last_clip_waits_in_the_player_in_silence(bench: WindowBench) -> None:
    bench.add_account("personal")
    (clip,) = clips(bench, 1)
    folder = bench.run(bench.studio.clips.find_folder(clip.id))
    assert folder is not None
    write_tone(folder / "tone.wav", 3.0)
    whole = clip.with_changes(
        path=folder / "tone.wav", media=MediaState.READY, measured=AudioMeasurements(duration_s=3.0)
    )
    bench.run(bench.studio._library.clips.overwrite(whole))
    first = opened_window(bench)
    bench.press(lambda: first.player.load(whole, play=False, at_s=1.5))
    bench.until(lambda: first.player.player.is_open)
    closed(bench, first)
    assert bench.studio.preferences.value.last_clip == clip.id

    second = opened_window(bench)
    assert second.player.clip_id is None
    bench.press(second.session.restore_clip)
    bench.until(lambda: second.player.clip_id == clip.id)
    bench.until(lambda: second.player.player.is_open)
    assert not second.player.player.is_playing
    assert second.player.player.position_s == 1.5
    found = bench.run(bench.studio.clips.get(clip.id))
    assert found is not None
    assert not found.heard
    closed(bench, second)


def test_a_window_that_is_opened_again_plays_on(bench: WindowBench) -> None:
    bench.add_account("personal")
    clip = add_clip(bench, "Low tide", 64.0)
    bench.press(lambda: bench.studio.preferences.change(last_clip=clip.id, last_position_s=12.0))
    window = opened_window(bench)
    bench.press(lambda: window.session.restore_clip(plays=True))
    bench.until(lambda: window.player.player.is_playing)
    assert window.player.clip_id == clip.id
    assert window.player.player.position_s >= 12.0
    closed(bench, window)


def test_after_a_kill_the_last_clip_is_where_it_was_heard_last(bench: WindowBench) -> None:
    bench.add_account("personal")
    clip = add_clip(bench, "Low tide", 64.0)
    bench.run(bench.studio.play_history.store_position(clip.id, 45.0))
    bench.press(lambda: bench.studio.preferences.change(last_clip=clip.id, last_position_s=2.0))
    window = opened_window(bench)
    bench.press(window.session.restore_clip)
    bench.until(lambda: window.player.clip_id == clip.id)
    assert window.player.player.position_s == 45.0
    assert not window.player.player.is_playing
    closed(bench, window)
