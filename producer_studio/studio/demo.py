"""Demo Studio: local demo service, started when it is needed.

It is a separate program that is used only over HTTP. It ends when its standard input is closed, so
it cannot outlive the studio, even if that is killed. It stores accepted tasks in its state folder,
so a new process still knows them. Each run has its own key and secret, in a file that only this
user can read. A server at the address in that file receives nothing until it has proved with the
secret that it is Demo Studio.
"""

import asyncio
import contextlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from producer_studio.domain.errors import ServiceError, Unreachable
from producer_studio.files.permissions import create_private_folder, remove_other_permissions
from producer_studio.files.regular_files import open_regular
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.url_checks import is_loopback_url
from producer_studio.settings.secrets import copy_without_secrets
from producer_studio.studio.child_process import end_process
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_NOT_STARTED = mark("Demo Studio did not start. Nothing was sent; try again.")
_SLOW_START_S = 15
_START_LIMIT_S = 300
_STOP_LIMIT_S = 5.0
_MAX_ADDRESS_BYTES = 64 * 1024
_POLL_INTERVAL_S = 0.25
_PROOF_LIMIT_S = 5.0
_PROOF_LIMIT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class DemoAddress:
    """Address and credentials of a running Demo Studio.

    Attributes:
        url: URL on this computer.
        key: API key that it accepts.
        secret: Secret with which it proves its identity; never sent.
        pid: Process id.
    """

    url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    pid: int


