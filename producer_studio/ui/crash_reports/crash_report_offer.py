"""Shows a notice after a crash, and the dialog with the crash reports on request."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from producer_studio.studio.crash_reports.crash_reports import CrashReport
from producer_studio.translation import mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import show_in_file_manager
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import show_open_problem
from producer_studio.ui.widgets.notices import NoticeBar, NoticeStack, NoticeText

if TYPE_CHECKING:
    from producer_studio.ui.crash_reports.dialog import CrashReportDialog


_READ_TASK = "read a report"
_STUDIO_TEXT = mark(
    "Producer Studio stopped unexpectedly last time. Nothing you paid for is lost: everything "
    "that a service has accepted is downloaded automatically."
)
_PART_TEXTS = {
    "demo-studio": mark(
        "Demo Studio stopped unexpectedly last time. It continues where it stopped, and nothing "
        "was charged."
    ),
    "measurer": mark(
        "A sound could not be measured last time: the measuring process stopped unexpectedly. The "
        "clip is kept."
    ),
    "command": mark(
        "A command of Producer Studio stopped unexpectedly. Nothing you paid for is lost: "
        "everything that a service has accepted is downloaded automatically."
    ),
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
        self.show_button = QPushButton(
            tr("Show report") if len(reports) == 1 else tr("Show reports"), self
        )
        self.dismiss_button = QPushButton(tr("Dismiss"), self)
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
    return tr(_STUDIO_TEXT if parts - set(_PART_TEXTS) else _PART_TEXTS[min(parts)])


class CrashReportOffer(QObject):
    """Crash report notice and dialog of a window.

    Args:
        host: The window that dialogs belong to.
    """

    def __init__(self, context: UiContext, notices: NoticeStack, host: QWidget) -> None:
        super().__init__(host)
        self._crash_reports = context.studio.crash_reports
        self._style = context.style
        self._tasks = context.tasks
        self._notices = notices
        self._host = host

    def show_notice(self, reports: Sequence[CrashReport]) -> None:
        """Shows a notice about a crash, if there are reports.

        It is shown again at the next start until the user closes it.
        """
        if not reports:
            return
        notice = CrashReportNotice(self._style, reports, self._notices)
        notice.show_requested.connect(lambda: self.show_reports(reports))
        notice.closed.connect(lambda: self._crash_reports.acknowledge(reports))
        self._notices.add_bar(notice)

    def show_all(self) -> None:
        """Shows all reports, the newest first."""
        self._tasks.start("list reports", self._crash_reports.all(), on_result=self.show_reports)

    def show_reports(self, reports: Sequence[CrashReport]) -> "CrashReportDialog":
        """Opens the dialog."""
        from producer_studio.ui.crash_reports.dialog import CrashReportDialog  # rarely needed

        dialog = CrashReportDialog(self._style, reports, self._host)
        dialog.text_requested.connect(
            lambda report: self._tasks.restart(
                _READ_TASK,
                self._crash_reports.read_text(report),
                on_result=lambda text: dialog.show_text(report, text),
            )
        )
        report_problem = partial(show_open_problem, self._style, dialog)
        dialog.folder_requested.connect(
            lambda report: show_in_file_manager(report.path, report_problem)
        )
        dialog.finished.connect(lambda: self._tasks.cancel(_READ_TASK))
        dialog.request_newest()
        dialog.open()
        return dialog
