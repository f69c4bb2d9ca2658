"""Which way a media link may be followed; links come from outside and are not trusted."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from producer_studio.domain.errors import MediaRejected, Unreachable
from producer_studio.providers.base import LinkExpired
from producer_studio.providers.http.proxies import find_proxy
from producer_studio.providers.http.url_checks import (
    IpAddress,
    is_loopback_host,
    is_placeholder_address,
    is_public_address,
    parse_ip_address,
    split_url,
)

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""From host and port to addresses; raises OSError when there are none."""

MAX_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class DownloadRoute:
    """How to reach a link.

    Attributes:
        addresses: The checked addresses to connect to in turn, so that a name cannot point
            elsewhere between check and use; empty leaves the name to a proxy.
        proxy: The proxy that takes it there; None connects directly.
    """

    url: str
    addresses: tuple[str, ...] = ()
    proxy: str | None = None


async def resolve_host(host: str, port: int) -> list[str]:
    """Asks the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def find_safe_route(
    url: str, *, allow_loopback: bool, resolver: Resolver = resolve_host
) -> DownloadRoute:
    """Checks a link.

    Args:
        url: https; plain http only to this machine.
        allow_loopback: Whether this machine may be asked at all (the account's service runs here).
        resolver: Finds the addresses of a name.

    Raises:
        MediaRefused: It must not be followed.
        Unreachable: The host has no address now.
    """
    parts = split_url(url)
    if parts is None or parts.scheme not in {"https", "http"} or parts.username is not None:
        raise _create_rejected_error("is not an ordinary web address", url)
    host = parts.hostname or ""
    if is_loopback_host(host):
        if not allow_loopback:
            raise _create_rejected_error("points at this computer", url)
        address = parse_ip_address(host)
        return DownloadRoute(url, (str(address),) if address else ("127.0.0.1", "::1"))
    if parts.scheme != "https":
        raise _create_rejected_error("is not encrypted (https)", url)
    address = parse_ip_address(host) or _parse_legacy_ipv4(host)
    if address is not None:
        if not is_public_address(address):
            raise _create_rejected_error("points into a private network", url)
        return DownloadRoute(url, (str(address),))
    proxy = await asyncio.to_thread(find_proxy, url)
    if proxy is not None:
        return DownloadRoute(url, proxy=proxy)
    try:
        found = await resolver(host, parts.port or 443)
    except (OSError, UnicodeError) as error:
        raise Unreachable(
            f"The server of the download ({host}) cannot be found. Nothing is lost. Check the "
            "network and try again.",
            service_words=str(error),
        ) from error
    placeholders = [one for one in found if is_placeholder_address(parse_ip_address(one))]
    if placeholders:
        # The proxy or VPN behind them connects by the name; that it is the right host is proved by
        # the certificate. Any other address beside them is not asked.
        return DownloadRoute(url, tuple(placeholders[:MAX_ADDRESSES]))
    addresses = [parse_ip_address(one) for one in found]
    if not addresses or not all(one is not None and is_public_address(one) for one in addresses):
        raise _create_private_network_error(host, found)
    return DownloadRoute(url, tuple(found[:MAX_ADDRESSES]))


def _create_private_network_error(host: str, addresses: list[str]) -> LinkExpired:
    """The fault of a name that leads into a private network, often in this one network only."""
    led = f"The name of the server of this file ({host}) leads into a private network here, so it "
    cure = (
        "A VPN, a proxy or a filter on this computer may answer for that name: switch it off or "
        "let this program past it"
    )
    error = LinkExpired(
        f"{led}was not followed. The clip's details are kept. {cure}, then try again.",
        service_words=f"{host}: {', '.join(addresses[:MAX_ADDRESSES])}",
    )
    error.reason = f"{led}was not followed. {cure}."
    return error


def _parse_legacy_ipv4(host: str) -> IpAddress | None:
    """The address behind forms such as 2130706433 or 0x7f.1, which resolvers still take."""
    try:
        return parse_ip_address(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return None


def _create_rejected_error(reason: str, url: str) -> MediaRejected:
    return MediaRejected(
        f"The link to this file {reason} and was not followed. The clip's details are kept. Ask "
        "the service's support about it.",
        service_words=url.partition("?")[0][:300],
    )
