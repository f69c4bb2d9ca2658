"""From what was seen to a report on disk."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.settings.secrets import secrets_in_use
from producer_studio.studio.crash_reports.crash_file import RUNNING
from producer_studio.studio.crash_reports.crash_file_reader import left_behind
from producer_studio.studio.crash_reports.exception_format import told
from producer_studio.studio.crash_reports.format import Facts, page
from producer_studio.studio.crash_reports.redaction import Redaction
from producer_studio.studio.crash_reports.store import Ending, Report, ReportShelf

_TITLES = {
    "window": "Producer Studio stopped unexpectedly.",
    "command": "A command of Producer Studio stopped unexpectedly.",
    "tour": "The tour of Producer Studio stopped unexpectedly.",
    "demo-studio": "Demo Studio stopped unexpectedly; the studio itself went on.",
    "measurer": "The measuring of a sound stopped unexpectedly; the studio itself went on.",
}
_WENT_ON = "Something went wrong inside Producer Studio, and it went on."


class Writer:
    """Writes reports into one folder. Blocking calls, any thread.

    Args:
        folder: That of the reports.
        environ: Where secrets, and the names of user and computer, may be found.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ

    def write(
        self, error: BaseException, facts: Mapping[str, str], lines: Sequence[str], ending: Ending
    ) -> Report:
        """Writes down what a process has met with itself.

        Args:
            facts: As `Recorder.note` takes them, with `what` it is.
            ending: What became of the process.

        Raises:
            OSError: The disk does not take it.
        """
        return self._keep(datetime.now(UTC), told(error), facts, lines, ending)

    def collect(self) -> None:
        """Turns what crashed processes have left behind into reports.

        Raises:
            OSError: The disk does not take them; they are tried again at the next start.
        """
        with left_behind(self._folder / RUNNING) as found:
            for one in found:
                self._keep(one.at, one.dump, one.facts, one.lines, Ending.CRASHED)

    def _keep(
        self,
        at: datetime,
        broke: str,
        facts: Mapping[str, str],
        lines: Sequence[str],
        ending: Ending,
    ) -> Report:
        what = facts.get("what", "")
        what = what if what in _TITLES else "window"
        title = _WENT_ON if ending is Ending.WENT_ON else _TITLES[what]
        text = page(
            Facts(at, title, broke, {name: facts[name] for name in facts if name != "what"}, lines),
            Redaction(secrets_in_use(self._environ), self._environ),
        )
        return ReportShelf(self._folder).keep(text, what, at, ending)
