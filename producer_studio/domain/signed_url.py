"""Addresses that give whoever has them a right: signed links to uploads, covers and media."""

import re
from urllib.parse import urlsplit

_SIGNED = re.compile(
    r"(\b[a-z][a-z0-9+.-]*://)(?:[^\s/@\"'<>?#]*@)?([^\s\"'<>?#]*)[?#][^\s\"'<>]*", re.IGNORECASE
)


def is_signed(url: str) -> bool:
    """Whether an address may hold a signature or a password.

    Every query counts: services sign in many ways, and a plain address seldom has one.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.query or parts.fragment or parts.username or parts.password)


def drop_signed_url(url: str) -> str:
    """An address as it may be given to others; empty when it is signed."""
    return "" if is_signed(url) else url


def strip_url_signatures(text: str) -> str:
    """A text, such as the words of a service, with the queries of all addresses in it cut off."""
    return _SIGNED.sub(r"\1\2?…", text)
