"""Source resolution: whether an account knows a clip, or how the clip must be registered first."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.clip import Clip, MediaLinks
from producer_studio.domain.errors import MediaRejected, ServiceError
from producer_studio.domain.ids import AccountName, ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.providers.base import LinkExpired
from producer_studio.providers.http.url_checks import (
    is_loopback_url,
    is_public_address,
    parse_ip_address,
    split_url,
)
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.accounts.prices import Prices
from producer_studio.studio.jobs.download import ResultDownloader
from producer_studio.studio.jobs.result_clips import result_ref
from producer_studio.studio.jobs.store import JobStore
from producer_studio.translation import mark, sentences

log = logging.getLogger(__name__)


class UploadRoute(StrEnum):
    """Ways in which a service can fetch a clip that it does not know."""

    URL = "url"
    """From the public URL of the clip's own service."""

    PLATFORM = "platform"
    """From the file storage of the account's platform."""

    BUCKET = "bucket"
    """From the bucket that the user has set up."""


_REGISTRATION_TEXTS = {
    UploadRoute.URL: mark(
        "“{account}” does not know “{title}” yet. It is uploaded there first, by its public link."
    ),
    UploadRoute.PLATFORM: mark(
        "“{account}” does not know “{title}” yet. It is uploaded there first, from a copy in the "
        "account's own file storage."
    ),
    UploadRoute.BUCKET: mark(
        "“{account}” does not know “{title}” yet. It is uploaded there first, from a copy in your "
        "bucket, which is deleted afterwards."
    ),
}


@dataclass(frozen=True, slots=True)
class KnownSource:
    """The account's service knows the clip.

    Attributes:
        uploaded: Whether it knows the clip from an upload.
    """

    remote_id: RemoteId
    uploaded: bool


@dataclass(frozen=True, slots=True)
class RegistrationRequired:
    """The clip must be uploaded to the account first.

    Attributes:
        price: Price of the upload alone.
        message: Description of the upload and its cost, for the confirmation by the user.
        recipe: The upload.
    """

    route: UploadRoute
    price: Price
    message: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class SourceUnavailable:
    """The account cannot use the clip; the message gives the reason and a solution."""

    message: str


SourcePlan: TypeAlias = KnownSource | RegistrationRequired | SourceUnavailable


