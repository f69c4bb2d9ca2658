"""Checks of a request before a job is queued."""

from collections.abc import Sequence

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_validation import validate
from producer_studio.library.library import Library
from producer_studio.studio.accounts.budget import Budget
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.duplicates import DuplicateCheck
from producer_studio.studio.jobs.temporary_uploads import TemporaryUploads


class RequestChecks:
    """Checks requests against the account: recipe, host for files, duplicates and budget. Free."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        uploads: TemporaryUploads,
        budget: Budget,
    ) -> None:
        self._library = library
        self._connections = connections
        self._uploads = uploads
        self._budget = budget
        self._duplicates = DuplicateCheck(library)

    def require_account(self, account: AccountName) -> None:
        """Checks that an account exists.

        Raises:
            NotAuthorised: There is no such account.
        """
        self._connections.account(account)

    def price(self, recipe: Recipe, account: AccountName) -> float | None:
        """Returns the credits for one request; None if the service does not report a price."""
        return self._connections.offline_provider(account).price(recipe)

    async def adapt(self, recipe: Recipe, account: AccountName) -> Recipe:
        """Adapts a recipe to the account's capabilities.

        Removes the model if none can be chosen. If the service takes no title, sets it to the
        source's title: it names the job and its clips here, and is not sent.
        """
        fields = self._connections.capabilities(account).get(recipe.operation).fields
        if fields and "model" not in fields:
            recipe = recipe.with_changes(model="")
        if recipe.title or recipe.source is None or not fields or "title" in fields:
            return recipe
        clip = await self._library.clips.get(recipe.source)
        return recipe if clip is None else recipe.with_changes(title=clip.title[:TITLE_LIMIT])

    async def validate(self, recipe: Recipe, account: AccountName) -> None:
        """Checks that the account accepts a recipe, and that its file can be uploaded.

        Raises:
            RequestRejected: It does not; the message has the first reason.
        """
        capabilities = self._connections.capabilities(account)
        service = self._connections.account(account).service.label
        source = await self._library.clips.get(recipe.source) if recipe.source else None
        length_s = source.duration_s if source is not None else 0.0
        issues = validate(recipe, capabilities, service, length_s)
        if issues:
            raise RequestRejected(issues[0].sentence, field=issues[0].field)
        await self._uploads.check_host(recipe, account)

    async def check_budget(self, account: AccountName, recipes: Sequence[Recipe]) -> None:
        """Checks that requests fit into the monthly budget in addition to all pending ones.

        Raises:
            RequestRejected: They would exceed the budget, or their cost is unknown.
        """
        await self._budget.check(account, recipes)

    async def check_duplicates(self, recipes: Sequence[Recipe], account: AccountName) -> None:
        """Refuses requests that were sent recently, or have an unknown outcome; sends nothing.

        Raises:
            DuplicateRequest: The user must confirm first.
            NotAuthorised: There is no such account.
        """
        recipes = [await self.adapt(recipe, account) for recipe in recipes]
        prices = [self.price(recipe, account) for recipe in recipes]
        capabilities = self._connections.capabilities(account)
        await self._duplicates.check(recipes, account, capabilities, prices)

    async def upload_unavailable_reason(self, account: AccountName) -> str:
        """Returns why no local file can be uploaded for the account's service; empty if one can."""
        return await self._uploads.unavailable_reason(account)
