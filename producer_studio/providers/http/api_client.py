"""HTTP client of one account: one attempt per request, one connection pool."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from producer_studio.domain.errors import NotAuthorised, ServiceError
from producer_studio.domain.request_preview import RequestPreview
from producer_studio.providers.base import NotSentCancelledError
from producer_studio.providers.http.account_client import AccountClient
from producer_studio.providers.http.client_factory import (
    CLIENT_HEADERS,
    SendTracker,
    deadline,
    iterate_with_timeout,
)
from producer_studio.providers.http.connection_errors import INVALID_KEY_MESSAGE, ConnectionErrors
from producer_studio.providers.http.paid_request import (
    FRESH_HEADERS,
    JSON_HEADERS,
    METHOD,
    PaidRequest,
    preview_request,
)
from producer_studio.providers.http.redaction import SecretRedactor
from producer_studio.providers.http.response import INLINE_PARSE_LIMIT_BYTES, Response
from producer_studio.providers.http.response_body import (
    BodyTooLarge,
    ResponseBody,
    UndecodableBody,
)
from producer_studio.providers.http.server_time import ServerClock
from producer_studio.translation import mark

if TYPE_CHECKING:
    import httpx

    from producer_studio.providers.http.multipart import MultipartForm


BODY_LIMIT_BYTES = 4 * 1024 * 1024
"""Maximum decoded bytes of a response; real ones have a few thousand."""


CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
TOTAL_TIMEOUT_S = 60.0
HANDSHAKE_TIMEOUT_S = READ_TIMEOUT_S
"""Timeout for everything before a request: a proxy may accept a connection and never respond."""

# An early timeout of a submit makes its outcome unknown, so this timeout is longer.
PAID_READ_TIMEOUT_S = 90.0
PAID_TOTAL_TIMEOUT_S = 150.0

# A file may be large and the upload slow: only a stall ends it early.
FILE_TOTAL_TIMEOUT_S = 3600.0


@dataclass(slots=True)
class _Received:
    """The part of a response received so far; `body` is None before the headers arrive."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: ResponseBody | None = None


