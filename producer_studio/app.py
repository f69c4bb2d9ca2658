"""Composition root of the window: builds the studio and its window; closes them in reverse."""

import asyncio
import base64
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import qVersion

from producer_studio.domain.errors import LibraryUnresponsive, StorageError
from producer_studio.files.loop_threads import set_loop_threads
from producer_studio.settings.secrets import Secrets, remove_secrets
from producer_studio.studio.backups import Backups
from producer_studio.studio.crash_reports.open_jobs import track_open_jobs
from producer_studio.studio.crash_reports.recorder import CrashRecorder
from producer_studio.studio.library_probe import close_if_responsive
from producer_studio.studio.single_instance import SingleInstance
from producer_studio.studio.studio import Studio, resources_folder
from producer_studio.studio.undo import UndoHistory
from producer_studio.translation import mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.event_loop import QtEventLoop
from producer_studio.ui.garbage_collection import GarbageCollector
from producer_studio.ui.language import apply_window_language
from producer_studio.ui.style.icons import load_program_icon
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import GENERIC_ERROR, Tasks
from producer_studio.ui.window.arguments import WindowArguments
from producer_studio.ui.window.desktop import DesktopIntegration
from producer_studio.ui.window.freed_memory import return_freed_memory
from producer_studio.ui.window.incoming_files import IncomingFiles
from producer_studio.ui.window.library_problem import LibraryChoice, LibraryProblemDialog
from producer_studio.ui.window.signal_handler import SignalHandler
from producer_studio.ui.window.startup_window import StartupWindow, create_application
from producer_studio.ui.window.user_idle import wait_until_idle
from producer_studio.ui.window.window import MainWindow

log = logging.getLogger(__name__)

T = TypeVar("T")

EXIT_DISPLAY_LOST = 1
"""Exit code when the connection to the display was lost."""

_THREADS = 10
"""Size of the window's thread pool, equal to the event loop's default."""

_ALREADY_OPEN_MESSAGE = mark(
    "Another window has this library open and does not respond. Close it, or end the "
    "“producer-studio” process if you cannot see it; then try again."
)


def run_window(
    arguments: WindowArguments,
    sandbox_command: Sequence[str],
    startup_window: StartupWindow,
    single_instance: SingleInstance,
    recorder: CrashRecorder,
) -> int:
    """Runs the window and returns the exit code after it was closed.

    Args:
        arguments: Library, files, and when to exit.
        sandbox_command: Command that starts Demo Studio on this installation.
        startup_window: The window that is already on the screen.
        single_instance: Acquired, unless another window has the library open and does not respond.
        recorder: Crash recorder of this process.
    """
    showing = _run_window(arguments, sandbox_command, startup_window, single_instance, recorder)
    return 0 if run_until_done(showing) else EXIT_DISPLAY_LOST


