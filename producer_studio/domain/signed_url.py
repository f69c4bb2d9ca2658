"""Detection and removal of signed URLs, which grant access to uploads, covers and media."""

import re
from urllib.parse import urlsplit

_SIGNED = re.compile(
    r"(\b[a-z][a-z0-9+.-]*://)(?:[^\s/@\"'<>?#]*@)?([^\s\"'<>?#]*)[?#][^\s\"'<>]*", re.IGNORECASE
)


def is_signed(url: str) -> bool:
    """Whether a URL may contain a signature or a password.

    Every query counts: services use many signature formats, and an unsigned URL seldom has one.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.query or parts.fragment or parts.username or parts.password)


def drop_signed_url(url: str) -> str:
    """Returns a URL that can be shared; empty when it is signed."""
    return "" if is_signed(url) else url


def strip_url_signatures(text: str) -> str:
    """Removes the queries of all URLs in a text, such as an error message of a service."""
    return _SIGNED.sub(r"\1\2?…", text)
