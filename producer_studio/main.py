"""Entry point of the program: window, command line, tour or sandbox.

Heavy modules are imported only after the choice is known. Every unhandled exception ends in a crash
report.
"""

import atexit
import base64
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import TextIO

from producer_studio import __version__
from producer_studio.cli.terminal_text import LogFormatter
from producer_studio.settings.paths import default_paths
from producer_studio.studio.crash_reports.recorder import CrashRecorder, set_log_levels
from producer_studio.translation import mark, sentences, tr, tr_message
from producer_studio.ui.window.arguments import WindowArguments, parse_window_arguments

EXIT_INTERRUPTED = 130

_PROGRAM_PARTS = {"sandbox": "demo-studio", "measure": "measurer", "tour": "tour"}
"""Names that the crash recorder uses for commands that are programs of their own."""

_COLLECTION_THRESHOLD = 20_000
"""Number of new objects after which a process without a window looks for garbage."""

_COMPLETION_VARIABLE = "_PRODUCER_STUDIO_COMPLETE"
"""Set by a shell that requests completions."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code.

    Args:
        argv: Arguments without the program's name; those of the process if left out.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if _COMPLETION_VARIABLE in os.environ:
        return _run_command(arguments)
    if first == "--version":
        _print_line(f"Producer Studio {__version__}")
        return 0
    # Otherwise the interpreter looks for garbage among all objects while it ends: a fifth of the
    # time of a short command. The system takes back the memory of a process anyway.
    atexit.register(gc.freeze)
    _open_standard_files()
    part = _PROGRAM_PARTS.get(first) or (
        "window" if parse_window_arguments(arguments) else "command"
    )
    if part not in {"window", "tour"}:
        # Objects of modules live until the end: with Python's own limit of 700 new objects,
        # searching them again and again takes a tenth of the time of a short command.
        gc.set_threshold(_COLLECTION_THRESHOLD)
    with CrashRecorder(default_paths(os.environ).state, part, dict(os.environ)) as recorder:
        try:
            return _run(arguments, recorder)
        except Exception as error:  # noqa: BLE001 - recorded and reported
            return _report_crash(error, recorder)


def _run(arguments: list[str], recorder: CrashRecorder) -> int:
    first = arguments[0] if arguments else ""
    if first == "sandbox":
        from producer_studio.sandbox.command import run as run_sandbox  # start-up cost

        return run_sandbox(arguments[1:])
    if first == "measure":
        from producer_studio.audio.measuring_worker import run as run_measuring  # start-up cost

        return run_measuring()
    if first == "tour":
        _start_logging("warning")
        from producer_studio.app import run_tour  # start-up cost

        return run_tour(arguments[1:], sandbox_command())
    window_args = parse_window_arguments(arguments)
    if window_args is not None:
        _start_logging("warning")
        return _open_window(window_args, recorder)
    return _run_command(arguments, recorder)


def _run_command(arguments: Sequence[str], recorder: CrashRecorder | None = None) -> int:
    # Commands report errors on stderr as messages; the log is enabled on request.
    _start_logging("critical")
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        from producer_studio.cli.root_command import run as run_command  # start-up cost

        return run_command(arguments, sandbox_command(), recorder)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _report_crash(error: Exception, recorder: CrashRecorder) -> int:
    """Records an unhandled exception and prints the path of the crash report."""
    report = recorder.record_fatal(error)
    logging.getLogger(__name__).debug("Unexpected error", exc_info=error)
    hint = (
        mark(
            "“producer-studio reports show {report}” shows the report, {path}.",
            report=report.name,
            path=report.path,
        )
        if report is not None
        else mark("No report could be written; set PRODUCER_STUDIO_LOG=debug to see the details.")
    )
    stopped = mark(
        "Producer Studio stopped because of an internal error; everything that a service has "
        "accepted is kept."
    )
    _print_line(tr_message(sentences(stopped, hint)), "stderr")
    return 1


def _open_window(window_args: WindowArguments, recorder: CrashRecorder) -> int:
    """Shows an empty window first: the rest of the program takes twice as long to load."""
    # Start-up cost: commands, the tour and Demo Studio need neither.
    from producer_studio.settings.preferences import PreferencesFile
    from producer_studio.studio.single_instance import ActivationRequest, SingleInstance

    paths = default_paths(os.environ)
    chosen = PreferencesFile(paths.preferences_file).peek()
    single_instance = SingleInstance(paths.state, paths.choose_library(chosen.library_dir))
    if not single_instance.acquire(window_args.library):
        ring = ActivationRequest(window_args.files, os.environ.get("XDG_ACTIVATION_TOKEN", ""))
        if single_instance.activate_running(ring, window_args.library):
            from producer_studio.studio.language import apply_command_language  # start-up cost

            apply_command_language(os.environ)
            _print_line(
                tr("This library is already open in a window; it was brought to the front.")
            )
            return 0
    # A window is needed now, and Qt with it.
    from producer_studio.ui.language import apply_window_language
    from producer_studio.ui.window.startup_window import StartupWindow, create_application

    # Nearly all objects created during start-up live until the end: garbage collection takes a
    # twentieth of the time, at start-up and in every later collection.
    gc.disable()
    app = create_application()
    apply_window_language(app, chosen.language)
    geometry = base64.b64decode(chosen.window_geometry, validate=False)
    startup_window = StartupWindow(str(chosen.theme), geometry, chosen.splitter_sizes)
    painted = startup_window.show_and_paint()
    if window_args.until_painted:
        _print_line("painted" if painted else "not painted")
        app.quit()
        return 0
    # Start-up cost: the rest of the program, after the first paint.
    from producer_studio.app import run_window

    return run_window(window_args, sandbox_command(), startup_window, single_instance, recorder)


def sandbox_command() -> list[str]:
    """Returns the command that starts Demo Studio on this installation, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "sandbox"]
    return [sys.executable, "-m", "producer_studio", "sandbox"]


def _start_logging(default_level: str) -> None:
    """Logs to stderr, where there is one; the crash recorder receives lower levels as well."""
    level_name = os.environ.get("PRODUCER_STUDIO_LOG", default_level).upper()
    level = logging.getLevelNamesMapping().get(level_name, logging.WARNING)
    logging.basicConfig(level=level, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)
        handler.setFormatter(LogFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    set_log_levels(level)


def _open_standard_files() -> None:
    """Opens the null device for missing standard streams.

    Otherwise the next opened files would get their descriptors, and all output would go there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _print_line(line: str, stream_name: str = "stdout") -> None:
    stream: TextIO | None = getattr(sys, stream_name)
    # On some systems an installed program that was not started from a terminal has neither.
    if stream is not None:
        stream.write(f"{line}\n")
        stream.flush()
