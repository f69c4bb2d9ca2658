"""Records crashes and unexpected errors of one process.

Imports nothing that would delay the first paint of the window.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from producer_studio import __version__
from producer_studio.studio.crash_reports.crash_file import RUNNING_FOLDER, CrashFile
from producer_studio.studio.crash_reports.recent_log import PACKAGE_NAME, RecentLog

if TYPE_CHECKING:
    from producer_studio.studio.crash_reports.store import CrashReport

log = logging.getLogger(__name__)

CRASH_FOLDER = "crashes"
"""Folder inside the user's state folder."""

_LOGGER_NAMES = (PACKAGE_NAME, "asyncio", "qasync", "uvicorn")
"""Loggers of errors: this program, and the libraries that call it."""

_DISPLAYS = ("x11", "wayland", "xcb", "offscreen", "windows", "cocoa", "tty")

_MAX_CRASH_FILES = 8
"""Maximum number of crash files of processes that run or were not read yet."""

_MAX_REPORTS = 5
"""Maximum number of reports per process, as repeated errors add no information."""


class CrashRecorder:
    """Records the errors of one process; a context manager around the whole program.

    Args:
        state: The user's state folder.
        component: Which part of the program this process is: window, command, tour, demo-studio,
            measurer.
        environ: Contains the names of the user and the computer.

    Attributes:
        on_report: Called after a report of an error that the program survived was written; on a
            separate thread.
    """

    def __init__(self, state: Path, component: str, environ: Mapping[str, str]) -> None:
        self._folder = state / CRASH_FOLDER
        self._component = component
        self._environ = environ
        self._facts = {
            "what": component,
            "doing": component.replace("-", " "),
            "program": f"Producer Studio {__version__}, {_install_kind()}",
            "python": f"{sys.implementation.name} {sys.version.split()[0]}",
            "display": _display(environ),
        }
        self._started_s = time.monotonic()
        self._lines = RecentLog(self._on_change, self._on_error)
        self._fingerprints: set[tuple[str, ...]] = set()
        self._lock = threading.Lock()
        self._crash_file: CrashFile | None = None
        self._changed = threading.Event()
        self._facts_thread: threading.Thread | None = None
        self._previous_hooks = (threading.excepthook, sys.unraisablehook)
        self.on_report: Callable[[CrashReport], object] | None = None

    def __enter__(self) -> Self:
        for name in _LOGGER_NAMES:
            logging.getLogger(name).addHandler(self._lines)
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        try:
            # All state is inside this folder, which must be private.
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._crash_file = CrashFile(self._folder / RUNNING_FOLDER)
            self._crash_file.write_facts(self._facts, ())
        except OSError as error:
            # If the state folder cannot be written, only crash reports are lost.
            log.warning("Cannot prepare crash report: %s", error)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        threading.excepthook, sys.unraisablehook = self._previous_hooks
        for name in _LOGGER_NAMES:
            logging.getLogger(name).removeHandler(self._lines)
        with self._lock:
            box, self._crash_file = self._crash_file, None
        if box is not None:
            box.close()
            self._clean_up()

    def set_facts(self, **facts: str) -> None:
        """Sets facts about the current activity: `doing`, `jobs`, `qt`.

        Values must be literals of the program.
        """
        self._facts.update(facts)
        self._on_change()

    def record_fatal(self, error: BaseException) -> "CrashReport | None":
        """Records the error that ends this process; None if that was not possible. Blocking."""
        # Needed by a crash only, which in most runs never comes.
        from producer_studio.studio.crash_reports.exception_format import fingerprint

        with self._lock:
            self._fingerprints.add(fingerprint(error))
        return self._write(error, is_fatal=True)

    def _on_change(self) -> None:
        """Schedules a write of the facts on a separate thread, so that the window does not wait."""
        if self._crash_file is None:
            return
        if self._facts_thread is None:
            self._facts_thread = threading.Thread(
                target=self._write_facts, name="black box", daemon=True
            )
            self._facts_thread.start()
        self._changed.set()

    def _write_facts(self) -> None:
        while self._changed.wait():
            self._changed.clear()
            with self._lock:
                if self._crash_file is None:
                    return
                try:
                    self._crash_file.write_facts(dict(self._facts), self._lines.lines())
                except OSError:
                    # Logging it would trigger another write.
                    return

    def _clean_up(self) -> None:
        """Without a window that reads them, crash files of killed commands would accumulate."""
        try:
            if len(list((self._folder / RUNNING_FOLDER).iterdir())) > _MAX_CRASH_FILES:
                from producer_studio.studio.crash_reports.writer import (  # rarely needed
                    CrashReportWriter,
                )

                CrashReportWriter(self._folder, self._environ).collect_crashes()
        except OSError as error:
            log.warning("Cannot write crash report: %s", error)

    def _on_thread_exception(self, hook_args: threading.ExceptHookArgs) -> None:
        if isinstance(hook_args.exc_value, Exception):
            log.error("Unexpected error in a thread", exc_info=hook_args.exc_value)
        else:
            self._previous_hooks[0](hook_args)

    def _on_unraisable(self, hook_args: "sys.UnraisableHookArgs") -> None:
        if isinstance(hook_args.exc_value, Exception):
            log.error("Unexpected error during cleanup", exc_info=hook_args.exc_value)
        else:
            self._previous_hooks[1](hook_args)

    def _on_error(self, error: Exception) -> None:
        # Needed by an error only, as above.
        from producer_studio.domain.errors import ServiceError
        from producer_studio.studio.crash_reports.exception_format import fingerprint

        if isinstance(error, ServiceError):
            return  # shown to the user with its own message
        with self._lock:
            mark = fingerprint(error)
            if mark in self._fingerprints or len(self._fingerprints) >= _MAX_REPORTS:
                return
            self._fingerprints.add(mark)
        threading.Thread(target=self._write_and_notify, args=(error,), name="crash report").start()

    def _write_and_notify(self, error: Exception) -> None:
        report = self._write(error, is_fatal=False)
        listener = self.on_report
        if report is not None and listener is not None:
            listener(report)

    def _write(self, error: BaseException, *, is_fatal: bool) -> "CrashReport | None":
        # Needed by a crash or an error only, as above.
        from producer_studio.studio.crash_reports.store import ProcessOutcome
        from producer_studio.studio.crash_reports.writer import CrashReportWriter

        minutes, seconds = divmod(round(time.monotonic() - self._started_s), 60)
        facts = {**self._facts, "running": f"for {minutes} min {seconds} s"}
        ending = ProcessOutcome.STOPPED if is_fatal else ProcessOutcome.CONTINUED
        try:
            writer = CrashReportWriter(self._folder, self._environ)
            return writer.write(error, facts, self._lines.lines(), ending)
        except OSError as problem:
            log.warning("Cannot write crash report: %s", problem)
            return None


def set_log_levels(level: int) -> None:
    """Enables all log levels that a report may need.

    Handlers must have levels of their own.

    Args:
        level: Level of the log for the user.
    """
    logging.getLogger(PACKAGE_NAME).setLevel(logging.DEBUG)
    for name in _LOGGER_NAMES[1:]:
        logging.getLogger(name).setLevel(min(level, logging.WARNING))


def _display(environ: Mapping[str, str]) -> str:
    """Returns the display server, if it is one of the usual ones."""
    wishes = [environ.get(name, "") for name in ("QT_QPA_PLATFORM", "XDG_SESSION_TYPE")]
    return next((one for one in wishes if one in _DISPLAYS), sys.platform)


def _install_kind() -> str:
    return "installed (frozen)" if getattr(sys, "frozen", False) else "from source"