def run_in_qt(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end in Qt's event loop, as `asyncio.run` does in its own."""
    with asyncio.Runner(loop_factory=lambda: QtEventLoop(create_application())) as runner:
        return runner.run(work)


def run_until_done(work: Coroutine[Any, Any, None]) -> bool:
    """Runs the event loop until a coroutine is done.

    Returns:
        False when the loop was ended from outside: the display was lost, or the window was closed
            by the system. That is no internal error; running jobs continue at the next start.
    """
    done = cut_off = False

    def on_about_to_quit() -> None:
        nonlocal cut_off
        # The cleanup runs the loop, and ends it, once more.
        cut_off = cut_off or not done

    async def noted() -> None:
        nonlocal done
        try:
            await work
        finally:
            done = True

    app = create_application()
    app.aboutToQuit.connect(on_about_to_quit)
    try:
        run_in_qt(noted())
    except RuntimeError:
        if not cut_off:
            raise
        log.warning("Window was closed from outside")
        return False
    finally:
        app.aboutToQuit.disconnect(on_about_to_quit)
    return True


def run_tour(arguments: Sequence[str], sandbox_command: Sequence[str]) -> int:
    """Runs the main workflow in the real window and saves screenshots."""
    # Only the tour imports it.
    from producer_studio.ui.tour.arguments import is_help_requested, parse_destination

    folder = parse_destination(arguments)
    if folder is None:
        return 0 if is_help_requested(arguments) else 2
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return int(run_in_qt(_tour(sandbox_command, folder)))


@dataclass(frozen=True, slots=True)
class AppSession:
    """Objects of one run of the window."""

    studio: Studio
    style: Style
    tasks: Tasks
    window: MainWindow


@asynccontextmanager
async def open_app_session(
    environ: Mapping[str, str],
    sandbox_command: Sequence[str],
    library: Path | None,
    startup_window: StartupWindow | None = None,
    single_instance: SingleInstance | None = None,
    *,
    new_library: bool = False,
    secrets: Secrets | None = None,
) -> AsyncIterator[AppSession | None]:
    """Builds the studio and its window, and closes them in reverse.

    Yields None when the library could not be opened and the user chose to quit. With a
    `startup_window` the window becomes its content, else it is a top-level window. With a
    `single_instance` it is the only one that has the library open. With `new_library` an empty
    library may be created. `secrets` are those of an earlier session of this process.
    """
    # A file on a drive that does not respond must not prevent the program from ending.
    set_loop_threads(asyncio.get_running_loop(), _THREADS, "window")
    app = create_application()
    style = Style(app, resources_folder())
    choice = LibraryChoice(library, creates_library=new_library)
    studio = await _open_studio(
        style, environ, sandbox_command, choice, single_instance, startup_window, secrets
    )
    if studio is None:
        yield None
        return
    preferences = studio.preferences.value
    apply_window_language(app, preferences.language)
    style.apply(
        str(preferences.theme),
        preferences.text_scale,
        uses_system_accent=preferences.accent == "system",
    )
    tasks = Tasks(asyncio.get_running_loop())
    window = MainWindow(UiContext(studio, style, tasks), startup_window)
    async with AsyncExitStack() as ends:
        # Each of them is called, even if one before it raises.
        ends.callback(window.deleteLater)
        ends.push_async_callback(studio.close)
        folder = studio.clips.folder
        ends.push_async_callback(close_if_responsive, folder, tasks.close)
        ends.push_async_callback(close_if_responsive, folder, window.shut_down)
        ends.callback(setattr, sys, "excepthook", sys.excepthook)
        # Exceptions in a Qt slot have no caller to catch them: log them, notify the user, continue.
        sys.excepthook = lambda _kind, error, _trace: tasks.report_error(error)
        yield AppSession(studio, style, tasks, window)


async def _open_studio(
    style: Style,
    environ: Mapping[str, str],
    sandbox_command: Sequence[str],
    choice: LibraryChoice,
    single_instance: SingleInstance | None,
    startup_window: StartupWindow | None = None,
    secrets: Secrets | None = None,
) -> Studio | None:
    attempt = choice
    while True:
        is_ours = False
        try:
            _acquire_instance(single_instance, attempt.folder)
            is_ours = True
            if attempt.restores_backup:
                await Backups.for_user(environ, attempt.folder).restore()
            studio = await Studio.open_for_user(
                environ,
                sandbox_command,
                attempt.folder,
                new_library=attempt.creates_library,
                secrets=secrets,
            )
        except StorageError as fault:
            style.apply("system", 1.0)
            # Not on a disk that does not respond either.
            may_look = is_ours and not isinstance(fault, LibraryUnresponsive)
            backups = Backups.for_user(environ, attempt.folder) if may_look else None
            backup = await backups.newest_intact() if backups is not None else None
            answer = await LibraryProblemDialog(
                style, fault, attempt.folder, backup, startup_window
            ).wait_for_choice()
            if answer is None:
                return None
            attempt = answer
            continue
        if attempt.is_newly_chosen and choice.folder is None:
            # Otherwise the next start would search for the missing library again.
            studio.preferences.change(library_dir=str(attempt.folder))
        return studio


def _acquire_instance(single_instance: SingleInstance | None, library: Path | None) -> None:
    if single_instance is not None and not single_instance.acquire(library):
        raise StorageError(_ALREADY_OPEN_MESSAGE)


async def _run_window(
    arguments: WindowArguments,
    sandbox_command: Sequence[str],
    startup_window: StartupWindow,
    single_instance: SingleInstance,
    recorder: CrashRecorder,
) -> None:
    library, creates_library, files = arguments.library, False, arguments.files
    page, plays = "", False
    environ = remove_secrets(os.environ)
    # Without a keychain they are in memory alone, and have to outlive a change of the language.
    secrets = Secrets(environ)
    undo_history: UndoHistory | None = None
    while True:
        ended = asyncio.Event()
        startup_window.closed.connect(ended.set)
        async with open_app_session(
            environ, sandbox_command, library, startup_window, single_instance,
            new_library=creates_library, secrets=secrets,
        ) as run:  # fmt: skip
            if run is None:
                break
            run.studio.clips.undo_history = undo_history or run.studio.clips.undo_history
            signals = SignalHandler(ended.set)
            startup_window.set_content(run.window)
            if arguments.until_ready:
                await run.window.wait_until_painted()
                sys.stdout.write("ready\n")
                sys.stdout.flush()
                ended.set()
            else:
                run.tasks.start(
                    "begin", start_background_work(run, settings_page=page, plays=plays)
                )
                run.tasks.start("receive", receive_files(run, single_instance, files))
            with connect_recorder(run, recorder):
                await ended.wait()
            plays = run.window.player.player.is_playing
            await single_instance.stop_listening()
            signals.close()
        request = run.window.dialogs.library_request
        if request is None:
            break
        preferences, files = run.studio.preferences.value, ()
        startup_window.deleteLater()
        library, creates_library = request.folder, request.creates_library
        page, plays = request.settings_page, plays and bool(request.settings_page)
        undo_history = run.studio.clips.undo_history.for_reopened_library() if page else None
        if request.work is not None:
            # Start-up cost: rarely needed.
            from producer_studio.ui.window.library_work_dialog import LibraryWorkDialog

            library = await LibraryWorkDialog(run.style, request.work, environ).run()
        geometry = base64.b64decode(preferences.window_geometry, validate=False)
        startup_window = StartupWindow(str(preferences.theme), geometry, preferences.splitter_sizes)
        startup_window.show_and_paint()
    await single_instance.close()


@contextmanager
def connect_recorder(run: AppSession, recorder: CrashRecorder) -> Iterator[None]:
    """Connects the crash recorder and the window."""
    loop = asyncio.get_running_loop()
    recorder.set_facts(doing="window, open", qt=qVersion())
    recorder.on_report = lambda _report: loop.call_soon_threadsafe(
        lambda: run.tasks.internal_error_reported.emit(tr(GENERIC_ERROR))
    )
    unfollow = track_open_jobs(run.studio.jobs, run.studio.events, recorder)
    log.info("Window is open")
    try:
        yield
    finally:
        recorder.on_report = None
        unfollow()
        recorder.set_facts(doing="window, closing")


async def start_background_work(
    run: AppSession, *, settings_page: str = "", plays: bool = False
) -> None:
    """Starts the work that can wait until the window has been painted.

    Args:
        settings_page: Page of the settings to open again; empty for none.
        plays: Whether the last clip plays on.
    """
    await run.window.wait_until_painted()
    if settings_page:
        run.window.dialogs.open_settings(settings_page)
    GarbageCollector(run.window)
    return_freed_memory()
    run.studio.publish_notices()
    run.window.top_bar.load_stored_balances()
    run.window.session.restore_clip(plays=plays)
    run.tasks.start(
        "reports",
        run.studio.crash_reports.pending(),
        on_result=run.window.studio_notices.offer_crash_reports,
    )
    manual = run.window.dialogs.manual
    run.tasks.start(
        "find news",
        manual.find_news(),
        on_result=lambda news: manual.offer_news(news, run.window.show_notice),
    )
    run.tasks.start("desktop", DesktopIntegration(run.window).run())
    # Start-up cost: files are added once the window is shown.
    from producer_studio.ui.window.recent_documents import RecentDocuments

    run.tasks.start("recent documents", RecentDocuments(run.studio).run())
    run.tasks.start("changes of other programs", run.studio.external_changes.watch())
    run.tasks.start("finish deletion", run.studio.finish_interrupted_deletion())
    await run.studio.jobs.resume()
    run.tasks.start(
        "go on with exports", run.studio.exports.resume(), on_result=run.window.dialogs.show_exports
    )
    run.tasks.start("jobs of other programs", run.studio.other_jobs.watch())
    await run.studio.webhooks.start()
    run.tasks.start("updates", run.studio.updates.run(wait_until_idle))
    run.tasks.start("check library", run.studio.check_library(wait_until_idle))
    run.tasks.start("measure older clips", run.studio.remeasurement.run(wait_until_idle))
    run.tasks.start("record checksums", run.studio.checksum_recording.run(wait_until_idle))


async def receive_files(
    run: AppSession, single_instance: SingleInstance, files: Sequence[Path]
) -> None:
    """Opens the files passed at start-up, and from then on those of other instances."""
    await run.window.wait_until_painted()
    app = create_application()
    app.setWindowIcon(load_program_icon(resources_folder()))
    arrivals = IncomingFiles(run.window, app)
    arrivals.open(files)
    await single_instance.listen(arrivals.handle_activation)


async def _tour(sandbox_command: Sequence[str], folder: Path) -> int:
    # Only the tour imports it.
    from producer_studio.ui.tour.tour import Tour

    with tempfile.TemporaryDirectory(prefix="producer-studio-tour-") as home:
        environ = {**remove_secrets(os.environ), "PRODUCER_STUDIO_HOME": home}
        async with open_app_session(environ, sandbox_command, None) as run:
            assert run is not None  # noqa: S101 - a fresh folder always opens
            run.window.show()
            await start_background_work(run)
            return await Tour(run.studio, run.style, run.window, folder).run()


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
