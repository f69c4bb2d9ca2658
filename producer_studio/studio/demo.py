"""Demo Studio: the local stand-in service, started when it is needed.

It is a program of its own that is only ever spoken to over HTTP. It ends with its standard input,
so it cannot outlive the studio, also when the studio is killed; what it accepted is kept in its
state folder, so a new one still knows every task.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from producer_studio.domain.faults import Unreachable
from producer_studio.settings.secrets import without_secrets

log = logging.getLogger(__name__)

_START_LIMIT_S = 30.0
_STOP_LIMIT_S = 5.0
_LOOK_EVERY_S = 0.25


class DemoStudio:
    """Starts, finds and stops the local service.

    Args:
        command: Program and leading arguments that run it, such as
            `[python, "-m", "producer_studio", "sandbox"]`.
        state: Folder for what it must remember between starts.
    """

    def __init__(self, command: Sequence[str], state: Path) -> None:
        self._command = list(command)
        self._state = state
        self._url = ""
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._log_reader: asyncio.Task[None] | None = None

    async def url(self) -> str:
        """The address of a running Demo Studio, started if need be.

        Raises:
            Unreachable: It did not start.
        """
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return self._url
            shared = await asyncio.to_thread(self._address_left)
            if shared and await _answers(shared):
                return shared
            return await self._start()

    async def close(self) -> None:
        """Stops the service if this studio started it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_LIMIT_S)
        except TimeoutError:
            log.warning("Demo Studio did not stop by itself and is ended")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._log_reader is not None:
            await self._log_reader
        await asyncio.to_thread(self._take_address_back, process.pid)

    @property
    def _address_file(self) -> Path:
        return self._state / "address.json"

    def _address_left(self) -> str:
        """The address that another studio on the same state folder has left, or nothing."""
        return str(self._left().get("url", ""))

    def _take_address_back(self, pid: int) -> None:
        """Removes the address, unless another studio has left its own in the meantime."""
        if self._left().get("pid") == pid:
            self._address_file.unlink(missing_ok=True)

    def _left(self) -> dict[str, Any]:
        try:
            left = json.loads(self._address_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return left if isinstance(left, dict) else {}

    async def _another(self) -> str:
        """Waits for the address of a studio that is quicker to start it."""
        while True:
            shared = await asyncio.to_thread(self._address_left)
            if shared and await _answers(shared):
                return shared
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _start(self) -> str:
        await asyncio.to_thread(self._state.mkdir, parents=True, exist_ok=True)
        process = await asyncio.create_subprocess_exec(
            *self._command,
            "--port",
            "0",
            "--state",
            str(self._state),
            "--stop-with-stdin",
            "--no-control",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=without_secrets(os.environ),
        )
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        assert process.stderr is not None  # noqa: S101
        self._log_reader = asyncio.create_task(_log_lines(process.stderr), name="demo studio log")
        ready = asyncio.create_task(process.stdout.readline(), name="demo studio start")
        another = asyncio.create_task(self._another(), name="demo studio elsewhere")
        try:
            await asyncio.wait(
                {ready, another}, timeout=_START_LIMIT_S, return_when=asyncio.FIRST_COMPLETED
            )
            if not ready.done() and another.done():
                # Two at a time cannot have the folder, and the other was quicker.
                return another.result()
            self._url = str(json.loads(ready.result() if ready.done() else b"")["url"])
            self._process = process
        except (ValueError, KeyError, TypeError) as error:
            raise Unreachable(
                "Demo Studio did not start. Nothing was sent; try again.",
                service_words=str(error),
            ) from error
        finally:
            ready.cancel()
            another.cancel()
            if self._process is not process:
                # Also when the start was called off: nobody would know of it.
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        text = json.dumps({"url": self._url, "pid": process.pid})
        await asyncio.to_thread(self._leave_address, text)
        return self._url

    def _leave_address(self, text: str) -> None:
        """In one step, so that another studio never reads half of it."""
        fresh = self._address_file.with_suffix(".fresh")
        fresh.write_text(text, "utf-8")
        fresh.replace(self._address_file)


async def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(parts.hostname, parts.port), timeout=1.0
        )
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def _log_lines(stream: asyncio.StreamReader) -> None:
    async for line in stream:
        log.debug("demo studio: %s", line.decode("utf-8", "replace").rstrip())
