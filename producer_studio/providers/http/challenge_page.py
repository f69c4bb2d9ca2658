"""Detection of browser challenges that a CDN sends in place of the service's response."""

import re

from producer_studio.providers.http.response import Response

_CHALLENGE_STATUSES = frozenset({401, 403, 405, 406, 429, 503})
_CHALLENGE_SEARCH_BYTES = 64 * 1024
_CHALLENGE_PATTERN = re.compile(
    rb"just a moment|attention required! \| cloudflare|cf-chl|challenge-platform|"
    rb"sorry, you have been blocked|ddos.?guard|_incapsula_|sucuri website firewall|"
    rb"g-recaptcha|h-captcha|hcaptcha\.com|px-captcha|verify (that )?you are (a )?human|"
    rb"checking your browser",
    re.IGNORECASE,
)


def is_challenge(response: Response) -> bool:
    """Whether a CDN before the service responds with a browser challenge.

    It then forwards nothing. Cloudflare states so in a header; its older pages, and those of
    others, are detected by their text.
    """
    if response.header("cf-mitigated").lower() == "challenge":
        return True
    if response.header("x-amzn-waf-action").lower() in {"challenge", "captcha"}:
        return True
    if (
        response.status not in _CHALLENGE_STATUSES
        or "html" not in response.header("content-type").lower()
    ):
        return False
    return is_challenge_page(response.body)


def is_challenge_page(body: bytes) -> bool:
    """Whether a page is a browser challenge, by its text."""
    return bool(_CHALLENGE_PATTERN.search(body[:_CHALLENGE_SEARCH_BYTES]))
