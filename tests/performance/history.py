"""The history with 10,000 presses: what the window's thread and those of the database do."""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from producer_studio.domain.ids import AccountName, PressId, new_job_id, new_press_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.press import Press
from producer_studio.domain.takes import expand_takes
from producer_studio.library import history_sql, job_sql, press_sql
from producer_studio.library.column_values import format_time
from producer_studio.library.connection import connect, transaction
from producer_studio.library.library import Library
from producer_studio.settings.paths import default_paths, find_resources_folder
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.history.panel import HistoryPanel
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.performance.large_library import a_clip
from tests.performance.table import median, say

_PRESSES = 10_000
_TAKES = 4
_PAGE = 40
_STEP_PX = 120
_NO_DEMO = [sys.executable, "-c", "raise SystemExit"]


def measure(repeats: int) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory(prefix="producer-studio-performance-") as scratch:
        environ = {"PRODUCER_STUDIO_HOME": scratch}
        paths = default_paths(environ)
        fill_presses(paths.library, _PRESSES)
        with closing(connect(paths.library / "library.db")) as db:
            ids = history_sql.list_ids(db, "", pinned_only=False)
            page = ids[:_PAGE]
            queries: list[tuple[str, Callable[[], object]]] = [
                ("whole list", lambda: history_sql.list_ids(db, "", pinned_only=False)),
                ("search of two words", lambda: _search(db, "piano night")),
                ("search of one letter", lambda: _search(db, "q")),
                (f"{_PAGE} rows", lambda: history_sql.read_past_presses(db, page)),
            ]
            rows = [_row(name, "database", work, repeats) for name, work in queries]
        rows += asyncio.run(_measure_window(app, environ, ids, repeats))
    say(
        f"History of {_PRESSES} presses (aim: no more than 16 ms at the window)",
        [["", "thread", "ms", "longest ms"], *rows],
    )


def fill_presses(folder: Path, count: int) -> None:
    """Puts presses of four takes with their finished jobs into the library of a folder.

    The service has stated no price: half of them were measured, the others have learnt prices.
    """

    async def create() -> None:
        await (await Library.open(folder)).close()

    asyncio.run(create())
    dice = random.Random(count)
    now = datetime.now(UTC)
    measured: list[Job] = []
    with closing(connect(folder / "library.db", writes=True)) as db:
        db.execute("PRAGMA synchronous = OFF")
        with transaction(db):
            for number in range(count):
                recipe = a_clip(dice, now, number).recipe
                press = Press(
                    id=new_press_id(),
                    account=AccountName("personal"),
                    recipes=tuple(expand_takes(recipe, _TAKES)),
                    form={"sound": recipe.sound, "lyrics": recipe.lyrics, "takes": _TAKES},
                    created_at=now - timedelta(minutes=number),
                )
                press_sql.write_press(db, press)
                for take, one in enumerate(press.recipes, 1):
                    job = Job(
                        id=new_job_id(), state=JobState.DONE, recipe=one, account=press.account,
                        press=press.id, take=take, takes=_TAKES, accepted_at=press.created_at,
                    )  # fmt: skip
                    job_sql.write_job(db, job)
                    measured += [job] if number % 2 else []
            # `add_sample` looks for an earlier one of the job, which takes a minute for these.
            db.executemany(
                "INSERT INTO price_samples(account, operation, model, credits, job, at) "
                "VALUES (?, ?, ?, 10, ?, ?)",
                [
                    (one.account, str(one.recipe.operation), one.recipe.model, one.id,
                     format_time(now))
                    for one in measured
                ],
            )  # fmt: skip


def _search(db: "object", query: str) -> list[PressId]:
    return history_sql.list_ids(db, query, pinned_only=False)  # type: ignore[arg-type]


async def _measure_window(
    app: QApplication, environ: dict[str, str], ids: list[PressId], repeats: int
) -> list[list[object]]:
    studio = await Studio.open(default_paths(environ), environ, _NO_DEMO)
    style = Style(app, find_resources_folder())
    style.apply("dark")
    tasks = Tasks()
    panel = HistoryPanel(UiContext(studio, style, tasks))
    panel.resize(392, 760)
    panel.show()
    begun = time.perf_counter()
    while not panel.table.ids or panel.table.press_row(0) is None:
        app.processEvents()
        await asyncio.sleep(0.001)
    opened = 1000 * (time.perf_counter() - begun)
    bar = panel.view.verticalScrollBar()

    def scroll(pixels: int) -> None:
        bar.setValue((bar.value() + pixels) % max(1, bar.maximum()))
        app.processEvents()

    def show_again() -> None:
        panel.table.set_ids([])
        panel.table.set_ids(ids)
        app.processEvents()

    def show_one_less() -> None:
        panel.table.set_ids(ids[1:])
        panel.table.set_ids(ids)
        app.processEvents()

    def choose() -> None:
        panel.view.select_press(ids[bar.value() % len(ids)])
        scroll(_STEP_PX)

    rows: list[list[object]] = [["open, to the first row", "all", opened, opened]]
    work: list[tuple[str, Callable[[], object]]] = [
        ("show the whole list", show_again),
        ("one press less, and again", show_one_less),
        ("wheel step", lambda: scroll(_STEP_PX)),
        ("jump", lambda: scroll(bar.maximum() // 7)),
        ("select a press, anywhere", choose),
    ]
    for name, one in work:
        rows.append(_row(name, "window", one, repeats * 3))
        # What was requested is read before the next is measured.
        while panel.table.has_requests or tasks.is_running("read presses"):
            app.processEvents()
            await asyncio.sleep(0.001)
    panel.close_loader()
    panel.hide()
    await tasks.close()
    await studio.close()
    return rows


def _row(name: str, thread: str, work: Callable[[], object], repeats: int) -> list[object]:
    walls: list[float] = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        walls.append(1000 * (time.perf_counter() - begun))
    return [name, thread, median(walls), max(walls)]