class SourceResolver:
    """Resolves how an account can use a clip. Free; may use the network."""

    def __init__(
        self,
        library: Library,
        connections: Connections,
        store: JobStore,
        downloader: ResultDownloader,
        prices: Prices,
    ) -> None:
        self._library = library
        self._connections = connections
        self._store = store
        self._downloader = downloader
        self._prices = prices

    async def plan(self, clip_id: ClipId, account: AccountName, operation: Operation) -> SourcePlan:
        """Returns how an account can use a clip for an operation.

        Without a network a link is assumed to be valid: it is tried when the request is sent.

        Raises:
            NotAuthorised: There is no such account.
        """
        clip = await self._library.clips.get(clip_id)
        if clip is None:
            return SourceUnavailable(mark("This clip is no longer in the library."))
        capabilities = self._connections.capabilities(account)
        capability = capabilities.get(operation)
        if not capability.available:
            return SourceUnavailable(capability.unavailable_reason)
        known = clip.find_remote_id(account, self._connections.account(account).service)
        if known is not None:
            return KnownSource(*known)
        refusal = upload_refusal_message(clip, account, capabilities)
        if refusal:
            return SourceUnavailable(refusal)
        return await self._plan_registration(clip, account)

    async def _plan_registration(self, clip: Clip, account: AccountName) -> SourcePlan:
        recipe = Recipe(operation=Operation.UPLOAD, title=clip.title[:TITLE_LIMIT], source=clip.id)
        url = await self._public_url(clip, account)
        if url:
            return self._build_registration(
                UploadRoute.URL, clip, account, recipe.with_changes(audio_url=url)
            )
        if clip.path is None or not clip.playable:
            return SourceUnavailable(
                mark(
                    "The public link of “{title}” is dead or missing, and its sound is not on this "
                    "computer, so “{account}” cannot access it.",
                    title=clip.display_title,
                    account=account,
                )
            )
        try:
            hosts = await self._connections.upload_hosts(account)
            lent = await self._connections.bucket_host() if hosts else None
            if hosts and hosts[0] is lent:
                # Report errors now and not after the user has agreed to a price.
                await self._connections.ensure_bucket_tested()
        except ServiceError as fault:
            return SourceUnavailable(
                mark(
                    "“{title}” cannot be uploaded: {reason}",
                    title=clip.display_title,
                    reason=fault.message,
                )
            )
        if not hosts:
            return SourceUnavailable(
                mark(
                    "“{title}” has no public link that “{account}” can download, and no place to "
                    "upload its file is set up. {advice}.",
                    title=clip.display_title,
                    account=account,
                    advice=self._connections.upload_setup_suggestion(account),
                )
            )
        route = UploadRoute.BUCKET if hosts[0] is lent else UploadRoute.PLATFORM
        file = recipe.with_changes(audio_file=str(clip.path))
        return self._build_registration(route, clip, account, file)

    def _build_registration(
        self, route: UploadRoute, clip: Clip, account: AccountName, recipe: Recipe
    ) -> RegistrationRequired:
        price = self._prices.price(recipe, account)
        text = _REGISTRATION_TEXTS[route].with_values(account=account, title=clip.display_title)
        return RegistrationRequired(
            route,
            price,
            sentences(text, _price_message(price)),
            recipe,
        )

    async def _public_url(self, clip: Clip, account: AccountName) -> str:
        """Returns an audio URL that the account's service can fetch; empty if there is none."""
        links = clip.links
        for last_try in (False, True):
            for url in _candidate_urls(links):
                if not self._is_reachable_for(account, url):
                    continue
                if await self._is_alive(url, account):
                    return url
            if last_try:
                break
            links = await self._renew_links(clip)
        return ""

    async def _is_alive(self, url: str, account: AccountName) -> bool:
        # Imported late for a fast start: needed only for work across services.
        from producer_studio.providers.downloads.link_check import is_link_alive

        try:
            return await is_link_alive(url, allow_loopback_http=self._connections.is_local(account))
        except MediaRejected as fault:
            log.info("Cannot use link as a source: %s", fault)
            return False
        except ServiceError as fault:
            log.info("Cannot check link: %s", fault)
            # Without a network the link may be valid; a local service that does not respond is
            # gone.
            return not is_loopback_url(url)

    async def _renew_links(self, clip: Clip) -> MediaLinks:
        """Polls the clip's own task for its current links, if possible."""
        job = await self._store.load(clip.job) if clip.job else None
        if job is None or job.task_id is None:
            return MediaLinks()
        expired = LinkExpired(mark("The link to this file has expired."))
        place = result_ref(clip)
        try:
            links = await self._downloader.fetch_new_links(job, place, expired)
        except ServiceError as fault:
            log.info("Cannot renew link of clip %s: %s", clip.id, fault)
            return MediaLinks()
        await self._library.clips.update_fields(clip.id, links=links)
        return links

    def _is_reachable_for(self, account: AccountName, url: str) -> bool:
        """Whether the account's service can be expected to reach a URL."""
        parts = split_url(url)
        if parts is None or parts.scheme not in {"https", "http"}:
            return False
        if is_loopback_url(url):
            return self._connections.is_local(account)
        address = parse_ip_address(parts.hostname or "")
        return address is None or is_public_address(address)


def upload_refusal_message(clip: Clip, account: AccountName, capabilities: Capabilities) -> str:
    """Returns why a clip can never be uploaded to an account; empty if it perhaps can."""
    if not capabilities.get(Operation.UPLOAD).available:
        return mark(
            "“{title}” was not made with “{account}”, and that account does not accept uploads. "
            "Choose the account that made it.",
            title=clip.display_title,
            account=account,
        )
    if not clip.operation.makes_audio:
        return mark("“{title}” has no sound to upload.", title=clip.display_title)
    return ""


def _price_message(price: Price) -> str:
    if not price.is_known:
        return mark("The service does not state what that costs in addition to your request.")
    if price.is_learnt:
        return mark(
            # Translators: source is such as "learnt from 6".
            "That costs {amount} ({source}) in addition to your request.",
            amount=price.amount_text(),
            source=price.source_text(),
        )
    return mark("That costs {amount} in addition to your request.", amount=price.amount_text())


def _candidate_urls(links: MediaLinks) -> Iterator[str]:
    yield from (url for url in (links.audio, links.wav) if url)
