"""A desk in front of a real studio and a real service."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import JobChanged
from producer_studio.ui.compose.panel import ComposePanel
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.open_studio import open_studio
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.ui_bench import LONGEST_WAIT_S, UiBench, collect_notices

DEMO = AccountName("Demo Studio")
SOUND = "calm slow piano ballad with warm strings, soft drums and a tender voice"
LYRICS = """[Verse]
Walking through the city lights tonight
Feeling every rhythm of the night

[Chorus]
We are alive and we are free tonight
Dancing till the early morning light"""


@dataclass
class ComposeBench(UiBench):
    """Everything that a test of the desk works with."""

    qtbot: QtBot
    notices: list[str]
    seen: set[JobId]
    panel: ComposePanel
    states: dict[Operation, list[JobState]] = field(default_factory=dict)

    def new_panel(self) -> ComposePanel:
        """A desk as a start of the program would open it."""
        panel = ComposePanel(UiContext(self.studio, self.style, self.tasks))
        self.qtbot.addWidget(panel)
        panel.resize(392, 760)
        panel.show()
        self.qtbot.waitExposed(panel)
        self.until(lambda: not self.tasks.is_running("restore draft"))
        self.panel = panel
        return panel

    def connect(self, url: str, name: AccountName = DEMO, profile: str = "") -> None:
        """Adds Demo Studio at an address, perhaps under another name and with another dialect."""
        add = self.studio.accounts.add
        self.loop.run_until_complete(
            add(name, Service.DEMO, base_url=url, poll_s=0.1, profile=profile)
        )

    def note(self, job: Job) -> None:
        self.states.setdefault(job.recipe.operation, []).append(job.state)

    def connect_offline(self, profile: str, name: AccountName = DEMO) -> None:
        """Adds a Demo Studio that speaks a dialect, and is not there: offers need no service."""
        self.connect("http://127.0.0.1:9", name, profile)

    def song(self, title: str = "City Lights", account: AccountName = DEMO) -> Clip:
        """A clip that a service has made, with its sound on disk."""
        recipe = Recipe(sound=SOUND, title=title, instrumental=True)
        (job,) = self.loop.run_until_complete(self.studio.jobs.submit([recipe], account))

        async def made() -> Clip:
            while True:
                done = await self.studio.jobs.get(job.id)
                clips = await self.studio.clips.get_many(done.clips) if done is not None else []
                if clips and clips[0].playable:
                    return clips[0]
                await asyncio.sleep(0.02)

        return self.loop.run_until_complete(asyncio.wait_for(made(), LONGEST_WAIT_S))


def named(bench: ComposeBench, name: str) -> QWidget:
    (found,) = [
        widget for widget in bench.panel.findChildren(QWidget) if widget.accessibleName() == name
    ]
    return found


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers))


def press_ctrl(widget: QWidget, key: Qt.Key) -> None:
    press(widget, key, Qt.KeyboardModifier.ControlModifier)


def jobs(bench: ComposeBench) -> list[Job]:
    return bench.loop.run_until_complete(bench.studio.jobs.all())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox("--speed", "50") as running:
        yield running


@pytest.fixture
def bare(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path, qtbot: QtBot
) -> Iterator[ComposeBench]:
    """Without any account."""
    studio = loop.run_until_complete(open_studio(tmp_path))
    tasks = Tasks(loop)
    notices = collect_notices(tasks)
    seen: set[JobId] = set()
    studio.events.subscribe(JobChanged, lambda change: seen.add(change.job.id))
    panel = ComposePanel(UiContext(studio, style, tasks))
    qtbot.addWidget(panel)
    bench = ComposeBench(studio, tasks, loop, style, qtbot, notices, seen, panel)
    studio.events.subscribe(JobChanged, lambda change: bench.note(change.job))
    panel.resize(392, 760)
    panel.show()
    qtbot.waitExposed(panel)
    bench.until(lambda: not tasks.is_running("restore draft"))
    yield bench
    bench.panel.unsubscribe()
    loop.run_until_complete(tasks.close())
    loop.run_until_complete(studio.close())
    assert notices == []


@pytest.fixture
def bench(bare: ComposeBench, sandbox: SandboxProcess) -> ComposeBench:
    """With Demo Studio at hand."""
    bare.connect(sandbox.url)
    return bare
