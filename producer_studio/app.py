"""The composition root of the window: builds the studio, then its face; closes them in reverse."""

import asyncio
import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import qasync
from PySide6.QtCore import QObject, QSocketNotifier

from producer_studio.domain.faults import StorageFault
from producer_studio.studio.studio import Studio, resources_folder
from producer_studio.ui.arguments import WindowArguments
from producer_studio.ui.look import Look
from producer_studio.ui.opening import OpeningProblem
from producer_studio.ui.quiet import quiet
from producer_studio.ui.shell import Shell, application
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.window import Window


def run_window(asked: WindowArguments, sandbox_command: Sequence[str], shell: Shell) -> int:
    """Fills the window and returns when it was closed.

    Args:
        asked: Which library, which files, and for how long.
        sandbox_command: How Demo Studio is started on this installation.
        shell: What is on the screen so far.
    """
    qasync.run(_show(asked, sandbox_command, shell))
    return 0


def run_tour(arguments: Sequence[str], sandbox_command: Sequence[str]) -> int:
    """Drives the real window through the main job and saves what it looks like."""
    # The tour is not on the way to the window.
    from producer_studio.ui.tour.command import destination

    folder = destination(arguments)
    if folder is None:
        return 2
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return int(qasync.run(_tour(sandbox_command, folder)))


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything a run of the window consists of."""

    studio: Studio
    look: Look
    tasks: Tasks
    window: Window


@asynccontextmanager
async def opened(
    environ: Mapping[str, str],
    sandbox_command: Sequence[str],
    library: Path | None,
    shell: Shell | None = None,
) -> AsyncIterator[Opened | None]:
    """Builds the studio and its window, and closes them in reverse.

    None when the library could not be opened and the user wanted no other. With a shell the window
    becomes a part of it, else it is a window by itself.
    """
    app = application()
    look = Look(app, resources_folder())
    studio = await _open_studio(look, environ, sandbox_command, library)
    if studio is None:
        yield None
        return
    preferences = studio.preferences.value
    look.apply(str(preferences.theme), preferences.text_scale)
    tasks = Tasks(asyncio.get_running_loop())
    window = Window(studio, look, tasks, shell)
    hook_before = sys.excepthook
    # What a slot of Qt's raises has no caller left to catch it: log it, say so, and go on.
    sys.excepthook = lambda _kind, error, _trace: tasks.report(error)
    try:
        yield Opened(studio, look, tasks, window)
    finally:
        sys.excepthook = hook_before
        await window.finish()
        await tasks.close()
        await studio.close()
        window.deleteLater()


async def _open_studio(
    look: Look, environ: Mapping[str, str], sandbox_command: Sequence[str], library: Path | None
) -> Studio | None:
    while True:
        try:
            return await Studio.open_for_user(environ, sandbox_command, library)
        except StorageFault as fault:
            look.apply("system", 1.0)
            again, library = await OpeningProblem(look, fault.record(), library).answer()
            if not again:
                return None


async def _show(asked: WindowArguments, sandbox_command: Sequence[str], shell: Shell) -> None:
    ended = asyncio.Event()
    shell.closed.connect(ended.set)
    async with opened(os.environ, sandbox_command, asked.library, shell) as run:
        if run is None:
            return
        signals = Signals(ended.set)
        shell.furnish(run.window)
        if asked.until_ready:
            await run.window.painted()
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            ended.set()
        else:
            run.tasks.start("begin", begin(run))
        await ended.wait()
        signals.close()


async def begin(run: Opened) -> None:
    """What can wait until the window has been painted."""
    await run.window.painted()
    gc.freeze()
    gc.enable()
    run.studio.announce()
    await run.studio.jobs.resume()
    await run.studio.webhooks.start()
    run.tasks.start("updates", run.studio.updates.follow(quiet))


async def _tour(sandbox_command: Sequence[str], folder: Path) -> int:
    # The tour is not on the way to the window.
    from producer_studio.ui.tour.guide import Guide

    with tempfile.TemporaryDirectory(prefix="producer-studio-tour-") as home:
        environ = {**os.environ, "PRODUCER_STUDIO_HOME": home}
        async with opened(environ, sandbox_command, None) as run:
            assert run is not None  # noqa: S101 - a fresh folder always opens
            run.window.show()
            await begin(run)
            return await Guide(run.studio, run.look, run.window, folder).lead()


class Signals(QObject):
    """Turns SIGTERM and SIGINT into a call on the event loop.

    Python runs its handlers between two bytecodes, and an idle Qt loop runs none; the byte that the
    interpreter writes into a socket at once wakes it.
    """

    def __init__(self, ask_to_end: Callable[[], object]) -> None:
        super().__init__()
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._before = signal.set_wakeup_fd(self._far.fileno())
        self._handlers = {
            number: signal.signal(number, lambda *_: ask_to_end())
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_byte)

    def close(self) -> None:
        """Puts things back as they were."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._near.close()
        self._far.close()

    def _on_byte(self) -> None:
        # Reading is enough: on the way back into Python the handlers run.
        self._near.recv(4096)


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
