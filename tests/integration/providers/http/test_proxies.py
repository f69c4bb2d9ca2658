"""Proxies of the user's: which one is used, and what it proves when they fail."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import (
    CertificateRejected,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.providers.downloads.downloader import download_file
from producer_studio.providers.downloads.link_check import is_link_alive
from producer_studio.providers.http import api_client
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.certificates import get_ssl_context
from producer_studio.providers.http.proxies import find_proxy, find_proxy_in_settings, is_exempt
from producer_studio.providers.releases.release_client import (
    fetch_announcement as fetch_announcement,
)
from producer_studio.providers.uploads.bucket import Bucket
from tests.integration.providers.conftest import RawServer
from tests.support.proxy_servers import Authority, proxying

pytestmark = pytest.mark.anyio

Build = Callable[..., bytes]

URL = "https://api.example/v1"
SONG = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00" + bytes(5000)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An issuer that the system trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@asynccontextmanager
async def serving_tls(context: ssl.SSLContext, *answers: bytes) -> AsyncIterator[RawServer]:
    raw = RawServer(list(answers))
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0, ssl=context)
    raw.url = str(server.sockets[0].getsockname()[1])
    async with server:
        yield raw


async def ask(paid: bool = True) -> int:
    wire = ApiClient("https://api.example", {"Authorization": "Bearer the-key"}, service="MusicAPI")
    try:
        return (await wire.request("POST", "/create", body=b"{}", paid=paid)).status
    finally:
        await wire.close()


@pytest.mark.parametrize(
    ("variable", "scheme", "kind"),
    [
        ("HTTPS_PROXY", "http://", "connect"),
        ("HTTPS_PROXY", "", "connect"),
        ("ALL_PROXY", "http://", "connect"),
        ("ALL_PROXY", "socks5://", "socks"),
        ("all_proxy", "socks5h://", "socks"),
        ("all_proxy", "socks://", "socks"),
        ("https_proxy", "SOCKS://", "socks"),
        ("HTTPS_PROXY", " socks4://", "socks"),
    ],
)
async def test_every_request_goes_by_way_of_the_proxy(
    authority: Authority,
    answer: Build,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variable: str,
    scheme: str,
    kind: str,
) -> None:
    settings = authority.server_settings("api.example")
    async with (
        serving_tls(settings, answer(200, b"{}"), answer(200, SONG), answer(200, b"{}")) as server,
        proxying(kind, target=int(server.url)) as proxy,
    ):
        monkeypatch.setenv(variable, f"{scheme}{proxy.address}/")
        assert await ask() == 200
        await download_file(f"{URL}/a.m4a", tmp_path / "a", kind="audio", limit_bytes=10_000)
        assert await fetch_announcement(f"{URL}/latest.json", "studio/1") == b"{}"
        assert await is_link_alive(f"{URL}/a.m4a")
    assert (tmp_path / "a").read_bytes() == SONG
    assert [place for place, _ in proxy.asked] == ["api.example:443"] * 4
    assert [request.split(" ")[0] for request in server.requests] == ["POST", "GET", "GET", "GET"]


async def test_who_signs_in_at_a_proxy_does_so(
    authority: Authority, answer: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = authority.server_settings("api.example")
    async with (
        serving_tls(settings, answer(200, b"{}")) as server,
        proxying("socks", target=int(server.url), sign_in=("me", "p@ss")) as socks,
        proxying("connect", target=int(server.url)) as connect,
    ):
        monkeypatch.setenv("ALL_PROXY", f"socks5://me:p%40ss@{socks.address}")
        assert await ask() == 200
        for secret in ("wrong", ""):
            monkeypatch.setenv("ALL_PROXY", f"socks5://me:{secret}@{socks.address}")
            with pytest.raises(Unreachable, match="through the proxy") as caught:
                await ask()
            assert "The proxy requires a user name and a password" in caught.value.message
        monkeypatch.setenv("ALL_PROXY", f"socks5://{socks.address}")
        with pytest.raises(Unreachable, match="The proxy requires a user name and a password"):
            await ask()
        monkeypatch.setenv("ALL_PROXY", f"http://me:p%40ss@{connect.address}")
        assert await ask() == 200
    assert "wrong" not in str(caught.value.to_record())
    assert socks.asked == [("api.example:443", "me")]
    assert "basic" in connect.asked[0][1].lower()


@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("connect", b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        ("connect", b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        ("connect", b""),
        ("connect", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("connect", b"HTTP/1.1 200 OK\r\n\r\nthis is no encryption"),
        ("socks", b""),
        ("socks", b"\x05"),
        ("socks", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("socks", b"\x05\xff"),
        ("socks", b"\x05\x00\x05\x05\x00\x01" + bytes(6)),
    ],
)
async def test_a_proxy_that_fails_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, answers: bytes, paid: bool
) -> None:
    async with proxying(kind, answers=answers) as proxy:
        scheme = "http" if kind == "connect" else "socks5"
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{proxy.address}")
        with pytest.raises(Unreachable) as caught:
            await ask(paid)
        assert ("Nothing was sent and nothing was charged" in caught.value.message) is paid
        assert type(caught.value) is Unreachable
        assert f"the proxy {scheme}://{proxy.address}" in caught.value.message
        with pytest.raises(Unreachable) as downloading:
            await download_file(f"{URL}/a", tmp_path / "a", kind="audio", limit_bytes=10_000)
        wants_password = b"407" in answers or answers == b"\x05\xff"
        for error in (caught, downloading):
            said = error.value.message
            assert ("such as “NAME:PASSWORD@proxy.example:8080”" in said) is wants_password


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_never_responds_is_not_waited_for_as_long_as_a_service(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr(api_client, "HANDSHAKE_TIMEOUT_S", 0.2, raising=False)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{port}")
        with pytest.raises(Unreachable, match="Nothing was sent and nothing was charged"):
            await asyncio.wait_for(ask(), 30)


async def test_failed_handshakes_behind_a_proxy_do_not_end_all_connections(
    authority: Authority, answer: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign-in page of a network answers in place of the service, until the user signs in."""
    wire = ApiClient("https://api.example", {}, service="MusicAPI")
    async with (
        serving_tls(authority.server_settings("portal.example")) as portal,
        serving_tls(authority.server_settings("api.example"), answer(200, b"{}")) as server,
        proxying("connect", target=int(portal.url)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        for _ in range(25):
            with pytest.raises(CertificateRejected):
                await wire.request("GET", "/credits")
        proxy.target = int(server.url)
        assert (await wire.request("GET", "/credits")).status == 200
        await wire.close()


async def test_an_answer_that_is_lost_behind_a_proxy_may_have_been_charged(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What proves that nothing was sent must not claim it of what was."""
    settings = authority.server_settings("api.example")
    for kind, scheme in (("connect", "http"), ("socks", "socks5")):
        async with (
            serving_tls(settings, b"") as server,
            proxying(kind, target=int(server.url)) as proxy,
        ):
            monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{proxy.address}")
            with pytest.raises(OutcomeUnknown, match="charged"):
                await ask()
        assert server.requests


@pytest.mark.parametrize(
    "value",
    ["socks7://proxy.example:1", "ftp://proxy.example", "http://", "http://a b:1", "://",
     "http://[::1", "http://proxy.example:port", "http://proxy.example:99999", "file:///etc",
     "http://pr\u00f6xy.example:1", "http://user:hush@", "\ufeffhttp://proxy.example:1"],
)  # fmt: skip
async def test_settings_that_name_no_proxy_are_told_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    for paid in (True, False):
        with pytest.raises(Unreachable, match=r"Nothing was sent\.") as caught:
            await ask(paid)
        assert "proxy settings of this computer" in caught.value.message
        assert "hush" not in str(caught.value.to_record())
    with pytest.raises(Unreachable, match="proxy settings"):
        await download_file(f"{URL}/a", tmp_path / "a", kind="audio", limit_bytes=10_000)
    with pytest.raises(Unreachable):
        await fetch_announcement(f"{URL}/latest.json", "studio/1")


async def test_a_proxy_that_is_switched_on_and_off_is_followed(
    authority: Authority, answer: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs for proxies change the settings of Windows and macOS at any time."""
    settings = authority.server_settings("api.example")
    api = ApiClient("https://api.example", {}, service="MusicAPI")
    async with (
        serving_tls(settings, answer(200, b"{}")) as server,
        proxying("connect", target=int(server.url)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
            await api.request("GET", "/task")
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        assert (await api.request("GET", "/task")).status == 200
    await api.close()


async def test_a_certificate_that_was_added_is_trusted_at_once(
    authority: Authority, answer: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    company = Authority(tmp_path, "Company")
    settings = company.server_settings("api.example")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(authority.file.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    api = ApiClient("https://api.example", {}, service="MusicAPI")
    async with (
        serving_tls(settings, answer(200, b"{}")) as server,
        proxying("connect", target=int(server.url)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        with pytest.raises(CertificateRejected, match="have its certificate added"):
            await api.request("GET", "/task")
        trusted.write_bytes(authority.file.read_bytes() + company.file.read_bytes())
        assert (await api.request("GET", "/task")).status == 200
    await api.close()


@pytest.mark.parametrize("content", [None, b"no certificate", b""])
async def test_whatever_keeps_a_client_from_being_made_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    """Certificates that the environment names and that are none."""
    file = tmp_path / "certificates.pem"
    file.mkdir() if content is None else file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "nowhere" / "keys"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with pytest.raises(Unreachable, match="Nothing was sent and nothing was charged"):
        await ask()
    with pytest.raises(Unreachable):
        await download_file(f"{URL}/a", tmp_path / "a", kind="audio", limit_bytes=10_000)


@pytest.mark.parametrize("sign", ["#", "/", "?", "@"])
def test_a_password_may_contain_signs_of_an_address(
    monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:12{sign}34@proxy.example:8080/")
    found = find_proxy("https://api.example/")
    assert found == f"http://me:12%{ord(sign):02X}34@proxy.example:8080"
    assert httpx.Proxy(found).raw_auth == (b"me", f"12{sign}34".encode())


@pytest.mark.parametrize("url", ["http://127.0.0.1:8701", "http://localhost:1", "https://[::1]:2"])
def test_this_computer_is_never_reached_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "no proxy at all")
    assert find_proxy(url) is None


def test_the_proxy_for_https_comes_before_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://two.example:2")
    monkeypatch.setenv("HTTP_PROXY", "http://three.example:3")
    assert find_proxy(URL) == "socks5://two.example:2"
    monkeypatch.setenv("HTTPS_PROXY", "one.example:1")
    assert find_proxy(URL) == "http://one.example:1"
    monkeypatch.delenv("ALL_PROXY")
    monkeypatch.delenv("HTTPS_PROXY")
    assert find_proxy(URL) is None
    monkeypatch.setenv("NO_PROXY", "api.example")
    assert find_proxy(URL) is None


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"https": "http://proxy:8080", "socks": "http://proxy:1080"}, "http://proxy:8080"),
        (
            {"http": "http://proxy:8080", "socks": "http://127.0.0.1:7891"},
            "socks5://127.0.0.1:7891",
        ),
        ({"https": "socks4://127.0.0.1:7890"}, "socks5://127.0.0.1:7890"),
        ({"http": "http://proxy:8080"}, None),
        ({}, None),
    ],
)
def test_settings_of_windows_and_macos(settings: dict[str, str], wanted: str | None) -> None:
    assert find_proxy_in_settings(settings, "https") == wanted


@pytest.mark.parametrize("blank", ["", "  ", '""', "' '", "\t"])
def test_a_blank_setting_names_no_proxy(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", blank)
    assert find_proxy(URL) is None
    monkeypatch.setenv("ALL_PROXY", " 'http://proxy.example:1' ")
    assert find_proxy(URL) == "http://proxy.example:1"


@pytest.mark.parametrize(
    ("entries", "exempt"),
    [
        ("10.*|cdn.*", True),
        ("*.cdn.*", True),
        ("*d*.example", True),
        ("two.*", False),
        ("*", True),
        ("one.example, *", True),
        ("cdn.example", True),
        ("CDN.Example.", True),
        (".example", True),
        ("*.example", True),
        ("example", True),
        ("*example", True),
        ("one.example cdn.example", True),
        ("one.example;cdn.example\ttwo.example", True),
        ("cdn.example:443", True),
        ("https://cdn.example", True),
        ("https://user@cdn.example:443/path", True),
        ("cdn.example:8443", False),
        ("n.example", False),
        ("a.cdn.example", False),
        ("", False),
        (",, ,", False),
        ("[", False),
        ("[::1", False),
        ("10.0.0.0/8", False),
        ("not a network/99", False),
        ("://", False),
        (":443", False),
        ("<local>", False),
        ("cdn.example:99999999", False),
    ],
)
def test_names_that_no_proxy_keeps_from_it(entries: str, exempt: bool) -> None:
    assert is_exempt(entries, "cdn.example", 443) is exempt


@pytest.mark.parametrize(
    ("entries", "host", "exempt"),
    [
        ("93.184.0.0/16", "93.184.215.14", True),
        ("93.184.215.14", "93.184.215.14", True),
        ("93.184.215.14:443", "93.184.215.14", True),
        ("93.184.215.14:80", "93.184.215.14", False),
        ("10.0.0.0/8", "93.184.215.14", False),
        ("2606:2800::/32", "2606:2800:21f::1", True),
        ("2606:2800:021f::1", "2606:2800:21f::1", True),
        ("[2606:2800:21f::1]:443", "2606:2800:21f::1", True),
        ("[2606:2800:21f::1]", "2606:2800:21f::1", True),
        ("[2606:2800:21f::1]:80", "2606:2800:21f::1", False),
        ("<local>", "studio", True),
    ],
)
def test_addresses_that_no_proxy_keeps_from_it(entries: str, host: str, exempt: bool) -> None:
    assert is_exempt(entries, host, 443) is exempt


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("issuer", "does not trust. A virus scanner or a company network"),
        ("expired", "has expired, or the clock"),
        ("host", "a certificate for another address"),
    ],
)
async def test_a_certificate_that_is_refused_is_told_as_such(
    authority: Authority,
    answer: Build,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answers: str,
    words: str,
) -> None:
    issuer = Authority(tmp_path, "Somebody Else") if answers == "issuer" else authority
    name = "other.example" if answers == "host" else "api.example"
    settings = issuer.server_settings(name, expired=answers == "expired")
    async with (
        serving_tls(settings, answer(200, b"{}")) as server,
        proxying("connect", target=int(server.url)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        faults: list[ServiceError] = []
        for paid in (True, False):
            with pytest.raises(Unreachable) as caught:
                await ask(paid)
            assert ("Nothing was sent and nothing was charged" in caught.value.message) is paid
            faults.append(caught.value)
        with pytest.raises(Unreachable, match="Nothing is lost") as caught:
            await download_file(f"{URL}/a", tmp_path / "a", kind="audio", limit_bytes=10_000)
        faults.append(caught.value)
        with pytest.raises(Unreachable) as caught:
            await fetch_announcement(f"{URL}/latest.json", "studio/1")
        faults.append(caught.value)
    assert all(re.search(words, fault.message) for fault in faults)
    assert server.requests == []


async def test_certificates_of_the_client_are_used_where_the_system_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "gone"))
    monkeypatch.setattr("producer_studio.providers.http.certificates._CA_BUNDLE_PATHS", ())
    assert len(get_ssl_context().get_ca_certs()) > 50


@pytest.mark.parametrize(("kind", "scheme"), [("connect", "http"), ("socks", "socks")])
async def test_a_bucket_is_reached_by_way_of_the_proxy(
    authority: Authority,
    answer: Build,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kind: str,
    scheme: str,
) -> None:
    sound = tmp_path / "a.mp3"
    sound.write_bytes(b"ID3 as text")
    settings = authority.server_settings("s3.example")
    place = BucketLocation(bucket="b", access_key_id="k", endpoint="https://s3.example")
    async with (
        serving_tls(settings, answer(200, b"", ETag='"1"')) as server,
        proxying(kind, target=int(server.url)) as proxy,
    ):
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{proxy.address}")
        bucket = Bucket(place, "hush")
        hosted = await bucket.upload(sound)
        await bucket.delete(hosted.handle)
        await bucket.close()
    assert [place for place, _ in proxy.asked] == ["s3.example:443"] * len(proxy.asked)
    put, head, delete = server.requests
    assert put.startswith(f"PUT /b/{hosted.handle}")
    assert put.endswith("ID3 as text")
    assert "content-type: audio/mpeg" in put.lower()
    assert head.startswith(f"HEAD /b/{hosted.handle}")
    assert delete.startswith(f"DELETE /b/{hosted.handle}")
    assert "hush" not in "".join(server.requests)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>", NotAuthorised),
        (404, b"<Error><Code>NoSuchBucket</Code></Error>", RequestRejected),
        (503, b"<Error><Code>SlowDown</Code></Error>", RateLimited),
        (500, b"", ServiceUnavailable),
    ],
)
async def test_what_a_bucket_answers_behind_socks_is_told(
    authority: Authority,
    answer: Build,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    status: int,
    body: bytes,
    kind: type[ServiceError],
) -> None:
    sound = tmp_path / "a.mp3"
    sound.write_bytes(b"ID3 as text")
    settings = authority.server_settings("s3.example")
    place = BucketLocation(bucket="b", access_key_id="k", endpoint="https://s3.example")
    async with (
        serving_tls(settings, answer(status, body)) as server,
        proxying("socks", target=int(server.url)) as proxy,
    ):
        monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.address}")
        with pytest.raises(kind, match="Nothing was charged") as caught:
            await Bucket(place, "hush").upload(sound)
        monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
        with pytest.raises(Unreachable, match="Nothing was charged"):
            await Bucket(place, "hush").upload(sound)
        monkeypatch.setenv("ALL_PROXY", "nonsense://x")
        with pytest.raises(Unreachable, match="proxy settings"):
            await Bucket(place, "hush").upload(sound)
    assert type(caught.value) is kind
