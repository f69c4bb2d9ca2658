"""Safety check of untrusted media links, and the route by which to download them."""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv6Address
from itertools import zip_longest

from producer_studio.domain.errors import MediaRejected, Unreachable
from producer_studio.providers.base import LinkExpired
from producer_studio.providers.downloads.address_translation import Resolver, TranslatedAddresses
from producer_studio.providers.http.proxies import find_proxy
from producer_studio.providers.http.url_checks import (
    IpAddress,
    is_loopback_host,
    is_placeholder_address,
    is_public_address,
    parse_ip_address,
    split_url,
)
from producer_studio.translation import mark, sentences

MAX_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class DownloadRoute:
    """Route to a link.

    Attributes:
        addresses: Checked addresses to connect to in turn, so that a name cannot resolve
            differently between check and use; empty leaves the resolution to a proxy.
        proxy: Proxy for the connection; None connects directly.
    """

    url: str
    addresses: tuple[str, ...] = ()
    proxy: str | None = None


async def resolve_host(host: str, port: int) -> list[str]:
    """Resolves a host with the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def find_safe_route(
    url: str, *, allow_loopback: bool, resolver: Resolver = resolve_host
) -> DownloadRoute:
    """Checks a link and returns its route.

    Args:
        url: https; plain http only to this machine.
        allow_loopback: Whether requests to this machine are allowed (the account's service runs
            here).
        resolver: Resolves the addresses of a host name.

    Raises:
        MediaRejected: The link must not be followed.
        Unreachable: The host has no address now.
    """
    parts = split_url(url)
    if parts is None or parts.scheme not in {"https", "http"} or parts.username is not None:
        raise _create_rejected_error(
            mark("The link to this file is not a regular web address and was not followed."), url
        )
    host = parts.hostname or ""
    if is_loopback_host(host):
        if not allow_loopback:
            raise _create_rejected_error(
                mark("The link to this file points at this computer and was not followed."), url
            )
        address = parse_ip_address(host)
        return DownloadRoute(url, (str(address),) if address else ("127.0.0.1", "::1"))
    if parts.scheme != "https":
        raise _create_rejected_error(
            mark("The link to this file is not encrypted (https) and was not followed."), url
        )
    address = parse_ip_address(host) or _parse_legacy_ipv4(host)
    if address is not None:
        if not is_public_address(address):
            raise _create_rejected_error(
                mark("The link to this file points into a private network and was not followed."),
                url,
            )
        return DownloadRoute(url, (str(address),))
    proxy = await asyncio.to_thread(find_proxy, url)
    if proxy is not None:
        return DownloadRoute(url, proxy=proxy)
    try:
        found = await resolver(host, parts.port or 443)
    except (OSError, UnicodeError) as error:
        raise Unreachable(
            mark(
                "The download server ({host}) cannot be found. Nothing is lost. Check the network "
                "and try again.",
                host=host,
            ),
            service_words=str(error),
        ) from error
    placeholders = [one for one in found if is_placeholder_address(parse_ip_address(one))]
    if placeholders:
        # The proxy or VPN behind them connects by the name; the certificate proves that it is the
        # right host. Any other address of the name is not used.
        return DownloadRoute(url, tuple(placeholders[:MAX_ADDRESSES]))
    if not found or not await _are_public(found, resolver):
        raise _create_private_network_error(host, found)
    return DownloadRoute(url, tuple(_alternate_families(found)[:MAX_ADDRESSES]))


async def _are_public(addresses: list[str], resolver: Resolver) -> bool:
    """Whether all are addresses of the internet, as they are or translated by the network."""
    parsed = [parse_ip_address(one) for one in addresses]
    inside = [one for one in parsed if one is None or not is_public_address(one)]
    if not inside:
        return True
    if not all(isinstance(one, IPv6Address) for one in inside):
        return False
    translated = await TranslatedAddresses.discover(resolver)
    return all(one and is_public_address(translated.untranslate(one)) for one in inside)


def _alternate_families(addresses: list[str]) -> list[str]:
    """Orders addresses by family in turn, that of the first one first (RFC 8305).

    A CDN may have more IPv6 addresses than are tried, in a network whose IPv6 leads nowhere.
    """
    is_six = ":" in addresses[0]
    same = [one for one in addresses if (":" in one) == is_six]
    other = [one for one in addresses if (":" in one) != is_six]
    pairs = zip_longest(same, other)
    return [one for pair in pairs for one in pair if one is not None]


def _create_private_network_error(host: str, addresses: list[str]) -> LinkExpired:
    """Creates the error for a name in a private network, often so only in the current network."""
    led = mark(
        "The host name of this file's server ({host}) resolves to a private network here, so it "
        "was not followed.",
        host=host,
    )
    error = LinkExpired(
        sentences(
            led,
            mark(
                "The clip's details are kept. A VPN, a proxy or a filter on this computer may "
                "resolve that name: switch it off or exempt this program from it, then try again."
            ),
        ),
        service_words=f"{host}: {', '.join(addresses[:MAX_ADDRESSES])}",
    )
    error.reason = sentences(
        led,
        mark(
            "A VPN, a proxy or a filter on this computer may resolve that name: switch it off or "
            "exempt this program from it."
        ),
    )
    return error


def _parse_legacy_ipv4(host: str) -> IpAddress | None:
    """Parses forms such as 2130706433 or 0x7f.1, which resolvers still accept."""
    try:
        return parse_ip_address(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return None


def _create_rejected_error(reason: str, url: str) -> MediaRejected:
    return MediaRejected(
        sentences(reason, mark("The clip's details are kept. Ask the service's support about it.")),
        service_words=url.partition("?")[0][:300],
    )
