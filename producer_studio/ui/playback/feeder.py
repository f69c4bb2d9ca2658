"""Feeds sound to a device, in a thread of its own; imported with the first sound."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QIODevice, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink, QtAudio

from producer_studio.ui.playback.fill_level import FillLevel
from producer_studio.ui.playback.pulse_latency import pulse_latency_s

Block = npt.NDArray[np.float32]

FRAME_RATE = 48_000
"""Sample rate in Hz of all sources; the system converts to that of the device."""

_CHANNELS = 2
_INTERVAL_MS = 15
_RETRY_INTERVAL_MS = 100
_CAPACITY_S = 0.4
_DEVICE_DELAY_S = 0.016
"""Latency of the system beyond the buffer; Qt does not report it."""
_JOIN_FRAMES = 512
"""Frames in which a source that is replaced fades out; more than the engine's fade of 5 ms."""
_QUIET_S = 5.0
"""How long a paused source keeps the device open: playing then starts without opening it."""
_STALLED_S = 1.0
_OPENING_S = 3.0
"""A device that plays nothing for so long is lost; longer while it opens, as wireless ones do."""
_RETRY_S = 1.0
_LONGEST_STEP_S = 0.5
_SWITCH_INTERVAL_S = 0.001
"""How long another thread may keep Python's lock; the default of 5 ms applies to each Qt call."""


class SoundSource(Protocol):
    """Source of rendered blocks for a device; the sound engine."""

    @property
    def is_playing(self) -> bool:
        """Whether it is to be heard."""

    def render(self, frames: int) -> Block:
        """Returns the next frames, float32 of shape (frames, 2)."""


