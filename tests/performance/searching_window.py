"""Types into the search of the real window and prints when each answer was on the screen, what a
step of scrolling through all clips costs the window's thread, and when each sort order was shown.

python tests/performance/searching_window.py

Uses only what a checkout of an earlier version has as well, so that `search` can measure both.
"""

import asyncio
import json
import os
import time
from collections.abc import Sequence
from typing import Any

import qasync
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from producer_studio.app import AppSession, open_app_session, start_background_work
from producer_studio.domain.ids import ClipId
from producer_studio.library.fields import LIST_COLUMNS
from producer_studio.studio.clips import SortOrder
from producer_studio.ui.window.window import MainWindow

_QUERIES = (
    "rain",
    "night",
    "velvet",
    "copper",
    "slow piano",
    "golden",
    "lofi",
    "distant",
    "jazz gl",
)
_ROUNDS = 3
_LIMIT_S = 30.0
_SORT_REST_S = 1.5
"""After a sort, for the rest of the list."""

_SCROLL_STEPS = 100
_STEP_S = 0.05
_REST_S = 0.25
"""After an answer, for the rest of the list: a fast typist, and no key meets the one before."""


class Repaints(QObject):
    """Notes when the window was painted with the rows of a query, none of them blank."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._wanted: Sequence[ClipId] = ()
        self._finished = asyncio.Event()
        self.finished_at = 0.0
        self.cpu_at = 0.0
        self.frames: list[float] = []
        """CPU time of each repaint so far, in ms."""
        window.installEventFilter(self)

    async def until_shown(self, wanted: Sequence[ClipId]) -> float:
        """Waits for a finished repaint with these ids on top; its time on the performance clock.

        Raises:
            TimeoutError: They never came.
        """
        self._wanted = wanted
        self._finished.clear()
        await asyncio.wait_for(self._finished.wait(), _LIMIT_S)
        return self.finished_at

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._window or event.type() is not QEvent.Type.UpdateRequest:
            return False
        begun = time.thread_time()
        # Once this returns, everything that was due is painted.
        handled = bool(self._window.event(event))
        self.frames.append((time.thread_time() - begun) * 1000)
        if self._wanted and self._is_shown():
            self.finished_at, self.cpu_at = time.perf_counter(), time.process_time()
            self._wanted = ()
            self._finished.set()
        return handled

    def _is_shown(self) -> bool:
        view, table = self._window.library.view, self._window.library.view.table
        last = view.indexAt(QPoint(20, view.viewport().height() - 1)).row()
        rows = len(table.ids) if last < 0 else last + 1
        if list(table.ids[: len(self._wanted)]) != list(self._wanted):
            return False
        # What is not loaded yet is painted blank.
        return all(
            (table.group_row(row) if table.is_group(row) else table.clip_row(row)) is not None
            for row in range(rows)
        )


async def _press(window: MainWindow, key: str | Qt.Key) -> tuple[float, float]:
    """Presses a key as the window system does, outside of any task; when, and the CPU's time."""
    pressed: asyncio.Future[tuple[float, float]] = asyncio.get_running_loop().create_future()

    def press() -> None:
        begun = time.perf_counter(), time.process_time()
        QTest.keyClick(window.windowHandle(), key)
        pressed.set_result(begun)

    QTimer.singleShot(0, press)
    return await pressed


async def _type(run: AppSession) -> dict[str, Any]:
    window = run.window
    window.views.show_view("library")
    window.activateWindow()
    repaints = Repaints(window)
    await asyncio.sleep(2.0)
    (field,) = [
        one for one in window.findChildren(QLineEdit) if one.accessibleName() == "Search library"
    ]
    field.clear()  # a search of the run before
    await asyncio.sleep(_REST_S * 2)
    waits: list[float] = []
    computed: list[float] = []
    for query in _QUERIES * _ROUNDS:
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        shown = list(window.library.view.table.ids[:20])
        typed = ""
        for character in query:
            typed += character
            page = await run.studio.clips.page(typed.strip(), limit=20)
            if page.ids == shown or not page.ids:
                await _press(window, character)
                await asyncio.sleep(_REST_S)
                continue
            shows = asyncio.ensure_future(repaints.until_shown(page.ids))
            begun, cpu = await _press(window, character)
            waits.append((await shows - begun) * 1000)
            computed.append((repaints.cpu_at - cpu) * 1000)
            shown = page.ids
            await asyncio.sleep(_REST_S)
        assert field.text() == query, (field.text(), query)
        # The first one closes the suggestions, where there are some.
        while field.text():
            await _press(window, Qt.Key.Key_Escape)
            await asyncio.sleep(_REST_S)
        await asyncio.sleep(_REST_S)
    scrolled = await _scroll(window, repaints)
    sorts = await _sort(window, repaints)
    return {"waits": waits, "computed": computed, "scrolled": scrolled, "sorts": sorts}


async def _sort(window: MainWindow, repaints: Repaints) -> dict[str, list[float]]:
    """Clicks the heading of each column: ms from the click to the repainted first page.

    Each order is shown once before, so that its first page is known.
    """
    headers = window.library.column_headers
    tops: dict[str, list[ClipId]] = {}
    found: dict[str, list[float]] = {}
    for _round in range(_ROUNDS + 1):
        for spec, _column in LIST_COLUMNS:
            if spec.sort is None:
                continue
            # The default order is between two others.
            headers.set_sort(SortOrder())
            headers.sort_changed.emit(SortOrder())
            window.library.view.scrollToTop()
            await asyncio.sleep(_SORT_REST_S)
            head = headers._ensure_header(spec.name)
            if spec.name not in tops:
                await _click(head)
                await asyncio.sleep(_SORT_REST_S)
                tops[spec.name] = list(window.library.view.table.ids[:20])
                found[spec.name] = []
                continue
            if tops[spec.name] == list(window.library.view.table.ids[:20]):
                continue
            shows = asyncio.ensure_future(repaints.until_shown(tops[spec.name]))
            begun = await _click(head)
            found[spec.name].append((await shows - begun) * 1000)
            await asyncio.sleep(_SORT_REST_S)
    return {name: waits for name, waits in found.items() if waits}


async def _click(button: QAbstractButton) -> float:
    """Clicks a button outside of any task; when."""
    clicked: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def click() -> None:
        begun = time.perf_counter()
        button.click()
        clicked.set_result(begun)

    QTimer.singleShot(0, click)
    return await clicked


async def _scroll(window: MainWindow, repaints: Repaints) -> list[float]:
    """Scrolls the list by a row and a half at a time; CPU ms of each repaint."""
    view = window.library.view
    bar = view.verticalScrollBar()
    before = len(repaints.frames)
    for step in range(_SCROLL_STEPS):
        bar.setValue(bar.value() + view.rowHeight(0) * 3 // 2)
        # It is painted, and rows that it requested are loaded and painted.
        await asyncio.sleep(_REST_S if step % 10 == 0 else _STEP_S)
    return repaints.frames[before:]


async def _show() -> dict[str, Any]:
    async with open_app_session(os.environ, ["not", "needed"], None) as run:
        assert run is not None
        run.window.resize(1440, 900)
        run.window.show()
        await start_background_work(run)
        return await _type(run)


if __name__ == "__main__":
    print(json.dumps(qasync.run(_show())))
