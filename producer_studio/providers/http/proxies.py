"""Proxy settings of this computer, for every request that the program sends.

They come from the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY, in either case) and, where it
names no proxy, from the settings of Windows or macOS. Users' settings are often irregular, so each
part is parsed separately: GNOME writes `socks://`, others omit the scheme, and NO_PROXY contains
spaces, wildcards, ports, networks and whole URLs.
"""

import ipaddress
import re
import sys
from collections.abc import Mapping
from fnmatch import fnmatchcase
from urllib.parse import SplitResult

from producer_studio.domain.errors import Unreachable
from producer_studio.providers.http.url_checks import is_loopback_host, split_url
from producer_studio.translation import Message, mark

_CLIENT_SCHEMES = {
    "http": "http",
    "https": "https",
    "socks": "socks5",
    "socks4": "socks5",
    "socks4a": "socks5",
    "socks5": "socks5",
    "socks5h": "socks5h",
}
"""Schemes that settings use, and the ones that the HTTP client supports.

Windows and GNOME store any SOCKS proxy without its version; nearly all use version 5.
"""

_SEPARATOR_PATTERN = re.compile(r"[\s,;|]+")
_PADDING = " \t\r\n\"'\u201c\u201d"
"""Padding that settings files leave around a value: spaces, and quotes of a shell."""
_HOST_PORT_PATTERN = re.compile(r"(?P<host>.+?)(?::(?P<port>\d{1,5}))?")


_SIGN_IN_PARTS = ("407 ", "username/password", "no acceptable methods")
"""Parts of the errors with which proxies of HTTP and SOCKS want a user to sign in."""


def find_proxy(url: str) -> str | None:
    """Returns the URL of the proxy for a request; None for a direct connection.

    May block while it reads the system's settings: call it in a thread.

    Args:
        url: URL of the request; this computer itself is never reached through a proxy.

    Raises:
        Unreachable: The settings name an invalid proxy; nothing was sent.
    """
    parts = split_url(url)
    host = (parts.hostname or "") if parts else ""
    if parts is None or is_loopback_host(host):
        return None
    # Start-up cost: it imports an HTTP client of its own.
    from urllib import request

    proxies = {
        scheme: value
        for scheme, named in request.getproxies_environment().items()
        if (value := named.strip(_PADDING))
    }
    if any(proxies.get(scheme) for scheme in ("http", "https", "all")):
        if is_exempt(proxies.get("no", ""), host, parts.port or _default_port(parts)):
            return None
        named = proxies.get(parts.scheme) or proxies.get("all")
        return _normalise_proxy(named) if named else None
    return _find_system_proxy(parts.scheme, host)


def is_exempt(no_proxy: str, host: str, port: int) -> bool:
    """Whether NO_PROXY exempts a host from the proxy.

    Args:
        no_proxy: Entries separated by commas or spaces. `*` matches every host, a name also all
            names below it with or without `.` or `*.` before it; an entry may have a port, be a
            network such as `10.0.0.0/8` or `10.*`, or be a whole URL.
        host: A name or an address, without brackets.
        port: Of the request.
    """
    host = host.lower().strip("[]").rstrip(".")
    return any(_matches(entry, host, port) for entry in _SEPARATOR_PATTERN.split(no_proxy.lower()))


def remove_credentials(proxy: str) -> str:
    """Removes user name and password from a proxy's URL, so that it can be displayed."""
    scheme, separator, rest = proxy.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"[:200]


def proxy_advice(cause: Exception | str) -> Message:
    """Returns what the user can do about a proxy that did not connect, as a sentence."""
    if any(part in str(cause).lower() for part in _SIGN_IN_PARTS):
        return mark(
            "The proxy requires a user name and a password, or does not accept those that are set. "
            "Put them into its address in the network settings of this computer, such as "
            "“{example}”.",
            example="NAME:PASSWORD@proxy.example:8080",
        )
    return mark("Check the proxy in the network settings of this computer.")


def _matches(entry: str, host: str, port: int) -> bool:
    entry = entry.rpartition("://")[2].rpartition("@")[2]
    network = _parse_network(entry)
    if network is not None:
        try:
            return ipaddress.ip_address(host) in network
        except ValueError:
            return False
    entry = entry.partition("/")[0]
    found = re.fullmatch(r"\[(?P<host>[^\]]*)\](?::(?P<port>\d{1,5}))?", entry)
    if found is None and entry.count(":") < 2:
        found = _HOST_PORT_PATTERN.fullmatch(entry)
    pattern = found["host"] if found else entry
    name = pattern.removeprefix("*").strip(".")
    if found and found["port"] and int(found["port"]) != port:
        return False
    if not name:
        return entry.startswith("*")
    if name == "<local>":
        return "." not in host
    if "*" in name:
        return any(fnmatchcase(host, one) for one in (pattern, name, f"*.{name}"))
    return host == name or host.endswith(f".{name}") or _is_same_address(host, name)


def _parse_network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if "/" not in entry:
        return None
    try:
        return ipaddress.ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None


def _is_same_address(host: str, name: str) -> bool:
    try:
        return ipaddress.ip_address(host) == ipaddress.ip_address(name)
    except ValueError:
        return False


def _default_port(parts: SplitResult) -> int:
    return 80 if parts.scheme == "http" else 443


def _normalise_proxy(proxy: str) -> str:
    """Converts a proxy's URL to the form that the HTTP client accepts.

    Raises:
        Unreachable: It is invalid.
    """
    text = proxy.strip(_PADDING)
    if "://" not in text:
        text = f"http://{text.removeprefix('//')}"
    scheme, _, rest = text.partition("://")
    # A password is often written as it is. Its signs must not end the address: the rest would be
    # taken for the proxy's name, and shown.
    sign_in, separator, place = rest.rpartition("@")
    rest = f"{_escape(sign_in)}{separator}{place}"
    known = _CLIENT_SCHEMES.get(scheme.lower())
    parts = split_url(f"http://{rest}") if known else None
    if known is None or parts is None or not rest.isascii():
        raise Unreachable(
            mark(
                "The proxy settings of this computer contain an invalid proxy: "
                "“{proxy}”. Nothing was sent. Correct them in the system's network "
                "settings (or in HTTPS_PROXY and ALL_PROXY), then try again.",
                proxy=remove_credentials(text),
            )
        )
    return f"{known}://{parts.netloc}"


def _escape(sign_in: str) -> str:
    for sign in "/?#@":
        sign_in = sign_in.replace(sign, f"%{ord(sign):02X}")
    return sign_in


def _find_system_proxy(scheme: str, host: str) -> str | None:
    """Finds the proxy in the settings of Windows or macOS."""
    from urllib import request  # start-up cost, see find_proxy

    settings: Mapping[str, str] = {}
    exempt = False
    if sys.platform == "win32":
        settings = request.getproxies_registry()
        exempt = bool(request.proxy_bypass_registry(host))
    elif sys.platform == "darwin":
        settings = request.getproxies_macosx_sysconf()
        exempt = bool(request.proxy_bypass_macosx_sysconf(host))
    return None if exempt else find_proxy_in_settings(settings, scheme)


def find_proxy_in_settings(settings: Mapping[str, str], scheme: str) -> str | None:
    """Finds the proxy for a scheme, in settings of Windows and macOS as Python parses them."""
    if named := settings.get(scheme):
        return _normalise_proxy(named)
    # macOS gives it the scheme of the others.
    socks = settings.get("socks", "").rpartition("://")[2]
    return _normalise_proxy(f"socks5://{socks}") if socks else None
