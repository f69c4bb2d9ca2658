"""HTTP client of the sandbox: fetches uploads and delivers webhooks.

Blocking by design: it is called in threads, and uses only the standard library, so that the local
server shares no code with the client that it tests.
"""

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

TIMEOUT_S = 20
UPLOAD_LIMIT = 200 * 1024 * 1024
_BLOCK = 256 * 1024
USER_AGENT = "ProducerStudioSandbox/1"


class UrlUnreachable(Exception):
    """The server could not be reached, or returned an error."""


def _build_opener() -> urllib.request.OpenerDirector:
    """Builds an opener for HTTP and HTTPS only: no files, no FTP, no proxy for the loopback."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def download_file(url: str, path: Path) -> None:
    """Checks a URL with HEAD, as documented in .github/docs/services.md, then downloads it.

    Raises:
        UrlUnreachable: A response is not a success, or the file is empty or too large.
    """
    headers = {"User-Agent": USER_AGENT}
    try:
        probe = urllib.request.Request(url, headers=headers, method="HEAD")  # noqa: S310
        _build_opener().open(probe, timeout=TIMEOUT_S).close()
        request = urllib.request.Request(url, headers=headers)  # noqa: S310
        with _build_opener().open(request, timeout=TIMEOUT_S) as answer, path.open("wb") as file:
            _copy_response(answer, file)
    except UrlUnreachable:
        path.unlink(missing_ok=True)
        raise
    except urllib.error.HTTPError as error:
        path.unlink(missing_ok=True)
        raise UrlUnreachable(f"audio_url answered {error.code}") from error
    except (OSError, HTTPException, ValueError) as error:
        path.unlink(missing_ok=True)
        raise UrlUnreachable("audio_url could not be reached") from error


def _copy_response(response: IO[bytes], file: IO[bytes]) -> None:
    """Copies a response; not every server states the length, and not every length is correct."""
    size = 0
    while block := response.read(_BLOCK):
        size += len(block)
        if size > UPLOAD_LIMIT:
            raise UrlUnreachable("the file is too large")
        file.write(block)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Sends one POST request.

    Raises:
        UrlUnreachable: No response, or one without a 2xx status.
    """
    request = urllib.request.Request(  # noqa: S310
        url, body, {"User-Agent": USER_AGENT, **headers}, method="POST"
    )
    try:
        _build_opener().open(request, timeout=TIMEOUT_S).close()
    except (OSError, HTTPException, ValueError) as error:
        raise UrlUnreachable(str(error)) from error
