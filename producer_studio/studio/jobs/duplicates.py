"""Detection of duplicate requests, before the same request is charged twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.credits import format_credits
from producer_studio.domain.errors import DuplicateRequest
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library

DUPLICATE_WINDOW = timedelta(minutes=10)
"""Time in which an identical request is taken for a mistake."""


class DuplicateCheck:
    """Finds jobs with identical requests to the same account, made by any process."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def check(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        capabilities: Capabilities,
        prices: Sequence[float | None],
    ) -> None:
        """Refuses recipes that were sent already.

        Args:
            recipes: Recipes as they would be sent, all of one operation.
            prices: Credits for each recipe; None if the service does not report a price.

        Raises:
            DuplicateRequest: The same was requested within ten minutes, or earlier with an outcome
                that is still unknown. If the service draws a random seed, a recipe without a seed
                produces another clip each time, so for it only an unknown outcome counts.
        """
        if not recipes:
            return
        operation = recipes[0].operation
        fields = capabilities.get(operation).fields
        draws_seed = "seed" in fields
        request_bodies = [_request_body(recipe, fields) for recipe in recipes]
        duplicates = [
            job
            for job in await self._library.jobs.find_similar(account, operation)
            if _request_body(job.recipe, fields) in request_bodies
            and (_is_unknown(job) or (_is_recent(job) and (job.recipe.seed or not draws_seed)))
        ]
        if duplicates:
            raise DuplicateRequest(_duplicate_message(duplicates, prices))


def _request_body(recipe: Recipe, fields: frozenset[str]) -> Recipe:
    """Returns the recipe without its source reference, and without a title that is not sent."""
    title = recipe.title if "title" in fields or not fields else ""
    return recipe.with_changes(source_remote=None, source_uploaded=False, title=title)


def _is_unknown(job: Job) -> bool:
    return job.state is JobState.UNKNOWN or job.is_failure_unconfirmed


def _is_recent(job: Job) -> bool:
    """Whether the job was requested recently and was neither failed nor unsent.

    Failed and unsent jobs may be requested again.
    """
    over = job.state is JobState.FAILED
    unsent = job.state is JobState.CANCELLED and job.sent_at is None and job.task_id is None
    return abs(datetime.now(UTC) - job.created_at) < DUPLICATE_WINDOW and not over and not unsent


def _duplicate_message(duplicates: Sequence[Job], prices: Sequence[float | None]) -> str:
    known = [price for price in prices if price is not None]
    cost = format_credits(sum(known)) if len(known) == len(prices) else "credits"
    if any(_is_unknown(job) for job in duplicates):
        return (
            "You have made this request before, and it is not known yet whether the service "
            f"accepted it, so nothing was sent. Sending it again may cost {cost} a second time."
        )
    minutes = min(abs(datetime.now(UTC) - job.created_at) for job in duplicates) // timedelta(
        minutes=1
    )
    when = {0: "less than a minute", 1: "a minute"}.get(minutes, f"{minutes} minutes")
    return (
        f"You made the same request {when} ago, so nothing was sent. Sending it again costs "
        f"{cost} once more."
    )
