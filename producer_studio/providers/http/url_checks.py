"""Validation of URLs and IP addresses before a request."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_PLACEHOLDER_NETWORK = ipaddress.IPv4Network("198.18.0.0/15")
"""For benchmarks (RFC 2544). Proxies and VPNs with a resolver of their own return these."""

_NAT64_NETWORK = ipaddress.IPv6Network("64:ff9b::/96")
"""An IPv4 address in the last 32 bits (RFC 6052). Network-specific prefixes have it anywhere."""

_GLOBAL_UNICAST_NETWORK = ipaddress.IPv6Network("2000::/3")


def split_url(url: str) -> SplitResult | None:
    """Splits a URL that has a host and a usable port; None for any other."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    host = parts.netloc
    return parts if parts.hostname and host.isprintable() and " " not in host else None


def parse_ip_address(host: str) -> IpAddress | None:
    """Parses a host that is an IP address; an IPv4 address inside an IPv6 one counts as itself."""
    try:
        address = ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64_NETWORK:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def is_placeholder_address(address: IpAddress | None) -> bool:
    """Whether it represents a host that a proxy or VPN of this computer reaches by its name."""
    return isinstance(address, ipaddress.IPv4Address) and address in _PLACEHOLDER_NETWORK


def is_loopback_host(host: str) -> bool:
    """Whether a name or address is this machine, without a DNS lookup."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = parse_ip_address(name)
    return address is not None and address.is_loopback


def is_loopback_url(url: str) -> bool:
    parts = split_url(url)
    return parts is not None and is_loopback_host(parts.hostname or "")


def is_public_address(address: IpAddress) -> bool:
    """Whether it is an ordinary address of the internet, not private, local or multicast."""
    if isinstance(address, ipaddress.IPv6Address):
        # Assigned internet addresses have this prefix; NAT64 and site-local addresses do not.
        return address.is_global and address in _GLOBAL_UNICAST_NETWORK
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_secure_url(url: str) -> bool:
    """Whether a key may be sent to this URL: https, or plain http to this machine only."""
    parts = split_url(url)
    if parts is None or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback_url(url))
