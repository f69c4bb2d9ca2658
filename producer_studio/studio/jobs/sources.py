"""How a clip becomes a source at an account: it is known there, or must be registered first."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from producer_studio.domain.clip import Clip, MediaLinks
from producer_studio.domain.credits import credits_text
from producer_studio.domain.errors import Fault, MediaRefused
from producer_studio.domain.ids import AccountName, ClipId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.providers.base import LinkExpired
from producer_studio.providers.http.url_checks import is_loopback_url, is_public, literal, split
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.jobs.download import Fetcher, Place
from producer_studio.studio.jobs.store import Journal

log = logging.getLogger(__name__)


class Route(StrEnum):
    """How a service gets at a clip that it does not know."""

    URL = "url"
    """By the public address that the clip's own service gave it."""

    PLATFORM = "platform"
    """From the account's own place for files."""

    BUCKET = "bucket"
    """From the bucket that the user has set up."""


@dataclass(frozen=True, slots=True)
class Known:
    """The account's service knows the clip.

    Attributes:
        uploaded: Whether it knows it from an upload.
    """

    remote_id: RemoteId
    uploaded: bool


@dataclass(frozen=True, slots=True)
class Register:
    """The clip must be uploaded there first.

    Attributes:
        price: Credits for that alone; None when the service does not say.
        sentence: What would happen, and what it costs, for the question to the user.
        recipe: The upload.
    """

    route: Route
    price: float | None
    sentence: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Impossible:
    """There is no way; the sentence says why, and what would help."""

    sentence: str


SourcePlan: TypeAlias = Known | Register | Impossible


class Sources:
    """Finds the way for a clip to an account. Costs nothing; may ask the network."""

    def __init__(
        self, library: Library, connections: Connections, journal: Journal, fetcher: Fetcher
    ) -> None:
        self._library = library
        self._connections = connections
        self._journal = journal
        self._fetcher = fetcher

    async def plan(self, clip_id: ClipId, account: AccountName, operation: Operation) -> SourcePlan:
        """How an account gets at a clip for an operation.

        Without a network a link is taken to be good: it is tried when it is sent.

        Raises:
            NotAuthorised: There is no such account.
        """
        clip = await self._library.get(clip_id)
        if clip is None:
            return Impossible("This clip is not in the library any more.")
        offered = self._connections.capabilities(account)
        asked = offered.of(operation)
        if not asked.available:
            return Impossible(asked.reason or f"“{account}” does not offer this.")
        known = clip.remote_at(account)
        if known is not None:
            return Known(*known)
        upload = offered.of(Operation.UPLOAD)
        if not upload.available:
            return Impossible(
                f"“{clip.title}” was not made with “{account}”, and that account takes no uploads. "
                "Choose the account that made it."
            )
        if not clip.operation.makes_audio:
            return Impossible(f"“{clip.title}” has no sound that could be uploaded.")
        return await self._registration(clip, account)

    async def _registration(self, clip: Clip, account: AccountName) -> SourcePlan:
        recipe = Recipe(operation=Operation.UPLOAD, title=clip.title[:TITLE_LIMIT], source=clip.id)
        url = await self._public_url(clip, account)
        if url:
            return self._register(Route.URL, clip, account, recipe.with_(audio_url=url))
        if clip.path is None or not clip.playable:
            return Impossible(
                f"The public link of “{clip.title}” is dead or was never given, and its sound is "
                f"not on this computer. So “{account}” cannot get at it."
            )
        try:
            hosts = await self._connections.hosts_for(account)
            lent = await self._connections.bucket() if hosts else None
            if hosts and hosts[0] is lent:
                # Better said now than after the user has agreed to a price.
                await self._connections.prove_bucket()
        except Fault as fault:
            return Impossible(f"“{clip.title}” cannot be put up: {fault.message}")
        if not hosts:
            return Impossible(
                f"“{clip.title}” has no public link that “{account}” could fetch, and there is "
                f"nowhere to put its file up. {self._connections.ways_to_lend(account)}."
            )
        route = Route.BUCKET if hosts[0] is lent else Route.PLATFORM
        file = recipe.with_(audio_file=str(clip.path))
        return self._register(route, clip, account, file)

    def _register(self, route: Route, clip: Clip, account: AccountName, recipe: Recipe) -> Register:
        price = self._connections.offline(account).price(recipe)
        way = {
            Route.URL: "by its public link",
            Route.PLATFORM: "from a copy in the account's own place for files",
            Route.BUCKET: "from a copy in your bucket, which is deleted afterwards",
        }[route]
        return Register(
            route,
            price,
            f"“{account}” does not know “{clip.title}” yet. It is uploaded there first, {way}. "
            + _price_sentence(price),
            recipe,
        )

    async def _public_url(self, clip: Clip, account: AccountName) -> str:
        """An address of the sound that the account's service can fetch; empty when none is good."""
        links = clip.links
        for last_try in (False, True):
            for url in _addresses(links):
                if not self._is_reachable_for(account, url):
                    continue
                if await self._is_alive(url, account):
                    return url
            if last_try:
                break
            links = await self._renewed(clip)
        return ""

    async def _is_alive(self, url: str, account: AccountName) -> bool:
        # Start-up cost: only those who work across services need it.
        from producer_studio.providers.downloads.link_check import is_alive

        try:
            return await is_alive(url, allow_loopback_http=self._connections.is_local(account))
        except MediaRefused as fault:
            log.info("A link is of no use as a source: %s", fault)
            return False
        except Fault as fault:
            log.info("Whether a link is alive is not known: %s", fault)
            # Without a network nobody knows; a service of this computer that is gone is gone.
            return not is_loopback_url(url)

    async def _renewed(self, clip: Clip) -> MediaLinks:
        """The links that the clip's own task gives now, where it can be asked."""
        job = await self._journal.load(clip.job) if clip.job else None
        if job is None or job.task_id is None:
            return MediaLinks()
        expired = LinkExpired("The link to this file has expired.")
        place = Place(clip.position, clip.remote_id)
        try:
            links = await self._fetcher.look_for(job, place, expired)
        except Fault as fault:
            log.info("The link of clip %s was not renewed: %s", clip.id, fault)
            return MediaLinks()
        await self._library.amend(clip.id, links=links)
        return links

    def _is_reachable_for(self, account: AccountName, url: str) -> bool:
        """Whether the account's service can be expected to reach an address."""
        parts = split(url)
        if parts is None or parts.scheme not in {"https", "http"}:
            return False
        if is_loopback_url(url):
            return self._connections.is_local(account)
        address = literal(parts.hostname or "")
        return address is None or is_public(address)


def _price_sentence(price: float | None) -> str:
    if price is None:
        return "The service does not say what that costs on top of what you ask for."
    return f"That costs {credits_text(price)} on top of what you ask for."


def _addresses(links: MediaLinks) -> Iterator[str]:
    yield from (url for url in (links.audio, links.wav) if url)
