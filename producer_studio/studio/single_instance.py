"""One window for one library: a second start rings at the first, and hands its files in.

Before the window is painted this loads nothing but the lock; what is needed to ring or to be rung
for is loaded then.
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

# The first paint does not wait for them.
if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

_LOCAL = "127.0.0.1"
_ANSWER_S = 10.0
_LOOK_S = 0.05
_LONGEST = 1 << 20

CONNECTIONS = 16
"""At a time; a second start says at once what it wants."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What a second start wants of the first.

    Attributes:
        files: Files to put on the desk; often none.
        activation: What a desktop gives the program that it starts, so that it may come to the
            front; empty where it gives nothing.
    """

    files: tuple[Path, ...] = ()
    activation: str = ""


class Doorbell:
    """Belongs to the one window that has a library open.

    Who listens writes down where, and a secret that only this user can read; other users of the
    computer can neither ring nor hear.

    Args:
        state: The user's state folder, not the library's: a library may be on a disk that several
            computers share.
        usual: The library that is meant where none is named.
    """

    def __init__(self, state: Path, usual: Path) -> None:
        self._folder = state / "windows"
        self._usual = usual
        self._library: Path | None = None
        self._lock: FileLock | None = None
        self._server: asyncio.Server | None = None
        self._token = ""
        self._on_ring: Callable[[Ring], object] | None = None
        self._connections: dict[int, asyncio.Task[None]] = {}

    def take(self, library: Path | None = None) -> bool:
        """Becomes the one window of a library, and lets go of the one before.

        True also where nothing can be written down: then nobody is kept from working.
        """
        library = library or self._usual
        if self._library == library:
            return True
        lock = FileLock(self._path(library, "lock"))
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir(0o700, exist_ok=True)
            if not lock.take():
                return False
            # Left behind by a window that was killed.
            self._path(library, "json").unlink(missing_ok=True)
        except OSError:
            return True
        self._let_go()
        self._library, self._lock = library, lock
        return True

    def ring(self, ring: Ring, library: Path | None = None) -> bool:
        """Rings at the window that has the library open; blocking, ten seconds at most.

        Returns:
            Whether it has answered. If it has closed instead, the library is taken.
        """
        ends = time.monotonic() + _ANSWER_S
        while time.monotonic() < ends and not self.take(library):
            # It may just be starting, and its place not yet be written down.
            with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
                place = json.loads(self._path(library or self._usual, "json").read_text("utf-8"))
                return _rung(place["port"], place["token"], ring, ends - time.monotonic())
            time.sleep(_LOOK_S)
        return False

    async def listen(self, on_ring: Callable[[Ring], object]) -> None:
        """Listens until `close`, and calls with what is wanted, on the loop."""
        import asyncio

        if self._library is None or self._server is not None:
            return
        self._on_ring = on_ring
        self._token = os.urandom(16).hex()
        try:
            self._server = await asyncio.start_server(self._on_connected, _LOCAL, 0, limit=_LONGEST)
            port = self._server.sockets[0].getsockname()[1]
            await asyncio.to_thread(self._write_down, self._library, port)
        except OSError:
            # A second start then says that this window does not answer.
            await self.close()

    async def hush(self) -> None:
        """Answers nobody any more, and keeps the library until `close`."""
        import asyncio  # see the head of this file

        if self._server is not None:
            self._unwrite()
            self._server.close()
            # Whoever is connected and says nothing would be waited for.
            talking = list(self._connections.values())
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def close(self) -> None:
        """Lets the next one in."""
        await self.hush()
        self._let_go()

    def _unwrite(self) -> None:
        if self._library is not None:
            with contextlib.suppress(OSError):
                self._path(self._library, "json").unlink(missing_ok=True)

    def _let_go(self) -> None:
        if self._lock is not None:
            self._unwrite()
            self._lock.release()
        self._lock = self._library = None

    def _write_down(self, library: Path, port: int) -> None:
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
        """One connection, for one line; whoever has not said it makes room for newer ones."""
        import asyncio

        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the server makes one for each connection
        while len(self._connections) >= CONNECTIONS:
            self._connections.pop(next(iter(self._connections))).cancel()
        self._connections[id(task)] = task
        try:
            async with asyncio.timeout(_ANSWER_S):
                ring = self._understood(await reader.readline())
                if ring is not None and self._on_ring is not None:
                    self._on_ring(ring)
                    writer.write(b"ok\n")
                    await writer.drain()
        except (OSError, ValueError, asyncio.CancelledError) as error:
            log.info("Whoever connected did not ring: %s", error)
        except Exception:
            log.exception("What a second start wanted could not be done")
        finally:
            self._connections.pop(id(task), None)
            writer.close()

    def _understood(self, line: bytes) -> Ring | None:
        """What a second start wants; None when it is not one."""
        try:
            said = json.loads(line)
            token = str(said["token"]).encode("utf-8", "replace")
            if not hmac.compare_digest(token, self._token.encode()):
                return None
            files = tuple(Path(file) for file in said["files"] if isinstance(file, str))
            return Ring(files, str(said["activation"]))
        except (ValueError, LookupError, TypeError, RecursionError):
            return None

    def _path(self, library: Path, kind: str) -> Path:
        """A short name for a folder of any length, the same for both ways to write it."""
        with contextlib.suppress(OSError):
            library = library.resolve()
        text = str(library).encode("utf-8", "surrogateescape")
        return self._folder / f"{zlib.crc32(text):08x}{zlib.adler32(text):08x}.{kind}"


def _rung(port: int, token: str, ring: Ring, patience_s: float) -> bool:
    # Only a second start needs it.
    import socket

    files = [str(file) for file in ring.files]
    said = json.dumps({"token": token, "files": files, "activation": ring.activation})
    with socket.create_connection((_LOCAL, port), timeout=patience_s) as line:
        line.sendall(said.encode() + b"\n")
        try:
            return line.recv(16) == b"ok\n"
        except TimeoutError:
            return False
