"""Which links may be followed."""

import socket

import pytest

from producer_studio.domain.errors import MediaRejected, Unreachable
from producer_studio.providers.downloads.address_translation import Resolver
from producer_studio.providers.downloads.url_safety import find_safe_route
from producer_studio.providers.http.url_checks import is_loopback_url, is_secure_url

pytestmark = pytest.mark.anyio


def names(**known: list[str]) -> Resolver:
    async def resolver(host: str, port: int) -> list[str]:
        if host not in known:
            raise socket.gaierror(-2, "Name or service not known")
        return known[host]

    return resolver


async def test_a_public_name_is_pinned_to_its_checked_addresses() -> None:
    found = await find_safe_route(
        "https://cdn/a.m4a",
        allow_loopback=False,
        resolver=names(cdn=["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]),
    )
    assert found.addresses[0] == "93.184.215.14"
    assert found.proxy is None


@pytest.mark.parametrize(
    ("found", "used"),
    [
        (["198.18.0.5"], ("198.18.0.5",)),
        (["198.19.255.254"], ("198.19.255.254",)),
        (["::ffff:198.18.0.5"], ("::ffff:198.18.0.5",)),
        (["198.18.0.5", "fc00::12"], ("198.18.0.5",)),
        (["10.0.0.1", "198.18.0.5"], ("198.18.0.5",)),
    ],
)
async def test_a_name_that_a_proxy_answers_for_is_followed(
    found: list[str], used: tuple[str, ...]
) -> None:
    """Proxies with a resolver of their own give every name an address of 198.18.0.0/15."""
    route = await find_safe_route(
        "https://cdn/a.m4a", allow_loopback=False, resolver=names(cdn=found)
    )
    assert route.addresses == used


@pytest.mark.parametrize("host", ["198.18.0.5", "[::ffff:198.18.0.5]", "[64:ff9b::c612:5]"])
async def test_an_address_that_only_a_proxy_knows_is_refused(host: str) -> None:
    with pytest.raises(MediaRejected, match="private network"):
        await find_safe_route(f"https://{host}/a", allow_loopback=True, resolver=names())


async def test_a_name_whose_address_is_translated_is_followed() -> None:
    """In a network without IPv4 every name has a translated address (NAT64)."""
    found = ["64:ff9b::5db8:d70e", "2002:5db8:d70e::1"]
    route = await find_safe_route(
        "https://cdn/a.m4a", allow_loopback=False, resolver=names(cdn=found)
    )
    assert route.addresses == tuple(found)


@pytest.mark.parametrize("prefix", ["64:ff9b:1::", "fd00:64::", "64:ff9b:1:fffe::"])
async def test_a_name_that_the_network_translates_by_a_prefix_of_its_own_is_followed(
    prefix: str,
) -> None:
    known = {"ipv4only.arpa": ["192.0.0.170", f"{prefix}c000:aa"], "cdn": [f"{prefix}5db8:d70e"]}
    route = await find_safe_route(
        "https://cdn/a.m4a", allow_loopback=False, resolver=names(**known)
    )
    assert route.addresses == (f"{prefix}5db8:d70e",)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (["192.0.0.170", "fd00:64::c000:aa"], ["fd00:64::a00:1"]),
        (["192.0.0.170", "fd00:64::c000:aa"], ["fd00:64::7f00:1"]),
        (["192.0.0.170", "fd00:64::c000:aa"], ["fd00:65::5db8:d70e"]),
        (["192.0.0.170", "fd00:64::c000:aa"], ["fd00:64::5db8:d70e", "10.0.0.1"]),
        (["192.0.0.170", "fd00:64::1"], ["fd00:64::5db8:d70e"]),
        (["192.0.0.170", "::c000:aa"], ["::1"]),
        (["192.0.0.170"], ["fd00:64::5db8:d70e"]),
    ],
)
async def test_no_other_name_of_a_network_that_translates_leads_inside(
    known: list[str], found: list[str]
) -> None:
    resolver = names(**{"ipv4only.arpa": known}, cdn=found)
    with pytest.raises(MediaRejected, match="private network"):
        await find_safe_route("https://cdn/a.m4a", allow_loopback=False, resolver=resolver)


