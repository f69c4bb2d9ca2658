"""TLS certificates that the system trusts, and messages for those that it does not trust.

A company or a virus scanner that intercepts connections adds its own certificate to the system's,
so these decide. The certificates bundled with the HTTP client are used where the system has none.
"""

import re
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from producer_studio.translation import mark

_EXPIRED_CODES = frozenset({9, 10})
_HOST_MISMATCH_CODES = frozenset({62, 63, 64})
"""OpenSSL's error codes: not yet valid, expired; host name, e-mail or IP address mismatch."""

_EXPIRED_PATTERN = re.compile(r"expired|not yet valid|validity period", re.IGNORECASE)
_HOST_MISMATCH_PATTERN = re.compile(r"host ?name|CN name|IP address|does not match", re.IGNORECASE)

_CA_BUNDLE_PATHS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Paths of Linux distributions; an OpenSSL that was built elsewhere uses other paths."""


@dataclass(frozen=True, slots=True)
class _CertificateFiles:
    """Files of certificates; another value means that they have to be read again.

    Attributes:
        bundle: Path of one file; empty for the folder of the system, which is always current.
        version: Time and size of the file.
        is_default: Whether OpenSSL knows where the certificates are.
    """

    bundle: str
    version: tuple[int, int] = (0, 0)
    is_default: bool = True


def get_ssl_context() -> ssl.SSLContext:
    """Returns the TLS context that trusts the system's certificates; blocking.

    It is another one after they have changed; creating one takes 20 ms.

    Raises:
        OSError: The system's certificates cannot be read.
    """
    if sys.platform in {"win32", "darwin"}:
        return _create_verifying_context()
    return _create_context(_find_certificates())


@cache
def _create_verifying_context() -> ssl.SSLContext:
    import truststore  # start-up cost; only these systems verify certificates themselves

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@lru_cache(1)
def _create_context(files: _CertificateFiles) -> ssl.SSLContext:
    # The certificates are files: truststore would read them again, on the event loop, at every
    # connection.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if files.is_default:
        context.set_default_verify_paths()
    else:
        context.load_verify_locations(files.bundle)
    return context


def _find_certificates() -> _CertificateFiles:
    paths = ssl.get_default_verify_paths()
    is_default = bool(paths.cafile) or _has_certificates(paths.capath)
    bundle = paths.cafile or ""
    if not is_default:
        bundle = next((path for path in _CA_BUNDLE_PATHS if Path(path).is_file()), "")
        if not bundle:
            import certifi  # start-up cost; a dependency of httpx

            bundle = certifi.where()
    if not bundle:
        return _CertificateFiles("")
    status = Path(bundle).stat()
    return _CertificateFiles(bundle, (status.st_mtime_ns, status.st_size), is_default)


def describe_certificate_error(error: BaseException, server: str) -> str:
    """Returns a message about the certificate that ended a connection.

    Args:
        error: As the HTTP client raised it.
        server: Name of the server in the message.

    Returns:
        Empty when the certificate was not the cause.
    """
    refused = next((one for one in _exception_chain(error) if isinstance(one, ssl.SSLError)), None)
    if refused is None:
        return ""
    if not isinstance(refused, ssl.SSLCertVerificationError):
        if "CERTIFICATE" not in str(refused).upper():
            return ""
        return mark(
            "The encrypted connection to {server} was rejected because of its certificate.",
            server=server,
        )
    number = getattr(refused, "verify_code", 0)
    text = f"{getattr(refused, 'verify_message', '')} {refused}"
    if number in _EXPIRED_CODES or _EXPIRED_PATTERN.search(text):
        return mark(
            "The certificate of {server} has expired, or the clock of this computer is wrong. "
            "Check the date on this computer; if it is correct, try again later.",
            server=server,
        )
    if number in _HOST_MISMATCH_CODES or _HOST_MISMATCH_PATTERN.search(text):
        return mark(
            "The connection to {server} reached a server with a certificate for another address. "
            "A network that requires you to sign in does that: open any web page, then try again.",
            server=server,
        )
    return mark(
        "The connection to {server} reached a server whose certificate this computer does "
        "not trust. A virus scanner or a company network may be reading the traffic: have "
        "its certificate added to the system's certificates, then try again.",
        server=server,
    )


def _exception_chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _has_certificates(folder: str | None) -> bool:
    if not folder:
        return False
    name = re.compile(r"[0-9a-fA-F]{8}\.[0-9]")
    return any(name.fullmatch(path.name) for path in Path(folder).iterdir())
