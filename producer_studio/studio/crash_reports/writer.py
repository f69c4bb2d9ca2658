"""Writer of crash reports, and their text format."""

import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.settings.secrets import collect_secrets
from producer_studio.studio.crash_reports.crash_file import RUNNING_FOLDER, read_crash_files
from producer_studio.studio.crash_reports.exception_format import format_exception
from producer_studio.studio.crash_reports.redaction import ReportRedactor
from producer_studio.studio.crash_reports.store import CrashReport, CrashReportStore, ProcessOutcome

MAX_BYTES = 64 * 1024
"""Maximum size of a report in bytes."""

_INTRODUCTION = """\
This report stays on this computer until you share it. It contains none of
your songs, lyrics or titles, and no keys or names: only what the program was
doing, and where the error occurred."""


@dataclass(frozen=True, slots=True)
class CrashFacts:
    """Facts about an error or crash.

    Attributes:
        at: Time at which it was detected.
        title: Summary of the error in one sentence.
        traceback: The traceback, or the output of the fault handler.
        details: State of the program, by names such as "doing" and "jobs".
        lines: The last lines of the log.
    """

    at: datetime
    title: str
    traceback: str
    details: Mapping[str, str]
    lines: Sequence[str] = ()


def format_report(facts: CrashFacts, redaction: ReportRedactor) -> str:
    """Formats a report and redacts private data."""
    rows = {
        "when": facts.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        **{name: text for name, text in facts.details.items() if name.isidentifier()},
        "system": _system(),
    }
    details = redaction.redact("\n".join(f"{name:<10}{text}" for name, text in rows.items()))
    parts = [facts.title, _INTRODUCTION, details, f"Error\n\n{facts.traceback.strip()}"]
    if facts.lines:
        lines = redaction.redact("\n".join(facts.lines))
        parts.append(f"Last log lines (UTC)\n\n{lines}")
    return shorten(redaction.redact_secrets("\n\n".join(parts)) + "\n")


def shorten(text: str) -> str:
    """Returns the text, or its beginning and end if it is too long for a report."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= MAX_BYTES:
        return raw.decode("utf-8")
    note = "\n\n… (shortened) …\n\n"
    half = (MAX_BYTES - len(note.encode())) // 2
    return raw[:half].decode("utf-8", "ignore") + note + raw[-half:].decode("utf-8", "ignore")


def _system() -> str:
    name = f"{platform.system()} {platform.release()} {platform.machine()}"
    if sys.platform == "linux":
        try:
            name += f" ({platform.freedesktop_os_release().get('PRETTY_NAME', '')})"
        except OSError:  # a system without a name
            return name
    return name


_TITLES = {
    "window": "Producer Studio stopped unexpectedly.",
    "command": "A command of Producer Studio stopped unexpectedly.",
    "tour": "The tour of Producer Studio stopped unexpectedly.",
    "demo-studio": "Demo Studio stopped unexpectedly; the studio itself kept running.",
    "measurer": "An audio measurement stopped unexpectedly; the studio itself kept running.",
}
_CONTINUED_TITLE = "An error occurred in Producer Studio, and it kept running."


class CrashReportWriter:
    """Writes reports into one folder. Blocking calls, any thread.

    Args:
        folder: Folder of the reports.
        environ: May contain secrets, and the names of the user and the computer.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ

    def write(
        self,
        error: BaseException,
        facts: Mapping[str, str],
        lines: Sequence[str],
        outcome: ProcessOutcome,
    ) -> CrashReport:
        """Writes a report about an exception in this process.

        Args:
            facts: As in `CrashRecorder.set_facts`, with the component as `what`.
            outcome: End of the process.

        Raises:
            OSError: It cannot be written.
        """
        return self._add_report(datetime.now(UTC), format_exception(error), facts, lines, outcome)

    def collect_crashes(self) -> None:
        """Creates reports from the files of crashed processes.

        Raises:
            OSError: They cannot be written; this is retried at the next start.
        """
        with read_crash_files(self._folder / RUNNING_FOLDER) as found:
            for one in found:
                self._add_report(one.at, one.dump, one.facts, one.lines, ProcessOutcome.CRASHED)

    def _add_report(
        self,
        at: datetime,
        traceback: str,
        facts: Mapping[str, str],
        lines: Sequence[str],
        outcome: ProcessOutcome,
    ) -> CrashReport:
        component = facts.get("what", "")
        component = component if component in _TITLES else "window"
        title = _CONTINUED_TITLE if outcome is ProcessOutcome.CONTINUED else _TITLES[component]
        text = format_report(
            CrashFacts(
                at, title, traceback, {name: facts[name] for name in facts if name != "what"}, lines
            ),
            ReportRedactor(collect_secrets(self._environ), self._environ),
        )
        return CrashReportStore(self._folder).add(text, component, at, outcome)