class DemoStudio:
    """Starts, finds and stops the local demo service.

    Args:
        command: Program and leading arguments that run it, such as `[python, "-m",
            "producer_studio", "sandbox"]`.
        state: Folder for its persistent state.
        slow_start_s: Whole seconds after which a start is reported as slow.

    Attributes:
        on_slow_start: Called when a start takes long.
    """

    def __init__(
        self, command: Sequence[str], state: Path, slow_start_s: int = _SLOW_START_S
    ) -> None:
        self.on_slow_start: Callable[[], object] = lambda: None
        self._slow_start_s = slow_start_s
        self._command = list(command)
        self._state = state
        self._address: DemoAddress | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._start_lock = asyncio.Lock()
        self._log_reader: asyncio.Task[object] | None = None

    def with_state(self, state: Path, *options: str) -> Self:
        """Returns another service, of the same program with further options, with its own state."""
        return type(self)([*self._command, *options], state)

    async def address(self) -> DemoAddress:
        """Returns the address of a running Demo Studio; starts it if necessary.

        Raises:
            Unreachable: It did not start.
        """
        async with self._start_lock:
            running = self._process is not None and self._process.returncode is None
            if running and self._address is not None:
                return self._address
            shared = await asyncio.to_thread(self._read_shared_address)
            if shared is not None and await is_genuine(shared):
                return shared
            return await self._start()

    async def close(self) -> bool:
        """Stops the service if this studio started it; returns whether it did."""
        process, self._process = self._process, None
        if process is None:
            return False
        await self._end(process)
        await asyncio.to_thread(self._remove_address, process.pid)
        return True

    async def stop(self) -> bool:
        """Stops the service if this studio started it; returns whether none is running now."""
        async with self._start_lock:
            await self.close()
            shared = await asyncio.to_thread(self._read_shared_address)
            return shared is None or not await is_genuine(shared)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        await end_process(process, _STOP_LIMIT_S)
        if self._log_reader is not None:
            await self._log_reader

    @property
    def _address_file(self) -> Path:
        return self._state / "address.json"

    def _read_shared_address(self) -> DemoAddress | None:
        """Reads the address that another studio has written to the same state folder."""
        try:
            with open_regular(self._address_file) as file:
                if not _is_private(os.fstat(file.fileno())):
                    return None
                left = json.loads(file.read(_MAX_ADDRESS_BYTES))
            found = DemoAddress(
                str(left["url"]), str(left["key"]), str(left["secret"]), int(left["pid"])
            )
        except (OSError, ValueError, LookupError, TypeError, OverflowError, RecursionError):
            return None
        usable = is_loopback_url(found.url) and found.key and found.secret
        return found if usable else None

    def _remove_address(self, pid: int) -> None:
        """Removes the address, unless another studio has written its own in the meantime."""
        left = self._read_shared_address()
        if left is not None and left.pid == pid:
            # A left address is harmless: it is not believed.
            with contextlib.suppress(OSError):
                self._address_file.unlink(missing_ok=True)

    async def _wait_for_other_studio(self) -> DemoAddress:
        """Waits for the address of another studio that starts the service first."""
        while True:
            shared = await asyncio.to_thread(self._read_shared_address)
            if shared is not None and await is_genuine(shared):
                return shared
            await asyncio.sleep(_POLL_INTERVAL_S)

    async def _start(self) -> DemoAddress:
        try:
            process = await self._start_process()
        except OSError as error:
            raise Unreachable(_NOT_STARTED, service_words=str(error)) from error
        key, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        try:
            address = await self._wait_until_started(process, key, secret)
        finally:
            if self._process is not process:
                # Also if the start was cancelled: no other code would know the process.
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await self._end(process)
        if self._process is process:
            try:
                await asyncio.to_thread(self._write_address, address)
            except OSError as error:
                # Only other studios would need it.
                log.warning("Cannot write the address of Demo Studio: %s", error)
        return address

    async def _start_process(self) -> asyncio.subprocess.Process:
        await asyncio.to_thread(_make_private, self._state)
        return await asyncio.create_subprocess_exec(
            *self._command,
            "--port",
            "0",
            "--state",
            str(self._state),
            "--stop-with-stdin",
            "--introduced",
            "--no-control",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=copy_without_secrets(os.environ),
        )

    async def _wait_until_started(
        self, process: asyncio.subprocess.Process, key: str, secret: str
    ) -> DemoAddress:
        """Waits until this process or that of another studio is ready.

        Raises:
            Unreachable: Neither is.
        """
        assert process.stdin is not None  # noqa: S101 - created as a pipe
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        # Not as arguments or environment variables, which other users can read.
        process.stdin.write(json.dumps({"key": key, "secret": secret}).encode() + b"\n")
        self._log_reader = asyncio.create_task(_forward_log(process.stderr), name="demo studio log")
        ready = asyncio.create_task(process.stdout.readline(), name="demo studio start")
        another = asyncio.create_task(self._wait_for_other_studio(), name="demo studio elsewhere")
        try:
            await self._wait_for_any({ready, another})
            if not ready.done() and another.done():
                # Only one process can use the state folder, and the other was first.
                return another.result()
            url = str(json.loads(ready.result() if ready.done() else b"")["url"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise Unreachable(_NOT_STARTED, service_words=str(error)) from error
        finally:
            ready.cancel()
            another.cancel()
            # The output can be read, and the connections are closed, only after they have ended.
            await asyncio.gather(ready, another, return_exceptions=True)
        self._process = process
        self._address = DemoAddress(url, key, secret, process.pid)
        return self._address

    async def _wait_for_any(self, tasks: set[asyncio.Task[Any]]) -> None:
        """Waits until one of the tasks is done, or the start takes too long.

        It counts turns of a second, however long they take: otherwise the time for which the
        computer sleeps, or is too busy to run either process, would be part of the limit.
        """
        for waited_s in range(1, _START_LIMIT_S + 1):
            done, _ = await asyncio.wait(tasks, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            if done:
                return
            if waited_s == self._slow_start_s:
                log.info("Demo Studio is slow to start")
                self.on_slow_start()

    def _write_address(self, address: DemoAddress) -> None:
        """Writes the address atomically, so that another studio never reads a partial file."""
        fresh = self._address_file.with_suffix(".fresh")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(address), file)
        fresh.replace(self._address_file)


def _make_private(folder: Path) -> None:
    """Creates a private folder; restricts one that an earlier version left readable to others."""
    create_private_folder(folder)
    remove_other_permissions(folder)


def _is_private(status: os.stat_result) -> bool:
    """Whether a file belongs to this user and is private; on Windows the folder ensures that."""
    if os.name == "nt":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


async def is_genuine(address: DemoAddress) -> bool:
    """Whether Demo Studio listens at an address, and not another program on its port.

    The challenge is random and the response includes the address, so a replayed response, or one
    that was relayed from Demo Studio at another address, is not accepted.
    """
    challenge = secrets.token_hex(16)
    client = ApiClient(address.url, {}, service="Demo Studio", limit_bytes=_PROOF_LIMIT_BYTES)
    try:
        async with asyncio.timeout(_PROOF_LIMIT_S):
            response = await client.request("GET", f"/handshake/{challenge}")
    except (ServiceError, TimeoutError):
        return False
    finally:
        await client.close()
    text = f"{address.url} {challenge}"
    expected = hmac.digest(address.secret.encode(), text.encode(), "sha256").hex()
    return response.status == 200 and hmac.compare_digest(response.body, expected.encode())


async def _forward_log(stream: asyncio.StreamReader) -> None:
    async for line in stream:
        log.debug("demo studio: %s", line.decode("utf-8", "replace").rstrip())
