"""The window's own parts in front of a real studio and a real service."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.window.view import View
from producer_studio.ui.window.window import MainWindow
from tests.support.open_studio import open_studio
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.ui_bench import UiBench, collect_notices

T = TypeVar("T")
_DEMO = [sys.executable, "-m", "producer_studio", "sandbox"]
KEY = "the right key"


@dataclass
class WindowBench(UiBench):
    """Everything that a test of the shell works with."""

    notices: list[str] = field(default_factory=list)

    @property
    def context(self) -> UiContext:
        return UiContext(self.studio, self.style, self.tasks)

    def add_account(self, name: str, url: str = "", key: str = KEY) -> None:
        account = AccountName(name)
        add = self.studio.accounts.add
        self.run(add(account, Service.MUSICAPI, key, base_url=url, poll_s=0.1))


def named(parent: QWidget, name: str) -> QWidget:
    """The one widget that a screen reader calls so."""
    (found,) = [one for one in parent.findChildren(QWidget) if one.accessibleName() == name]
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox("--speed", "50", "--key", KEY, "--credits", "1240") as running:
        yield running


@pytest.fixture
def bench(style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[WindowBench]:
    """A studio without any account, in folders of its own."""
    studio = loop.run_until_complete(open_studio(tmp_path, _DEMO))
    tasks = Tasks(loop)
    made = WindowBench(studio, tasks, loop, style)
    made.notices = collect_notices(tasks)
    yield made
    loop.run_until_complete(tasks.close())
    loop.run_until_complete(studio.close())


def opened_window(bench: WindowBench, views: Sequence[View] | None = None) -> MainWindow:
    """A window on the shell's studio, after its first paint; with its own views if None."""
    made: list[MainWindow] = []

    async def build() -> None:
        made.append(MainWindow(bench.context, views=views))

    bench.run(build())
    (window,) = made
    window.resize(1440, 900)
    window.show()
    bench.until(window._first_paint.is_set)
    return window


@pytest.fixture
def window(bench: WindowBench) -> Iterator[MainWindow]:
    window = opened_window(bench)
    yield window
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def joined(bench: WindowBench, window: MainWindow, sandbox: SandboxProcess) -> MainWindow:
    """With an account at hand, and without the welcome page."""
    bench.add_account("personal", sandbox.url)
    return window
