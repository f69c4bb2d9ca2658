"""What the active account offers, and at what price."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.account import Account, Service
from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.credits import credits_text
from producer_studio.domain.errors import FaultKind
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import AccountsChanged, JobChanged
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.studio.studio import Studio
from producer_studio.ui.availability import reason_against
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.recipe_fields import taken_by
from producer_studio.ui.tasks import Tasks

_ASK = "look where files can be put up"


class Offering(QObject):
    """The active account as the desk sees it.

    Signals:
        changed: Another account, or the same one offers something else.
        cost_changed: The usual time of the model in use has become known better.
        lending_changed: It is known now whether files of this computer can be put up.
    """

    changed = Signal()
    cost_changed = Signal()
    lending_changed = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._learnt: set[tuple[str, str, str]] = set()
        # Asked for at every stroke, so it is kept.
        self._capabilities: Capabilities | None = None
        self._lends_for = ""
        self._no_lending: str | None = None
        self._read_capabilities()
        self._unsubscribe = (
            studio.events.subscribe(PreferencesChanged, self._on_preferences_changed),
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
        return reason_against(self._studio, operation)

    def is_marked(self, form: Form) -> bool:
        """Whether only an earlier answer of the service stands against what the form asks for."""
        account = self.account
        if account is None:
            return False
        return self._studio.accounts.is_marked(account.name, form.operation, form.model)

    def ask_again(self) -> None:
        """Offers again what the account's service has ended or refused before; free."""
        if self.account is not None:
            asked = self._studio.accounts.forget_refusals(self.account.name)
            self._tasks.restart("ask the service again", asked)

    def capability(self, operation: Operation) -> Capability | None:
        """What the account says of an operation; None while there is no account."""
        return self._capabilities.of(operation) if self._capabilities else None

    def taken(self, operation: Operation) -> frozenset[str]:
        """The recipe's fields that the account takes for an operation."""
        return taken_by(operation, self.capability(operation))

    def nowhere_to_lend(self) -> Note | None:
        """Why a file of this computer cannot be put up for the service; None when it can.

        Where that is not known yet it is asked for; `lending_changed` tells that it is known.
        """
        account = self.account
        if account is None:
            return None
        if self._lends_for != account.name:
            self._lends_for, self._no_lending = account.name, None
            asked = self._studio.jobs.obstacle_to_lending(account.name)
            self._tasks.restart(_ASK, asked, done=self._on_lending_known)
        if self._no_lending is None:
            return Note(Advice.EMPTY, "Looking where the file can be put up…", "audio_file")
        if not self._no_lending:
            return None
        return Note(Advice.BLOCKING, self._no_lending.rstrip("."), "audio_file")

    def cost(self, form: Form) -> tuple[float | None, float]:
        """Credits for one take, None when unknown, and its usual time in seconds."""
        account = self.account
        if account is None:
            return None, 0.0
        recipe = form.recipe(self.taken(form.operation))
        key = (account.name, form.model, str(form.operation))
        if key not in self._learnt:
            self._learnt.add(key)
            what = f"learn time of {form.operation} by {form.model}"
            self._tasks.start(what, self._learn(recipe, account))
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

    async def _learn(self, recipe: Recipe, account: Account) -> None:
        await self._studio.jobs.learn_typical(recipe, account.name)
        self.cost_changed.emit()

    def _on_lending_known(self, obstacle: str) -> None:
        self._no_lending = obstacle
        self.lending_changed.emit()

    def _on_preferences_changed(self, news: PreferencesChanged) -> None:
        if any(name.startswith("bucket") for name in news.names):
            self._lends_for = ""
            self.lending_changed.emit()

    def _on_accounts_changed(self, _news: AccountsChanged) -> None:
        self._lends_for = ""
        self._read_capabilities()
        self.changed.emit()

    def _on_job_changed(self, news: JobChanged) -> None:
        if not news.job.state.is_over:
            return
        # Each finished job adds to the history that the usual time comes from.
        recipe = news.job.recipe
        self._learnt.discard((news.job.account, recipe.model, str(recipe.operation)))
        if news.job.fault is not None and news.job.fault.kind is FaultKind.RETIRED:
            self._read_capabilities()
            self.changed.emit()
        self.cost_changed.emit()

    def _read_capabilities(self) -> None:
        account = self.account
        accounts = self._studio.accounts
        self._capabilities = accounts.capabilities(account.name) if account else None
