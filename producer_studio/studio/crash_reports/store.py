"""Store of crash reports in the user's state folder; limited to the newest ones."""

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
"""Maximum number of stored reports; older ones are deleted."""

_NAME = re.compile(r"(\d{8}-\d{6})-([a-z-]+?)-(crashed|stopped|went-on)(?:-(\d+))?\.txt")
_ACKNOWLEDGED_FILE = "answered"
_STAMP = "%Y%m%d-%H%M%S"


class ProcessOutcome(StrEnum):
    """End of the process that a report is about."""

    CRASHED = "crashed"
    """Ended by the system at once; the user has not been informed."""
    STOPPED = "stopped"
    """Ended by itself after an unexpected error."""
    CONTINUED = "went-on"


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One report on disk.

    Attributes:
        path: A readable text.
        at: Time of writing.
        component: The part of the program: window, command, tour, demo-studio, measurer.
        outcome: End of the process.
        is_acknowledged: Whether the user has seen or dismissed it.
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
        """Whether the next window shows it.

        Errors that the program survived, and those on a command line, were shown at once.
        """
        told = self.outcome is ProcessOutcome.CONTINUED or (
            self.outcome is ProcessOutcome.STOPPED and self.component == "command"
        )
        return not told and not self.is_acknowledged


class CrashReportStore:
    """Stores reports. Blocking calls, any thread, several processes.

    Args:
        folder: Created with the first report.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, text: str, component: str, at: datetime, outcome: ProcessOutcome) -> CrashReport:
        """Writes a report and deletes the oldest ones.

        Raises:
            OSError: The folder cannot be written.
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
        """Returns all reports, newest first."""
        answered = self._acknowledged_names()
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:  # no report was ever written
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
        """Returns unacknowledged reports, newest first."""
        return [report for report in self.all() if report.is_pending]

    def get(self, name: str) -> CrashReport | None:
        """Returns the report of this name, with or without its suffix."""
        return next((one for one in self.all() if name in {one.name, one.path.name}), None)

    def read_text(self, report: CrashReport) -> str:
        """Reads the text of a report.

        Raises:
            OSError: It cannot be read.
        """
        return report.path.read_text("utf-8", "replace")

    def acknowledge(self, reports: Sequence[CrashReport]) -> None:
        """Marks reports as acknowledged."""
        names = {one.name for one in self.all()}
        answered = (self._acknowledged_names() | {one.name for one in reports}) & names
        fresh = self.folder / f"{_ACKNOWLEDGED_FILE}.{os.getpid()}"
        try:
            fresh.write_text("".join(f"{one}\n" for one in sorted(answered)), "utf-8")
            fresh.replace(self.folder / _ACKNOWLEDGED_FILE)
        except OSError as error:
            # They are shown again, which is better than an error about error reports.
            log.warning("Cannot mark crash reports as seen: %s", error)

    def remove(self, report: CrashReport) -> None:
        """Deletes a report.

        Raises:
            OSError: It cannot be deleted.
        """
        report.path.unlink(missing_ok=True)

    def _acknowledged_names(self) -> set[str]:
        try:
            return set(
                (self.folder / _ACKNOWLEDGED_FILE).read_text("utf-8", "replace").splitlines()
            )
        except OSError:  # none was acknowledged yet
            return set()

    def _free_path(self, stem: str) -> Path:
        """Returns a path after all of the same second; paths of deleted reports are not reused."""
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
    except ValueError:  # not a report of this program
        return None
