"""The program's front door: window, command line, tour or sandbox.

Nothing heavy is imported before it is known which of them is wanted.
"""

import base64
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence

from producer_studio import __version__
from producer_studio.ui.arguments import WindowArguments, window_arguments

INTERRUPTED = 130

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
        sys.stdout.write(f"Producer Studio {__version__}\n")
        return 0
    if first == "sandbox":
        from producer_studio.sandbox.command import run as run_sandbox

        return run_sandbox(arguments[1:])
    if first == "measure":
        # Only a frozen program comes here; others start the module itself.
        from producer_studio.audio.worker import run as run_measuring

        return run_measuring()
    if first == "tour":
        _start_logging("warning")
        from producer_studio.app import run_tour

        return run_tour(arguments[1:], sandbox_command())
    asked = window_arguments(arguments)
    if asked is not None:
        _start_logging("warning")
        return _open_window(asked)
    return _run_command(arguments)


def _run_command(arguments: Sequence[str]) -> int:
    # Commands say on stderr what matters, in sentences; the log is for those who ask for it.
    _start_logging("critical")
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        from producer_studio.cli.command import run as run_command

        return run_command(arguments, sandbox_command())
    except KeyboardInterrupt:
        return INTERRUPTED


def _open_window(asked: WindowArguments) -> int:
    """Puts an empty window on the screen first: everything else takes twice as long to load."""
    from producer_studio.settings.paths import default_paths
    from producer_studio.settings.preferences import PreferencesFile
    from producer_studio.ui.shell import Shell, application

    # Nearly all that is made until the window stands stays to the end: looking it through for
    # rubbish takes a twentieth of the time, now and whenever it is looked through later.
    gc.disable()
    chosen = PreferencesFile(default_paths(os.environ).preferences_file).peek()
    app = application()
    geometry = base64.b64decode(chosen.window_geometry, validate=False)
    shell = Shell(str(chosen.theme), geometry, chosen.splitter_sizes)
    painted = shell.show_at_once()
    if asked.until_painted:
        sys.stdout.write("painted\n" if painted else "not painted\n")
        app.quit()
        return 0
    from producer_studio.app import run_window

    return run_window(asked, sandbox_command(), shell)


def sandbox_command() -> list[str]:
    """How this installation starts Demo Studio: itself, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "sandbox"]
    return [sys.executable, "-m", "producer_studio", "sandbox"]


def _start_logging(usual: str) -> None:
    level = os.environ.get("PRODUCER_STUDIO_LOG", usual).upper()
    logging.basicConfig(
        level=logging.getLevelNamesMapping().get(level, logging.WARNING),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
