"""Capabilities, limits and prices of the active account, for the compose form."""

from collections.abc import Mapping
from functools import reduce

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.account import Account, Service
from producer_studio.domain.budget import BudgetStatus, budget_warning
from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.errors import ErrorKind
from producer_studio.domain.form import FIELD_LABELS, Form, fields_for
from producer_studio.domain.model_record import ModelRecord
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.price import Price
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS, Strength
from producer_studio.domain.text import join_words
from producer_studio.studio.events import (
    AccountsChanged,
    JobChanged,
    OtherJobChanged,
    PricesChanged,
)
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, sentences, tr
from producer_studio.ui.operations import unavailable_reason
from producer_studio.ui.tasks import Tasks

_ALL_STRENGTHS = (*STRENGTHS, COVER_STRENGTH)


def clamp_to_account(
    form: Form, recipe: Recipe, capabilities: Capabilities | None, accepted_fields: frozenset[str]
) -> tuple[Form, str]:
    """Clamps a recipe's strengths to the account's ranges and lists the values that are lost.

    Args:
        form: The form to which the rest of the recipe was applied.
        capabilities: Of the active account; None without one.
        accepted_fields: The fields that the account accepts for the form's operation.
    """
    ranges = capabilities.strengths if capabilities is not None else {}
    unsupported: list[str] = []
    messages: list[str] = []
    for usual in _ALL_STRENGTHS:
        value = getattr(recipe, usual.name)
        if value is None:
            continue
        if usual.name not in accepted_fields:
            unsupported.append(FIELD_LABELS[usual.name])
            continue
        strength = ranges.get(usual.name, usual)
        nearest = min(max(value, strength.low), strength.high)
        form = form.with_changes(**{usual.name: nearest})
        if nearest != value:
            messages.append(
                mark(
                    "{strength} {value} was set to {nearest}, the nearest supported value.",
                    strength=usual.label,
                    value=value,
                    nearest=nearest,
                )
            )
    if unsupported:
        messages.append(
            mark("This account does not support {fields}.", fields=join_words(unsupported, "or"))
        )
    return form, reduce(sentences, messages, "")


_FIND_UPLOAD_HOST_TASK = "find an upload host"


