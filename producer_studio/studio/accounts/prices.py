"""Prices of requests: those that services state, and those learnt from balances."""

from datetime import UTC, datetime

from producer_studio.domain.errors import NotAuthorised
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job
from producer_studio.domain.learnt_price import LearntPrice, PriceSample, learn_price
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.events import Events, Notice, NoticeLevel, PricesChanged
from producer_studio.translation import mark

_Key = tuple[AccountName, Operation, str]


class Prices:
    """Prices of requests, in memory; a stated price takes precedence over a learnt one."""

    def __init__(self, library: Library, connections: Connections, events: Events) -> None:
        self._library = library
        self._connections = connections
        self._events = events
        self._learnt: dict[_Key, LearntPrice] = {}
        self._learnt_at: dict[tuple[str, _Key], LearntPrice] = {}
        self._last_sample = 0

    async def load(self) -> None:
        """Reads all samples, those of other processes included."""
        last_sample = await self._library.prices.last_sample()
        samples: dict[_Key, list[PriceSample]] = {}
        for one in await self._library.prices.list_samples():
            samples.setdefault((one.account, one.operation, one.model), []).append(one)
        learnt = {key: learn_price(found) for key, found in samples.items()}
        self._learnt = {key: one for key, one in learnt.items() if one is not None}
        learnt_at = {
            (endpoint, key): learn_price(one for one in found if one.endpoint in {endpoint, ""})
            for key, found in samples.items()
            for endpoint in {"", *(one.endpoint for one in found)}
        }
        self._learnt_at = {key: one for key, one in learnt_at.items() if one is not None}
        self._last_sample = last_sample

    async def reload(self) -> None:
        """Reads the samples of other processes; publishes `PricesChanged` if they change prices.

        Raises:
            StorageError: They cannot be read.
        """
        if await self._library.prices.last_sample() == self._last_sample:
            return
        before = self._learnt
        await self.load()
        keys = before.keys() | self._learnt.keys()
        changed = {key[0] for key in keys if before.get(key) != self._learnt.get(key)}
        for account in sorted(changed):
            self._events.publish(PricesChanged(account))

    def stated(self, recipe: Recipe, account: AccountName) -> float | None:
        """Returns the credits that the service states for a request; None if it states none.

        Raises:
            NotAuthorised: There is no such account.
        """
        return self._connections.offline_provider(account).price(recipe)

    def learnt(self, recipe: Recipe, account: AccountName) -> LearntPrice | None:
        """Returns the price of a past request as learnt from balances; None without samples.

        Of all services that the account has been at: its periods tell the times apart.
        """
        try:
            model = self._model(recipe, account)
        except NotAuthorised:
            model = recipe.model  # the account was removed
        return self._learnt.get((account, recipe.operation, model))

    def price(self, recipe: Recipe, account: AccountName) -> Price:
        """Returns the price of a request.

        Raises:
            NotAuthorised: There is no such account.
        """
        stated = self.stated(recipe, account)
        if stated is not None:
            return Price.stated(stated)
        learnt = self._learnt_here(recipe, account)
        return learnt.price() if learnt is not None else Price()

    def _learnt_here(self, recipe: Recipe, account: AccountName) -> LearntPrice | None:
        """Returns the price as learnt at the address that the account has now."""
        key = account, recipe.operation, self._model(recipe, account)
        here = self._learnt_at.get((self._connections.endpoint(account), key))
        return here or self._learnt_at.get(("", key))

    def operation_price(self, operation: Operation, account: AccountName) -> Price:
        """Returns the price of an operation, over all models that it was learnt for.

        Raises:
            NotAuthorised: There is no such account.
        """
        stated = self._connections.capabilities(account).get(operation).price
        if stated is not None:
            return Price.stated(stated)
        models = {
            model
            for name, of_operation, model in self._learnt
            if (name, of_operation) == (account, operation)
        }
        prices = [
            self._learnt_here(Recipe(operation=operation, model=one), account) for one in models
        ]
        found = [one.price() for one in prices if one is not None]
        lows = [one.low for one in found if one.low is not None]
        highs = [one.high for one in found if one.high is not None]
        if not lows or not highs:
            return Price()
        return Price(
            low=min(lows),
            high=max(highs),
            samples=sum(one.samples for one in found),
            explanation=" ".join(dict.fromkeys(one.explanation for one in found)),
        )

    async def add_sample(self, job: Job, amount: float) -> None:
        """Adds what a job cost; publishes `PricesChanged`, and a notice if the price has changed.

        Raises:
            StorageError: It cannot be written.
            NotAuthorised: There is no such account.
        """
        sample = PriceSample(
            account=job.account,
            operation=job.recipe.operation,
            model=self._model(job.recipe, job.account),
            credits=amount,
            job=job.id,
            at=job.accepted_at or datetime.now(UTC),
        )
        before = self._learnt_here(job.recipe, job.account)
        if not await self._library.prices.add_sample(sample):
            return
        await self.load()
        after = self._learnt_here(job.recipe, job.account)
        if before is not None and after is not None and len(after.periods) > len(before.periods):
            self._events.publish(
                Notice(NoticeLevel.WARNING, _change_message(sample, before, after))
            )
        self._events.publish(PricesChanged(job.account))

    def _model(self, recipe: Recipe, account: AccountName) -> str:
        """Returns the model that decides about the price; empty where none is sent."""
        fields = self._connections.capabilities(account).get(recipe.operation).fields
        return recipe.model if not fields or "model" in fields else ""


def _change_message(sample: PriceSample, before: LearntPrice, after: LearntPrice) -> str:
    what = sample.operation.label
    if sample.model:
        what = mark("{operation} with {model}", operation=what, model=sample.model)
    return mark(
        # Translators: operation is such as "Create with FUZZ-2.0", a price such as "10 credits".
        "“{account}” has changed its price: {operation} now takes {price}. It was {before}.",
        account=sample.account,
        operation=what,
        price=after.price().text(),
        before=before.price().text(),
    )
