"""URLs that may contain a signature or a password, which must not be stored or shown."""

import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(
    # JSON inside JSON comes with its slashes escaped.
    r"(\b[a-z][a-z0-9+.-]{0,20}:(?:\\{0,4}/){2})(?:[^\s/@\"'<>?#]*@)?([^\s\"'<>?#]*)"
    r"([?#][^\s\"'<>]+)?",
    re.IGNORECASE,
)
# Without a scheme and host: a service may quote a path alone.
_SIGNATURE = re.compile(
    r"([?&;](?:(?:x-(?:amz|goog|oss|cos|ms)-)?(?:signature|security-token|credential)|sig|token|"
    r"access_?token|api_?key|policy|awsaccesskeyid|key-pair-id)=)[^\s\"'<>&;]+",
    re.IGNORECASE,
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
    """Removes signatures from all URLs in a text, such as an error message of a service.

    Queries, fragments and passwords are removed; a text without any is returned unchanged.
    """
    text = _ADDRESS.sub(lambda found: f"{found[1]}{found[2]}{'?…' if found[3] else ''}", text)
    return _SIGNATURE.sub(r"\1…", text)
