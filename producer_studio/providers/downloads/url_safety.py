"""Which way a media link may be followed; links come from outside and are not trusted."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from producer_studio.domain.errors import MediaRefused, Unreachable
from producer_studio.providers.base import LinkExpired
from producer_studio.providers.http.proxies import proxy_for
from producer_studio.providers.http.url_checks import (
    IpAddress,
    is_loopback_host,
    is_placeholder,
    is_public,
    literal,
    split,
)

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""From host and port to addresses; raises OSError when there are none."""

ADDRESSES_TRIED = 4


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach a link.

    Attributes:
        addresses: The checked addresses to connect to in turn, so that a name cannot point
            elsewhere between check and use; empty leaves the name to a proxy.
        proxy: The proxy that takes it there; None connects directly.
    """

    url: str
    addresses: tuple[str, ...] = ()
    proxy: str | None = None


async def resolve(host: str, port: int) -> list[str]:
    """Asks the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def route_to(url: str, *, allow_loopback: bool, resolver: Resolver = resolve) -> Route:
    """Checks a link.

    Args:
        url: https; plain http only to this machine.
        allow_loopback: Whether this machine may be asked at all (the account's service runs here).
        resolver: Finds the addresses of a name.

    Raises:
        MediaRefused: It must not be followed.
        Unreachable: The host has no address now.
    """
    parts = split(url)
    if parts is None or parts.scheme not in {"https", "http"} or parts.username is not None:
        raise _refused("is not an ordinary web address", url)
    host = parts.hostname or ""
    if is_loopback_host(host):
        if not allow_loopback:
            raise _refused("points at this computer", url)
        address = literal(host)
        return Route(url, (str(address),) if address else ("127.0.0.1", "::1"))
    if parts.scheme != "https":
        raise _refused("is not encrypted (https)", url)
    address = literal(host) or _written_oddly(host)
    if address is not None:
        if not is_public(address):
            raise _refused("points into a private network", url)
        return Route(url, (str(address),))
    proxy = await asyncio.to_thread(proxy_for, url)
    if proxy is not None:
        return Route(url, proxy=proxy)
    try:
        found = await resolver(host, parts.port or 443)
    except (OSError, UnicodeError) as error:
        raise Unreachable(
            f"The server of the download ({host}) cannot be found. Nothing is lost. Check the "
            "network and try again.",
            service_words=str(error),
        ) from error
    placeholders = [one for one in found if is_placeholder(literal(one))]
    if placeholders:
        # The proxy or VPN behind them connects by the name; that it is the right host is proved by
        # the certificate. Any other address beside them is not asked.
        return Route(url, tuple(placeholders[:ADDRESSES_TRIED]))
    addresses = [literal(one) for one in found]
    if not addresses or not all(one is not None and is_public(one) for one in addresses):
        raise _private(host, found)
    return Route(url, tuple(found[:ADDRESSES_TRIED]))


def _private(host: str, found: list[str]) -> LinkExpired:
    """The fault of a name that leads into a private network, often in this one network only."""
    led = f"The name of the server of this file ({host}) leads into a private network here, so it "
    cure = (
        "A VPN, a proxy or a filter on this computer may answer for that name: switch it off or "
        "let this program past it"
    )
    fault = LinkExpired(
        f"{led}was not followed. The clip's details are kept. {cure}, then try again.",
        service_words=f"{host}: {', '.join(found[:ADDRESSES_TRIED])}",
    )
    fault.reason = f"{led}was not followed. {cure}."
    return fault


def _written_oddly(host: str) -> IpAddress | None:
    """The address behind forms such as 2130706433 or 0x7f.1, which resolvers still take."""
    try:
        return literal(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return None


def _refused(why: str, url: str) -> MediaRefused:
    return MediaRefused(
        f"The link to this file {why} and was not followed. The clip's details are kept. Ask the "
        "service's support about it.",
        service_words=url.partition("?")[0][:300],
    )
