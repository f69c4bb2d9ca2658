"""The composition root of the window: builds the studio, then its face; closes them in reverse."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtCore import QObject, QSocketNotifier, qVersion

from producer_studio.domain.errors import StorageFault
from producer_studio.files.worker_pool import WorkerPool
from producer_studio.settings.secrets import withdraw_secrets
from producer_studio.studio.backups import Backup, Backups
from producer_studio.studio.crash_reports.context import follow
from producer_studio.studio.crash_reports.recorder import Recorder
from producer_studio.studio.single_instance import Doorbell
from producer_studio.studio.studio import Studio, resources_folder
from producer_studio.ui.style.icons import program_icon
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import SORRY, Tasks
from producer_studio.ui.window.arguments import WindowArguments
from producer_studio.ui.window.incoming_files import Arrivals
from producer_studio.ui.window.library_problem import NextTry, OpeningProblem
from producer_studio.ui.window.startup_window import Shell, application
from producer_studio.ui.window.user_idle import quiet
from producer_studio.ui.window.window import Window

log = logging.getLogger(__name__)

T = TypeVar("T")

CUT_OFF = 1
"""Exit code when the screen went away."""

_THREADS = 10
"""For what the window has done elsewhere; as many as the event loop had by itself."""

_OPEN_ALREADY = (
    "Another window has this library open, and does not answer. Close it, or end the program "
    "“producer-studio” if it is not to be seen; then try again."
)


def run_window(
    asked: WindowArguments,
    sandbox_command: Sequence[str],
    shell: Shell,
    bell: Doorbell,
    recorder: Recorder,
) -> int:
    """Fills the window and returns when it was closed.

    Args:
        asked: Which library, which files, and for how long.
        sandbox_command: How Demo Studio is started on this installation.
        shell: What is on the screen so far.
        bell: Taken, unless another window has the library open and does not answer.
        recorder: Watches this process.
    """
    showing = _show(asked, sandbox_command, shell, bell, recorder)
    return 0 if run_to_its_end(showing) else CUT_OFF


class QtEventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """Stays the running loop while qasync processes the last events after Qt's own loop has ended.

    Python 3.14 refuses to wake a task when another loop, or none, is the running one; that task
    would never end, nor would the program.
    """

    def run_forever(self) -> int:
        try:
            return int(super().run_forever())
        finally:
            asyncio._set_running_loop(self)

    def run_until_complete(self, future: Awaitable[T]) -> T:
        try:
            result: T = super().run_until_complete(future)
            return result
        finally:
            asyncio._set_running_loop(None)


def run_in_qt(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end in Qt's event loop, as `asyncio.run` does in its own."""
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(application())) as runner:
        return runner.run(work)


def run_to_its_end(work: Coroutine[Any, Any, None]) -> bool:
    """Runs the event loop until something is done.

    Returns:
        False when the loop was ended from outside: the screen went away, or the window was taken
        from the program. That is no mistake of the program; what is under way goes on at the next
        start.
    """
    done = cut_off = False

    def on_about_to_quit() -> None:
        nonlocal cut_off
        # Tidying up runs the loop, and ends it, once more.
        cut_off = cut_off or not done

    async def noted() -> None:
        nonlocal done
        try:
            await work
        finally:
            done = True

    app = application()
    app.aboutToQuit.connect(on_about_to_quit)
    try:
        run_in_qt(noted())
    except RuntimeError:
        if not cut_off:
            raise
        log.warning("The window was taken away")
        return False
    finally:
        app.aboutToQuit.disconnect(on_about_to_quit)
    return True


