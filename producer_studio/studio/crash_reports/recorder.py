"""Watches one process for what nobody expected, and writes it down.

Nothing is loaded here that the window's first paint would have to wait for.
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
from producer_studio.studio.crash_reports.crash_file import RUNNING, BlackBox
from producer_studio.studio.crash_reports.recent_log import OWN, LogLines

# What writes is loaded when there is something to write, which for most runs is never.
if TYPE_CHECKING:
    from producer_studio.studio.crash_reports.store import Report

log = logging.getLogger(__name__)

FOLDER = "crashes"
"""Of the user's state folder."""

_HEARD = (OWN, "asyncio", "qasync", "uvicorn")
"""Who logs what broke: this program, and those that call it."""

_DISPLAYS = ("x11", "wayland", "xcb", "offscreen", "windows", "cocoa", "tty")

_MANY = 8
"""Boxes of processes that run, or have not been looked at."""

_MOST = 5
"""Reports of one process: one that stumbles at every turn has said enough by then."""


class Recorder:
    """The witness of one process; used as a context that lasts as long as the program.

    Args:
        state: The user's state folder.
        what: Which part of the program this process is: window, command, tour, demo-studio,
            measurer.
        environ: Where the names of user and computer are found.

    Attributes:
        on_report: Called after a report was written of something the program survived; on a thread
            of its own.
    """

    def __init__(self, state: Path, what: str, environ: Mapping[str, str]) -> None:
        self._folder = state / FOLDER
        self._what = what
        self._environ = environ
        self._facts = {
            "what": what,
            "doing": what.replace("-", " "),
            "program": f"Producer Studio {__version__}, {_kind()}",
            "python": f"{sys.implementation.name} {sys.version.split()[0]}",
            "display": _display(environ),
        }
        self._begun = time.monotonic()
        self._lines = LogLines(self._on_change, self._on_mistake)
        self._known: set[tuple[str, ...]] = set()
        self._lock = threading.Lock()
        self._box: BlackBox | None = None
        self._changed = threading.Event()
        self._noting: threading.Thread | None = None
        self._before = (threading.excepthook, sys.unraisablehook)
        self.on_report: Callable[[Report], object] | None = None

    def __enter__(self) -> Self:
        for name in _HEARD:
            logging.getLogger(name).addHandler(self._lines)
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        try:
            # Everything of the state lies below this folder, which is nobody else's business.
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._box = BlackBox(self._folder / RUNNING)
            self._box.note(self._facts, ())
        except OSError as error:
            # A state folder that takes nothing costs the report of a crash, and nothing else.
            log.warning("No report could be kept of a crash: %s", error)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        threading.excepthook, sys.unraisablehook = self._before
        for name in _HEARD:
            logging.getLogger(name).removeHandler(self._lines)
        with self._lock:
            box, self._box = self._box, None
        if box is not None:
            box.close()
            self._tidy()

    def note(self, **facts: str) -> None:
        """Notes what the process is doing, or anything else of use: `doing`, `jobs`, `qt`.

        The words have to be the program's own.
        """
        self._facts.update(facts)
        self._on_change()

    def stopped(self, error: BaseException) -> "Report | None":
        """Writes down what ends this process; None where that was not possible. Blocking."""
        from producer_studio.studio.crash_reports.exception_format import fingerprint

        with self._lock:
            self._known.add(fingerprint(error))
        return self._write(error, stopped=True)

    def _on_change(self) -> None:
        """The facts go to disk on a thread of their own: the window waits for no disk."""
        if self._box is None:
            return
        if self._noting is None:
            self._noting = threading.Thread(target=self._note, name="black box", daemon=True)
            self._noting.start()
        self._changed.set()

    def _note(self) -> None:
        while self._changed.wait():
            self._changed.clear()
            with self._lock:
                if self._box is None:
                    return
                try:
                    self._box.note(dict(self._facts), self._lines.lines())
                except OSError:
                    # Logging it would only call for another note.
                    return

    def _tidy(self) -> None:
        """Where no window ever looks for them, boxes of killed commands would pile up."""
        try:
            if len(list((self._folder / RUNNING).iterdir())) > _MANY:
                from producer_studio.studio.crash_reports.writer import Writer

                Writer(self._folder, self._environ).collect()
        except OSError as error:
            log.warning("A crash could not be written down: %s", error)

    def _on_thread(self, told: threading.ExceptHookArgs) -> None:
        if isinstance(told.exc_value, Exception):
            log.error("A thread broke", exc_info=told.exc_value)
        else:
            self._before[0](told)

    def _on_unraisable(self, told: "sys.UnraisableHookArgs") -> None:
        if isinstance(told.exc_value, Exception):
            log.error("Something could not be tidied up", exc_info=told.exc_value)
        else:
            self._before[1](told)

    def _on_mistake(self, error: Exception) -> None:
        from producer_studio.domain.errors import Fault
        from producer_studio.studio.crash_reports.exception_format import fingerprint

        if isinstance(error, Fault):
            return  # told to the user in its own words
        with self._lock:
            mark = fingerprint(error)
            if mark in self._known or len(self._known) >= _MOST:
                return
            self._known.add(mark)
        threading.Thread(target=self._tell, args=(error,), name="crash report").start()

    def _tell(self, error: Exception) -> None:
        report = self._write(error, stopped=False)
        listener = self.on_report
        if report is not None and listener is not None:
            listener(report)

    def _write(self, error: BaseException, *, stopped: bool) -> "Report | None":
        from producer_studio.studio.crash_reports.store import Ending
        from producer_studio.studio.crash_reports.writer import Writer

        minutes, seconds = divmod(round(time.monotonic() - self._begun), 60)
        facts = {**self._facts, "running": f"for {minutes} min {seconds} s"}
        ending = Ending.STOPPED if stopped else Ending.WENT_ON
        try:
            writer = Writer(self._folder, self._environ)
            return writer.write(error, facts, self._lines.lines(), ending)
        except OSError as problem:
            log.warning("A report could not be written: %s", problem)
            return None


def listen(level: int) -> None:
    """Has everything logged that a report may need.

    Handlers have to have levels of their own.

    Args:
        level: That of the log for people.
    """
    logging.getLogger(OWN).setLevel(logging.DEBUG)
    for name in _HEARD[1:]:
        logging.getLogger(name).setLevel(min(level, logging.WARNING))


def _display(environ: Mapping[str, str]) -> str:
    """What the window is shown by, as far as it is one of the usual ways."""
    wishes = [environ.get(name, "") for name in ("QT_QPA_PLATFORM", "XDG_SESSION_TYPE")]
    return next((one for one in wishes if one in _DISPLAYS), sys.platform)


def _kind() -> str:
    return "installed (frozen)" if getattr(sys, "frozen", False) else "from source"