class ApiClient:
    """HTTP client for the service of one account.

    Importing and building the HTTP client takes some 80 ms: it happens in a thread at the first
    request, so that neither the start nor the window waits for it.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        service: str,
        secrets: Iterable[str] = (),
        transport: "httpx.AsyncBaseTransport | None" = None,
        limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> None:
        """Creates the object only; the HTTP client is built at the first request.

        Args:
            base_url: With or without a slash at the end.
            headers: Sent with every request; may contain the key, and so are never logged.
            service: The service's name in messages.
            secrets: Other secrets that the service may know and quote; redacted in every response,
                as the headers' own are.
            transport: Other transport for the requests, for tests.
            limit_bytes: A longer response is not read.
        """
        self.base_url = base_url.rstrip("/")
        self.service = service
        self._headers = dict(headers)
        own = (value.removeprefix("Bearer ") for value in headers.values())
        self._redactor = SecretRedactor([*own, *secrets])
        self._errors = ConnectionErrors(service, self.base_url, self._redactor)
        self._transport = transport
        self._limit_bytes = limit_bytes
        self._client = AccountClient(self.base_url, transport)
        self._closed = False
        self._requests_out = 0
        self._clock = ServerClock()

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        paid: bool = False,
    ) -> Response:
        """Sends once and reads the response, whatever its status.

        Args:
            method: GET or POST.
            path: Begins with a slash.
            body: JSON; None sends none.
            headers: In addition to the account's own.
            paid: Whether the request can cost credits, which decides the error if it is lost.

        Raises:
            Unreachable: Nothing was sent; or, if not paid, no complete response arrived.
            OutcomeUnknown: Paid, and sending had begun.
            NotAuthorised: The key contains characters that cannot be sent.
            NotSentCancelledError: Paid, and cancelled before sending had begun.
            InvalidResponse: Not paid, and the response is larger than any real one.
        """
        own = {**(headers or {}), **(FRESH_HEADERS if body is None else JSON_HEADERS)}
        total_s = PAID_TOTAL_TIMEOUT_S if paid else TOTAL_TIMEOUT_S
        return await self._send_request(method, path, body, own, paid=paid, total_s=total_s)

    async def submit(self, request: PaidRequest) -> Response:
        """Sends a request that may cost credits, once; raises the errors of `request`."""
        return await self.request(
            METHOD, request.path, body=request.body, headers=request.headers, paid=True
        )

    def preview(self, request: PaidRequest) -> RequestPreview:
        """Returns a request as `submit` sends it, without its secrets; sends nothing."""
        return preview_request(
            request, self.base_url, CLIENT_HEADERS, self._headers, self._redactor
        )

    async def send_form(self, path: str, form: "MultipartForm") -> Response:
        """Uploads a file from disk as a form; free, so a failed request may be repeated.

        Raises:
            Unreachable: No complete response arrived.
            NotAuthorised: The key contains characters that cannot be sent.
            InvalidResponse: The response is larger than any real one.
            StorageError: The file could not be read completely.
        """
        return await self.send_stream("POST", path, form.chunks(), form.headers)

    async def send_stream(
        self,
        method: str,
        path: str,
        chunks: AsyncGenerator[bytes, None],
        headers: Mapping[str, str],
    ) -> Response:
        """Uploads a file from disk as the request body; otherwise as `send_form`.

        Args:
            chunks: Closed at the end, also when this is cancelled.
        """
        async with aclosing(chunks):
            return await self._send_request(
                method, path, chunks, headers, paid=False, total_s=FILE_TOTAL_TIMEOUT_S
            )

    async def _send_request(
        self,
        method: str,
        path: str,
        body: bytes | AsyncIterator[bytes] | None,
        headers: Mapping[str, str],
        *,
        paid: bool,
        total_s: float,
    ) -> Response:
        own = self._headers | dict(headers)
        if not all(value.isascii() and value.isprintable() for value in own.values()):
            raise NotAuthorised(INVALID_KEY_MESSAGE)
        client = await self._ensure_client(paid=paid)
        self._requests_out += 1
        try:
            return await self._send_tracked(
                client, method, path, body, own, paid=paid, total_s=total_s
            )
        finally:
            self._requests_out -= 1
            if not self._requests_out:
                await (self.close() if self._closed else self._client.close_replaced())

    async def _send_tracked(
        self,
        client: "httpx.AsyncClient",
        method: str,
        path: str,
        body: bytes | AsyncIterator[bytes] | None,
        headers: Mapping[str, str],
        *,
        paid: bool,
        total_s: float,
    ) -> Response:
        # Start-up cost: imported in a thread by _ensure_client, only looked up here.
        import httpx

        # The client's own timeout would discard a response that arrived while the computer was
        # suspended: paid requests use our own.
        read_s = None if paid else READ_TIMEOUT_S
        received = _Received()
        send_tracker = SendTracker()
        # A transport for tests does not report when it sends.
        send_tracker.has_begun = self._transport is not None
        try:
            request = client.build_request(
                method,
                self.base_url + path,
                content=body,
                headers=headers,
                timeout=httpx.Timeout(
                    connect=CONNECT_TIMEOUT_S,
                    read=read_s,
                    write=READ_TIMEOUT_S,
                    pool=READ_TIMEOUT_S,
                ),
                extensions=send_tracker.extensions,
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise self._errors.create_not_sent(
                error, paid=paid, proxy=self._client.proxy
            ) from error
        try:
            async with deadline(total_s):
                await self._send_once(client, request, received, send_tracker, paid=paid)
            return await self._create_response(received)
        except ServiceError:
            raise
        except asyncio.CancelledError as error:
            if paid and not send_tracker.has_begun:
                raise NotSentCancelledError from error
            raise
        except Exception as error:
            # Whatever failed, a response that had arrived by then counts.
            response = await self._recover_response(received, error, paid=paid)
            if response is not None:
                return response
            # Proxies fail in many ways, some of them not the client's own errors.
            early = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
            if not send_tracker.has_begun or isinstance(error, early):
                self._client.check_settings()
                raise self._errors.create_not_sent(
                    error, paid=paid, proxy=self._client.proxy
                ) from error
            known = (httpx.HTTPError, httpx.StreamError, UndecodableBody, OSError)
            if not isinstance(error, known):
                raise
            part = received.body.data if received.body is not None else bytearray()
            raise self._errors.create_connection_lost(
                error, received.status, part, paid=paid
            ) from error
        finally:
            await send_tracker.close_unused()

    @property
    def clock(self) -> ServerClock:
        """The server's own clock."""
        return self._clock

    async def retire(self) -> None:
        """Rejects later requests, and closes the connections when the last pending one ends.

        A paid request is not interrupted, because its outcome would be unknown.
        """
        self._closed = True
        if not self._requests_out:
            await self.close()

    async def close(self) -> None:
        """Closes the connections, also during a request; later requests are rejected."""
        self._closed = True
        await self._client.close()

    async def _ensure_client(self, *, paid: bool) -> "httpx.AsyncClient":
        if self._closed:
            raise self._errors.create_not_sent(
                mark("The account was closed."), paid=paid, proxy=self._client.proxy
            )
        try:
            return await self._client.get()
        except ServiceError:
            raise
        except Exception as error:
            # Any error counts: nothing could have been sent without a client.
            raise self._errors.create_not_sent(
                error, paid=paid, proxy=self._client.proxy
            ) from error

    async def _send_once(
        self,
        client: "httpx.AsyncClient",
        request: "httpx.Request",
        received: _Received,
        send_tracker: SendTracker,
        *,
        paid: bool,
    ) -> None:
        """Sends the request and stores the response in `received`, also when this raises."""
        step_s = PAID_READ_TIMEOUT_S if paid else FILE_TOTAL_TIMEOUT_S
        async with (
            deadline(step_s),
            deadline(HANDSHAKE_TIMEOUT_S, unless=lambda: send_tracker.has_begun),
        ):
            response = await client.send(request, stream=True)
        try:
            received.status = response.status_code
            received.headers = {
                name.lower(): self._redactor.redact(value)
                for name, value in response.headers.items()
            }
            self._clock.record(received.headers)
            encoding = received.headers.get("content-encoding", "")
            received.body = body = ResponseBody(encoding, self._limit_bytes)
            # Raw: a decoder without a limit expands a few thousand bytes to gigabytes.
            async for chunk in iterate_with_timeout(response.aiter_raw(), step_s):
                if body.is_encoded:
                    await asyncio.to_thread(body.add, chunk)
                else:
                    body.add(chunk)
        finally:
            await response.aclose()

    async def _recover_response(
        self, received: _Received, error: Exception, *, paid: bool
    ) -> Response | None:
        """Returns the incomplete response where the received part suffices; None otherwise.

        A rejection (4xx) counts without its explanation. Any other response counts when its JSON is
        complete: its length was stated wrongly, or the connection was not closed. If it were
        discarded, the task that it names would be lost.

        Raises:
            OutcomeUnknown, InvalidResponse: The body is too large.
        """
        body = received.body
        if body is None:
            return None
        if 400 <= received.status < 500:
            return await self._create_response(received)
        if isinstance(error, BodyTooLarge):
            raise self._errors.create_too_large(body.data, received.status, paid=paid) from error
        if not body.data.rstrip().endswith((b"}", b"]")):
            return None
        response = await self._create_response(received)
        return response if isinstance(response.json, dict | list) else None

    async def _create_response(self, received: _Received) -> Response:
        data = received.body.data if received.body is not None else bytearray()
        if len(data) <= INLINE_PARSE_LIMIT_BYTES:
            return self._redact_response(received.status, received.headers, data)
        return await asyncio.to_thread(
            self._redact_response, received.status, received.headers, data, parse=True
        )

    def _redact_response(
        self, status: int, headers: Mapping[str, str], data: bytearray, *, parse: bool = False
    ) -> Response:
        response = Response(status, headers, self._redactor.redact_bytes(bytes(data)))
        if parse:
            _ = response.json
        return response
