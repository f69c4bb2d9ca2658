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

from producer_studio.domain.clip import AudioMeasurements
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.domain.job import JobState
from producer_studio.settings.secrets import copy_without_secrets
from producer_studio.studio.events import Events, JobChanged

log = logging.getLogger(__name__)

_IDLE_TIMEOUT_S = 60.0
"""After so long without work the process is let go, and its memory with it."""

_TIMEOUT_S = 20 * 60.0
"""For a file that blocks whoever reads it; what is only much work ends long before."""

_STOP_TIMEOUT_S = 3.0
_LINE_LIMIT = 1 << 20
_WARM_UP_STATES = frozenset({JobState.ACCEPTED, JobState.WORKING, JobState.COLLECTING})
_TIMEOUT_MESSAGE = "The file cannot be read: its disk does not answer. What came is kept aside."
_DECODER_DIED_MESSAGE = (
    "The file cannot be decoded: the decoder broke off. What came is kept aside."
)


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

    sound: AudioMeasurements
    peaks: bytes
    suffix: str


class Measurer:
    """Measures one file at a time; the process starts when a job makes it likely to be needed."""

    def __init__(
        self, events: Events, idle_timeout_s: float = _IDLE_TIMEOUT_S, timeout_s: float = _TIMEOUT_S
    ) -> None:
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._idle_timeout_s = idle_timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._start_task: asyncio.Task[None] | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._stop_task: asyncio.Task[None] | None = None
        self._closed = False
        self._unsubscribe = events.subscribe(JobChanged, self._on_job_changed)

    async def measure(self, path: Path) -> MeasuredFile:
        """What the sound is like, its peaks, and how such a file is named.

        Raises:
            MediaRefused: It is no sound, damaged, takes for ever, or the decoder dies of it.
            StorageFault: It is not there or cannot be read.
        """
        async with self._lock:
            # A decoder may have died of the file before this one, or been ended from outside.
            try:
                async with asyncio.timeout(self._timeout_s):
                    response = await self._request(path) or await self._request(path)
            except TimeoutError as error:
                raise MediaRejected(_TIMEOUT_MESSAGE) from error
        self._restart_idle_timer()
        if response is None:
            raise MediaRejected(_DECODER_DIED_MESSAGE)
        if "refused" in response:
            raise MediaRejected(response["refused"], service_words=response["words"])
        if "storage" in response:
            raise StorageError(response["storage"], service_words=response["words"])
        if "broken" in response:
            raise RuntimeError(response["broken"])
        peaks = base64.b64decode(response["peaks"])
        return MeasuredFile(AudioMeasurements(**response["sound"]), peaks, response["suffix"])

    async def close(self) -> None:
        """Ends the process; nothing can be measured afterwards."""
        self._closed = True
        self._unsubscribe()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        for task in (self._start_task, self._stop_task):
            if task is not None:
                await asyncio.gather(task, return_exceptions=True)
        await self._stop()

    async def _request(self, path: Path) -> dict[str, Any] | None:
        """None when the process died before it answered."""
        process = await self._running_process()
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
            response: dict[str, Any] = json.loads(line)
        except (OSError, ValueError) as error:
            log.warning("The measuring process broke off: %r", error)
            await self._stop()
            return None
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next file.
            await self._stop()
            raise
        return response

    async def _running_process(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *measuring_command(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE_LIMIT,
                env=copy_without_secrets(os.environ),
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
            await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            # One that a dead drive holds in the kernel goes when the drive comes back.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)

    def _on_job_changed(self, event: JobChanged) -> None:
        if event.job.state not in _WARM_UP_STATES or self._closed:
            return
        if self._process is None and self._start_task is None:
            self._start_task = self._loop.create_task(
                self._warm_up(), name="start the measuring process"
            )
        self._restart_idle_timer()

    async def _warm_up(self) -> None:
        try:
            async with self._lock:
                await self._running_process()
        except OSError as error:
            log.warning("The measuring process did not start: %s", error)
        finally:
            self._start_task = None

    def _restart_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if not self._closed:
            self._idle_timer = self._loop.call_later(self._idle_timeout_s, self._on_idle)

    def _on_idle(self) -> None:
        self._stop_task = asyncio.create_task(
            self._stop_when_free(), name="end the measuring process"
        )

    async def _stop_when_free(self) -> None:
        async with self._lock:
            await self._stop()
