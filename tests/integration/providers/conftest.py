"""A loopback server that answers with the bytes it was told, and a wire that carries them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

RESET = b"\x00reset"
"""Instead of an answer: the connection is reset."""


@dataclass
class RawServer:
    """Answers each request with the next of its answers, the last one again and again.

    An answer is bytes, or a function from the request's text to bytes.
    """

    answers: list[bytes | Callable[[str], bytes]]
    url: str = ""
    requests: list[str] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            text = head.decode("latin-1")
            for line in text.splitlines():
                if line.lower().startswith("content-length:"):
                    text += (await reader.readexactly(int(line.split(":")[1]))).decode()
            self.requests.append(text)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            data = answer if isinstance(answer, bytes) else answer(text)
            body, reset, _ = data.partition(RESET)
            writer.write(body)
            # A client may close the connection before it has read everything.
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            if reset:
                writer.transport.abort()
        finally:
            writer.close()
            self.closed.set()


@asynccontextmanager
async def serving(*answers: bytes | Callable[[str], bytes]) -> AsyncIterator[RawServer]:
    raw = RawServer(list(answers))
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield raw


@pytest.fixture(name="serving")
def _serving() -> Callable[..., object]:
    return serving


@pytest.fixture
def reset() -> bytes:
    return RESET


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """Builds an HTTP/1.1 answer that ends its connection."""

    def build(
        status: int, body: bytes = b"", *, length: int | None = None, **headers: str
    ) -> bytes:
        lines = [f"HTTP/1.1 {status} Word", "Connection: close"]
        lines.append(f"Content-Length: {len(body) if length is None else length}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    return build


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine's environment says of proxies is no part of a test."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
