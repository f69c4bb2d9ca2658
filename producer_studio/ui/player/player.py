"""Player of one clip at a time."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from producer_studio.domain.ids import ClipId

if TYPE_CHECKING:
    from producer_studio.ui.player.audio_output import AudioOutput

PLAYBACK_RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)

_POSITION_INTERVAL_MS = 40
"""Interval of `position_changed` while playing; less than a pixel of the waveform lasts."""
_SEEK_INTERVAL_MS = 60
"""Shortest interval between seeks; a drag requests more positions than the backend can follow."""


class Player(QObject):
    """Loads, plays and seeks one clip; reports through signals.

    Signals:
        state_changed: Whether it is playing.
        position_changed: Seconds; smooth while playing, although the backend reports it rarely.
        finished: A clip was played to its end; its id. Not while it loops.
        failed: The file of the clip with that id cannot be played; the backend's error message.
        device_changed: Whether there is any output device.
    """

    state_changed = Signal(bool)
    position_changed = Signal(float)
    finished = Signal(str)
    failed = Signal(str, str)
    device_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output: AudioOutput | None = None
        self._clip_id: ClipId | None = None
        self._path: Path | None = None
        self._duration_s = 0.0
        self._is_loaded = False
        self._play_requested = False
        self._output_playing = False
        self._loop = False
        self._rate = 1.0
        self._volume = 0.8
        self._muted = False
        self._device_id = ""
        self._base_position_s = 0.0
        self._since_base_position = QElapsedTimer()
        self._position_timer = QTimer(self, interval=_POSITION_INTERVAL_MS)
        self._position_timer.timeout.connect(self._emit_position)
        self._next_seek_s: float | None = None
        self._seek_timer = QTimer(self, interval=_SEEK_INTERVAL_MS, singleShot=True)
        self._seek_timer.timeout.connect(self._on_seek_timer_timeout)

    @property
    def clip_id(self) -> ClipId | None:
        return self._clip_id

    @property
    def duration_s(self) -> float:
        return self._duration_s

    @property
    def is_playing(self) -> bool:
        """Whether it is playing, or will as soon as the file is open."""
        return self._play_requested

    @property
    def position_s(self) -> float:
        """Current position in seconds from the start of the clip."""
        moved = (
            self._since_base_position.elapsed() / 1000 * self._rate if self._output_playing else 0.0
        )
        place = self._base_position_s + moved
        if self._loop and self._duration_s and place > self._duration_s:
            place %= self._duration_s
        return min(place, self._duration_s) if self._duration_s else place

    @property
    def loop(self) -> bool:
        return self._loop

    @property
    def rate(self) -> float:
        return self._rate

    @property
    def volume(self) -> float:
        """Volume as perceived, 0 to 1."""
        return self._volume

    @property
    def is_muted(self) -> bool:
        return self._muted

    def load(self, clip_id: ClipId, path: Path, duration_s: float, *, at_s: float = 0.0) -> None:
        """Loads another clip; it is opened in the background and waits for `play`."""
        if self._is_loaded and (self._clip_id, self._path) == (clip_id, path):
            self.pause()
            self.seek(at_s)
            return
        self._seek_timer.stop()
        self._next_seek_s = None
        self._clip_id, self._path, self._duration_s = clip_id, path, duration_s
        self._is_loaded = False
        self._set_play_requested(requested=False)
        self._set_base_position(at_s)
        self._ensure_output().open(path)
        self._emit_position()

    def unload(self) -> None:
        """Closes the clip."""
        self._seek_timer.stop()
        self._clip_id, self._duration_s, self._is_loaded = None, 0.0, False
        if self._output is not None:
            self._output.close()
        self._set_play_requested(requested=False)
        self._set_base_position(0.0)
        self._emit_position()

    def play(self) -> None:
        if self._clip_id is None:
            return
        if self._duration_s and self.position_s >= self._duration_s - 0.05:
            self.seek(0.0)
        self._set_play_requested(requested=True)
        if self._is_loaded and self._output is not None:
            self._output.play()

    def pause(self) -> None:
        self._set_base_position(self.position_s)
        self._set_play_requested(requested=False)
        if self._is_loaded and self._output is not None:
            self._output.pause()

    def toggle(self) -> None:
        if self._play_requested:
            self.pause()
        else:
            self.play()

    def stop(self) -> None:
        """Stops and goes back to the start."""
        self.pause()
        self.seek(0.0)

    def seek(self, seconds: float) -> None:
        """Seeks to a position; frequent calls are throttled, the last one always takes effect."""
        if self._clip_id is None:
            return
        place = min(max(0.0, seconds), self._duration_s)
        self._set_base_position(place)
        self._next_seek_s = place
        if not self._seek_timer.isActive():
            self._on_seek_timer_timeout()
        self._emit_position()

    def seek_by(self, seconds: float) -> None:
        self.seek(self.position_s + seconds)

    def set_loop(self, on: bool) -> None:
        self._loop = on
        if self._output is not None:
            self._output.set_loop(on)

    def set_rate(self, rate: float) -> None:
        """Sets the speed, 0.5 to 2; the pitch is preserved."""
        self._set_base_position(self.position_s)
        self._rate = min(2.0, max(0.5, rate))
        if self._output is not None:
            self._output.set_rate(self._rate)

    def set_volume(self, volume: float, *, muted: bool = False) -> None:
        """Sets the volume as perceived, 0 to 1."""
        self._volume, self._muted = min(1.0, max(0.0, volume)), muted
        if self._output is not None:
            self._output.set_volume(self._volume, muted=muted)

    def set_device(self, device_id: str) -> None:
        """Switches to the device with that id; empty means the system's."""
        self._device_id = device_id
        if self._output is not None:
            self._output.set_device(device_id)

    def _ensure_output(self) -> "AudioOutput":
        if self._output is None:
            # Importing QtMultimedia takes 20 ms and 18 MiB, which a window that plays nothing can
            # save.
            from producer_studio.ui.player.audio_output import AudioOutput

            output = AudioOutput(self._device_id, self)
            output.set_volume(self._volume, muted=self._muted)
            output.set_loop(self._loop)
            output.set_rate(self._rate)
            output.loaded.connect(self._on_output_loaded)
            output.position_changed.connect(self._on_output_position_changed)
            output.playing_changed.connect(self._on_output_playing_changed)
            output.ended.connect(self._on_output_ended)
            output.failed.connect(self._on_output_failed)
            output.devices_changed.connect(self.device_changed)
            self._output = output
            self.device_changed.emit(output.has_device)
        return self._output

    def _set_play_requested(self, *, requested: bool) -> None:
        if requested != self._play_requested:
            self._play_requested = requested
            self.state_changed.emit(requested)
        if not requested:
            self._output_playing = False
            self._position_timer.stop()

    def _set_base_position(self, seconds: float) -> None:
        self._base_position_s = seconds
        self._since_base_position.start()

    def _emit_position(self) -> None:
        self.position_changed.emit(self.position_s)

    def _on_seek_timer_timeout(self) -> None:
        if self._next_seek_s is None or not self._is_loaded or self._output is None:
            return
        self._output.seek(self._next_seek_s)
        self._next_seek_s = None
        self._seek_timer.start()

    def _on_output_loaded(self, duration_s: float) -> None:
        if self._is_loaded or self._output is None or self._clip_id is None:
            return
        self._is_loaded = True
        self._duration_s = self._duration_s or duration_s
        if self._base_position_s > 0:
            self._output.seek(self._base_position_s)
        self._next_seek_s = None
        if self._play_requested:
            self._output.play()
        else:
            # Paused and not stopped: playing then starts without opening the device.
            self._output.pause()

    def _on_output_position_changed(self, seconds: float) -> None:
        # Positions that the backend reports before a seek has reached it would move the playhead
        # back.
        if (
            self._is_loaded
            and self._output_playing
            and self._next_seek_s is None
            and not self._seek_timer.isActive()
        ):
            self._set_base_position(seconds)

    def _on_output_playing_changed(self, playing: bool) -> None:
        if playing and self._play_requested:
            self._set_base_position(self._base_position_s)
            self._output_playing = True
            self._position_timer.start()
        elif not playing:
            self._output_playing = False
            self._position_timer.stop()

    def _on_output_ended(self) -> None:
        if self._clip_id is None or not self._is_loaded:
            return
        clip = self._clip_id
        self._set_base_position(self._duration_s)
        self._set_play_requested(requested=False)
        self._emit_position()
        self.finished.emit(clip)

    def _on_output_failed(self, message: str) -> None:
        self._is_loaded = False
        self._set_play_requested(requested=False)
        if self._clip_id is not None:
            self.failed.emit(self._clip_id, message)