async def test_addresses_of_both_families_are_tried_in_turn() -> None:
    """In a network whose IPv6 leads nowhere, the many IPv6 addresses of a CDN come first."""
    six = [f"2600:9000::{number}" for number in range(1, 9)]
    four = ["93.184.215.14", "93.184.215.15"]
    route = await find_safe_route(
        "https://cdn/a.m4a", allow_loopback=False, resolver=names(cdn=six + four)
    )
    assert route.addresses == (six[0], four[0], six[1], four[1])


async def test_a_name_that_leads_inside_is_said_to_come_from_a_vpn_or_proxy() -> None:
    with pytest.raises(MediaRejected, match="A VPN, a proxy or a filter") as caught:
        await find_safe_route(
            "https://cdn/a.m4a", allow_loopback=False, resolver=names(cdn=["fc00::12"])
        )
    assert caught.value.service_words == "cdn: fc00::12"


@pytest.mark.parametrize(
    "addresses",
    [
        ["64:ff9b::a00:1"],
        ["64:ff9b:1::5db8:d70e"],
        ["2002:a00:1::1"],
        ["2001:0:5ef5:79fb:0:59c:a00:1"],
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["::ffff:10.0.0.1"],
        ["224.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        [],
    ],
)
async def test_a_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    with pytest.raises(MediaRejected, match="private network"):
        await find_safe_route(
            "https://cdn/a.m4a", allow_loopback=True, resolver=names(cdn=addresses)
        )


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://cdn/a",
        "http://cdn/a.m4a",
        "https://user:word@cdn/a",
        "https://",
        "https://[::",
        "https://cdn:99999/a",
        "//cdn/a",
        "a.m4a",
        "",
        "https://10.0.0.1/a",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/a",
        "https://[::ffff:192.168.0.1]/a",
        "https://[64:ff9b::a00:1]/a",
        "https://[::10.0.0.1]/a",
        "https://[fec0::1]/a",
        "https://2130706433/a",
        "https://0x7f.1/a",
        "https://017700000001/a",
        "https://10.1/a",
        "https://0/a",
        "javascript:alert(1)",
        "data:audio/mp4;base64,AAAA",
    ],
)
@pytest.mark.parametrize("allow", [True, False])
async def test_what_must_not_be_followed(url: str, allow: bool) -> None:
    with pytest.raises(MediaRejected):
        await find_safe_route(url, allow_loopback=allow, resolver=names(cdn=["93.184.215.14"]))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8701/a", "http://localhost/a", "https://[::1]/a", "http://127.9.9.9/a"],
)
async def test_this_machine_only_when_the_account_is_here(url: str) -> None:
    assert (await find_safe_route(url, allow_loopback=True)).addresses
    with pytest.raises(MediaRejected, match="this computer"):
        await find_safe_route(url, allow_loopback=False)


async def test_a_name_without_an_address_may_have_one_later() -> None:
    with pytest.raises(Unreachable, match="cannot be found"):
        await find_safe_route("https://gone/a", allow_loopback=False, resolver=names())


async def test_behind_a_proxy_the_proxy_finds_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    found = await find_safe_route("https://cdn/a", allow_loopback=False, resolver=names())
    assert (found.proxy, found.addresses) == ("http://proxy.example:3128", ())
    for host in ("10.0.0.1", "167772161", "0xa.1"):
        with pytest.raises(MediaRejected):
            await find_safe_route(f"https://{host}/a", allow_loopback=False, resolver=names())


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://api.musicapi.ai", True),
        ("http://127.0.0.1:8701", True),
        ("http://localhost:8701/", True),
        ("http://[::1]:8701", True),
        ("http://api.musicapi.ai", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://key@api.musicapi.ai", False),
        ("api.musicapi.ai", False),
        ("", False),
    ],
)
def test_where_a_key_may_be_sent(url: str, may: bool) -> None:
    assert is_secure_url(url) is may


def test_loopback() -> None:
    assert is_loopback_url("http://LOCALHOST:1/")
    assert not is_loopback_url("http://10.0.0.1/")
    assert not is_loopback_url("http://[")
