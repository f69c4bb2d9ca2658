"""Asks an address for the announcement of a release: one small GET, within bounds."""

import asyncio
from urllib.parse import urljoin, urlsplit

from producer_studio.domain.errors import (
    CertificateRefused,
    Nonsense,
    Refused,
    ServiceDown,
    Unreachable,
)
from producer_studio.providers.downloads.downloader import REDIRECT_LIMIT, REDIRECTS
from producer_studio.providers.http.api_client import Answer, Wire
from producer_studio.providers.http.url_checks import is_loopback_url, may_hold_a_key

LIMIT_BYTES = 256 * 1024
TOTAL_S = 20.0

_SERVICE = "The address of the updates"


def check_address(url: str) -> None:
    """Whether it may be asked.

    Raises:
        Refused: It is no https address, nor an http one of this computer.
    """
    if not may_hold_a_key(url):
        raise Refused(
            "The address of the updates must begin with https, and hold no user name or password. "
            "Nothing was asked.",
            field="updates_url",
        )


async def fetch(url: str, agent: str, *, total_s: float = TOTAL_S) -> bytes:
    """The bytes that the address sends; what they say is not looked at.

    Args:
        url: https; plain http only to this machine.
        agent: Program and version, all that the request says about who asks.
        total_s: For all of it, redirects included.

    Raises:
        Refused: The address will not do.
        Unreachable: There is no answer in time.
        ServiceDown: The answer is not an announcement but a refusal.
        Nonsense: It is far too large, or leads on where nobody may follow.
    """
    check_address(url)
    try:
        async with asyncio.timeout(total_s):
            return await _follow(url, agent)
    except CertificateRefused:
        raise
    except (Unreachable, TimeoutError) as error:
        words = error.service_words if isinstance(error, Unreachable) else ""
        raise Unreachable(
            f"{_SERVICE} ({urlsplit(url).netloc}) cannot be reached now. Whether there is a newer "
            "release is not known. Check the network, or try again later.",
            service_words=words,
        ) from error


async def _follow(url: str, agent: str) -> bytes:
    here = is_loopback_url(url)
    for _ in range(REDIRECT_LIMIT + 1):
        try:
            answer = await _ask(url, agent)
        except Nonsense as fault:
            # A page that says there is nothing may be as large as it likes.
            if fault.status != 200:
                raise _refusal(fault.status) from fault
            raise
        if answer.status == 200:
            return answer.body
        if answer.status not in REDIRECTS or not (location := answer.header("location")):
            raise _refusal(answer.status)
        try:
            url = urljoin(url, location)
        except ValueError:
            url = ""
        # Another computer has no business in what listens on this one.
        if not may_hold_a_key(url) or (is_loopback_url(url) and not here):
            raise Nonsense(
                f"{_SERVICE} leads on to a place that is not safe to ask, and was not followed.",
                service_words=location[:300],
            )
        here = is_loopback_url(url)
    raise Nonsense(f"{_SERVICE} leads round in a circle, and was not followed further.")


def _refusal(status: int) -> ServiceDown:
    return ServiceDown(
        f"{_SERVICE} answers that it has no announcement (HTTP {status}). Whether there is a newer "
        "release is not known. Look at the address in Settings.",
        status=status,
    )


async def _ask(url: str, agent: str) -> Answer:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    service = _SERVICE[0].lower() + _SERVICE[1:]
    wire = Wire(f"{parts.scheme}://{parts.netloc}", {}, service=service, limit_bytes=LIMIT_BYTES)
    try:
        # Not one of the wire's own headers: those are secrets, which it blanks in what comes back.
        return await wire.ask("GET", path, headers={"User-Agent": agent})
    finally:
        await wire.close()
