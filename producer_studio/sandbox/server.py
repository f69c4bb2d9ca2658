"""HTTP server: one socket on 127.0.0.1, and connections that faults can close."""

import asyncio
import contextlib
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from producer_studio.sandbox.fault_middleware import CUT_EXTENSION

HOST = "127.0.0.1"


def open_listening_socket(port: int) -> socket.socket:
    """Binds 127.0.0.1; port 0 selects a free one. Raises OSError when the port is in use."""
    # asyncio disables Nagle's algorithm only if the protocol is TCP; it delays responses by 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # On Windows the option would let two servers share one port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class CuttableConnection(H11Protocol):
    """HTTP connection whose requests can close it by a callback in `extensions`."""

    def connection_made(self, transport: object) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        app: ASGIApp = self.app

        async def with_cut(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {**scope.get("extensions", {}), CUT_EXTENSION: self._cut}
            await app(scope, receive, send)

        self.app = with_cut

    def _cut(self, reset: bool) -> None:
        if not reset:
            self.transport.close()
            return
        # A linger time of zero makes the kernel send RST, as a crashing gateway does.
        wire = self.transport.get_extra_info("socket")
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()


class SandboxServer(uvicorn.Server):
    """uvicorn server that reports when it is ready and ends with exit code 0 on request.

    Args:
        app: ASGI application.
        on_ready: Called once connections are accepted.
    """

    def __init__(self, app: ASGIApp, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=CuttableConnection,
                ws="none",
                loop="asyncio",
                lifespan="on",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=1,
            )
        )
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if not self.should_exit:
            self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stops gracefully at SIGTERM and SIGINT; uvicorn would raise them again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Requests the end of the server; safe on any thread and in signal handlers."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop_listening)

    def _stop_listening(self) -> None:
        """Closes the listening socket at once, so that no client connects to a stopping server."""
        for server in self.servers if self.started else ():
            server.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()


def stop_with_stdin(server: SandboxServer) -> None:
    """Stops the server when standard input closes, which happens when its parent process dies."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            continue
        server.stop()

    threading.Thread(target=watch, name="stdin watch", daemon=True).start()