class ActiveAccount(QObject):
    """The active account with its capabilities, cached for the compose panel.

    Signals:
        changed: Another account is active, or the capabilities of the same one changed.
        cost_changed: A price, what is left of a budget, or the usual duration of a model was
            updated.
        records_changed: The user's record of the account's models was read.
        upload_host_changed: It is now known whether local files can be uploaded.
    """

    changed = Signal()
    cost_changed = Signal()
    records_changed = Signal()
    upload_host_changed = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._learned_durations: set[tuple[str, str, str]] = set()
        # Cached, because it is read at every keystroke.
        self._capabilities: Capabilities | None = None
        self._budgets: list[BudgetStatus] = []
        self._records: list[ModelRecord] = []
        self._upload_host_account = ""
        self._upload_problem: str | None = None
        self._read_capabilities()
        self._read_budgets()
        self._read_records()
        self._unsubscribe = (
            studio.events.subscribe(PreferencesChanged, self._on_preferences_changed),
            studio.events.subscribe(AccountsChanged, self._on_accounts_changed),
            studio.events.subscribe(JobChanged, self._on_job_changed),
            studio.events.subscribe(OtherJobChanged, self._on_job_changed),
            studio.events.subscribe(PricesChanged, self._on_prices_changed),
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
        """Capabilities of the account; None without an account."""
        return self._capabilities

    @property
    def strengths(self) -> Mapping[str, Strength]:
        """The account's own strengths by field; empty without an account."""
        return self._capabilities.strengths if self._capabilities is not None else {}

    def form_of(self, press: Press) -> Form:
        """Returns the form of a press; see `Form.from_press`."""
        return Form.from_press(press, self.strengths)

    def unavailable_reason(self, operation: Operation) -> str:
        """Returns why an operation is unavailable now; empty when it is available."""
        return unavailable_reason(self._studio, operation)

    def is_marked_unavailable(self, form: Form) -> bool:
        """Whether the form is blocked only by an earlier rejection of the service."""
        account = self.account
        if account is None:
            return False
        return self._studio.offers.is_marked_unavailable(account.name, form.operation, form.model)

    def forget_refusals(self) -> None:
        """Clears the operations and models that the service retired or rejected before; free."""
        if self.account is not None:
            asked = self._studio.accounts.forget_refusals(self.account.name)
            self._tasks.restart("ask the service again", asked)

    def capability(self, operation: Operation) -> Capability | None:
        """Returns the account's capability for an operation; None without an account."""
        return self._capabilities.get(operation) if self._capabilities else None

    def accepted_fields(self, operation: Operation) -> frozenset[str]:
        """Returns the recipe fields that the account accepts for an operation."""
        return fields_for(operation, self.capability(operation))

    def unsupported_text(self, form: Form) -> str:
        """Returns a sentence about what of a form the account does not accept; mostly empty."""
        if self.account is None:
            return ""
        names = form.unsupported_fields(self.accepted_fields(form.operation))
        words = [FIELD_LABELS[name] for name in names]
        return (
            mark("This account does not take {fields}.", fields=join_words(words, "or"))
            if words
            else ""
        )

    def upload_issue(self) -> Issue | None:
        """Returns why a local file cannot be uploaded; None when it can.

        Queries the upload host where that is not known yet; `upload_host_changed` reports the
        result.
        """
        account = self.account
        if account is None:
            return None
        if self._upload_host_account != account.name:
            self._upload_host_account, self._upload_problem = account.name, None
            asked = self._studio.jobs.upload_unavailable_reason(account.name)
            self._tasks.restart(_FIND_UPLOAD_HOST_TASK, asked, on_result=self._on_upload_host_found)
        if self._upload_problem is None:
            return Issue(Severity.EMPTY, mark("Checking where to upload the file…"), "audio_file")
        if not self._upload_problem:
            return None
        return Issue(Severity.BLOCKING, self._upload_problem.rstrip("."), "audio_file")

    def estimate_cost(self, form: Form) -> tuple[Price, float]:
        """Returns the price of one take, and its usual duration in seconds."""
        account = self.account
        if account is None:
            return Price(), 0.0
        recipe = form.to_recipe(self.accepted_fields(form.operation))
        key = (account.name, form.model, str(form.operation))
        if key not in self._learned_durations:
            self._learned_durations.add(key)
            what = f"learn time of {form.operation} by {form.model}"
            self._tasks.start(what, self._learn_duration(recipe, account))
        price = self._studio.prices.price(recipe, account.name)
        return price, self._studio.durations.typical_s(recipe, account.name)

    def records(self, operation: Operation) -> dict[str, ModelRecord]:
        """Returns the user's record of each model for an operation, by the model's name."""
        name = self.account.name if self.account is not None else None
        return {
            one.model: one
            for one in self._records
            if one.operation is operation and one.account == name
        }

    def budget_warning(self, price: Price) -> str:
        """Returns what to say about the budgets before a press; empty while most is left."""
        owners = {None, self.account.name if self.account is not None else None}
        return budget_warning((one for one in self._budgets if one.account in owners), price.high)

    def lyrics_tooltip(self) -> str:
        """Returns a description of "Write for me" with its price."""
        account = self.account
        price = (
            self._studio.prices.operation_price(Operation.LYRICS, account.name)
            if account is not None
            else Price()
        )
        return tr("Writes lyrics based on the title and the sound: {price}", price=price.text())

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    async def _learn_duration(self, recipe: Recipe, account: Account) -> None:
        await self._studio.durations.load_typical_s(recipe, account.name)
        self.cost_changed.emit()

    def _on_upload_host_found(self, problem: str) -> None:
        self._upload_problem = problem
        self.upload_host_changed.emit()

    def _on_preferences_changed(self, event: PreferencesChanged) -> None:
        if any(name.endswith("_budget") for name in event.names):
            self._read_budgets()
        if any(name.startswith("bucket") for name in event.names):
            self._upload_host_account = ""
            self.upload_host_changed.emit()

    def _on_accounts_changed(self, _event: AccountsChanged) -> None:
        self._upload_host_account = ""
        self._read_capabilities()
        self._read_budgets()
        self._read_records()
        self.changed.emit()

    def _on_prices_changed(self, _event: PricesChanged) -> None:
        self._read_budgets()
        self.cost_changed.emit()

    def _on_job_changed(self, event: JobChanged | OtherJobChanged) -> None:
        self._read_budgets()
        if not event.job.state.is_finished:
            return
        self._read_records()
        # Each finished job adds to the history from which the usual duration is computed.
        recipe = event.job.recipe
        self._learned_durations.discard((event.job.account, recipe.model, str(recipe.operation)))
        if event.job.fault is not None and event.job.fault.kind is ErrorKind.OPERATION_RETIRED:
            self._read_capabilities()
            self.changed.emit()
        self.cost_changed.emit()

    def _read_capabilities(self) -> None:
        account = self.account
        offers = self._studio.offers
        self._capabilities = offers.capabilities(account.name) if account else None

    def _read_budgets(self) -> None:
        """Reads what is left, in the background; nothing where there is no budget."""
        account = self.account
        if account is None or not self._studio.budget.is_limited(account.name):
            self._on_budgets_read([])
            return
        self._tasks.restart(
            "read the budgets",
            self._studio.budget.statuses(account.name),
            on_result=self._on_budgets_read,
        )

    def _on_budgets_read(self, statuses: list[BudgetStatus]) -> None:
        if statuses != self._budgets:
            self._budgets = statuses
            self.cost_changed.emit()

    def _read_records(self) -> None:
        """Reads the record of the account's models, in the background."""
        account = self.account
        if account is None:
            return
        self._tasks.restart(
            "read the record of the models",
            self._studio.model_records.all(account.name),
            on_result=self._on_records_read,
        )

    def _on_records_read(self, records: list[ModelRecord]) -> None:
        if records != self._records:
            self._records = records
            self.records_changed.emit()
