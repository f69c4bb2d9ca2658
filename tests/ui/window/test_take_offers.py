"""What the window offers for the takes of a press."""

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton

from producer_studio.domain.clip_list import press_of
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.domain.recipe import Recipe
from producer_studio.ui.compare.panel import ComparePanel
from producer_studio.ui.window.views import load_views
from producer_studio.ui.window.views.compare import VIEW as COMPARE
from producer_studio.ui.window.window import MainWindow
from tests.support.sandbox_process import SandboxProcess
from tests.ui.window.conftest import WindowBench, named, opened_window

SOUND = "Slow lofi piano with vinyl crackle and brushed drums, 84 BPM"


def make_takes(bench: WindowBench, window: MainWindow, count: int) -> list[ClipId]:
    """Lets the service make the takes of one press, and waits until all are in the list."""
    recipes = [
        Recipe(sound=SOUND, title="Night Bus", instrumental=True, seed=str(number))
        for number in range(count)
    ]
    bench.run(bench.studio.jobs.submit(recipes, AccountName("personal")))
    bench.run(bench.studio.jobs.wait_until_idle())
    bench.until(lambda: len(window.library.view.table.listed.groups) == 1)
    (takes,) = window.library.view.table.listed.groups.values()
    return list(takes)


@pytest.fixture
def comparing(bench: WindowBench, sandbox: SandboxProcess) -> Iterator[MainWindow]:
    """A window with a view that compares, and an account."""
    window = opened_window(bench)
    bench.add_account("personal", sandbox.url)
    yield window
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


def compared_clips(bench: WindowBench, window: MainWindow) -> list[ClipId]:
    """The clips that are compared, once they are read."""
    panel = window.views.view_widget(COMPARE, ComparePanel)
    bench.until(lambda: bool(panel.comparison.clips))
    return [one.clip.id for one in panel.comparison.clips]


def press_notice(bench: WindowBench, window: MainWindow, action: str) -> None:
    (button,) = [one for one in window.notices.findChildren(QPushButton) if one.text() == action]
    bench.press(button.click)


def test_the_last_take_that_arrives_offers_to_compare(
    bench: WindowBench, comparing: MainWindow
) -> None:
    takes = make_takes(bench, comparing, 2)
    bench.until(lambda: len(comparing.notices.notices()) == 1)
    (notice,) = comparing.notices.notices()
    assert (notice.text, notice.action) == ("2 takes of “Night Bus” are here.", "Compare")
    assert comparing.player.clip_id is None
    press_notice(bench, comparing, "Compare")
    assert comparing.views.is_shown(COMPARE)
    assert compared_clips(bench, comparing) == takes


