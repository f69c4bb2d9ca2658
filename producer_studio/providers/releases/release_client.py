"""HTTP client for release announcements: one small GET with limits."""

import asyncio
from urllib.parse import urljoin, urlsplit

from producer_studio.domain.errors import (
    CertificateRejected,
    InvalidResponse,
    RequestRejected,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.providers.downloads.downloader import REDIRECT_LIMIT, REDIRECT_STATUSES
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.url_checks import is_loopback_url, is_secure_url
from producer_studio.translation import mark

LIMIT_BYTES = 256 * 1024
TOTAL_TIMEOUT_S = 20.0

_SERVER_NAME = mark("the update server")


def check_updates_url(url: str) -> None:
    """Checks that requests to this URL are allowed.

    Raises:
        RequestRejected: It is neither an https URL nor an http one of this computer.
    """
    if not is_secure_url(url):
        raise RequestRejected(
            mark(
                "The update address must start with https and contain no user name or password. "
                "Nothing was sent."
            ),
            field="updates_url",
        )


async def fetch_announcement(
    url: str, user_agent: str, *, total_s: float = TOTAL_TIMEOUT_S
) -> bytes:
    """Downloads the bytes of the announcement; they are not parsed here.

    Args:
        url: https; plain http only to this machine.
        user_agent: Program and version, the only information in the request about the sender.
        total_s: Timeout for the whole download, redirects included.

    Raises:
        RequestRejected: The URL is not allowed.
        Unreachable: No response arrived in time.
        ServiceUnavailable: The response is an error instead of an announcement.
        InvalidResponse: It is far too large, or redirects to a URL that is not allowed.
    """
    check_updates_url(url)
    try:
        async with asyncio.timeout(total_s):
            return await _follow_redirects(url, user_agent)
    except CertificateRejected:
        raise
    except (Unreachable, TimeoutError) as error:
        words = error.service_words if isinstance(error, Unreachable) else ""
        raise Unreachable(
            mark(
                "The update server ({host}) cannot be reached now, so it is not known whether "
                "there is a newer release. Check the network, or try again later.",
                host=urlsplit(url).netloc,
            ),
            service_words=words,
        ) from error


async def _follow_redirects(url: str, user_agent: str) -> bytes:
    is_loopback = is_loopback_url(url)
    for _ in range(REDIRECT_LIMIT + 1):
        try:
            response = await _send_request(url, user_agent)
        except InvalidResponse as fault:
            # The page of an error response may be of any size.
            if fault.status != 200:
                raise _create_unavailable_error(fault.status) from fault
            raise
        if response.status == 200:
            return response.body
        if response.status not in REDIRECT_STATUSES or not (
            location := response.header("location")
        ):
            raise _create_unavailable_error(response.status)
        try:
            url = urljoin(url, location)
        except ValueError:
            url = ""
        # Another computer must not redirect to services of this one.
        if not is_secure_url(url) or (is_loopback_url(url) and not is_loopback):
            raise InvalidResponse(
                mark("The update server redirects to an unsafe address, which was not followed."),
                service_words=location[:300],
            )
        is_loopback = is_loopback_url(url)
    raise InvalidResponse(mark("The update server redirects in a circle."))


def _create_unavailable_error(status: int) -> ServiceUnavailable:
    return ServiceUnavailable(
        mark(
            "The update server has no announcement (HTTP {status}), so it is not known whether "
            "there is a newer release. Check the address in Settings.",
            status=status,
        ),
        status=status,
    )


async def _send_request(url: str, user_agent: str) -> Response:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    api = ApiClient(
        f"{parts.scheme}://{parts.netloc}", {}, service=_SERVER_NAME, limit_bytes=LIMIT_BYTES
    )
    try:
        # Not one of the client's own headers: those are secrets, which it redacts in responses.
        return await api.request("GET", path, headers={"User-Agent": user_agent})
    finally:
        await api.close()
