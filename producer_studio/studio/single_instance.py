"""Single instance per library: a second start activates the first and passes its files on.

Before the first paint this imports only the lock; all else is imported when it is needed.
"""

import contextlib
import hmac
import json
import logging
import os
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.files.locks import FileLock
from producer_studio.files.unresponsive_disks import resolve_in_time

# Not imported at run time, for a fast first paint.
if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

_LOCAL_HOST = "127.0.0.1"
_RESPONSE_TIMEOUT_S = 10.0
_RETRY_INTERVAL_S = 0.05
_MAX_LINE_BYTES = 4 << 20
"""Maximum length of a request; the names of all files that one command can name fit into it."""

_MAX_ADDRESS_BYTES = 4096

MAX_CONNECTIONS = 16
"""Maximum concurrent connections; a second start sends its request at once."""


@dataclass(frozen=True, slots=True)
class ActivationRequest:
    """Request of a second start to the first.

    Attributes:
        files: Files to open in the compose form; often none.
        activation_token: Token with which the desktop allows a started program to raise its window;
            empty if it provides none.
    """

    files: tuple[Path, ...] = ()
    activation_token: str = ""


class SingleInstance:
    """Ensures that only one window has a library open.

    The listener writes its port and a secret to a file that only this user can read; other users of
    the computer can neither send nor receive requests.

    Args:
        state: The user's state folder, not the library's: a library may be on a disk that several
            computers share.
        default_library: Library that is used if none is given.
    """

    def __init__(self, state: Path, default_library: Path) -> None:
        self._folder = state / "windows"
        self._default_library = default_library
        self._library: Path | None = None
        self._lock: FileLock | None = None
        self._server: asyncio.Server | None = None
        self._token = ""
        self._on_request: Callable[[ActivationRequest], object] | None = None
        self._connections: dict[int, asyncio.Task[None]] = {}
        self._resolved: dict[Path, Path] = {}

    def acquire(self, library: Path | None = None) -> bool:
        """Acquires the lock of a library and releases the previous one.

        Returns True also if the state folder cannot be written, so that the program can be used.
        """
        library = library or self._default_library
        if self._library == library:
            return True
        lock = FileLock(self._path(library, "lock"))
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir(0o700, exist_ok=True)
            if not lock.acquire():
                return False
            # From a window that was killed.
            self._path(library, "json").unlink(missing_ok=True)
        except OSError:
            return True
        self._release()
        self._library, self._lock = library, lock
        return True

    def activate_running(self, request: ActivationRequest, library: Path | None = None) -> bool:
        """Activates the window that has the library open; blocking, ten seconds at most.

        Returns:
            Whether it has responded. If it has closed instead, the library is acquired.
        """
        deadline = time.monotonic() + _RESPONSE_TIMEOUT_S
        while time.monotonic() < deadline and not self.acquire(library):
            # It may be starting and not have written its address yet.
            with contextlib.suppress(OSError, ValueError, LookupError):
                port, token = _read_address(self._path(library or self._default_library, "json"))
                return _send_request(port, token, request, deadline - time.monotonic())
            time.sleep(_RETRY_INTERVAL_S)
        return False

    async def listen(self, on_request: Callable[[ActivationRequest], object]) -> None:
        """Listens until `close`, and calls `on_request` for each request, on the event loop."""
        import asyncio

        if self._library is None or self._server is not None:
            return
        self._on_request = on_request
        self._token = os.urandom(16).hex()
        try:
            self._server = await asyncio.start_server(
                self._on_connected, _LOCAL_HOST, 0, limit=_MAX_LINE_BYTES
            )
            port = self._server.sockets[0].getsockname()[1]
            await asyncio.to_thread(self._write_address, self._library, port)
        except OSError:
            # A second start then reports that this window does not respond.
            await self.close()

    async def stop_listening(self) -> None:
        """Stops listening, and holds the library until `close`."""
        import asyncio  # see the head of this file

        if self._server is not None:
            self._remove_address()
            self._server.close()
            # Otherwise this would wait for connections without a request.
            talking = list(self._connections.values())
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def close(self) -> None:
        """Stops listening and releases the library."""
        await self.stop_listening()
        self._release()

    def _remove_address(self) -> None:
        if self._library is not None:
            with contextlib.suppress(OSError):
                self._path(self._library, "json").unlink(missing_ok=True)

    def _release(self) -> None:
        if self._lock is not None:
            self._remove_address()
            self._lock.release()
        self._lock = self._library = None

    def _write_address(self, library: Path, port: int) -> None:
        path = self._path(library, "json")
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"port": port, "token": self._token, "process": os.getpid()}, file)
        temporary.replace(path)

    async def _on_connected(
        self, reader: "asyncio.StreamReader", writer: "asyncio.StreamWriter"
    ) -> None:
        """Handles a connection with one line; too many connections close the oldest."""
        import asyncio

        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the server creates one per connection
        while len(self._connections) >= MAX_CONNECTIONS:
            self._connections.pop(next(iter(self._connections))).cancel()
        self._connections[id(task)] = task
        try:
            async with asyncio.timeout(_RESPONSE_TIMEOUT_S):
                request = self._parse_request(await reader.readline())
                if request is not None and self._on_request is not None:
                    self._on_request(request)
                    writer.write(b"ok\n")
                    await writer.drain()
        except (OSError, ValueError, asyncio.CancelledError) as error:
            log.info("Invalid activation request: %s", error)
        except Exception:
            # A bug of ours in what the request leads to; the next request may work.
            log.exception("Activation request failed")
        finally:
            self._connections.pop(id(task), None)
            writer.close()

    def _parse_request(self, line: bytes) -> ActivationRequest | None:
        """Parses a request; None if it is invalid or its token is wrong."""
        try:
            request = json.loads(line)
            token = str(request["token"]).encode("utf-8", "replace")
            if not hmac.compare_digest(token, self._token.encode()):
                return None
            files = tuple(Path(file) for file in request["files"] if isinstance(file, str))
            return ActivationRequest(files, str(request["activation"]))
        except (ValueError, LookupError, TypeError, RecursionError):
            return None

    def _path(self, library: Path, kind: str) -> Path:
        """Returns a file with a short name for a library path; the same for all its spellings."""
        if library not in self._resolved:
            # The window opens on a disk that does not respond, and reports that.
            self._resolved[library] = resolve_in_time(library) or library.absolute()
        text = str(self._resolved[library]).encode("utf-8", "surrogateescape")
        return self._folder / f"{zlib.crc32(text):08x}{zlib.adler32(text):08x}.{kind}"


def _read_address(path: Path) -> tuple[int, str]:
    """Reads the port and the token of a window.

    Raises:
        OSError, ValueError, LookupError: There is none, or it is damaged.
    """
    # Needed by a second start only.
    from producer_studio.files.regular_files import read_regular

    try:
        address = json.loads(read_regular(path, _MAX_ADDRESS_BYTES))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(address, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a value of the file, not of a caller
    port, token = address["port"], address["token"]
    if type(port) is not int or not 0 < port < 1 << 16 or not isinstance(token, str):
        raise ValueError("not an address")
    return port, token


def _send_request(port: int, token: str, request: ActivationRequest, timeout_s: float) -> bool:
    # Needed by a second start only.
    import socket

    files = [str(file) for file in request.files]
    message = json.dumps(
        {"token": token, "files": files, "activation": request.activation_token},
        ensure_ascii=False,
    )
    with socket.create_connection((_LOCAL_HOST, port), timeout=timeout_s) as connection:
        # Names of files that are not UTF-8 contain surrogates.
        connection.sendall(message.encode("utf-8", "surrogatepass") + b"\n")
        try:
            return connection.recv(16) == b"ok\n"
        except TimeoutError:
            return False
