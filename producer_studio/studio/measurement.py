"""Measuring sounds in a process of its own, so that decoding cannot hold up the window.

In a thread it would: loading the codecs keeps Python's lock for 50 ms and more, and a decoder
thread that loses its core while it has the lock keeps the window waiting for both.
"""

import asyncio
import base64
import contextlib
import json
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import Sound
from producer_studio.domain.errors import MediaRefused, StorageFault
from producer_studio.domain.job import JobState
from producer_studio.settings.secrets import without_secrets
from producer_studio.studio.events import Events, JobChanged

log = logging.getLogger(__name__)

_REST_S = 60.0
"""After so long without work the process is let go, and its memory with it."""

_LIMIT_S = 20 * 60.0
"""For a file that blocks whoever reads it; what is only much work ends long before."""

_STOP_S = 3.0
_LINE_LIMIT = 1 << 20
_NEAR = frozenset({JobState.ACCEPTED, JobState.WORKING, JobState.COLLECTING})
_NO_END = "The file cannot be read: its disk does not answer. What came is kept aside."
_DIES = "The file cannot be decoded: the decoder broke off. What came is kept aside."


def measuring_command() -> list[str]:
    """How this installation starts the process: itself, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "measure"]
    return [sys.executable, "-m", "producer_studio", "measure"]


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """What a sound file is like.

    Attributes:
        peaks: As the library stores them.
        suffix: How a file of this format is named, with the dot.
    """

    sound: Sound
    peaks: bytes
    suffix: str


class Measurer:
    """Measures one file at a time; the process starts when a job makes it likely to be needed."""

    def __init__(self, events: Events, rest_s: float = _REST_S, limit_s: float = _LIMIT_S) -> None:
        self._limit_s = limit_s
        self._loop = asyncio.get_running_loop()
        self._rest_s = rest_s
        self._process: asyncio.subprocess.Process | None = None
        self._busy = asyncio.Lock()
        self._starting: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._resting: asyncio.Task[None] | None = None
        self._closed = False
        self._unsubscribe = events.subscribe(JobChanged, self._on_job)

    async def measure(self, path: Path) -> MeasuredFile:
        """What the sound is like, its peaks, and how such a file is named.

        Raises:
            MediaRefused: It is no sound, damaged, takes for ever, or the decoder dies of it.
            StorageFault: It is not there or cannot be read.
        """
        async with self._busy:
            # A decoder may have died of the file before this one, or been ended from outside.
            try:
                async with asyncio.timeout(self._limit_s):
                    answer = await self._ask(path) or await self._ask(path)
            except TimeoutError as error:
                raise MediaRefused(_NO_END) from error
        self._rest_later()
        if answer is None:
            raise MediaRefused(_DIES)
        if "refused" in answer:
            raise MediaRefused(answer["refused"], service_words=answer["words"])
        if "storage" in answer:
            raise StorageFault(answer["storage"], service_words=answer["words"])
        if "broken" in answer:
            raise RuntimeError(answer["broken"])
        peaks = base64.b64decode(answer["peaks"])
        return MeasuredFile(Sound(**answer["sound"]), peaks, answer["suffix"])

    async def close(self) -> None:
        """Ends the process; nothing can be measured afterwards."""
        self._closed = True
        self._unsubscribe()
        if self._alarm is not None:
            self._alarm.cancel()
        for task in (self._starting, self._resting):
            if task is not None:
                await asyncio.gather(task, return_exceptions=True)
        await self._stop()

    async def _ask(self, path: Path) -> dict[str, Any] | None:
        """None when the process died before it answered."""
        process = await self._running()
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
            answer: dict[str, Any] = json.loads(line)
        except (OSError, ValueError) as error:
            log.warning("The measuring process broke off: %r", error)
            await self._stop()
            return None
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next file.
            await self._stop()
            raise
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *measuring_command(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE_LIMIT,
                env=without_secrets(os.environ),
                # Ctrl+C in a terminal is for the studio, which ends this process itself.
                start_new_session=True,
            )
        return self._process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            # One that a dead drive holds in the kernel goes when the drive comes back.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _STOP_S)

    def _on_job(self, event: JobChanged) -> None:
        if event.job.state not in _NEAR or self._closed:
            return
        if self._process is None and self._starting is None:
            self._starting = self._loop.create_task(
                self._wake(), name="start the measuring process"
            )
        self._rest_later()

    async def _wake(self) -> None:
        try:
            async with self._busy:
                await self._running()
        except OSError as error:
            log.warning("The measuring process did not start: %s", error)
        finally:
            self._starting = None

    def _rest_later(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        if not self._closed:
            self._alarm = self._loop.call_later(self._rest_s, self._rest)

    def _rest(self) -> None:
        self._resting = asyncio.create_task(self._let_go(), name="end the measuring process")

    async def _let_go(self) -> None:
        async with self._busy:
            await self._stop()
