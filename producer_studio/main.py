"""The program's front door: window, command line, tour or sandbox.

Nothing heavy is imported before it is known which of them is wanted. Whatever breaks behind it ends
in a report.
"""

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
from producer_studio.studio.crash_reports.recorder import Recorder, listen
from producer_studio.ui.window.arguments import WindowArguments, window_arguments

INTERRUPTED = 130

_PARTS = {"sandbox": "demo-studio", "measure": "measurer", "tour": "tour"}
"""What the recorder calls the commands that are programs of their own."""

_COMPLETION = "_PRODUCER_STUDIO_COMPLETE"
"""Set by a shell that wants to know how a line could go on."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code.

    Args:
        argv: Arguments without the program's name; those of the process if left out.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if _COMPLETION in os.environ:
        return _run_command(arguments)
    if first == "--version":
        _say(f"Producer Studio {__version__}")
        return 0
    _open_standard_files()
    part = _PARTS.get(first) or ("window" if window_arguments(arguments) else "command")
    with Recorder(default_paths(os.environ).state, part, dict(os.environ)) as recorder:
        try:
            return _run(arguments, recorder)
        except Exception as error:  # noqa: BLE001 - written down and told
            return _report(error, recorder)


def _run(arguments: list[str], recorder: Recorder) -> int:
    first = arguments[0] if arguments else ""
    if first == "sandbox":
        from producer_studio.sandbox.command import run as run_sandbox

        return run_sandbox(arguments[1:])
    if first == "measure":
        from producer_studio.audio.measuring_worker import run as run_measuring

        return run_measuring()
    if first == "tour":
        _start_logging("warning")
        from producer_studio.app import run_tour

        return run_tour(arguments[1:], sandbox_command())
    asked = window_arguments(arguments)
    if asked is not None:
        _start_logging("warning")
        return _open_window(asked, recorder)
    return _run_command(arguments, recorder)


def _run_command(arguments: Sequence[str], recorder: Recorder | None = None) -> int:
    # Commands say on stderr what matters, in sentences; the log is for those who ask for it.
    _start_logging("critical")
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        from producer_studio.cli.command import run as run_command

        return run_command(arguments, sandbox_command(), recorder)
    except KeyboardInterrupt:
        return INTERRUPTED


def _report(error: Exception, recorder: Recorder) -> int:
    """Writes down what nobody expected, and says where."""
    report = recorder.stopped(error)
    logging.getLogger(__name__).debug("The program broke", exc_info=error)
    where = (
        f"“producer-studio reports show {report.name}” shows the report, {report.path}."
        if report is not None
        else "No report could be written; with PRODUCER_STUDIO_LOG=debug the details are shown."
    )
    _say(
        "Producer Studio stopped because of a mistake of its own; what a service has taken is "
        f"kept. {where}",
        "stderr",
    )
    return 1


def _open_window(asked: WindowArguments, recorder: Recorder) -> int:
    """Puts an empty window on the screen first: everything else takes twice as long to load."""
    from producer_studio.settings.preferences import PreferencesFile
    from producer_studio.studio.single_instance import Doorbell, Ring

    paths = default_paths(os.environ)
    chosen = PreferencesFile(paths.preferences_file).peek()
    bell = Doorbell(paths.state, paths.library_for(chosen.library_dir))
    if not bell.take(asked.library):
        ring = Ring(asked.files, os.environ.get("XDG_ACTIVATION_TOKEN", ""))
        if bell.ring(ring, asked.library):
            _say("The window that is open has the library; it was brought to the front.")
            return 0
    # A window is wanted now, and Qt with it.
    from producer_studio.ui.window.startup_window import Shell, application

    # Nearly all that is made until the window stands stays to the end: looking it through for
    # rubbish takes a twentieth of the time, now and whenever it is looked through later.
    gc.disable()
    app = application()
    geometry = base64.b64decode(chosen.window_geometry, validate=False)
    shell = Shell(str(chosen.theme), geometry, chosen.splitter_sizes)
    painted = shell.show_at_once()
    if asked.until_painted:
        _say("painted" if painted else "not painted")
        app.quit()
        return 0
    from producer_studio.app import run_window

    return run_window(asked, sandbox_command(), shell, bell, recorder)


def sandbox_command() -> list[str]:
    """How this installation starts Demo Studio: itself, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "sandbox"]
    return [sys.executable, "-m", "producer_studio", "sandbox"]


def _start_logging(usual: str) -> None:
    """What is worth it goes to stderr, where there is one; the recorder hears more."""
    wish = os.environ.get("PRODUCER_STUDIO_LOG", usual).upper()
    level = logging.getLevelNamesMapping().get(wish, logging.WARNING)
    logging.basicConfig(level=level, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)
        handler.setFormatter(LogFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    listen(level)


def _open_standard_files() -> None:
    """Gives a program that was started without them something in their place.

    Else the next files that are opened get their numbers, and whatever is printed goes there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _say(line: str, where: str = "stdout") -> None:
    stream: TextIO | None = getattr(sys, where)
    # An installed program that is not started from a terminal has neither on some systems.
    if stream is not None:
        stream.write(f"{line}\n")
        stream.flush()
