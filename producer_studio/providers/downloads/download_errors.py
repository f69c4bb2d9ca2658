"""Errors of downloads, with a message for the user."""

from collections.abc import Mapping

from producer_studio.domain.errors import (
    CertificateRejected,
    MediaRejected,
    RateLimited,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.files.file_types import AUDIO_FORMAT_NAMES
from producer_studio.providers.base import LinkExpired, MediaKind
from producer_studio.providers.http.certificates import describe_certificate_error
from producer_studio.providers.http.challenge_page import is_challenge
from producer_studio.providers.http.proxies import proxy_advice, remove_credentials
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.retry_after import parse_retry_after_s
from producer_studio.providers.http.server_time import parse_server_time
from producer_studio.providers.http.url_checks import split_url
from producer_studio.translation import mark, sentences

RAW_LIMIT_BYTES = 4096
ROBOT_MESSAGE = mark(
    "The download server mistook this program for a bot and blocked it. A VPN or a proxy is "
    "often the cause: switch it off or use another."
)
PAGE_MESSAGE = mark(
    "The download server sent a web page instead of the file, as servers do during maintenance."
)


def create_download_error(
    error: Exception, url: str, proxy: str | None, default_message: str
) -> Unreachable:
    """Converts an error of the HTTP client, naming the certificate or the proxy if it is the cause.

    Args:
        default_message: The message for any other cause.
    """
    parts = split_url(url)
    server = mark("the download server ({host})", host=(parts.hostname or "") if parts else "")
    if problem := describe_certificate_error(error, server):
        return CertificateRejected(
            sentences(problem, mark("Nothing is lost.")), service_words=str(error)
        )
    import httpx  # start-up cost, see `client_factory.load_httpx`

    if proxy and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        problem = mark(
            "Could not connect to {server} through the proxy {proxy}. Nothing is lost.",
            server=server,
            proxy=remove_credentials(proxy),
        )
        default_message = sentences(problem, proxy_advice(error))
    return Unreachable(default_message, service_words=str(error))


def create_truncated_error(detail: str = "") -> Unreachable:
    return Unreachable(
        mark(
            "The download ended early. The part downloaded so far is kept, and the next attempt "
            "resumes it."
        ),
        service_words=detail,
    )


def create_missing_file_error(status: int, headers: Mapping[str, str]) -> LinkExpired:
    error = LinkExpired(
        mark(
            "The download server does not have this file now, or its link has expired. Nothing is "
            "lost: you can request a new link."
        ),
        status=status,
        retry_after_s=parse_retry_after_s(headers),
    )
    error.server_time = parse_server_time(headers)
    return error


def create_status_error(response: Response) -> Exception:
    status, headers = response.status, response.headers
    asked_s = parse_retry_after_s(headers)
    is_robot = is_challenge(response)
    if is_robot and (status >= 500 or status == 429):
        return ServiceUnavailable(
            sentences(ROBOT_MESSAGE, mark("Nothing is lost.")),
            status=status,
            retry_after_s=asked_s,
            raw=response.body[:RAW_LIMIT_BYTES],
        )
    if status == 429:
        return RateLimited(
            mark("The download server is busy. Nothing is lost. Try again later."),
            status=status,
            retry_after_s=asked_s,
        )
    if status >= 500 or status == 408:
        return ServiceUnavailable(
            mark(
                "The download server cannot deliver the file now. Nothing is lost. Try again later."
            ),
            status=status,
            retry_after_s=asked_s,
        )
    # Stores respond so before a new file has reached them, and after its link has expired.
    error = create_missing_file_error(status, headers)
    error.reason = ROBOT_MESSAGE if is_robot else ""
    return error


def create_invalid_url_error() -> MediaRejected:
    return MediaRejected(
        mark(
            "The link to this file leads to something that is not a web address. The clip's "
            "details "
            "are kept. Ask the service's support about it."
        )
    )


_MEDIA_LABELS: dict[MediaKind, str] = {
    "audio": mark("an audio file, such as {formats}", formats=AUDIO_FORMAT_NAMES),
    "image": mark("a picture"),
    "video": mark("a video"),
    "zip": mark("an archive"),
}


def create_wrong_type_error(kind: MediaKind, raw: bytes) -> MediaRejected:
    return MediaRejected(
        mark(
            # Translators: kind is such as "a picture".
            "The downloaded file is not {kind}. The clip's details are kept; you can try again.",
            kind=_MEDIA_LABELS[kind],
        ),
        raw=raw,
    )