class Feeder(QObject):
    """Writes to the device's buffer every 15 ms, a little ahead of what it plays.

    It lives in a thread with an event loop: work in the window's thread does not delay it. The
    buffer is kept short, so that pause and switches are heard soon, and longer on busy machines.

    Without any device the source plays at the same pace, unheard. A device that goes away stops
    the source instead; it goes on where it was once a device is there again.

    `set_source`, `drop_source` and `latency_s` may be used from any thread.

    Signals:
        availability_changed: Whether the device plays; not emitted before the first change.
    """

    availability_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._source: SoundSource | None = None
        self._replaced: SoundSource | None = None
        self._device = QAudioDevice()
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None
        self._encode: Callable[[Block], bytes] = _to_float
        self._frame_bytes = 8
        self._device_delay_s = _DEVICE_DELAY_S
        self._capacity = 0
        self._written = 0
        self._played = 0
        self._tail = b""
        self._fill = FillLevel()
        self._is_available = True
        self._had_device = False
        self._now = self._progressed_at = self._active_at = self._retry_at = 0.0
        self._unplayed_s = (0.0, 0.0)
        self._timer = QTimer(self, interval=_INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)

    def set_source(self, source: SoundSource | None) -> None:
        """Replaces what is played; the one before has to be paused, and fades out."""
        with self._lock:
            self._replaced, self._source = self._source, source

    def drop_source(self) -> None:
        """Renders nothing any more, also not the fade of what was replaced."""
        with self._lock:
            self._replaced = self._source = None

    @property
    def latency_s(self) -> float:
        """Time between rendering a frame and hearing it, now."""
        at, unplayed = self._unplayed_s
        return max(0.0, unplayed - (time.monotonic() - at))

    @Slot(object)
    def set_device(self, device: QAudioDevice) -> None:
        """Plays on another device from where the one before was; a null device is none."""
        if device == self._device and self._is_available:
            return
        unplayed = self._close()
        self._device, self._tail = device, unplayed
        self._retry_at = 0.0
        if device.isNull() and self._had_device:
            self._set_available(available=False)

    @Slot()
    def wake(self) -> None:
        """Starts to feed, if it had nothing to do."""
        self._now = self._active_at = time.monotonic()
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        if not self._timer.isActive():
            self._timer.start()
            self._on_timeout()

    @Slot()
    def end(self) -> None:
        """Closes the device; call it before the thread ends."""
        self._timer.stop()
        self._close()

    def _on_timeout(self) -> None:
        before, self._now = self._now, time.monotonic()
        source = self._source
        if source is not None and source.is_playing:
            self._active_at = self._now
        elif self._now - self._active_at > _QUIET_S or source is None:
            self._timer.stop()
            self._tail = b""
            self._close()
            return
        if self._device.isNull():
            if not self._had_device:
                step_s = min(_LONGEST_STEP_S, self._now - before)
                self._render(round(step_s * FRAME_RATE))
            return
        if self._sink is None and self._now >= self._retry_at:
            self._open()
        if self._sink is not None:
            self._feed()

    def _open(self) -> None:
        form = QAudioFormat()
        form.setSampleRate(FRAME_RATE)
        form.setChannelCount(_CHANNELS)
        form.setSampleFormat(QAudioFormat.SampleFormat.Float)
        self._encode = _to_float
        if not self._device.isFormatSupported(form):
            form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
            self._encode = _to_int16
        sink = QAudioSink(self._device, form)
        sink.setBufferSize(form.bytesForDuration(round(_CAPACITY_S * 1e6)))
        # It is None if the device cannot be opened, which the stubs do not know.
        stream: QIODevice | None = sink.start()
        if stream is None or sink.error() is not QtAudio.Error.NoError:
            sink.deleteLater()
            self._lose(b"")
            return
        self._sink, self._stream = sink, stream
        self._device_delay_s = pulse_latency_s() or _DEVICE_DELAY_S
        self._frame_bytes = form.bytesPerFrame()
        self._capacity = sink.bytesFree()
        self._written = self._played = 0
        self._fill = FillLevel()
        self._progressed_at = self._now + _OPENING_S - _STALLED_S
        unplayed, self._tail = self._tail, b""
        if len(unplayed) % self._frame_bytes == 0:
            self._write(unplayed)

    def _feed(self) -> None:
        assert self._sink is not None  # noqa: S101 - only called with one
        unplayed = self._capacity - self._sink.bytesFree()
        played = self._written - unplayed
        if played > self._played:
            self._played, self._progressed_at = played, max(self._now, self._progressed_at)
            self._had_device = True
            self._set_available(available=True)
        stopped = self._sink.state() is QtAudio.State.StoppedState
        if stopped or (unplayed and self._now - self._progressed_at > _STALLED_S):
            self._lose(self._close())
            return
        if not self._is_available and self._written:
            return
        unplayed_frames = unplayed // self._frame_bytes
        if self._written:
            self._fill.adapt(self._now, unplayed_frames / FRAME_RATE)
        missing = round(self._fill.seconds * FRAME_RATE) - unplayed_frames
        if missing > 0:
            self._write(self._encode(self._render(missing)))
            unplayed = self._written - self._played
        self._unplayed_s = (
            time.monotonic(),
            unplayed / self._frame_bytes / FRAME_RATE + self._device_delay_s,
        )

    def _render(self, frames: int) -> Block:
        with self._lock:
            source, replaced, self._replaced = self._source, self._replaced, None
        block = np.zeros((frames, 2), np.float32) if source is None else source.render(frames)
        if replaced is not None:
            end = replaced.render(min(frames, _JOIN_FRAMES))
            block[: len(end)] += end
        return block

    def _write(self, sound: bytes) -> None:
        assert self._stream is not None  # noqa: S101 - there is one while the device is open
        count = self._stream.write(sound)
        if count > 0:
            self._written += count
            kept = round(FillLevel.MOST_S * FRAME_RATE) * self._frame_bytes
            self._tail = (self._tail + sound[:count])[-kept:]

    def _lose(self, unplayed: bytes) -> None:
        self._tail = unplayed or self._tail
        self._retry_at = self._now + _RETRY_S
        self._set_available(available=False)

    def _close(self) -> bytes:
        """Closes the device, and returns what it has not played."""
        sink, self._sink, self._stream = self._sink, None, None
        self._unplayed_s = (0.0, 0.0)
        if sink is None:
            return self._tail
        unplayed = max(0, self._capacity - sink.bytesFree())
        # Its destruction stops it, and may wait for a sound server that does not answer. Unlike
        # reset(), that does not hold Python's lock meanwhile, and with it the whole program.
        sink.deleteLater()
        return self._tail[-unplayed:] if unplayed else b""

    def _set_available(self, *, available: bool) -> None:
        if available != self._is_available:
            self._is_available = available
            self._timer.setInterval(_INTERVAL_MS if available else _RETRY_INTERVAL_MS)
            self.availability_changed.emit(available)


def _to_float(block: Block) -> bytes:
    return block.tobytes()


def _to_int16(block: Block) -> bytes:
    return np.rint(np.clip(block, -1.0, 1.0) * 32_767).astype(np.int16).tobytes()