def test_ctrl_enter_in_the_list_compares_and_does_not_generate(
    bench: WindowBench, comparing: MainWindow
) -> None:
    takes = make_takes(bench, comparing, 2)
    jobs = len(bench.run(bench.studio.jobs.all()))
    comparing.activateWindow()
    bench.until(comparing.isActiveWindow)
    bench.press(comparing.library.focus_list)
    QTest.keyClick(comparing.library.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert compared_clips(bench, comparing) == takes
    assert len(bench.run(bench.studio.jobs.all())) == jobs


def test_the_inspector_compares_and_keeps_the_best(
    bench: WindowBench, comparing: MainWindow
) -> None:
    takes = make_takes(bench, comparing, 2)
    bench.run(bench.studio.clips.edit([takes[1]], stars=4))
    bench.press(comparing.library.focus_list)
    batch = comparing.inspector.multi_selection
    bench.until(batch.keep_button.isVisible)
    assert batch.keep_button.text() == "Keep best, trash 1"
    bench.press(batch.compare_button.click)
    assert compared_clips(bench, comparing) == takes
    bench.press(batch.keep_button.click)
    bench.until(lambda: list(comparing.library.view.table.ids) == [takes[1]])


def test_a_first_favourite_offers_to_trash_the_others(
    bench: WindowBench, comparing: MainWindow
) -> None:
    takes = make_takes(bench, comparing, 2)
    bench.until(lambda: len(comparing.notices.notices()) == 1)
    comparing.notices.remove_notice(comparing.notices.notices()[0])
    bench.run(bench.studio.clips.edit([takes[0]], favourite=True))
    bench.until(lambda: len(comparing.notices.notices()) == 1)
    (notice,) = comparing.notices.notices()
    assert notice.text == "“Night Bus · take 1” is a favourite. 1 other take could go."
    assert list(comparing.library.view.table.takes_of(comparing.library.view.table.ids[0])) == takes
    press_notice(bench, comparing, "Trash the other")
    bench.until(lambda: list(comparing.library.view.table.ids) == [takes[0]])
    bench.until(lambda: comparing.notices.notices()[-1].action == "Undo")
    press_notice(bench, comparing, "Undo")
    bench.until(lambda: len(comparing.library.view.table.listed.groups) == 1)


def test_a_later_favourite_is_not_trashed_by_the_offer(
    bench: WindowBench, comparing: MainWindow
) -> None:
    takes = make_takes(bench, comparing, 3)
    bench.until(lambda: len(comparing.notices.notices()) == 1)
    comparing.notices.remove_notice(comparing.notices.notices()[0])
    bench.run(bench.studio.clips.edit([takes[0]], favourite=True))
    bench.until(lambda: len(comparing.notices.notices()) == 1)
    bench.run(bench.studio.clips.edit([takes[1]], favourite=True))
    press_notice(bench, comparing, "Trash the other 2")
    bench.until(lambda: [one.action for one in comparing.notices.notices()] == ["Undo"])
    found = bench.run(bench.studio.clips.get_many(takes))
    assert {clip.id for clip in found if clip.trashed_at is not None} == {takes[2]}


def test_without_a_view_that_compares_nothing_offers_it(
    bench: WindowBench, sandbox: SandboxProcess
) -> None:
    joined = opened_window(bench, [view for view in load_views() if view is not COMPARE])
    bench.add_account("personal", sandbox.url)
    make_takes(bench, joined, 2)
    bench.press(joined.library.focus_list)
    bench.until(joined.inspector.multi_selection.isVisible)
    assert not joined.inspector.multi_selection.compare_button.isVisible()
    assert not joined.library.view.group_buttons.compares
    assert joined.notices.notices() == []
    bench.run(joined.shut_down())
    joined.deleteLater()


def test_the_setting_and_the_open_groups_survive_a_restart(
    bench: WindowBench, joined: MainWindow
) -> None:
    make_takes(bench, joined, 2)
    assert len(joined.library.view.table.ids) == 3
    button = named(joined, "Group takes")
    assert isinstance(button, QPushButton)
    kept = bench.studio.preferences
    bench.press(button.click)
    assert not kept.value.groups_takes
    bench.press(button.click)
    assert kept.value.groups_takes
    bench.until(lambda: len(joined.library.view.table.ids) == 3)
    (group,) = joined.library.view.table.listed.groups
    for is_open in (False, True):
        bench.press(partial(joined.library.view.set_group_open, group, is_open=is_open))
        assert kept.value.open_groups == ((press_of(group),) if is_open else ())
    for name, is_grid in (("Show as grid", True), ("Show as list", False)):
        shown = named(joined, name)
        assert isinstance(shown, QAbstractButton)
        bench.press(shown.click)
        assert kept.value.grid is is_grid
    bench.run(joined.shut_down())
    again = opened_window(bench)
    bench.until(lambda: len(again.library.view.table.ids) == 3)
    bench.press(again.library.group_button.click)
    bench.until(lambda: len(again.library.view.table.ids) == 2)
    bench.run(again.shut_down())
    third = opened_window(bench)
    bench.until(lambda: len(third.library.view.table.ids) == 2)
    assert not third.library.group_button.isChecked()
    bench.run(third.shut_down())
    for window in (again, third):
        window.deleteLater()
    QApplication.sendPostedEvents()
