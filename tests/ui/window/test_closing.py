"""What was asked for in the last moment before the window closes is done."""

import asyncio

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.form import Form
from producer_studio.domain.ids import ClipId
from producer_studio.ui.stems.panel import StemsPanel
from producer_studio.ui.window.views.stems import VIEW as STEMS
from producer_studio.ui.window.window import MainWindow
from tests.support.stem_song import add_song, stem_sounds
from tests.ui.library.conftest import a_clip
from tests.ui.window.conftest import WindowBench, opened_window


def closed(bench: WindowBench, window: MainWindow) -> None:
    """Closes the window as the program does."""
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


def opened(bench: WindowBench, count: int = 2) -> tuple[MainWindow, list[ClipId]]:
    bench.add_account("personal")
    clips = [a_clip(f"Rain {age}", age=age) for age in range(count)]
    bench.run(bench.studio._library.clips.add(clips))
    window = opened_window(bench)
    bench.until(lambda: len(window.library._table.ids) == count)
    bench.settle()
    return window, [one.id for one in clips]


def test_undo(bench: WindowBench) -> None:
    window, (first, _second) = opened(bench)
    bench.run(bench.studio.clips.edit([first], title="Snow"))
    bench.press(window.undo.undo)
    closed(bench, window)
    found = bench.run(bench.studio.clips.get(first))
    assert found is not None
    assert found.title == "Rain 0"


def test_a_name_that_is_typed_into_the_card_of_a_preset(bench: WindowBench) -> None:
    window, _clips = opened(bench)
    bench.run(bench.studio.presets.add("Tide", Form(sound="a piano").to_json()))
    bench.press(window.compose.show_presets)
    bench.settle()
    assert window.compose.presets is not None
    (card,) = window.compose.presets.cards
    bench.press(card.edit_name)
    QTest.keyClicks(card.name_edit, "Low tide")
    closed(bench, window)
    assert [one.name for one in bench.run(bench.studio.presets.list_all())] == ["Low tide"]


def test_a_new_playlist(bench: WindowBench) -> None:
    window, clips = opened(bench)
    actions = window.library.lists.actions
    bench.press(lambda: actions._change(bench.studio.playlists.create("Set", clips)))
    closed(bench, window)
    assert [one.name for one in bench.run(bench.studio.lists.list_all())] == ["Set"]


def test_levels_of_stems(bench: WindowBench) -> None:
    song, _stems = bench.run(add_song(bench.studio._library, stem_sounds((2.0, 2.0))))
    window = opened_window(bench)
    bench.press(lambda: window.stems.show_stems(song.id))
    mixer = window.views.view_widget(STEMS, StemsPanel).mixer
    bench.until(lambda: mixer.stem_set is not None)
    bench.press(lambda: mixer.set_gain(0, -6.0))
    levels = mixer.levels
    closed(bench, window)
    assert bench.run(bench.studio.stems.load_levels(song.id)) == levels


def test_a_change_that_follows_from_another(bench: WindowBench) -> None:
    done: list[str] = []

    async def change(name: str) -> str:
        return name

    def go_on(name: str) -> None:
        done.append(name)
        bench.tasks.start("second", change("second"), on_result=done.append, is_change=True)

    bench.press(
        lambda: bench.tasks.start("first", change("first"), on_result=go_on, is_change=True)
    )
    bench.run(bench.tasks.finish_changes())
    assert done == ["first", "second"]


def test_a_change_that_does_not_end_keeps_no_window_open(bench: WindowBench) -> None:
    never = asyncio.Event()
    bench.press(lambda: bench.tasks.start("endless", never.wait(), is_change=True))
    bench.run(bench.tasks.finish_changes(0.01))
    assert bench.tasks.is_running("endless")
