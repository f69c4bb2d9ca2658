"""Previews of requests, for the window and the command line. Sends nothing, and costs nothing."""

from dataclasses import replace

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName, RemoteId
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.request_preview import IDEMPOTENCY_KEY_VARIABLE, RequestPreview
from producer_studio.library.library import Library
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.request_checks import RequestChecks
from producer_studio.studio.jobs.source_resolver import upload_refusal_message
from producer_studio.translation import mark

UNKNOWN_SOURCE = RemoteId("$PRODUCER_SOURCE")
"""Stands for the id of a source that the account does not know yet."""

UNKNOWN_FILE_URL = "https://file.invalid/"
"""Stands for the address of a local file's temporary upload; `.invalid` never exists (RFC 2606)."""

_SOURCE_NOTE = mark(
    "The source is uploaded to the account first, and gets its id there: it stands in place of "
    "{placeholder}.",
    placeholder=UNKNOWN_SOURCE,
)
_FILE_NOTE = mark(
    "The file is uploaded to a temporary address first, which stands in place of {placeholder}.",
    placeholder=UNKNOWN_FILE_URL,
)
_SEED_NOTE = mark(
    "Each take gets a seed of its own when it is requested, unless the seed is locked."
)
_IDEMPOTENCY_NOTE = mark("Each request gets an idempotency key of its own when it is sent.")


class RequestPreviews:
    """Builds the requests of recipes as the jobs of a press would send them."""

    def __init__(self, library: Library, connections: Connections, checks: RequestChecks) -> None:
        self._library = library
        self._connections = connections
        self._checks = checks

    async def preview(
        self, recipe: Recipe, account: AccountName, *, draws_seed: bool = False
    ) -> RequestPreview:
        """Returns the request for a recipe.

        Args:
            draws_seed: Whether a seed is drawn later, where the recipe has none.

        Raises:
            RequestRejected: The recipe is invalid, as in `JobQueue.submit`.
            NotAuthorised: There is no such account.
            Unreachable: Demo Studio did not start.
        """
        self._checks.require_account(account)
        recipe = await self._checks.adapt(recipe, account)
        await self._checks.validate(recipe, account)
        notes: list[str] = []
        if recipe.source is not None and recipe.source_remote is None:
            recipe = await self._resolve_source(recipe, account)
            if recipe.source_remote == UNKNOWN_SOURCE:
                notes.append(_SOURCE_NOTE)
        if recipe.audio_file:
            recipe = recipe.with_changes(audio_url=UNKNOWN_FILE_URL)
            notes.append(_FILE_NOTE)
        capabilities = self._connections.capabilities(account)
        if draws_seed and not recipe.seed and "seed" in capabilities.get(recipe.operation).fields:
            notes.append(_SEED_NOTE)
        if capabilities.supports_idempotency_keys:
            notes.append(_IDEMPOTENCY_NOTE)
        provider = await self._connections.previewing_provider(account)
        webhook = await self._connections.webhook_target(recipe, account)
        shown = provider.preview(recipe, idempotency_key=IDEMPOTENCY_KEY_VARIABLE, webhook=webhook)
        return replace(shown, notes=tuple(notes))

    async def _resolve_source(self, recipe: Recipe, account: AccountName) -> Recipe:
        """Sets the source's id at the account, without asking any service for it.

        Raises:
            RequestRejected: The account does not know the clip, and cannot.
        """
        clip = await self._library.clips.get(recipe.source) if recipe.source else None
        if clip is None:
            raise RequestRejected(mark("This clip is no longer in the library."), field="source")
        known = clip.find_remote_id(account, self._connections.account(account).service)
        if known is None:
            capabilities = self._connections.capabilities(account)
            refusal = upload_refusal_message(clip, account, capabilities)
            if refusal:
                raise RequestRejected(refusal, field="source")
        remote_id, uploaded = known or (UNKNOWN_SOURCE, True)
        return recipe.with_changes(source_remote=remote_id, source_uploaded=uploaded)
