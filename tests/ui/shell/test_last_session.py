"""A window shows again what the one before it showed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip import Clip, MediaState, Sound
from producer_studio.studio.clips import Smart, Sort, SortKey
from producer_studio.ui.window.window import Window
from tests.ui.library.conftest import a_clip, write_tone
from tests.ui.shell.conftest import Shell, opened_window


def closed(shell: Shell, window: Window) -> None:
    shell.run(window.finish())
    window.deleteLater()
    QApplication.sendPostedEvents()


def clips(shell: Shell, count: int) -> list[Clip]:
    made = [a_clip(f"Rain {age:03}", age=age, stars=age % 6) for age in range(count)]
    shell.run(shell.studio._library.add(made))
    return made


def test_search_list_order_and_selection_come_back(shell: Shell) -> None:
    shell.add_account("personal")
    made = clips(shell, 260)
    first = opened_window(shell)
    shell.until(lambda: len(first.library._table.ids) == 260)
    first.top.search.take_focus()
    QTest.keyClicks(first.top.search.edit, "stars:>0 rain")
    first.library.tabs._tabs[2].click()
    next(head for head in first.library.heads._heads if head.column.label == "Title").click()
    shell.until(lambda: first.library._listing.is_current and first.library._listing.is_whole)
    first.library.view.choose(made[257].id)
    QTest.keyClick(first.library.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    chosen = first.library.chosen()
    assert len(chosen) == 2
    first.library.as_grid.click()
    closed(shell, first)

    second = opened_window(shell)
    library = second.library
    shell.until(lambda: library.chosen() == chosen)
    assert second.top.search.query() == "stars:>0 rain"
    assert second.top.search.edit.text() == "rain"
    assert library.smart is library.tabs.current is Smart.UNHEARD
    assert library.heads.sort == Sort(SortKey.TITLE, descending=False)
    assert library.view.is_grid
    assert len(library._table.ids) == sum(1 for clip in made if clip.stars)
    closed(shell, second)


def test_a_selection_that_is_gone_is_nothing(shell: Shell) -> None:
    shell.add_account("personal")
    made = clips(shell, 3)
    first = opened_window(shell)
    shell.until(lambda: len(first.library._table.ids) == 3)
    first.library.choose(made[1].id)
    closed(shell, first)
    shell.run(shell.studio.clips.trash([made[1].id]))
    second = opened_window(shell)
    shell.until(lambda: len(second.library._table.ids) == 2)
    assert second.library.chosen() == []
    closed(shell, second)


def test_the_last_clip_waits_in_the_player_in_silence(shell: Shell) -> None:
    shell.add_account("personal")
    (clip,) = clips(shell, 1)
    folder = shell.run(shell.studio.clips.folder_of(clip.id))
    assert folder is not None
    write_tone(folder / "tone.wav", 3.0)
    whole = clip.with_(
        path=folder / "tone.wav", media=MediaState.READY, measured=Sound(duration_s=3.0)
    )
    shell.run(shell.studio._library.update(whole))
    first = opened_window(shell)
    shell.press(lambda: first.player.load(whole, play=False, at_s=1.5))
    shell.until(lambda: first.player.player._ready)
    closed(shell, first)
    assert shell.studio.preferences.value.last_clip == clip.id

    second = opened_window(shell)
    assert second.player.clip_id is None
    shell.press(second.session.restore_clip)
    shell.until(lambda: second.player.clip_id == clip.id)
    shell.until(lambda: second.player.player._ready)
    assert not second.player.player.playing
    assert second.player.player.position_s == 1.5
    found = shell.run(shell.studio.clips.get(clip.id))
    assert found is not None
    assert not found.heard
    closed(shell, second)
