"""The HTTP server: one socket on 127.0.0.1, and connections that can be cut."""

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

from producer_studio.sandbox.middleware import CUT_EXTENSION

HOST = "127.0.0.1"


def open_listening_socket(port: int) -> socket.socket:
    """Binds 127.0.0.1; port 0 takes a free one. Raises OSError when the port is taken."""
    # asyncio turns Nagle off only where the protocol says TCP; with it each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # Elsewhere the option would let two servers share one port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class CuttableConnection(H11Protocol):
    """An HTTP connection whose requests carry a way to cut it, under `extensions`."""

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
        # Lingering for no time makes the kernel send RST, as a crashing gateway does.
        wire = self.transport.get_extra_info("socket")
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()


class SandboxServer(uvicorn.Server):
    """uvicorn that says when it is ready and ends with exit code 0 when asked to end.

    Args:
        app: the application.
        on_ready: called once connections are answered.
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
        """Ends calmly at SIGTERM and SIGINT; uvicorn would raise them again afterwards."""
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
        """Asks the server to end; from any thread and from a signal."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop_listening)

    def _stop_listening(self) -> None:
        """At once, so that nobody finds a server that is about to end."""
        for server in self.servers if self.started else ():
            server.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()


def stop_with_stdin(server: SandboxServer) -> None:
    """Ends the server when standard input closes, which it does when its owner dies."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            continue
        server.stop()

    threading.Thread(target=watch, name="stdin watch", daemon=True).start()
