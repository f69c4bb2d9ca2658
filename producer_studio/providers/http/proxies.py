"""Proxy settings of this computer, read in one place for every request that the program sends.

They come from the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY, in either case) and, where it
names no proxy, from the settings of Windows or macOS. What users have there is often odd, so each
part is read by itself: GNOME writes `socks://`, others leave the scheme out, and NO_PROXY holds
spaces, wildcards, ports, networks and whole addresses.
"""

import ipaddress
import re
import sys
from collections.abc import Mapping
from fnmatch import fnmatchcase
from urllib.parse import SplitResult

from producer_studio.domain.errors import Unreachable
from producer_studio.providers.http.url_checks import is_loopback_host, split

_SCHEMES = {
    "http": "http",
    "https": "https",
    "socks": "socks5",
    "socks4": "socks5",
    "socks4a": "socks5",
    "socks5": "socks5",
    "socks5h": "socks5h",
}
"""Schemes that settings use, and the ones that the HTTP client knows.

Windows and GNOME write of any SOCKS proxy without its version; nearly all speak version 5.
"""

_SEPARATORS = re.compile(r"[\s,;|]+")
_AROUND = " \t\r\n\"'\u201c\u201d"
"""What files of settings leave around a value: spaces, and quotes of a shell."""
_PORT = re.compile(r"(?P<host>.+?)(?::(?P<port>\d{1,5}))?")


def proxy_for(url: str) -> str | None:
    """The address of the proxy for a request; None when it goes out directly.

    May block while it reads the system's settings: call it in a thread.

    Args:
        url: Where the request goes; this computer itself is never reached through a proxy.

    Raises:
        Unreachable: The settings name a proxy that cannot be one; nothing was sent.
    """
    parts = split(url)
    host = (parts.hostname or "") if parts else ""
    if parts is None or is_loopback_host(host):
        return None
    # Start-up cost: an HTTP client of its own comes with it.
    from urllib import request

    given = {
        scheme: value
        for scheme, named in request.getproxies_environment().items()
        if (value := named.strip(_AROUND))
    }
    if any(given.get(scheme) for scheme in ("http", "https", "all")):
        if is_exempt(given.get("no", ""), host, parts.port or _usual_port(parts)):
            return None
        named = given.get(parts.scheme) or given.get("all")
        return _usable(named) if named else None
    return _system_proxy(parts.scheme, host)


def is_exempt(no_proxy: str, host: str, port: int) -> bool:
    """Whether NO_PROXY keeps a host from the proxy.

    Args:
        no_proxy: Entries between commas or spaces. `*` stands for every host, a name also for all
            names below it with or without `.` or `*.` before it; an entry may have a port, be a
            network such as `10.0.0.0/8` or `10.*`, or be a whole web address.
        host: A name or an address, without brackets.
        port: Of the request.
    """
    host = host.lower().strip("[]").rstrip(".")
    return any(_matches(entry, host, port) for entry in _SEPARATORS.split(no_proxy.lower()))


def without_password(proxy: str) -> str:
    """A proxy's address as it may be shown: who signs in there stays out."""
    scheme, separator, rest = proxy.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"[:200]


def _matches(entry: str, host: str, port: int) -> bool:
    entry = entry.rpartition("://")[2].rpartition("@")[2]
    network = _network(entry)
    if network is not None:
        try:
            return ipaddress.ip_address(host) in network
        except ValueError:
            return False
    entry = entry.partition("/")[0]
    found = re.fullmatch(r"\[(?P<host>[^\]]*)\](?::(?P<port>\d{1,5}))?", entry)
    if found is None and entry.count(":") < 2:
        found = _PORT.fullmatch(entry)
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
    return host == name or host.endswith(f".{name}") or _same_address(host, name)


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if "/" not in entry:
        return None
    try:
        return ipaddress.ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return None


def _same_address(host: str, name: str) -> bool:
    try:
        return ipaddress.ip_address(host) == ipaddress.ip_address(name)
    except ValueError:
        return False


def _usual_port(parts: SplitResult) -> int:
    return 80 if parts.scheme == "http" else 443


def _usable(named: str) -> str:
    """The proxy in the form that the HTTP client takes.

    Raises:
        Unreachable: It is none.
    """
    text = named.strip(_AROUND)
    if "://" not in text:
        text = f"http://{text.removeprefix('//')}"
    scheme, _, rest = text.partition("://")
    known = _SCHEMES.get(scheme.lower())
    parts = split(f"http://{rest}") if known else None
    if known is None or parts is None or not rest.isascii():
        raise Unreachable(
            "The proxy settings of this computer name something that is no proxy: "
            f"\u201c{without_password(text)}\u201d. Nothing was sent. "
            "Correct them in the system's network settings (or in HTTPS_PROXY and ALL_PROXY), then "
            "try again."
        )
    return f"{known}://{parts.netloc}"


def _system_proxy(scheme: str, host: str) -> str | None:
    """The proxy in the settings of Windows or macOS."""
    from urllib import request  # start-up cost, see proxy_for

    settings: Mapping[str, str] = {}
    exempt = False
    if sys.platform == "win32":
        settings = request.getproxies_registry()
        exempt = bool(request.proxy_bypass_registry(host))
    elif sys.platform == "darwin":
        settings = request.getproxies_macosx_sysconf()
        exempt = bool(request.proxy_bypass_macosx_sysconf(host))
    return None if exempt else proxy_of_settings(settings, scheme)


def proxy_of_settings(settings: Mapping[str, str], scheme: str) -> str | None:
    """The proxy for a scheme, as Python reads the settings of Windows and macOS."""
    if named := settings.get(scheme):
        return _usable(named)
    # macOS gives it the scheme of the others.
    socks = settings.get("socks", "").rpartition("://")[2]
    return _usable(f"socks5://{socks}") if socks else None
