"""Notices of the window about what the studio reports: events, crash reports, releases."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import AccountName, JobId
from producer_studio.studio.crash_reports.crash_reports import CrashReport
from producer_studio.studio.events import AccountsChanged, Notice, NoticeLevel
from producer_studio.studio.updates.update_check import ReleaseFound
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.notices import NoticeStack, NoticeText

if TYPE_CHECKING:
    from producer_studio.ui.crash_reports.crash_report_offer import CrashReportOffer


class StudioNotices(QObject):
    """Shows events of the studio, internal errors, crash reports and releases as notices."""

    def __init__(self, context: UiContext, notices: NoticeStack, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._notices = notices
        self._window = window
        self._crash_reports: CrashReportOffer | None = None
        self._active_name = self._find_active_name()
        context.tasks.internal_error_reported.connect(self._on_internal_error)
        events = context.studio.events
        self._subscriptions = [
            events.subscribe(Notice, self._on_notice),
            events.subscribe(AccountsChanged, self._on_accounts_changed),
            events.subscribe(ReleaseFound, self._on_release_found),
        ]

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        for unsubscribe in self._subscriptions:
            unsubscribe()

    def ensure_crash_reports(self) -> "CrashReportOffer":
        """Returns the crash report notice and dialog; creates them on the first call."""
        from producer_studio.ui.crash_reports.crash_report_offer import (
            CrashReportOffer,  # start-up cost
        )

        if self._crash_reports is None:
            self._crash_reports = CrashReportOffer(self._context, self._notices, self._window)
        return self._crash_reports

    def offer_crash_reports(self, reports: Sequence[CrashReport]) -> None:
        """Shows a notice about crash reports of earlier runs, if there are any."""
        if reports:
            self.ensure_crash_reports().show_notice(reports)

    def show_dismissed_jobs(
        self, restore: Callable[[Sequence[JobId]], object], ids: Sequence[JobId]
    ) -> None:
        """Shows how many failed jobs were dismissed, and lets the user restore them."""
        text = ntr("{count} job dismissed.", "{count} jobs dismissed.", len(ids))
        self._notices.show_notice(
            NoticeText("info", text, action=tr("Undo")), partial(restore, ids)
        )

    def _find_active_name(self) -> AccountName | None:
        active = self._context.studio.accounts.active
        return active.name if active is not None else None

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        """Says which account pays instead of one that was removed, perhaps by another process."""
        before, self._active_name = self._active_name, self._find_active_name()
        if before is None or self._active_name is None:
            return
        if self._context.studio.accounts.get(before) is None:
            text = mark(
                "“{account}” was removed. “{active}” is the account in use now.",
                account=before,
                active=self._active_name,
            )
            self._on_notice(Notice(NoticeLevel.WARNING, text))

    def _on_notice(self, notice: Notice) -> None:
        self._notices.show_notice(NoticeText(str(notice.level), notice.text, notice.detail))

    def _on_internal_error(self, message: str) -> None:
        self._notices.show_notice(
            NoticeText("bad", message, action=tr("Show report")),
            lambda: self.ensure_crash_reports().show_all(),
        )

    def _on_release_found(self, found: ReleaseFound) -> None:
        from producer_studio.ui.settings.release_notice import ReleaseNotice  # start-up cost

        notice = ReleaseNotice(self._context.style, found.status, found.release, self._notices)
        dismiss = self._context.studio.updates.dismiss
        notice.dismissed.connect(
            lambda: self._context.tasks.start("dismiss a release", dismiss(found.release))
        )
        self._notices.add_bar(notice)
