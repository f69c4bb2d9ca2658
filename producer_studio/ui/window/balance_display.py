"""Credits of the active account in the top bar, with their age where they are not fresh."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QEvent, QObject, QTimer

from producer_studio.domain.account import Account
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import JobState
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.events import BalanceChanged, JobChanged, OtherJobChanged
from producer_studio.translation import tr
from producer_studio.translation.dates import format_clock, format_numeric_date
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.buttons import PillButton

_FRESH_FOR = timedelta(minutes=10)
"""Age from which the time of a balance is shown beside it."""

_RECENT_FOR = timedelta(minutes=1)
"""Age up to which it is not requested again when the window becomes active."""


class BalanceDisplay(QObject):
    """Shows the last balance of the active account in a button, and requests it; free.

    Other processes that use the account with the same library are noticed by their jobs and
    balances. Whatever else spends is not, so that the balance is requested again when the window
    becomes active, and its time is shown once it is ten minutes old.
    """

    def __init__(self, context: UiContext, button: PillButton) -> None:
        super().__init__(button)
        self._studio = context.studio
        self._tasks = context.tasks
        self._button = button
        self._requested_again: set[AccountName] = set()
        self._aging = QTimer(self)
        self._aging.setSingleShot(True)
        self._aging.timeout.connect(self.refresh)
        button.clicked.connect(self.request)
        button.installEventFilter(self)
        events = self._studio.events
        self._subscriptions = [
            events.subscribe(BalanceChanged, self._on_balance_changed),
            events.subscribe(JobChanged, self._on_job_changed),
            events.subscribe(OtherJobChanged, self._on_job_changed),
        ]

    def refresh(self) -> None:
        """Shows the last known credits of the active account."""
        self._aging.stop()
        account = self._studio.accounts.active
        if account is None:
            self._button.set_texts("—", tr("credits"))
            self._button.setToolTip(tr("No account is connected"))
            return
        balance = self._studio.balances.last_known(account.name)
        if balance is None:
            self._button.set_texts("—", tr("credits"))
            self._button.setToolTip(tr("Click to update"))
        else:
            self._show(balance)

    def request(self) -> None:
        """Requests the credits of the active account; errors are shown in the tooltip only."""
        account = self._active()
        if account is not None:
            self._request(account.name)

    def load_stored(self) -> None:
        """Shows the balance of the last run until it is requested again."""
        self._tasks.start(
            "balances of earlier runs",
            self._studio.balances.reload(),
            on_result=lambda _none: self.refresh(),
        )

    def unsubscribe(self) -> None:
        """Unsubscribes from the studio's events."""
        self._aging.stop()
        for unsubscribe in self._subscriptions:
            unsubscribe()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:
            self._request_unless_recent()
        return super().eventFilter(watched, event)

    def _active(self) -> Account | None:
        return self._studio.accounts.active

    def _request_unless_recent(self) -> None:
        account = self._active()
        if account is None:
            return
        balance = self._studio.balances.get(account.name)
        # Before the first one of this run, starting the window requests it where that is wanted.
        if balance is not None and datetime.now(UTC) - balance.at > _RECENT_FOR:
            self._request(account.name)

    def _request(self, name: AccountName) -> None:
        is_started = self._tasks.start(
            f"balance of {name}",
            self._studio.balances.fetch(name),
            on_result=lambda _balance: self._on_fetched(name),
            on_error=lambda error: self._on_failed(name, error),
        )
        if not is_started:
            # The response that is under way may be from before what has just happened.
            self._requested_again.add(name)

    def _on_fetched(self, name: AccountName) -> None:
        if name in self._requested_again:
            self._requested_again.discard(name)
            # The task of this name ends with this call.
            QTimer.singleShot(0, self, lambda: self._request(name))

    def _on_failed(self, name: AccountName, error: ServiceError) -> None:
        self._requested_again.discard(name)
        self._button.setToolTip(tr(error.message))

    def _on_balance_changed(self, event: BalanceChanged) -> None:
        account = self._active()
        if account is not None and event.account == account.name:
            self.refresh()
            if event.error is not None:
                self._button.setToolTip(tr(event.error.message))

    def _on_job_changed(self, event: JobChanged | OtherJobChanged) -> None:
        job = event.job
        # Whether a request without a response was charged shows only in the balance. Most services
        # charge when they accept a request, and do not say how much.
        may_be_charged = job.state in {JobState.ACCEPTED, JobState.UNKNOWN}
        if job.state.is_finished or may_be_charged or job.credits_charged is not None:
            self._request(job.account)

    def _show(self, balance: Balance) -> None:
        age = datetime.now(UTC) - balance.at
        local, today = to_local_time(balance.at), to_local_time(datetime.now(UTC)).date()
        when = format_clock(local) if local.date() == today else format_numeric_date(local)
        if age >= _FRESH_FOR:
            self._button.set_texts(
                format_shortest(balance.total), tr("credits at {when}", when=when)
            )
        else:
            self._button.set_texts(format_shortest(balance.total), tr("credits"))
            # A clock that is set back must not make this wait for longer.
            self._aging.start(min(_FRESH_FOR - age, _FRESH_FOR) // timedelta(milliseconds=1) + 1)
        self._button.setToolTip(
            tr("Reported by the service at {time}. Click to update", time=when)
            if local.date() == today
            else tr("Reported by the service on {day}. Click to update", day=when)
        )
