"""What the active account offers, and at what price."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.account import Account, Service
from producer_studio.domain.capability import Capabilities
from producer_studio.domain.credits import credits_text
from producer_studio.domain.faults import FaultKind
from producer_studio.domain.operation import Operation
from producer_studio.studio.events import AccountsChanged, JobChanged
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.operation_grid import reason_against
from producer_studio.ui.tasks import Tasks


class Offering(QObject):
    """The active account as the desk sees it.

    Signals:
        changed: Another account, or the same one offers something else.
        cost_changed: The usual time of the model in use has become known better.
    """

    changed = Signal()
    cost_changed = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._learnt: set[tuple[str, str]] = set()
        # Asked for at every stroke, so it is kept.
        self._capabilities: Capabilities | None = None
        self._read_capabilities()
        self._unsubscribe = (
            studio.events.subscribe(AccountsChanged, self._on_accounts_changed),
            studio.events.subscribe(JobChanged, self._on_job_changed),
        )

    @property
    def account(self) -> Account | None:
        return self._studio.accounts.active

    @property
    def is_demo(self) -> bool:
        account = self.account
        return account is not None and account.service is Service.DEMO

    @property
    def capabilities(self) -> Capabilities | None:
        """None while there is no account."""
        return self._capabilities

    def reason_against(self, operation: Operation) -> str:
        """Why an operation cannot be had now; empty when it can."""
        return reason_against(operation, self.capabilities)

    def cost(self, form: Form) -> tuple[float | None, float]:
        """Credits for one take, None when unknown, and its usual time in seconds."""
        account = self.account
        if account is None:
            return None, 0.0
        recipe = form.recipe()
        key = (account.name, form.model)
        if key not in self._learnt:
            self._learnt.add(key)
            self._tasks.start(f"learn time of {form.model}", self._learn(form, account))
        jobs = self._studio.jobs
        return jobs.price(recipe, account.name), jobs.typical_s(recipe, account.name)

    def writing_tip(self) -> str:
        """What "Write for me" does and costs."""
        capabilities = self.capabilities
        price = capabilities.of(Operation.LYRICS).price if capabilities else None
        return f"Writes lyrics about the title and the sound: {credits_text(price)}"

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    async def _learn(self, form: Form, account: Account) -> None:
        await self._studio.jobs.learn_typical(form.recipe(), account.name)
        self.cost_changed.emit()

    def _on_accounts_changed(self, _news: AccountsChanged) -> None:
        self._read_capabilities()
        self.changed.emit()

    def _on_job_changed(self, news: JobChanged) -> None:
        if not news.job.state.is_over:
            return
        # Each finished job adds to the history that the usual time comes from.
        self._learnt.discard((news.job.account, news.job.recipe.model))
        if news.job.fault is not None and news.job.fault.kind is FaultKind.RETIRED:
            self._read_capabilities()
            self.changed.emit()
        self.cost_changed.emit()

    def _read_capabilities(self) -> None:
        account = self.account
        accounts = self._studio.accounts
        self._capabilities = accounts.capabilities(account.name) if account else None
