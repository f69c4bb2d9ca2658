"""Shows a notice after a crash, and the dialog with the crash reports on request."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from producer_studio.studio.crash_reports.crash_reports import CrashReport
from producer_studio.ui.context import UiContext
from producer_studio.ui.crash_reports.notice import CrashReportNotice
from producer_studio.ui.file_manager import show_in_file_manager
from producer_studio.ui.widgets.notices import NoticeStack

if TYPE_CHECKING:
    from producer_studio.ui.crash_reports.dialog import CrashReportDialog


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
                "read a report",
                self._crash_reports.read_text(report),
                on_result=lambda text: dialog.show_text(report, text),
            )
        )
        dialog.folder_requested.connect(lambda report: show_in_file_manager(report.path))
        dialog.request_newest()
        dialog.open()
        return dialog
