"""Notice about a crash, in the corner of the window."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.studio.crash_reports.crash_reports import CrashReport
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.notices import NoticeBar, NoticeText

_STUDIO_TEXT = (
    "Producer Studio stopped unexpectedly last time. Nothing you paid for is lost: everything "
    "that a service has accepted is downloaded automatically."
)
_PART_TEXTS = {
    "demo-studio": "Demo Studio stopped unexpectedly last time. It continues where it stopped, "
    "and nothing was charged.",
    "measurer": "A sound could not be measured last time: the measuring process stopped "
    "unexpectedly. The clip is kept.",
    "command": "A command of Producer Studio stopped unexpectedly. Nothing you paid for is lost: "
    "everything that a service has accepted is downloaded automatically.",
}


class CrashReportNotice(NoticeBar):
    """Notice that stays until one of its buttons is pressed; closing the window does not count.

    Signals:
        show_requested: Show the reports.
    """

    show_requested = Signal()

    def __init__(
        self, style: Style, reports: Sequence[CrashReport], parent: QWidget | None
    ) -> None:
        super().__init__(style, NoticeText("report", notice_text(reports)), parent)
        self.show_button = QPushButton("Show report" if len(reports) == 1 else "Show reports", self)
        self.dismiss_button = QPushButton("Dismiss", self)
        self.dismiss_button.setProperty("role", "ghost")
        row = QHBoxLayout()
        row.setContentsMargins(26, 0, 0, 2)
        row.setSpacing(8)
        row.addWidget(self.show_button)
        row.addWidget(self.dismiss_button)
        row.addStretch(1)
        inside = self.layout()
        assert inside is not None  # noqa: S101 - the base laid it out
        inside.addItem(row)
        self.show_button.clicked.connect(self.show_requested)
        for button in (self.show_button, self.dismiss_button):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            button.clicked.connect(self.closed)


def notice_text(reports: Sequence[CrashReport]) -> str:
    """Describes the crash and states that nothing is lost; the studio precedes its components."""
    parts = {one.component for one in reports}
    return _STUDIO_TEXT if parts - set(_PART_TEXTS) else _PART_TEXTS[min(parts)]
