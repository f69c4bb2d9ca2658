"""Playing one clip at a time, in the studio's own terms."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from producer_studio.domain.ids import ClipId

if TYPE_CHECKING:
    from producer_studio.ui.player.audio_output import SoundOutput

RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)

_STEP_MS = 40
"""How often the position is told while playing; a pixel of the waveform takes longer."""
_SEEK_MS = 60
"""A drag asks for far more places than the back end can go to."""


class Player(QObject):
    """Loads, plays and seeks; whoever shows or controls it listens to its signals.

    Signals:
        state_changed: Whether it plays.
        position_changed: Seconds; smooth while playing, although the back end says it rarely.
        finished: A clip was heard to its end; its id. Not while it loops.
        failed: The file of the clip with that id cannot be played; the back end's own words.
        device_changed: Whether there is a device to hear anything on.
    """

    state_changed = Signal(bool)
    position_changed = Signal(float)
    finished = Signal(str)
    failed = Signal(str, str)
    device_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output: SoundOutput | None = None
        self._clip: ClipId | None = None
        self._path: Path | None = None
        self._duration_s = 0.0
        self._ready = False
        self._wanted = False
        self._playing = False
        self._loop = False
        self._rate = 1.0
        self._volume = 0.8
        self._muted = False
        self._device = ""
        self._base_s = 0.0
        self._since = QElapsedTimer()
        self._steps = QTimer(self, interval=_STEP_MS)
        self._steps.timeout.connect(self._tell_position)
        self._next_seek: float | None = None
        self._seeks = QTimer(self, interval=_SEEK_MS, singleShot=True)
        self._seeks.timeout.connect(self._on_seek_due)

    @property
    def clip(self) -> ClipId | None:
        return self._clip

    @property
    def duration_s(self) -> float:
        return self._duration_s

    @property
    def playing(self) -> bool:
        """Whether it plays, or will as soon as the file is open."""
        return self._wanted

    @property
    def position_s(self) -> float:
        """Seconds from the start of the clip, now."""
        moved = self._since.elapsed() / 1000 * self._rate if self._playing else 0.0
        place = self._base_s + moved
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
        """As it is heard, 0 to 1."""
        return self._volume

    @property
    def muted(self) -> bool:
        return self._muted

    def load(self, clip: ClipId, path: Path, duration_s: float, *, at_s: float = 0.0) -> None:
        """Takes another clip; it is opened in the background and waits for `play`."""
        if self._ready and (self._clip, self._path) == (clip, path):
            self.pause()
            self.seek(at_s)
            return
        self._seeks.stop()
        self._next_seek = None
        self._clip, self._path, self._duration_s = clip, path, duration_s
        self._ready = False
        self._set_wanted(wanted=False)
        self._place(at_s)
        self._opened_output().open(path)
        self._tell_position()

    def unload(self) -> None:
        """Lets go of the clip."""
        self._seeks.stop()
        self._clip, self._duration_s, self._ready = None, 0.0, False
        if self._output is not None:
            self._output.close()
        self._set_wanted(wanted=False)
        self._place(0.0)
        self._tell_position()

    def play(self) -> None:
        if self._clip is None:
            return
        if self._duration_s and self.position_s >= self._duration_s - 0.05:
            self.seek(0.0)
        self._set_wanted(wanted=True)
        if self._ready and self._output is not None:
            self._output.play()

    def pause(self) -> None:
        self._place(self.position_s)
        self._set_wanted(wanted=False)
        if self._ready and self._output is not None:
            self._output.pause()

    def toggle(self) -> None:
        if self._wanted:
            self.pause()
        else:
            self.play()

    def stop(self) -> None:
        """Ends playing and goes back to the start."""
        self.pause()
        self.seek(0.0)

    def seek(self, seconds: float) -> None:
        """Goes to a place; many in a row are thinned out, and the last one always holds."""
        if self._clip is None:
            return
        place = min(max(0.0, seconds), self._duration_s)
        self._place(place)
        self._next_seek = place
        if not self._seeks.isActive():
            self._on_seek_due()
        self._tell_position()

    def seek_by(self, seconds: float) -> None:
        self.seek(self.position_s + seconds)

    def set_loop(self, on: bool) -> None:
        self._loop = on
        if self._output is not None:
            self._output.set_loop(on)

    def set_rate(self, rate: float) -> None:
        """Sets the speed, 0.5 to 2; the pitch stays."""
        self._place(self.position_s)
        self._rate = min(2.0, max(0.5, rate))
        if self._output is not None:
            self._output.set_rate(self._rate)

    def set_volume(self, volume: float, *, muted: bool = False) -> None:
        """Sets the volume as it is heard, 0 to 1."""
        self._volume, self._muted = min(1.0, max(0.0, volume)), muted
        if self._output is not None:
            self._output.set_volume(self._volume, muted=muted)

    def set_device(self, device: str) -> None:
        """Plays on the device with that id; empty means the system's."""
        self._device = device
        if self._output is not None:
            self._output.set_device(device)

    def _opened_output(self) -> "SoundOutput":
        if self._output is None:
            # QtMultimedia takes 20 ms and 18 MiB, which a window that plays nothing can do without.
            from producer_studio.ui.player.audio_output import SoundOutput

            output = SoundOutput(self._device, self)
            output.set_volume(self._volume, muted=self._muted)
            output.set_loop(self._loop)
            output.set_rate(self._rate)
            output.loaded.connect(self._on_output_loaded)
            output.moved.connect(self._on_output_moved)
            output.turned.connect(self._on_output_turned)
            output.ended.connect(self._on_output_ended)
            output.refused.connect(self._on_output_refused)
            output.devices_changed.connect(self.device_changed)
            self._output = output
            self.device_changed.emit(output.has_device)
        return self._output

    def _set_wanted(self, *, wanted: bool) -> None:
        if wanted != self._wanted:
            self._wanted = wanted
            self.state_changed.emit(wanted)
        if not wanted:
            self._playing = False
            self._steps.stop()

    def _place(self, seconds: float) -> None:
        self._base_s = seconds
        self._since.start()

    def _tell_position(self) -> None:
        self.position_changed.emit(self.position_s)

    def _on_seek_due(self) -> None:
        if self._next_seek is None or not self._ready or self._output is None:
            return
        self._output.seek(self._next_seek)
        self._next_seek = None
        self._seeks.start()

    def _on_output_loaded(self, duration_s: float) -> None:
        if self._ready or self._output is None or self._clip is None:
            return
        self._ready = True
        self._duration_s = self._duration_s or duration_s
        if self._base_s > 0:
            self._output.seek(self._base_s)
        self._next_seek = None
        if self._wanted:
            self._output.play()
        else:
            # Paused and not stopped: the first sound then comes without opening the device.
            self._output.pause()

    def _on_output_moved(self, seconds: float) -> None:
        # What the back end says before a seek has reached it would throw the playhead back.
        if self._ready and self._playing and self._next_seek is None and not self._seeks.isActive():
            self._place(seconds)

    def _on_output_turned(self, on: bool) -> None:
        if on and self._wanted:
            self._place(self._base_s)
            self._playing = True
            self._steps.start()
        elif not on:
            self._playing = False
            self._steps.stop()

    def _on_output_ended(self) -> None:
        if self._clip is None or not self._ready:
            return
        clip = self._clip
        self._place(self._duration_s)
        self._set_wanted(wanted=False)
        self._tell_position()
        self.finished.emit(clip)

    def _on_output_refused(self, words: str) -> None:
        self._ready = False
        self._set_wanted(wanted=False)
        if self._clip is not None:
            self.failed.emit(self._clip, words)
