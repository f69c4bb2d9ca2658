"""Player of one clip at a time."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.session import PlaybackSession
from producer_studio.ui.playback.tracks import PlaybackTrack

PLAYBACK_RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)

_END_S = 0.05
"""Playing from a position so close to the end begins at the start."""


class Player(QObject):
    """Loads, plays and seeks one clip; reports through signals.

    Signals:
        state_changed: Whether it is playing.
        position_changed: Seconds; every 40 ms while playing.
        finished: A clip was played to its end, and none was queued; its id. Not while it loops. A
            queued clip that cannot be played is finished at once, after `failed`.
        advanced: The queued clip is heard now; its id.
        failed: The file of the clip with that id cannot be played; why, as a sentence.
        device_changed: Whether there is any output device.
    """

    state_changed = Signal(bool)
    position_changed = Signal(float)
    finished = Signal(str)
    advanced = Signal(str)
    failed = Signal(str, str)
    device_changed = Signal(bool)

    def __init__(self, output: AudioOutput, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output = output
        self._session = PlaybackSession(output, self)
        self._clip_id: ClipId | None = None
        self._path: Path | None = None
        self._duration_s = 0.0
        self._next: tuple[ClipId, Path, float] | None = None
        self._has_failed = False
        self._loop = False
        self._region: tuple[float, float] | None = None
        self._volume = 0.8
        self._muted = False
        self._session.state_changed.connect(self.state_changed)
        self._session.position_changed.connect(self._on_position_changed)
        self._session.opened.connect(self._on_opened)
        self._session.item_started.connect(self._on_item_started)
        self._session.ended.connect(self._on_ended)
        self._session.failed.connect(self._on_failed)
        self._session.skipped.connect(self._emit_failed)
        output.device_changed.connect(self.device_changed)

    @property
    def clip_id(self) -> ClipId | None:
        return self._clip_id

    @property
    def duration_s(self) -> float:
        return self._duration_s

    @property
    def is_open(self) -> bool:
        """Whether the file of the clip is open."""
        return self._session.is_open

    @property
    def is_playing(self) -> bool:
        """Whether it is playing, or will as soon as the file is open."""
        return self._session.is_playing

    @property
    def position_s(self) -> float:
        """Current position in seconds from the start of the clip."""
        position_s = self._session.position_s
        return min(position_s, self._duration_s) if self._duration_s else position_s

    @property
    def loop(self) -> bool:
        return self._loop

    @property
    def region(self) -> tuple[float, float] | None:
        """Region that is repeated, in seconds; None for none."""
        return self._region

    @property
    def peaks(self) -> tuple[float, float]:
        """Recent peak of the left and the right channel, linear."""
        return self._session.peaks

    @property
    def rate(self) -> float:
        return self._session.speed

    @property
    def volume(self) -> float:
        """Volume as perceived, 0 to 1."""
        return self._volume

    @property
    def is_muted(self) -> bool:
        return self._muted

    def load(
        self,
        clip_id: ClipId,
        path: Path,
        duration_s: float,
        *,
        at_s: float | None = 0.0,
        play: bool = False,
    ) -> None:
        """Loads another clip; what plays is faded over to it, or stops.

        Args:
            clip_id: Id of the clip.
            path: Its sound file.
            duration_s: Its length; 0 if unknown.
            at_s: Where to begin; None for the position of the clip before, to the sample.
            play: Whether to play it as soon as it is decoded.
        """
        if not play:
            self.pause()
        if self._session.is_loaded and (self._clip_id, self._path) == (clip_id, path):
            if at_s is not None:
                self.seek(at_s)
        else:
            self._clip_id, self._path, self._duration_s = clip_id, path, duration_s
            self._has_failed = False
            self._next = self._region = None
            self._session.load([PlaybackTrack(path)], at_s, key=clip_id)
            self._apply_loop()
            self._on_position_changed(self.position_s)
        if play:
            self.play()

    def replace_file(self, path: Path, duration_s: float, *, play: bool) -> None:
        """Goes on with another file of the same clip, by a crossfade; its region is kept.

        Args:
            path: The other file.
            duration_s: Its length; 0 if unknown.
            play: Whether it plays then.
        """
        if self._clip_id is not None:
            region = self._region
            self.load(self._clip_id, path, duration_s, at_s=None, play=play)
            if region is not None:
                self.set_region(region)

    def unload(self) -> None:
        """Closes the clip."""
        self._clip_id, self._path, self._duration_s = None, None, 0.0
        self._next = self._region = None
        self._session.unload()

    def queue_next(self, clip_id: ClipId, path: Path, duration_s: float) -> None:
        """Sets the clip that follows this one without a gap."""
        if self._next != (clip_id, path, duration_s) and self._session.is_loaded:
            self._session.queue_next([PlaybackTrack(path)], key=clip_id)
            self._next = (clip_id, path, duration_s)

    def clear_next(self) -> None:
        """Lets nothing follow this clip."""
        if self._next is not None:
            self._session.queue_next([])
            self._next = None

    def play(self) -> None:
        if self._clip_id is None or self._has_failed:
            return
        if self._duration_s and self.position_s >= self._duration_s - _END_S:
            self.seek(0.0)
        self._session.play()

    def pause(self) -> None:
        self._session.pause()

    def toggle(self) -> None:
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def stop(self) -> None:
        """Stops and goes back to the start."""
        self.pause()
        self.seek(0.0)

    def seek(self, seconds: float) -> None:
        """Seeks to a position within the clip."""
        if self._clip_id is not None:
            self._session.seek(min(max(0.0, seconds), self._duration_s))

    def seek_by(self, seconds: float) -> None:
        self.seek(self.position_s + seconds)

    def set_loop(self, on: bool) -> None:
        self._loop = on
        self._apply_loop()

    def set_region(self, region: tuple[float, float] | None) -> None:
        """Repeats a region of this clip, in seconds; None ends that."""
        self._region = region
        self._apply_loop()

    def set_rate(self, rate: float) -> None:
        """Sets the speed, 0.5 to 2; the pitch is preserved."""
        self._session.set_speed(rate)

    def set_volume(self, volume: float, *, muted: bool = False) -> None:
        """Sets the volume as perceived, 0 to 1."""
        self._volume, self._muted = min(1.0, max(0.0, volume)), muted
        self._output.set_volume(self._volume, muted=muted)

    def set_device(self, device_id: str) -> None:
        """Switches to the device with that id; empty means the system's."""
        self._output.set_device(device_id)

    def _apply_loop(self) -> None:
        if self._region is not None:
            self._session.set_loop(*self._region)
        elif self._loop:
            self._session.set_loop(0.0)
        else:
            self._session.clear_loop()

    def _on_position_changed(self, _seconds: float) -> None:
        self.position_changed.emit(self.position_s)

    def _on_opened(self, length_s: float) -> None:
        self._duration_s = self._duration_s or length_s

    def _on_item_started(self, _key: object) -> None:
        if self._next is None:
            return
        self._clip_id, self._path, self._duration_s = self._next
        self._next = self._region = None
        self._has_failed = False
        self._apply_loop()
        self.advanced.emit(self._clip_id)

    def _on_ended(self) -> None:
        if self._clip_id is not None and not self._has_failed:
            self.finished.emit(self._clip_id)

    def _on_failed(self, _track: int, message: str) -> None:
        self._has_failed = True
        self._emit_failed(message)

    def _emit_failed(self, message: str) -> None:
        if self._clip_id is not None:
            self.failed.emit(self._clip_id, message)
