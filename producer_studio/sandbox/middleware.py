"""Where every request passes: it is written down, and may meet a fault."""

import asyncio
import tempfile
from collections.abc import Callable
from typing import IO, Any, NamedTuple

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from producer_studio.sandbox import hostile_files
from producer_studio.sandbox.injected_faults import Fault, FaultPlan
from producer_studio.sandbox.request_log import Journal
from producer_studio.sandbox.response_corruption import (
    NOISE,
    half_of,
    of_few_fields,
    of_odd_fields,
    of_other_types,
    with_error,
    with_price,
    without_data,
)

CUT = "producer_studio.cut"
BODY_LIMIT = 4 * 1024 * 1024
#: For the one kind of request that brings a file.
FORM_LIMIT = 128 * 1024 * 1024
#: Of those at a time; others wait with their bytes unread.
FORMS_AT_ONCE = 2
_IN_MEMORY = 1024 * 1024
_BLOCK = 256 * 1024
_PAGE = "<!doctype html><html><body><h1>Service temporarily out of tune</h1></body></html>"


class Place(NamedTuple):
    """How faults name a request, and what an error looks like in the dialect it speaks."""

    words: frozenset[str]
    error_body: Callable[[int], dict[str, Any]]


class Gate:
    """ASGI middleware around everything but the control endpoint.

    Args:
        app: what answers when no fault prevents it; it never sees a body that is too large.
        plan: the faults now switched on.
        journal: where requests are written down.
        place_of: method and path to the place; None for paths that are left alone.
    """

    def __init__(
        self,
        app: ASGIApp,
        plan: FaultPlan,
        journal: Journal,
        place_of: Callable[[str, str], Place | None],
    ) -> None:
        self._app = app
        self._plan = plan
        self._journal = journal
        self._place_of = place_of
        self._dead_links: dict[str, int] = {}
        self._forms = asyncio.Semaphore(FORMS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = self._place_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif place is not None and "files" in place.words:
            async with self._forms:
                await self._exchange(place, FORM_LIMIT, scope, receive, send)
        else:
            await self._exchange(place, BODY_LIMIT, scope, receive, send)

    async def _exchange(
        self, place: Place | None, limit: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        # On disk from a size on: what comes without a length would else fill the memory.
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            size = await _read(receive, limit, body)
            if size > limit:
                error = place.error_body(413) if place else {"error": "The body is too large."}
                refusal = JSONResponse(error, 413, {"Connection": "close"})
                await refusal(scope, receive, send)
            elif place is None:
                await self._app(scope, _replay(body, size, receive), send)
            else:
                await self._passed(place, body, size, scope, receive, send)

    async def _passed(
        self,
        place: Place,
        body: IO[bytes],
        size: int,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        line = self._journal.note(scope, b"" if size > BODY_LIMIT else _whole(body), size)

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = message["status"]
            await send(message)

        exchange = _Exchange(self._app, scope, _replay(body, size, receive), receive, send_noting)
        link = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        if link in self._dead_links:
            await exchange.answer(_expired(self._dead_links[link]))
            return
        deed: Fault | None = None
        for fault in self._plan.take(place.words):
            line["faults"].append(fault.kind)
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
            else:
                deed = fault
        if deed is None:
            await exchange.go_on()
        elif deed.kind == "expired":
            self._dead_links[link] = deed.status or 403
            await exchange.answer(_expired(self._dead_links[link]))
        else:
            await exchange.suffer(deed, place)


class _Exchange:
    """One request and its answer, which may be spoilt on the way out."""

    def __init__(
        self, app: ASGIApp, scope: Scope, replay: Receive, receive: Receive, send: Send
    ) -> None:
        self._app = app
        self._scope = scope
        self._replay = replay
        self._receive = receive
        self._send = send

    async def go_on(self) -> None:
        await self._app(self._scope, self._replay, self._send)

    async def answer(self, response: Response) -> None:
        await response(self._scope, self._replay, self._send)

    async def suffer(self, fault: Fault, place: Place) -> None:
        match fault.kind:
            case "status":
                await self.answer(_status(fault, place))
            case "html":
                await self.answer(HTMLResponse(_PAGE, fault.status or 200))
            case "garbage":
                await self.answer(
                    Response(NOISE, fault.status or 200, media_type="application/json")
                )
            case "truncated":
                await self._spoilt(half_of)
            case "wrong_types":
                await self._spoilt(of_other_types)
            case "missing_fields":
                await self._spoilt(of_few_fields)
            case "empty_data":
                await self._spoilt(without_data)
            case "partial":
                wrong = place.error_body(fault.status or 500).get("error")
                await self._spoilt(lambda body: with_error(body, wrong))
            case "odd_fields":
                await self._spoilt(of_odd_fields)
            case "odd_price":
                await self._spoilt(lambda body: with_price(body, fault.price))
            case "empty":
                await self.answer(Response(b"", fault.status or 200, media_type="audio/mp4"))
            case "endless":
                await self.answer(hostile_files.endless())
            case "redirect":
                await self.answer(hostile_files.redirect(fault.to))
            case "zeros":
                await self.answer(hostile_files.zeros(fault.bytes))
            case "zip_slip":
                await self.answer(hostile_files.zip_slip())
            case "odd_name":
                await self._under_another_name(fault.name)
            case "cut_before":
                await self._cut(reset=True)
            case "cut_after":
                await self._app(self._scope, self._replay, _nowhere)
                await self._cut(reset=True)
            case "cut_midway":
                await self._cut_midway(fault.bytes)
            case "slow":
                await self._slowly(fault.bytes_per_s)
            case unknown:
                raise AssertionError(f"{unknown} is not a fault of the exchange")

    async def _spoilt(self, spoil: Callable[[bytes], bytes]) -> None:
        """Lets the request be answered in full, then sends a spoilt body of the right length."""
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(self._scope, self._replay, keep)
        body = spoil(body)
        headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def _under_another_name(self, name: str | None) -> None:
        async def rename(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {
                    **message,
                    "headers": [*message["headers"], hostile_files.disposition(name)],
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
                    allowed = _length(message) // 2
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
        await self._cut(reset=False)

    async def _slowly(self, bytes_per_s: float) -> None:
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

    async def _cut(self, *, reset: bool) -> None:
        """Ends the TCP connection and waits until it is gone.

        Args:
            reset: drop it at once with RST; else what was written is still delivered, then FIN.
        """
        self._scope["extensions"][CUT](reset)
        while (await self._receive())["type"] != "http.disconnect":
            continue


async def _nowhere(_message: Message) -> None:
    """Swallows the answer of a request whose connection is about to be cut."""


async def _read(receive: Receive, limit: int, body: IO[bytes]) -> int:
    """Writes what comes into a file; its size, which is above the limit where there was more."""
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


def _whole(body: IO[bytes]) -> bytes:
    body.seek(0)
    return body.read()


def _replay(body: IO[bytes], size: int, receive: Receive) -> Receive:
    """A receive that gives the body once more and then listens to the connection again."""
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


def _length(start: Message) -> int:
    lengths = [int(value) for name, value in start["headers"] if name == b"content-length"]
    return lengths[0] if lengths else 0


def _status(fault: Fault, place: Place) -> Response:
    status = fault.status or 500
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return JSONResponse(place.error_body(status), status, headers)


def _expired(status: int) -> Response:
    return Response("Link expired", status, media_type="text/plain")
