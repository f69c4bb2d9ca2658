"""Writer of crash reports."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.settings.secrets import collect_secrets
from producer_studio.studio.crash_reports.crash_file import RUNNING_FOLDER
from producer_studio.studio.crash_reports.crash_file_reader import read_crash_files
from producer_studio.studio.crash_reports.exception_format import format_exception
from producer_studio.studio.crash_reports.format import CrashFacts, format_report
from producer_studio.studio.crash_reports.redaction import ReportRedactor
from producer_studio.studio.crash_reports.store import CrashReport, CrashReportStore, ProcessOutcome

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
