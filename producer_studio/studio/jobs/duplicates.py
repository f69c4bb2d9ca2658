"""Requests that were sent already: found before the same thing is bought a second time."""

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
"""For so long the same request is taken for one by mistake."""


class DuplicateCheck:
    """Finds jobs that ask an account for the same, in the library that all processes share."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def check(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        capabilities: Capabilities,
        prices: Sequence[float | None],
    ) -> None:
        """Refuse recipes of which one was sent already.

        Args:
            recipes: As they would be sent, all of one operation.
            prices: Credits for each of them; None where the service does not say.

        Raises:
            DuplicateRequest: The same was asked for within ten minutes, or before, with an outcome
                that nobody knows yet. A recipe without a seed asks for another song each time
                where the service draws one, and so only an unknown outcome counts for it.
        """
        if not recipes:
            return
        operation = recipes[0].operation
        fields = capabilities.get(operation).fields
        draws_seed = "seed" in fields
        request_bodies = [_request_body(recipe, fields) for recipe in recipes]
        duplicates = [
            job
            for job in await self._library.find_similar_jobs(account, operation)
            if _request_body(job.recipe, fields) in request_bodies
            and (_is_unknown(job) or (_is_recent(job) and (job.recipe.seed or not draws_seed)))
        ]
        if duplicates:
            raise DuplicateRequest(_duplicate_message(duplicates, prices))


def _request_body(recipe: Recipe, fields: frozenset[str]) -> Recipe:
    """The recipe without how the service knows its source, and without a title that is not sent."""
    title = recipe.title if "title" in fields or not fields else ""
    return recipe.with_changes(source_remote=None, source_uploaded=False, title=title)


def _is_unknown(job: Job) -> bool:
    return job.state is JobState.UNKNOWN or job.is_failure_unconfirmed


def _is_recent(job: Job) -> bool:
    """Whether it was pressed just now; a failed one may be tried again, and an unsent one, too."""
    over = job.state is JobState.FAILED
    unsent = job.state is JobState.CANCELLED and job.sent_at is None and job.task_id is None
    return abs(datetime.now(UTC) - job.created_at) < DUPLICATE_WINDOW and not over and not unsent


def _duplicate_message(duplicates: Sequence[Job], prices: Sequence[float | None]) -> str:
    known = [price for price in prices if price is not None]
    cost = format_credits(sum(known)) if len(known) == len(prices) else "credits"
    if any(_is_unknown(job) for job in duplicates):
        return (
            "The same was asked for before, and it is not known yet whether the service took it, "
            f"so nothing was sent. Sending it again may cost {cost} a second time."
        )
    minutes = min(abs(datetime.now(UTC) - job.created_at) for job in duplicates) // timedelta(
        minutes=1
    )
    when = {0: "less than a minute", 1: "a minute"}.get(minutes, f"{minutes} minutes")
    return (
        f"The same was asked for {when} ago, so nothing was sent. Sending it again costs {cost} "
        "once more."
    )
