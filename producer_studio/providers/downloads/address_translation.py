"""IPv4 addresses inside IPv6 ones, in networks that translate by a prefix of their own (NAT64)."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from producer_studio.providers.http.url_checks import IpAddress

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Resolves host and port to addresses; raises OSError when there are none."""

_KNOWN_NAME = "ipv4only.arpa"
_KNOWN_ADDRESSES = frozenset({ipaddress.IPv4Address(f"192.0.0.{last}") for last in (170, 171)})
"""A name and its only addresses, of IPv4: others are translated ones (RFC 7050)."""

_IPV4_BITS = 32


class TranslatedAddresses:
    """Addresses of the current network.

    Only prefixes of 96 bits are known, after which the IPv4 address follows: others are rare.
    """

    def __init__(self, prefixes: frozenset[int]) -> None:
        self._prefixes = prefixes

    @classmethod
    async def discover(cls, resolver: Resolver) -> "TranslatedAddresses":
        """Finds the prefixes of the network: it resolves a name of which it knows the addresses."""
        try:
            found = await resolver(_KNOWN_NAME, 443)
        except (OSError, UnicodeError):
            return cls(frozenset())
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
        return cls(
            frozenset(
                int(one) >> _IPV4_BITS
                for one in addresses
                if isinstance(one, ipaddress.IPv6Address) and _embedded(one) in _KNOWN_ADDRESSES
            )
        )

    def untranslate(self, address: IpAddress) -> IpAddress:
        """Returns the IPv4 address inside a translated one; any other as it is."""
        is_six = isinstance(address, ipaddress.IPv6Address)
        return _embedded(address) if is_six and self._is_translated(address) else address

    def _is_translated(self, address: IpAddress) -> bool:
        return int(address) >> _IPV4_BITS in self._prefixes


def _embedded(address: IpAddress) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
