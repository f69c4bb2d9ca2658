"""The real window, with hands: writes, presses Generate, and tells on stdout what happens.

Run as `python -m tests.support.window_driver WISH…`, as a process of its own, so that a test can
kill it. The wishes are done in their order:

    demo              presses Open the demo, and waits for it
    sound TEXT, title TEXT, seed TEXT
                      writes into a field
    draft             waits until the title that was written is on disk
    press             presses Generate, and waits until the job is on disk
    settle            waits until no job is looked after any more
    look              tells what the window shows
    click NAME        presses the button that a screen reader calls so
    close             closes the window as the user does
    stay              goes on until it is ended from outside

Each line on stdout is one JSON object with an `event`.
"""

import asyncio
import inspect
import json
import os
import sys
from collections.abc import Callable

import qasync
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTextEdit, QWidget

from producer_studio.app import (
    AppSession,
    connect_recorder,
    open_app_session,
    start_background_work,
)
from producer_studio.main import sandbox_command
from producer_studio.settings.paths import default_paths
from producer_studio.studio.crash_reports.recorder import CrashRecorder
from producer_studio.studio.events import JobChanged, Notice
from producer_studio.ui.window.signal_handler import SignalHandler
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from tests.support.sandbox_process import SHORT_S

_LOOK_EVERY_S = 0.01
_LIMIT_S = 240.0


class Hands:
    """Does to one window what a person would do."""

    def __init__(self, run: AppSession) -> None:
        self._run = run
        self._changed: set[str] = set()
        run.studio.events.subscribe(JobChanged, self._on_job_changed)
        run.studio.events.subscribe(Notice, lambda notice: tell("notice", text=notice.text))

    async def demo(self) -> None:
        await self._until(lambda: not self._run.window.views.is_shown(LIBRARY))
        QTest.mouseClick(self._find("Open the demo"), Qt.MouseButton.LeftButton)
        await self._until(lambda: self._run.studio.accounts.active is not None)
        await self._until(lambda: self._run.window.views.is_shown(LIBRARY))

    async def write(self, name: str, text: str) -> None:
        # The draft of the last run comes first: it is put only on a desk that nobody has touched.
        await self._until(lambda: not self._run.tasks.is_running("restore draft"))
        field = self._find(name)
        if isinstance(field, QTextEdit):
            field.selectAll()
            field.textCursor().insertText(text)
            field.moveCursor(QTextCursor.MoveOperation.End)
        elif isinstance(field, QLineEdit):
            field.selectAll()
            field.insert(text)

    async def draft(self) -> None:
        title = self._run.window.compose.view.title.text()

        async def saved() -> bool:
            kept = await self._run.studio.drafts.load()
            return kept is not None and kept["title"] == title

        await self._until(saved)
        tell("saved")

    async def press(self) -> None:
        button = self._find("Generate")
        assert isinstance(button, QAbstractButton)
        before = len(self._changed)
        await self._until(
            lambda: button.isEnabled() and not self._run.window.compose.bar.is_cooling_down
        )
        tell("pressed")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        # Jobs of other windows are none of these.
        await self._until(lambda: len(self._changed) > before)

    async def taken(self) -> None:
        """Waits until the service has every job."""
        jobs = self._run.studio.jobs
        await self._until(lambda: all(job.task_id is not None for job in jobs.visible_jobs()))

    async def settle(self) -> None:
        await self._run.studio.jobs.wait_until_idle()

    async def click(self, name: str) -> None:
        QTest.mouseClick(self._find(name), Qt.MouseButton.LeftButton)

    async def look(self) -> None:
        window = self._run.window
        await self._until(lambda: not self._run.tasks.is_running("reports"))
        shown = window.library.view.table

        async def listed() -> bool:
            return shown.listed.clip_count == (await self._run.studio.clips.count_smart_lists()).all

        await self._until(listed)
        rows = window.library.jobs.rows()
        tell(
            "seen",
            jobs=[row.accessibleName() for row in rows],
            buttons=[
                button.accessibleName()
                for row in rows
                for button in row.findChildren(QAbstractButton)
                if button.isVisible()
            ],
            sound=window.compose.view.sound.text(),
            title=window.compose.view.title.text(),
            clips=shown.listed.clip_count,
            notices=[notice.text for notice in window.notices.notices()],
        )

    def _find(self, name: str) -> QWidget:
        for widget in self._run.window.findChildren(QWidget):
            fits = isinstance(widget, QAbstractButton | QTextEdit | QLineEdit)
            if fits and widget.accessibleName() == name and widget.isVisible():
                return widget
        raise LookupError(f"“{name}” is not visible.")

    async def _until(self, holds: Callable[[], object]) -> None:
        """Returns once something is so; what is on the screen has no event to wait for."""
        for _ in range(round(_LIMIT_S / _LOOK_EVERY_S)):
            answer = holds()
            if await answer if inspect.isawaitable(answer) else answer:
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        raise TimeoutError(f"waited in vain for {holds.__qualname__}")

    def _on_job_changed(self, change: JobChanged) -> None:
        job = change.job
        self._changed.add(job.id)
        tell("job", job=job.id, state=job.state.value, seed=job.recipe.seed)


def tell(event: str, **facts: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


async def drive(wishes: list[str], recorder: CrashRecorder) -> None:
    ended = asyncio.Event()
    short = [*sandbox_command(), "--longest", str(SHORT_S)]
    async with open_app_session(os.environ, short, None) as run:
        assert run is not None
        run.window.closed.connect(ended.set)
        signals = SignalHandler(ended.set)
        with connect_recorder(run, recorder):
            run.window.show()
            await start_background_work(run)
            tell("open")
            await _do(wishes, run, ended)
            tell("ended")
        signals.close()


async def _do(wishes: list[str], run: AppSession, ended: asyncio.Event) -> None:
    hands = Hands(run)
    rest = iter(wishes)
    for wish in rest:
        if wish in {"sound", "title", "seed"}:
            await hands.write(wish.capitalize(), next(rest))
        elif wish == "click":
            await hands.click(next(rest))
        elif wish == "close":
            run.window.close()
        elif wish == "stay":
            await ended.wait()
        else:
            await getattr(hands, wish)()


if __name__ == "__main__":
    with CrashRecorder(default_paths(os.environ).state, "window", os.environ) as witness:
        qasync.run(drive(sys.argv[1:], witness))
