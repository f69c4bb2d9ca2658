"""The offer to look at what went wrong, in the corner of the window."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.studio.crash_reports.crash_reports import Report
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.notices import NoticeBar, NoticeText

_STUDIO = (
    "Producer Studio stopped unexpectedly last time. Nothing that was paid for is lost: what a "
    "service has taken comes home by itself."
)
_OTHERS = {
    "demo-studio": "Demo Studio stopped unexpectedly last time. It goes on where it was, and "
    "nothing was charged.",
    "measurer": "A sound could not be measured last time: the part that does it stopped "
    "unexpectedly. The clip is kept.",
    "command": "A command of Producer Studio stopped unexpectedly. Nothing that was paid for is "
    "lost: what a service has taken comes home by itself.",
}


class ReportNotice(NoticeBar):
    """Stays until it is closed by one of its buttons; closing the window is no answer.

    Signals:
        shown: The user wants to see it.
    """

    shown = Signal()

    def __init__(self, look: Look, reports: Sequence[Report], parent: QWidget | None) -> None:
        super().__init__(look, NoticeText("report", words_for(reports)), parent)
        self.show_report = QPushButton("Show report" if len(reports) == 1 else "Show reports", self)
        self.dismiss = QPushButton("Dismiss", self)
        self.dismiss.setProperty("role", "ghost")
        row = QHBoxLayout()
        row.setContentsMargins(26, 0, 0, 2)
        row.setSpacing(8)
        row.addWidget(self.show_report)
        row.addWidget(self.dismiss)
        row.addStretch(1)
        inside = self.layout()
        assert inside is not None  # noqa: S101 - the base laid it out
        inside.addItem(row)
        self.show_report.clicked.connect(self.shown)
        for button in (self.show_report, self.dismiss):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            button.clicked.connect(self.closed)


def words_for(reports: Sequence[Report]) -> str:
    """What happened, and that nothing is lost; the studio itself comes before its parts."""
    parts = {one.what for one in reports}
    return _STUDIO if parts - set(_OTHERS) else _OTHERS[min(parts)]
