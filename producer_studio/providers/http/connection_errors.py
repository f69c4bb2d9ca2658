"""Errors of requests whose response did not arrive, or not as a whole."""

from producer_studio.domain.errors import (
    CertificateRejected,
    InvalidResponse,
    OutcomeUnknown,
    ServiceError,
    Unreachable,
)
from producer_studio.providers.http.certificates import describe_certificate_error
from producer_studio.providers.http.proxies import proxy_advice, remove_credentials
from producer_studio.providers.http.redaction import SecretRedactor
from producer_studio.providers.http.response import RAW_BODY_LIMIT_BYTES
from producer_studio.providers.http.url_checks import split_url
from producer_studio.translation import mark, sentences

INVALID_KEY_MESSAGE = mark(
    "The key of this account contains invalid characters. Nothing was sent. Paste it again in "
    "Settings."
)


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
        nothing = mark("Nothing was sent and nothing was charged.") if paid else ""
        parts = split_url(self._base_url)
        server = self._service
        if parts:
            server = mark("{service} ({address})", service=server, address=parts.netloc)
        problem = describe_certificate_error(cause, server) if isinstance(cause, Exception) else ""
        if problem:
            return CertificateRejected(sentences(problem, nothing), service_words=detail)
        if proxy:
            return Unreachable(
                sentences(
                    mark(
                        "Could not connect to {server} through the proxy {proxy}.",
                        server=server,
                        proxy=remove_credentials(proxy),
                    ),
                    nothing,
                    proxy_advice(cause),
                ),
                service_words=detail,
            )
        return Unreachable(
            sentences(
                mark("Could not connect to {server}.", server=server),
                nothing,
                mark("Check the network and the account's address."),
            ),
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
                mark(
                    "The connection to {service} was lost after the request was sent. It may "
                    "have been "
                    "accepted and charged. Check your account before you send it again.",
                    service=self._service,
                ),
                service_words=detail,
                status=status,
                raw=raw,
            )
        return Unreachable(
            mark(
                "The connection to {service} was lost before the response was complete. Checking "
                "again is free.",
                service=self._service,
            ),
            service_words=detail,
            raw=raw,
        )

    def create_too_large(self, body: bytearray, status: int, *, paid: bool) -> ServiceError:
        """Creates the error for a response that is larger than any real one."""
        kind = OutcomeUnknown if paid else InvalidResponse
        return kind(
            sentences(
                mark(
                    "{service} sent a response far larger than expected, which was not read.",
                    service=self._service,
                ),
                mark("The request may have been accepted and charged.") if paid else "",
            ),
            status=status,
            raw=self._redactor.redact_bytes(bytes(body[:RAW_BODY_LIMIT_BYTES])),
        )
