"""The window's own parts in front of a real studio and a real service."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.window.view import View
from producer_studio.ui.window.window import MainWindow
from tests.support.sandbox_process import SandboxProcess, running_sandbox

T = TypeVar("T")
_LONGEST_WAIT_S = 120.0
_DEMO = [sys.executable, "-m", "producer_studio", "sandbox"]
KEY = "the right key"


@dataclass
class Shell:
    """Everything that a test of the shell works with."""

    studio: Studio
    tasks: Tasks
    loop: asyncio.AbstractEventLoop
    look: Style
    notices: list[str] = field(default_factory=list)

    @property
    def context(self) -> UiContext:
        return UiContext(self.studio, self.look, self.tasks)

    def until(self, condition: Callable[[], bool]) -> None:
        """Lets Qt and asyncio work until something is so."""

        async def watch() -> None:
            while not condition():
                QApplication.processEvents()
                await asyncio.sleep(0.005)

        self.loop.run_until_complete(asyncio.wait_for(watch(), _LONGEST_WAIT_S))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def press(self, what: Callable[[], object]) -> None:
        """Does something as Qt does it in the program: from inside the running loop."""

        async def inside() -> None:
            what()

        self.loop.run_until_complete(inside())

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
def shell(look: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Shell]:
    """A studio without any account, in folders of its own."""
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}
    studio = loop.run_until_complete(Studio.open(default_paths(environ), environ, _DEMO))
    # Rows that a test writes bear no installation; they count as written by this one.
    studio._library.context.installation = ""
    tasks = Tasks(loop)
    made = Shell(studio, tasks, loop, look)
    tasks.error_reported.connect(lambda _level, text, _details: made.notices.append(text))
    tasks.internal_error_reported.connect(made.notices.append)
    yield made
    loop.run_until_complete(tasks.close())
    loop.run_until_complete(studio.close())


def opened_window(shell: Shell, views: Sequence[View] | None = None) -> MainWindow:
    """A window on the shell's studio, after its first paint; with its own views if None."""
    made: list[MainWindow] = []

    async def build() -> None:
        made.append(MainWindow(shell.context, views=views))

    shell.run(build())
    (window,) = made
    window.resize(1440, 900)
    window.show()
    shell.until(window._first_paint.is_set)
    return window


@pytest.fixture
def window(shell: Shell) -> Iterator[MainWindow]:
    window = opened_window(shell)
    yield window
    shell.run(window.shut_down())
    shell.run(shell.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def joined(shell: Shell, window: MainWindow, sandbox: SandboxProcess) -> MainWindow:
    """With an account at hand, and without the welcome page."""
    shell.add_account("personal", sandbox.url)
    return window
