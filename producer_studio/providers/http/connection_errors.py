"""Errors of requests whose response did not arrive, or not as a whole."""

from producer_studio.domain.errors import (
    CertificateRejected,
    InvalidResponse,
    OutcomeUnknown,
    ServiceError,
    Unreachable,
)
from producer_studio.providers.http.certificates import describe_certificate_error
from producer_studio.providers.http.proxies import remove_credentials
from producer_studio.providers.http.redaction import SecretRedactor
from producer_studio.providers.http.response import RAW_BODY_LIMIT_BYTES
from producer_studio.providers.http.url_checks import split_url


class ConnectionErrors:
    """Creates the errors of one account's client; secrets are redacted in them.

    Args:
        service: The service's name in messages.
    """

    def __init__(self, service: str, base_url: str, redactor: SecretRedactor) -> None:
        self._service = service
        self._base_url = base_url
        self._redactor = redactor

    def create_not_sent(
        self, cause: Exception | str, *, paid: bool, proxy: str | None = None
    ) -> ServiceError:
        """Creates the error for a request of which nothing was sent."""
        detail = self._redactor.redact(str(cause))
        # A failed poll knows nothing of the request that was charged before it.
        nothing = " Nothing was sent and nothing was charged." if paid else ""
        parts = split_url(self._base_url)
        server = f"{self._service} ({parts.netloc})" if parts else self._service
        problem = describe_certificate_error(cause, server) if isinstance(cause, Exception) else ""
        if problem:
            return CertificateRejected(f"{problem}{nothing}", service_words=detail)
        if proxy:
            return Unreachable(
                f"Could not connect to {server} through the proxy "
                f"{remove_credentials(proxy)}.{nothing} Check the proxy in the network "
                "settings of this computer.",
                service_words=detail,
            )
        return Unreachable(
            f"Could not connect to {server}.{nothing} Check the network and the account's address.",
            service_words=detail,
        )

    def create_connection_lost(
        self, cause: Exception, status: int, body: bytearray, *, paid: bool
    ) -> ServiceError:
        """Creates the error for a connection that broke after the request had gone out.

        Args:
            status: 0 if no response began.
            body: The part received.
        """
        # Errors about a response quote a part of it.
        detail = self._redactor.redact(str(cause))
        # The received part is stored: a person may find the task's id in it.
        raw = self._redactor.redact_bytes(bytes(body[:RAW_BODY_LIMIT_BYTES]))
        if paid:
            return OutcomeUnknown(
                f"The connection to {self._service} was lost after the request was sent. It may "
                "have been accepted and charged. Check your account before you send it again.",
                service_words=detail,
                status=status,
                raw=raw,
            )
        return Unreachable(
            f"The connection to {self._service} was lost before the response was complete. "
            "Checking again is free.",
            service_words=detail,
            raw=raw,
        )

    def create_too_large(self, body: bytearray, status: int, *, paid: bool) -> ServiceError:
        """Creates the error for a response that is larger than any real one."""
        kind = OutcomeUnknown if paid else InvalidResponse
        return kind(
            f"{self._service} sent a response far larger than expected, which was not read."
            + (" The request may have been accepted and charged." if paid else ""),
            status=status,
            raw=self._redactor.redact_bytes(bytes(body[:RAW_BODY_LIMIT_BYTES])),
        )
