"""Audio measurement in a separate process, so that decoding cannot block the window.

A thread would block it: importing the codecs holds Python's lock for 50 ms and more, and a decoder
thread that is suspended while it holds the lock blocks the window as well.
"""

import asyncio
import base64
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producer_studio.domain.clip import AudioMeasurements
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.domain.job import JobState
from producer_studio.settings.secrets import copy_without_secrets
from producer_studio.studio.child_process import end_process
from producer_studio.studio.events import Events, JobChanged
from producer_studio.translation import mark
from producer_studio.translation.texts import text_from_json

log = logging.getLogger(__name__)

_IDLE_TIMEOUT_S = 60.0
"""Seconds without work after which the process is stopped to free its memory."""

_TIMEOUT_S = 20 * 60.0
"""Seconds after which a file is taken to block its reader; large files finish long before."""

_STOP_TIMEOUT_S = 3.0
_LINE_LIMIT = 1 << 20
_WARM_UP_STATES = frozenset({JobState.ACCEPTED, JobState.WORKING, JobState.COLLECTING})
_TIMEOUT_MESSAGE = mark("The file cannot be read: its disk does not respond.")
_DECODER_DIED_MESSAGE = mark("The file cannot be decoded: the decoder crashed.")


def measuring_command() -> list[str]:
    """Returns the command that starts the process: this program, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "measure"]
    return [sys.executable, "-m", "producer_studio", "measure"]


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """Measurements of an audio file.

    Attributes:
        peaks: Peaks as stored in the library.
        features: Feature vector as stored in the library; empty for silence.
        suffix: File name suffix of the format, with the dot.
        sha256: Checksum of the file, hexadecimal.
        problem: Damage that was accepted, as a sentence; empty without any.
    """

    sound: AudioMeasurements
    peaks: bytes
    suffix: str
    sha256: str
    size_bytes: int
    features: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SongHeader:
    """Beginning of a song from elsewhere.

    Attributes:
        suffix: File name suffix of the format, with the dot.
        duration_s: As declared; 0 if unknown.
        texts: Tags by their names in lower case; untrusted.
        has_cover: Whether it has an embedded picture, which was written.
    """

    suffix: str
    duration_s: float
    texts: Mapping[str, str]
    has_cover: bool


class Measurer:
    """Measures one file at a time, in a process that ends when it is idle.

    A file on a disk that does not respond blocks all that follow. So results of services have one
    of their own; files that the user chooses, and whatever can wait, share another.
    """

    def __init__(
        self,
        events: Events | None = None,
        idle_timeout_s: float = _IDLE_TIMEOUT_S,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        """Creates a measurer without a process.

        Args:
            events: The process is started when one of these jobs will probably need it; without
                events, for the first file.
            idle_timeout_s: Seconds without work after which the process is stopped.
            timeout_s: Seconds after which a file is given up.
        """
        self._timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._idle_timeout_s = idle_timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._start_task: asyncio.Task[None] | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._stop_task: asyncio.Task[None] | None = None
        self._closed = False
        self._unsubscribe = (
            events.subscribe(JobChanged, self._on_job_changed) if events else lambda: None
        )

    async def measure(self, path: Path, *, accepts_damage: bool = False) -> MeasuredFile:
        """Measures an audio file and its peaks, and determines its file name suffix.

        Args:
            path: The file.
            accepts_damage: Whether a file that ends early, or is damaged in less than half, is
                measured as it is.

        Raises:
            MediaRejected: The file is not audio, is damaged, takes too long, or crashes the
                decoder.
            StorageError: It is missing or cannot be read.
        """
        response = await self._exchange({"damaged": str(path)} if accepts_damage else str(path))
        return MeasuredFile(
            AudioMeasurements(**response["sound"]),
            base64.b64decode(response["peaks"]),
            response["suffix"],
            response["sha256"],
            response["size_bytes"],
            base64.b64decode(response["features"]),
            response["problem"],
        )

    async def read_song(self, path: Path, cover: Path) -> SongHeader:
        """Reads a song's tags and decodes its beginning.

        Args:
            cover: Path to which an embedded picture is written.

        Raises:
            MediaRejected: The file is not audio, is damaged, or crashes the decoder.
            StorageError: It is missing or cannot be read.
        """
        response = await self._exchange({"song": str(path), "cover": str(cover)})
        return SongHeader(**response)

    async def close(self) -> None:
        """Stops the process; nothing can be measured afterwards."""
        self._closed = True
        self._unsubscribe()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        for task in (self._start_task, self._stop_task):
            if task is not None:
                await asyncio.gather(task, return_exceptions=True)
        await self._stop()

    async def _exchange(self, request: str | dict[str, str]) -> dict[str, Any]:
        """Sends a request, once more if the process died, and returns a successful response."""
        async with self._lock:
            # The process may have crashed on the previous file, or been killed.
            try:
                async with asyncio.timeout(self._timeout_s):
                    response = await self._request(request) or await self._request(request)
            except TimeoutError as error:
                raise MediaRejected(_TIMEOUT_MESSAGE) from error
        self._restart_idle_timer()
        if response is None:
            raise MediaRejected(_DECODER_DIED_MESSAGE)
        if "refused" in response:
            message = text_from_json(response["refused"], response["text"])
            raise MediaRejected(message, service_words=response["words"])
        if "storage" in response:
            message = text_from_json(response["storage"], response["text"])
            raise StorageError(message, service_words=response["words"])
        if "broken" in response:
            raise RuntimeError(response["broken"])
        return response

    async def _request(self, request: str | dict[str, str]) -> dict[str, Any] | None:
        """Sends a request to the process and returns its response; None if the process died."""
        process = await self._running_process()
        assert process.stdin is not None  # noqa: S101 - created as a pipe
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
            response: dict[str, Any] = json.loads(line)
        except (OSError, ValueError) as error:
            log.warning("Measuring process crashed: %r", error)
            await self._stop()
            return None
        except asyncio.CancelledError:
            # Otherwise its response would be read as that of the next file.
            await self._stop()
            raise
        return response

    async def _running_process(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is not None:
            await self._stop()
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *measuring_command(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE_LIMIT,
                env=copy_without_secrets(os.environ),
                # Ctrl+C in a terminal is handled by the studio, which stops this process itself.
                start_new_session=True,
            )
        return self._process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await end_process(process, _STOP_TIMEOUT_S)

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
            log.warning("Cannot start measuring process: %s", error)
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