def run_tour(arguments: Sequence[str], sandbox_command: Sequence[str]) -> int:
    """Drives the real window through the main job and saves what it looks like."""
    # The tour is not on the way to the window.
    from producer_studio.ui.tour.command import asks_for_help, destination

    folder = destination(arguments)
    if folder is None:
        return 0 if asks_for_help(arguments) else 2
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return int(run_in_qt(_tour(sandbox_command, folder)))


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
    bell: Doorbell | None = None,
) -> AsyncIterator[Opened | None]:
    """Builds the studio and its window, and closes them in reverse.

    None when the library could not be opened and the user wanted no other. With a shell the window
    becomes a part of it, else it is a window by itself. With a bell it is the only one that has the
    library open.
    """
    # A file on a drive that does not answer must not keep the program from ending.
    asyncio.get_running_loop().set_default_executor(WorkerPool(_THREADS, "window"))
    app = application()
    look = Look(app, resources_folder())
    studio = await _open_studio(look, environ, sandbox_command, library, bell)
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
    look: Look,
    environ: Mapping[str, str],
    sandbox_command: Sequence[str],
    library: Path | None,
    bell: Doorbell | None,
) -> Studio | None:
    how = NextTry(library)
    while True:
        is_ours = False
        try:
            _claim(bell, how.folder)
            is_ours = True
            if how.restores:
                await Backups.for_user(environ, how.folder).restore()
            studio = await Studio.open_for_user(
                environ, sandbox_command, how.folder, new_library=how.new
            )
        except StorageFault as fault:
            look.apply("system", 1.0)
            backup = await _newest_backup(environ, how.folder) if is_ours else None
            answer = await OpeningProblem(look, fault, how.folder, backup).answer()
            if answer is None:
                return None
            how = answer
            continue
        if how.chosen and library is None:
            # Else the next start would look for the one that is not there again.
            studio.preferences.change(library_dir=str(how.folder))
        return studio


async def _newest_backup(environ: Mapping[str, str], library: Path | None) -> Backup | None:
    """The newest backup of a library that is whole; None where there is none."""
    found = await Backups.for_user(environ, library).all()
    return next((one for one in found if not one.problem), None)


def _claim(bell: Doorbell | None, library: Path | None) -> None:
    if bell is not None and not bell.take(library):
        raise StorageFault(_OPEN_ALREADY)


async def _show(
    asked: WindowArguments,
    sandbox_command: Sequence[str],
    shell: Shell,
    bell: Doorbell,
    recorder: Recorder,
) -> None:
    ended = asyncio.Event()
    shell.closed.connect(ended.set)
    environ = withdraw_secrets(os.environ)
    async with opened(environ, sandbox_command, asked.library, shell, bell) as run:
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
            run.tasks.start("receive", receive(run, bell, asked.files))
        with watched(run, recorder):
            await ended.wait()
        await bell.hush()
        signals.close()
    await bell.close()


@contextmanager
def watched(run: Opened, recorder: Recorder) -> Iterator[None]:
    """Tells the recorder about the window, and the window what was recorded."""
    loop = asyncio.get_running_loop()
    recorder.note(doing="window, open", qt=qVersion())
    recorder.on_report = lambda _report: loop.call_soon_threadsafe(run.tasks.broke.emit, SORRY)
    unfollow = follow(run.studio.jobs, run.studio.events, recorder)
    log.info("The window is open")
    try:
        yield
    finally:
        recorder.on_report = None
        unfollow()
        recorder.note(doing="window, closing")


async def begin(run: Opened) -> None:
    """What can wait until the window has been painted."""
    await run.window.painted()
    gc.freeze()
    gc.enable()
    run.studio.announce()
    run.window.top.recall_balances()
    run.window.session.restore_clip()
    run.tasks.start("reports", run.studio.reports.offered(), done=run.window.offer_reports)
    run.tasks.start("changes of other programs", run.studio.external_changes.watch())
    run.tasks.start("finish deletion", run.studio.clips.finish_deletion())
    await run.studio.jobs.resume()
    run.tasks.start("jobs of other programs", run.studio.other_jobs.watch())
    await run.studio.webhooks.start()
    run.tasks.start("updates", run.studio.updates.follow(quiet))


async def receive(run: Opened, bell: Doorbell, files: Sequence[Path]) -> None:
    """Takes the files that came with the start, and from then on what others bring."""
    await run.window.painted()
    app = application()
    app.setWindowIcon(program_icon(resources_folder()))
    arrivals = Arrivals(run.window, app)
    arrivals.take(files)
    await bell.listen(arrivals.answer)


async def _tour(sandbox_command: Sequence[str], folder: Path) -> int:
    # The tour is not on the way to the window.
    from producer_studio.ui.tour.tour import Guide

    with tempfile.TemporaryDirectory(prefix="producer-studio-tour-") as home:
        environ = {**withdraw_secrets(os.environ), "PRODUCER_STUDIO_HOME": home}
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
