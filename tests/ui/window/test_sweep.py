"""The grid of a sweep in the window: states, stars, keys, comparison, and where it is reached."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import (
    AccountName,
    ClipId,
    PressId,
    new_clip_id,
    new_job_id,
    new_press_id,
)
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.domain.sweep_status import CellState
from producer_studio.studio.events import JobChanged, OtherJobChanged
from producer_studio.ui.compare.panel import ComparePanel
from producer_studio.ui.sweep.continue_dialog import ContinueSweepDialog
from producer_studio.ui.sweep.panel import SweepPanel
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.window.views.compare import VIEW as COMPARE
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.views.sweep import VIEW as SWEEP
from producer_studio.ui.window.window import MainWindow
from tests.support.sandbox_process import SandboxProcess
from tests.support.shown_language import shown_in
from tests.ui.window.conftest import WindowBench, opened_window

SONG = Recipe(
    sound="Slow lofi piano with vinyl crackle and brushed drums, 84 BPM",
    title="Night Bus",
    instrumental=True,
    seed="7",
)
GRID = Sweep(
    axes=(SweepAxis("model", ("FUZZ-2.0", "FUZZ-1.0")), SweepAxis("weirdness", (0.2, 0.8))),
    limits=SweepLimits(requests=3),
)
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(bench: WindowBench, sandbox: SandboxProcess) -> Iterator[MainWindow]:
    made = opened_window(bench)
    bench.add_account("personal", sandbox.url)
    yield made
    bench.run(made.shut_down())
    bench.run(bench.tasks.close())
    made.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def press(bench: WindowBench, window: MainWindow) -> PressId:
    """A sweep that has stopped before its last cell."""
    submitted = bench.studio.sweeps.submit(GRID, SONG, AccountName("personal"), form={})
    jobs = bench.run(submitted)
    bench.run(bench.studio.jobs.wait_until_idle())
    bench.until(lambda: len(window.library.view.table.listed.groups) == 1)
    assert jobs[0].press is not None
    return jobs[0].press


def shown(bench: WindowBench, window: MainWindow) -> SweepPanel:
    assert window.views.is_shown(SWEEP)
    panel = window.views.view_widget(SWEEP, SweepPanel)
    bench.until(lambda: len(panel.grid.cells) == GRID.size)
    return panel


def clips_of(panel: SweepPanel) -> list[ClipId]:
    cells = [button.cell for button in panel.grid.cells]
    return [clip.id for cell in cells if cell is not None for clip in cell.clips]


def test_the_grid_plays_rates_and_compares_by_axis(
    bench: WindowBench, window: MainWindow, press: PressId
) -> None:
    bench.press(lambda: window.sweeps.show_sweep(press))
    panel = shown(bench, window)
    states = [button.cell.state for button in panel.grid.cells if button.cell is not None]
    assert states == [CellState.DONE] * 3 + [CellState.NOT_SENT]
    assert "Stopped at 3 of 4 requests: the limit of 3 requests" in panel.summary_label.text()
    first = panel.grid.cells[0]
    assert first.accessibleName() == "FUZZ-2.0 · Weirdness 0.20: take 1, done"
    bench.until(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_4, _SHIFT)
    bench.until(lambda: "4 of 5 stars" in first.accessibleName())
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert panel.grid.current_take == 2
    QTest.keyClick(panel.grid.cells[1], Qt.Key.Key_Down)
    assert panel.cell_label.text() == "FUZZ-1.0 · Weirdness 0.80 · not sent"
    assert not panel.stars.isEnabled()
    (row, _other, column, _last) = panel.grid.headers
    assert row.accessibleName() == "Compare Model FUZZ-2.0, 4 stars on average of 1 rated"
    bench.press(lambda: QTest.mouseClick(first, Qt.MouseButton.LeftButton))
    bench.until(lambda: window.player.clip_id == clips_of(panel)[0])
    panel.setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyClick(panel, Qt.Key.Key_2, _SHIFT)
    bench.until(lambda: "2 of 5 stars" in first.accessibleName())
    QTest.keyClick(panel, Qt.Key.Key_4, _SHIFT)
    bench.until(lambda: "4 of 5 stars" in first.accessibleName())
    bench.press(column.click)
    compare = window.views.view_widget(COMPARE, ComparePanel)
    bench.until(lambda: len(compare.comparison.clips) == 2)
    bench.until(lambda: len(compare.rows) == 2)
    texts = [label.text() for row in compare.rows for label in row.findChildren(QLabel)]
    assert "FUZZ-2.0 · Weirdness 0.20" in texts
    bench.press(compare.close_requested.emit)
    assert window.views.is_shown(LIBRARY)


def test_it_goes_on_with_a_new_limit_that_is_asked_for(
    bench: WindowBench, window: MainWindow, press: PressId
) -> None:
    bench.press(lambda: window.sweeps.show_sweep(press))
    panel = shown(bench, window)
    bench.run(bench.studio.accounts.change(AccountName("personal"), budget=50))
    bench.until(panel.continue_button.isVisible)
    panel.continue_button.setFocus()
    bench.press(panel.continue_button.click)
    (dialog,) = window.findChildren(ContinueSweepDialog)
    assert not dialog.continue_button.isEnabled()
    dialog.limits.requests.setText("4")
    assert dialog.continue_button.text() == "Send 1 more · price unknown"
    warning = "The price is unknown, and the monthly budget of “personal” has 50 credits of 50"
    bench.until(lambda: dialog.warning_label.text().startswith(warning))
    assert dialog.warning_label.isVisible()
    with shown_in("de"):
        dialog.limits.requests.setText("5")
        assert dialog.warning_label.text().startswith("Der Preis ist unbekannt; im Monatsbudget")
    dialog.limits.requests.setText("4")
    # The price is learnt while the dialog is open.
    cell = panel.grid.cells[-1].cell
    assert cell is not None
    assert cell.job is not None
    bench.run(bench.studio.prices.add_sample(cell.job, 10.0))
    bench.until(lambda: dialog.continue_button.text() == "Send 1 more · about 10 credits")
    errors: list[str] = []
    bench.tasks.internal_error_reported.connect(errors.append)

    def continue_and_cancel() -> None:
        dialog.continue_button.click()
        dialog.reject()

    bench.press(continue_and_cancel)
    bench.settle()
    assert panel.continue_button.isVisible()
    assert errors == []
    bench.press(panel.continue_button.click)
    dialog = window.findChildren(ContinueSweepDialog)[-1]
    dialog.limits.requests.setText("4")
    bench.run(bench.studio.accounts.change(AccountName("personal"), budget=None))
    bench.press(dialog.continue_button.click)
    bench.until(lambda: len(clips_of(panel)) == 4)
    bench.until(lambda: panel.continue_button.isHidden())
    assert window.focusWidget() is panel.grid.cells[panel.grid.current_take - 1]
    bench.run(bench.studio.jobs.wait_until_idle())


def test_it_shows_what_another_process_does(
    bench: WindowBench, window: MainWindow, press: PressId
) -> None:
    bench.press(lambda: window.sweeps.show_sweep(press))
    panel = shown(bench, window)
    cell = panel.grid.cells[-1].cell
    assert cell is not None
    assert cell.job is not None
    sent = cell.job.with_changes(state=JobState.SENDING, finished_at=None, fault=None)
    bench.run(bench.studio._library.jobs.write(sent))
    bench.press(lambda: bench.studio.events.publish(OtherJobChanged(sent)))
    bench.until(lambda: panel.grid.cells[-1].accessibleName().endswith("take 4, sending"))


def test_it_is_reached_from_the_history_and_from_its_group(
    bench: WindowBench, window: MainWindow, press: PressId
) -> None:
    history = window.compose.show_history()
    bench.until(lambda: bool(history.table.ids))
    bench.press(history.view.select_first)
    bench.until(history.view.sweep_button.isVisible)
    bench.press(history.view.sweep_button.click)
    panel = shown(bench, window)
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert window.views.is_shown(LIBRARY)
    bench.press(window.library.focus_list)
    bench.until(lambda: window.library.view.current_row() is not None)
    bench.press(lambda: window.library._menu.popup(QPoint(0, 0), in_trash=False))
    (menu,) = window.library.view.findChildren(
        Menu, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    (item,) = [one for one in menu.actions() if one.text() == "Grid of the sweep"]
    bench.press(item.trigger)
    menu.close()
    assert shown(bench, window) is panel


def test_more_takes_than_can_be_compared_open_the_grid(
    bench: WindowBench, window: MainWindow
) -> None:
    sweep = Sweep(axes=(SweepAxis("seed", tuple(map(str, range(9)))),))
    recipes = sweep.expand(SONG)
    stored = Press(
        id=new_press_id(), account=AccountName("personal"), recipes=tuple(recipes), sweep=sweep
    )
    jobs = [
        Job(
            id=new_job_id(), state=JobState.DONE, recipe=recipe, press=stored.id, take=take, takes=9
        )
        for take, recipe in enumerate(recipes, 1)
    ]
    clips = [
        Clip(
            id=new_clip_id(),
            media=MediaState.READY,
            path=Path("song.wav"),
            title="Night Bus",
            job=job.id,
            press=stored.id,
            take=job.take,
            takes=9,
        )
        for job in jobs
    ]
    library = bench.studio._library
    bench.run(library.jobs.write_all(jobs, press=stored))
    bench.run(library.clips.add(clips))
    bench.press(lambda: window.show_compare([clip.id for clip in clips]))
    bench.until(lambda: window.views.is_shown(SWEEP))
    panel = window.views.view_widget(SWEEP, SweepPanel)
    bench.until(lambda: len(panel.grid.cells) == 9)
    assert panel.title_label.text() == "“Night Bus” by seed"
    bench.until(panel.compare_button.isEnabled)
    assert "8 best rated" in panel.compare_button.toolTip()
    bench.press(panel.close_requested.emit)
    bench.press(lambda: bench.studio.events.publish(JobChanged(jobs[-1])))
    bench.until(lambda: bool(window.notices.notices()))
    (notice,) = window.notices.notices()
    assert (notice.text, notice.action) == ("9 takes of “Night Bus” are here.", "Show the grid")
    (button,) = [
        one for one in window.notices.findChildren(QPushButton) if one.text() == "Show the grid"
    ]
    bench.press(button.click)
    assert window.views.is_shown(SWEEP)


def test_a_clip_that_is_opened_from_the_grid_is_the_one_that_is_selected(
    bench: WindowBench, window: MainWindow
) -> None:
    first, second = (Clip(id=new_clip_id(), title=f"Rain {at}") for at in range(2))
    bench.run(bench.studio._library.clips.add([first, second]))
    bench.press(lambda: window.library.set_query("rain"))
    bench.until(lambda: len(window.library.listed_clips()) == 2)
    last = window.library.listed_clips()[-1]
    bench.press(lambda: window.sweeps._open(last))
    bench.settle()
    assert window.library.selected_ids() == [last]
    assert QApplication.focusWidget() is window.library.view
