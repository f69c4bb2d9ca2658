"""Middleware that logs every request and injects faults."""

import asyncio
import tempfile
from collections.abc import Callable
from typing import IO, Any, NamedTuple

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producer_studio.sandbox import hostile_files
from producer_studio.sandbox.injected_faults import FaultPlan, InjectedFault
from producer_studio.sandbox.request_log import RequestLog
from producer_studio.sandbox.response_corruption import (
    NOISE,
    add_error,
    change_optional_field_types,
    change_value_types,
    drop_fields,
    empty_data,
    replace_price,
    truncate_body,
)

CUT_EXTENSION = "producer_studio.cut"
BODY_LIMIT = 4 * 1024 * 1024
#: Bytes of a request that uploads a file.
FORM_LIMIT = 128 * 1024 * 1024
#: Concurrent file uploads; others wait with their bytes unread.
FORMS_AT_ONCE = 2
_IN_MEMORY = 1024 * 1024
_BLOCK = 256 * 1024
_PAGE = "<!doctype html><html><body><h1>Service temporarily out of tune</h1></body></html>"


class FaultLocation(NamedTuple):
    """Location of a request for faults, and the error format of its dialect."""

    names: frozenset[str]
    error_body: Callable[[int], dict[str, Any]]


class FaultInjectionMiddleware:
    """ASGI middleware around everything but the control endpoint.

    Args:
        app: Application that handles the request; it never receives a body that is too large.
        fault_plan: Active faults.
        request_log: Log of all requests.
        find_location: Maps method and path to the location; None for excluded paths.
    """

    def __init__(
        self,
        app: ASGIApp,
        fault_plan: FaultPlan,
        request_log: RequestLog,
        find_location: Callable[[str, str], FaultLocation | None],
    ) -> None:
        self._app = app
        self._fault_plan = fault_plan
        self._request_log = request_log
        self._find_location = find_location
        self._dead_links: dict[str, int] = {}
        self._forms = asyncio.Semaphore(FORMS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = (
            self._find_location(scope["method"], scope["path"]) if scope["type"] == "http" else None
        )
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif place is not None and "files" in place.names:
            async with self._forms:
                await self._handle_request(place, FORM_LIMIT, scope, receive, send)
        else:
            await self._handle_request(place, BODY_LIMIT, scope, receive, send)

    async def _handle_request(
        self, location: FaultLocation | None, limit: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        # On disk above a size: otherwise a body without a length could fill the memory.
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            size = await _read_body(receive, limit, body)
            if size > limit:
                error = (
                    location.error_body(413) if location else {"error": "The body is too large."}
                )
                refusal = JSONResponse(error, 413, {"Connection": "close"})
                await refusal(scope, receive, send)
            elif location is None:
                await self._app(scope, _replay_body(body, size, receive), send)
            else:
                await self._handle_logged(location, body, size, scope, receive, send)

    async def _handle_logged(
        self,
        location: FaultLocation,
        body: IO[bytes],
        size: int,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        line = self._request_log.record(
            scope, b"" if size > BODY_LIMIT else _body_bytes(body), size
        )

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = message["status"]
            await send(message)

        exchange = _Exchange(
            self._app, scope, _replay_body(body, size, receive), receive, send_noting
        )
        link = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        if link in self._dead_links:
            await exchange.respond(_expired_response(self._dead_links[link]))
            return
        deed: InjectedFault | None = None
        for fault in self._fault_plan.select_due(location.names):
            line["faults"].append(fault.kind)
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            else:
                deed = fault
        if deed is None:
            await exchange.pass_through()
        elif deed.kind == "expired":
            self._dead_links[link] = deed.status or 403
            await exchange.respond(_expired_response(self._dead_links[link]))
        else:
            await exchange.apply_fault(deed, location)


class _Exchange:
    """One request and its response, which may be corrupted on the way out."""

    def __init__(
        self, app: ASGIApp, scope: Scope, replay: Receive, receive: Receive, send: Send
    ) -> None:
        self._app = app
        self._scope = scope
        self._replay = replay
        self._receive = receive
        self._send = send

    async def pass_through(self) -> None:
        await self._app(self._scope, self._replay, self._send)

    async def respond(self, response: Response) -> None:
        await response(self._scope, self._replay, self._send)

    async def apply_fault(self, fault: InjectedFault, location: FaultLocation) -> None:
        match fault.kind:
            case "status":
                await self.respond(_error_response(fault, location))
            case "html":
                await self.respond(HTMLResponse(_PAGE, fault.status or 200))
            case "garbage":
                await self.respond(
                    Response(NOISE, fault.status or 200, media_type="application/json")
                )
            case "truncated":
                await self._respond_corrupted(truncate_body)
            case "wrong_types":
                await self._respond_corrupted(change_value_types)
            case "missing_fields":
                await self._respond_corrupted(drop_fields)
            case "empty_data":
                await self._respond_corrupted(empty_data)
            case "partial":
                wrong = location.error_body(fault.status or 500).get("error")
                await self._respond_corrupted(lambda body: add_error(body, wrong))
            case "odd_fields":
                await self._respond_corrupted(change_optional_field_types)
            case "odd_price":
                await self._respond_corrupted(lambda body: replace_price(body, fault.price))
            case "empty":
                await self.respond(Response(b"", fault.status or 200, media_type="audio/mp4"))
            case "endless":
                await self.respond(hostile_files.endless_response())
            case "redirect":
                await self.respond(hostile_files.redirect_response(fault.to))
            case "zeros":
                await self.respond(hostile_files.zeros_response(fault.bytes))
            case "zip_slip":
                await self.respond(hostile_files.zip_slip_response())
            case "odd_name":
                await self._respond_with_odd_name(fault.name)
            case "cut_before":
                await self._close_connection(reset=True)
            case "cut_after":
                await self._app(self._scope, self._replay, _discard_message)
                await self._close_connection(reset=True)
            case "cut_midway":
                await self._cut_midway(fault.bytes)
            case "slow":
                await self._respond_slowly(fault.bytes_per_s)
            case unknown:
                raise AssertionError(f"{unknown} is not a fault of the exchange")

    async def _respond_corrupted(self, corrupt: Callable[[bytes], bytes]) -> None:
        """Lets the request be handled in full, then sends a corrupted body of correct length."""
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(self._scope, self._replay, keep)
        body = corrupt(body)
        headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _respond_with_odd_name(self, name: str | None) -> None:
        async def rename(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [
                        *message["headers"],
                        hostile_files.content_disposition_header(name),
                    ],
                }
            await self._send(message)

        await self._app(self._scope, self._replay, rename)

    async def _cut_midway(self, limit: int | None) -> None:
        sent = 0
        over = False
        allowed = limit or 0

        async def until_limit(message: Message) -> None:
            nonlocal sent, over, allowed
            if over:
                return
            if message["type"] == "http.response.start":
                if limit is None:
                    allowed = _content_length(message) // 2
                await self._send(message)
                return
            chunk: bytes = message.get("body", b"")
            if sent + len(chunk) <= allowed and message.get("more_body", False):
                sent += len(chunk)
                await self._send(message)
                return
            over = True
            part = chunk[: allowed - sent]
            await self._send({"type": "http.response.body", "body": part, "more_body": True})

        await self._app(self._scope, self._replay, until_limit)
        await self._close_connection(reset=False)

    async def _respond_slowly(self, bytes_per_s: float) -> None:
        step = max(1, int(bytes_per_s / 20))

        async def drip(message: Message) -> None:
            body: bytes = message.get("body", b"")
            if message["type"] == "http.response.start" or not body:
                await self._send(message)
                return
            for at in range(0, len(body), step):
                chunk = body[at : at + step]
                await asyncio.sleep(len(chunk) / bytes_per_s)
                more = message.get("more_body", False) or at + step < len(body)
                await self._send({"type": "http.response.body", "body": chunk, "more_body": more})

        await self._app(self._scope, self._replay, drip)

    async def _close_connection(self, *, reset: bool) -> None:
        """Closes the TCP connection and waits until it is closed.

        Args:
            reset: Whether to close at once with RST; otherwise written data is delivered before
                FIN.
        """
        self._scope["extensions"][CUT_EXTENSION](reset)
        while (await self._receive())["type"] != "http.disconnect":
            continue


async def _discard_message(_message: Message) -> None:
    """Discards the response of a request whose connection is about to be closed."""


async def _read_body(receive: Receive, limit: int, body: IO[bytes]) -> int:
    """Writes a request body to a file; returns its size, or a size above the limit if exceeded."""
    size = 0
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return size
        body.write(chunk)
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return size


def _body_bytes(body: IO[bytes]) -> bytes:
    body.seek(0)
    return body.read()


def _replay_body(body: IO[bytes], size: int, receive: Receive) -> Receive:
    """Returns a receive callable that repeats the body and then waits on the connection again."""
    given = 0
    over = False

    async def again() -> Message:
        nonlocal given, over
        if over:
            return await receive()
        body.seek(given)
        block = body.read(_BLOCK)
        given += len(block)
        over = given >= size
        return {"type": "http.request", "body": block, "more_body": not over}

    return again


def _content_length(start: Message) -> int:
    lengths = [int(value) for name, value in start["headers"] if name == b"content-length"]
    return lengths[0] if lengths else 0


def _error_response(fault: InjectedFault, location: FaultLocation) -> Response:
    status = fault.status or 500
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return JSONResponse(location.error_body(status), status, headers)


def _expired_response(status: int) -> Response:
    return Response("Link expired", status, media_type="text/plain")
