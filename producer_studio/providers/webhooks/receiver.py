"""Optional local webhook server, reached through the user's own tunnel.

It listens on 127.0.0.1 only, accepts one small POST per connection, and passes verified events to
the studio. It changes no job: the studio merely polls a task sooner.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import h11

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName
from producer_studio.providers.webhooks.verification import (
    InvalidWebhook,
    UntrustedWebhook,
    WebhookEvent,
    WebhookVerifier,
)
from producer_studio.translation import mark

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PATH = "/hooks/"
BODY_LIMIT_BYTES = 1024 * 1024
HEAD_LIMIT_BYTES = 16 * 1024
REQUEST_TIMEOUT_S = 10.0
"""Timeout for a whole request; services send theirs at once."""

MAX_CONNECTIONS = 32
"""Maximum number of simultaneous connections; further ones are rejected."""


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Account and verifier behind one path."""

    account: AccountName
    verifier: WebhookVerifier


def create_token() -> str:
    """Creates the last segment of an account's path, which cannot be guessed."""
    return secrets.token_urlsafe(24)


def webhook_path(token: str) -> str:
    """Returns the path of an account's webhooks, to be appended to the tunnel's URL."""
    return PATH + token


class WebhookReceiver:
    """Webhook server; receives events while it is started, on the loop that started it."""

    def __init__(
        self,
        port: int,
        find_endpoint: Callable[[str], WebhookEndpoint | None],
        on_event: Callable[[AccountName, WebhookEvent], None],
        *,
        clock: Callable[[], float] = time.time,
        timeout_s: float = REQUEST_TIMEOUT_S,
    ) -> None:
        """Creates the receiver; it listens after `start`.

        Args:
            port: 0 selects any free one.
            find_endpoint: Finds the endpoint for a path's token; called for each webhook.
            on_event: Called with each verified event that is new, on the loop.
            clock: Unix seconds.
            timeout_s: Timeout for a request to arrive.
        """
        self._requested_port = port
        self._find_endpoint = find_endpoint
        self._on_event = on_event
        self._clock = clock
        self._timeout_s = timeout_s
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Port on which it listens; the requested one while it does not."""
        if self._server is None or not self._server.sockets:
            return self._requested_port
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Starts listening.

        Raises:
            RequestRejected: The port is in use or not allowed.
        """
        if self._server is not None:
            return
        try:
            self._server = await asyncio.start_server(
                self._handle_connection, HOST, self._requested_port, limit=HEAD_LIMIT_BYTES
            )
        except (OSError, OverflowError) as error:
            raise RequestRejected(
                mark(
                    "Webhooks cannot be received on port {port}: another program uses "
                    "it, or "
                    "it is not permitted. Choose another port in Settings. Nothing is lost: the "
                    "studio "
                    "polls the services itself.",
                    port=str(self._requested_port),
                ),
                service_words=str(error),
                field="webhook_port",
            ) from error

    async def close(self) -> None:
        """Stops listening and aborts open connections. May be called again."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for talk in self._connections:
            talk.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await server.wait_closed()

    async def _handle_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Handles one connection with one webhook."""
        talk = asyncio.current_task()
        assert talk is not None  # noqa: S101 - the server makes one for each connection
        self._connections.add(talk)
        try:
            if len(self._connections) <= MAX_CONNECTIONS:
                async with asyncio.timeout(self._timeout_s):
                    await self._handle_request(_Request(reader, writer))
        except (TimeoutError, OSError) as error:
            log.info("Webhook connection was lost: %s", error)
        except asyncio.CancelledError:
            # On close the task ends here, so that the loop logs nothing about it.
            log.info("Webhook request was incomplete")
        finally:
            self._connections.discard(talk)
            writer.close()

    async def _handle_request(self, request: "_Request") -> None:
        try:
            status = await self._process_request(request)
        except h11.RemoteProtocolError as error:
            log.info("Request is not a webhook: %s", error)
            status = 400
        await request.respond(status)

    async def _process_request(self, request: "_Request") -> int:
        head = await request.read_head()
        if head is None:
            return 400
        target = head.target.decode("ascii", "replace").partition("?")[0]
        token = target.removeprefix(PATH) if target.startswith(PATH) else ""
        endpoint = self._find_endpoint(token) if token else None
        if endpoint is None:
            return 404
        if head.method != b"POST":
            return 405
        body = await request.read_body()
        if body is None:
            return 413
        headers = {
            name.decode("ascii", "replace").lower(): value.decode("latin-1")
            for name, value in head.headers
        }
        try:
            news = endpoint.verifier.verify(headers, body, self._clock())
        except UntrustedWebhook as error:
            log.warning("Webhook for %s was rejected: %s", endpoint.account, error)
            return 401
        except InvalidWebhook as error:
            log.info("Webhook for %s could not be parsed: %s", endpoint.account, error)
            return 400
        if news is not None:
            self._on_event(endpoint.account, news)
        return 200


class _Request:
    """One incoming request, within limits."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT_BYTES)

    async def read_head(self) -> h11.Request | None:
        """Reads the request line and headers; None when the connection ends before them."""
        event = await self._next_event()
        return event if isinstance(event, h11.Request) else None

    async def read_body(self) -> bytes | None:
        """Reads the whole body; None when it is larger than any webhook."""
        body = bytearray()
        while True:
            event = await self._next_event()
            if not isinstance(event, h11.Data):
                return bytes(body)
            body += event.data
            if len(body) > BODY_LIMIT_BYTES:
                return None

    async def respond(self, status: int) -> None:
        """Sends the status without a body, and ends the connection."""
        if self._connection.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        headers = [("Content-Length", "0"), ("Connection", "close")]
        await self._send(h11.Response(status_code=status, headers=headers))
        await self._send(h11.EndOfMessage())
        if self._connection.their_state is not h11.DONE and self._writer.can_write_eof():
            # A connection that is closed with unread bytes may lose the response.
            self._writer.write_eof()
            left = BODY_LIMIT_BYTES
            while left > 0 and (data := await self._reader.read(HEAD_LIMIT_BYTES)):
                left -= len(data)

    async def _next_event(self) -> object:
        while True:
            event = self._connection.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._connection.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._connection.receive_data(await self._reader.read(HEAD_LIMIT_BYTES))

    async def _send(self, event: h11.Event) -> None:
        data = self._connection.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()
