"""Brings reports before the user: an offer after a crash, and a dialog when it is taken."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from producer_studio.studio.crash_reports.crash_reports import Report, ReportDesk
from producer_studio.ui.crash_reports.notice import ReportNotice
from producer_studio.ui.file_manager import reveal
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.notices import NoticeStack

if TYPE_CHECKING:
    from producer_studio.ui.crash_reports.dialog import ReportDialog


class ReportCorner(QObject):
    """What the window does about reports.

    Args:
        host: The window that dialogs belong to.
    """

    def __init__(
        self, desk: ReportDesk, look: Look, tasks: Tasks, notices: NoticeStack, host: QWidget
    ) -> None:
        super().__init__(host)
        self._desk = desk
        self._look = look
        self._tasks = tasks
        self._notices = notices
        self._host = host

    def offer(self, reports: Sequence[Report]) -> None:
        """Says that something stopped, if anything did; it is said again at the next start until
        it is answered.
        """
        if not reports:
            return
        notice = ReportNotice(self._look, reports, self._notices)
        notice.shown.connect(lambda: self.show_reports(reports))
        notice.closed.connect(lambda: self._desk.answer(reports))
        self._notices.show_bar(notice)

    def show_newest(self) -> None:
        """Shows all reports, the newest first."""
        self._tasks.start("list reports", self._desk.all(), done=self.show_reports)

    def show_reports(self, reports: Sequence[Report]) -> "ReportDialog":
        """Opens the dialog."""
        from producer_studio.ui.crash_reports.dialog import ReportDialog  # rarely needed

        dialog = ReportDialog(self._look, reports, self._host)
        dialog.wanted.connect(
            lambda report: self._tasks.restart(
                "read a report",
                self._desk.text(report),
                done=lambda text: dialog.show_text(report, text),
            )
        )
        dialog.folder_wanted.connect(lambda report: reveal(report.path))
        dialog.begin()
        dialog.open()
        return dialog
