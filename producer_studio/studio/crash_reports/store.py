"""The reports in the user's state folder: the newest are kept, each is offered until answered."""

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

log = logging.getLogger(__name__)

MAX_REPORTS = 10
"""Reports that are kept; older ones make room."""

_NAME = re.compile(r"(\d{8}-\d{6})-([a-z-]+?)-(crashed|stopped|went-on)(?:-(\d+))?\.txt")
_ACKNOWLEDGED_FILE = "answered"
_STAMP = "%Y%m%d-%H%M%S"


class ProcessOutcome(StrEnum):
    """What became of the process that a report is about."""

    CRASHED = "crashed"
    """The system ended it at once: nobody has heard of it yet."""
    STOPPED = "stopped"
    """It ended itself, because of a mistake that nothing was prepared for."""
    CONTINUED = "went-on"


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One report on disk.

    Attributes:
        path: A readable text.
        at: When it was written.
        what: Which part of the program it is about: window, command, tour, demo-studio, measurer.
        ending: What became of it.
        answered: Whether the user has seen or dismissed it.
    """

    path: Path
    at: datetime
    component: str
    outcome: ProcessOutcome
    is_acknowledged: bool

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def is_pending(self) -> bool:
        """Whether the next window speaks of it.

        What went on was told when it happened, and so was what stopped on a command line.
        """
        told = self.outcome is ProcessOutcome.CONTINUED or (
            self.outcome is ProcessOutcome.STOPPED and self.component == "command"
        )
        return not told and not self.is_acknowledged


class CrashReportStore:
    """Blocking calls, any thread, several processes.

    Args:
        folder: Made when the first report comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, text: str, component: str, at: datetime, outcome: ProcessOutcome) -> CrashReport:
        """Writes a report down, and lets the oldest go.

        Raises:
            OSError: The folder does not take it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        stem = f"{at.astimezone(UTC).strftime(_STAMP)}-{component}-{outcome}"
        path = self._free_path(stem)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            if os.name == "posix":
                os.fchmod(file.fileno(), 0o600)
            file.write(text)
        for old in self.all()[MAX_REPORTS:]:
            old.path.unlink(missing_ok=True)
        return CrashReport(path, at, component, outcome, is_acknowledged=False)

    def all(self) -> Sequence[CrashReport]:
        """Newest first."""
        answered = self._acknowledged_names()
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:  # no report has ever been written
            return []
        found = []
        for name in names:
            match = _NAME.fullmatch(name)
            at = _parse_stamp(match[1]) if match else None
            if match and at is not None:
                report = CrashReport(
                    self.folder / name,
                    at,
                    match[2],
                    ProcessOutcome(match[3]),
                    Path(name).stem in answered,
                )
                found.append((match[1], int(match[4] or 1), report))
        return [report for *_, report in sorted(found, key=lambda one: one[:2], reverse=True)]

    def pending(self) -> Sequence[CrashReport]:
        """Those that the user has not answered yet, newest first."""
        return [report for report in self.all() if report.is_pending]

    def get(self, name: str) -> CrashReport | None:
        """The report of this name, with or without its ending."""
        return next((one for one in self.all() if name in {one.name, one.path.name}), None)

    def read_text(self, report: CrashReport) -> str:
        """What it says.

        Raises:
            OSError: It cannot be read.
        """
        return report.path.read_text("utf-8", "replace")

    def acknowledge(self, reports: Sequence[CrashReport]) -> None:
        """Offers these no more."""
        names = {one.name for one in self.all()}
        answered = (self._acknowledged_names() | {one.name for one in reports}) & names
        fresh = self.folder / f"{_ACKNOWLEDGED_FILE}.{os.getpid()}"
        try:
            fresh.write_text("".join(f"{one}\n" for one in sorted(answered)), "utf-8")
            fresh.replace(self.folder / _ACKNOWLEDGED_FILE)
        except OSError as error:
            # They are offered once more, which is better than to complain about a complaint.
            log.warning("Answered reports could not be noted: %s", error)

    def remove(self, report: CrashReport) -> None:
        """Raises:
        OSError: It cannot be removed.
        """
        report.path.unlink(missing_ok=True)

    def _acknowledged_names(self) -> set[str]:
        try:
            return set(
                (self.folder / _ACKNOWLEDGED_FILE).read_text("utf-8", "replace").splitlines()
            )
        except OSError:  # none was answered yet
            return set()

    def _free_path(self, stem: str) -> Path:
        """Behind all of the same second: the places of those that made room are not used again."""
        taken = [
            int(match[4] or 1)
            for path in self.folder.iterdir()
            if (match := _NAME.fullmatch(path.name)) and path.name.startswith(stem)
        ]
        number = max(taken, default=0) + 1
        return self.folder / (f"{stem}-{number}.txt" if number > 1 else f"{stem}.txt")


def _parse_stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:  # so it is none of ours
        return None
