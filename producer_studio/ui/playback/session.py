"""Playback of files by the sound engine on the shared output."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from producer_studio.domain.track_mix import TrackMix
from producer_studio.translation import tr
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.tracks import PlaybackTrack, engine_track, mix_settings

if TYPE_CHECKING:
    from producer_studio.audio.engine.engine import Engine
    from producer_studio.audio.engine.events import EngineEvent, SourceDamaged, SourceFailed
    from producer_studio.audio.engine.source import Source
    from producer_studio.audio.engine.track import Item

_POLL_INTERVAL_MS = 40
"""Interval of `position_changed` while playing; less than a pixel of the waveform lasts."""
_VOLUME_FRAMES = 1_024
"""The engine's volume moves to a new value within so many frames."""

_CLOSE_WAIT_S = 0.1
"""How long the window waits for files to be closed; they may be on a disk that is gone."""

SLOWEST, FASTEST = 0.5, 2.0


def import_engine() -> None:
    """Imports what the first `load` needs; call it in a worker thread, as it takes 200 ms."""
    for module in ("producer_studio.audio.engine.engine", "producer_studio.ui.playback.feeder"):
        importlib.import_module(module)


class PlaybackSession(QObject):
    """Plays one item at a time: one or more tracks at the same position.

    Each session has an engine of its own, made at the first `load`; the output is shared, and only
    the session that played last is heard. Methods return at once; all times are in seconds. The
    owner calls `unload` in the end, which closes files, threads and device.

    Signals:
        state_changed: Whether it plays, or will as soon as the file is decoded.
        position_changed: What is heard now; every 40 ms while playing.
        selection_changed: Index of the only track that is heard; None for the mix of all.
        opened: All files of the item are open; its length.
        item_started: What was queued is heard now; the key given to `queue_next`.
        ended: The item was played to its end, and nothing was queued.
        failed: A file cannot be played; index of its track, and why, as a sentence. If there is no
            other track, it pauses.
        skipped: What was queued cannot be played, and ends at once; why, as a sentence. It comes
            after `item_started`.
        damaged: A file is played, but something is wrong with it; what, as a sentence.
    """

    state_changed = Signal(bool)
    position_changed = Signal(float)
    selection_changed = Signal(object)
    opened = Signal(float)
    item_started = Signal(object)
    ended = Signal()
    failed = Signal(int, str)
    skipped = Signal(str)
    damaged = Signal(str)

    def __init__(self, output: AudioOutput, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output = output
        self._engine: Engine | None = None
        self._item: Item | None = None
        self._key: object = None
        self._following: tuple[Item, object] | None = None
        self._speed = 1.0
        self._loop: tuple[float, float | None] | None = None
        self._was_playing = False
        self._told_position_s = 0.0
        self._is_open = False
        self._reported: list[Source] = []
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self._poll)
        output.gain_changed.connect(self._on_gain_changed)

    @property
    def is_loaded(self) -> bool:
        """Whether anything is loaded."""
        return self._item is not None

    @property
    def is_open(self) -> bool:
        """Whether all files that can be played are open."""
        return self._is_open

    @property
    def is_playing(self) -> bool:
        """Whether it plays, or will as soon as the file is decoded."""
        return self._engine is not None and self._engine.is_playing

    @property
    def key(self) -> object:
        """The key of what is heard now, as given to `load` or `queue_next`."""
        return self._key

    @property
    def position_s(self) -> float:
        """Position that is heard now, in seconds."""
        engine = self._engine
        place = None if engine is None else engine.heard(self._latency_frames())
        if engine is None or place is None:
            return 0.0
        if place.item is not self._item and place.item is not engine.item:
            return 0.0
        return place.position / engine.rate

    @property
    def length_s(self) -> float:
        """Length of the longest track; 0 while unknown."""
        engine, item = self._engine, self._item
        frames = None if item is None else item.expected_end
        return 0.0 if engine is None or frames is None else frames / engine.rate

    def track_length_s(self, index: int) -> float:
        """Returns the length of a track; 0 while unknown.

        Raises:
            IndexError: There is no such track.
        """
        engine, item = self._engine, self._item
        frames = None if item is None else item.tracks[index].expected_end
        return 0.0 if engine is None or frames is None else frames / engine.rate

    @property
    def selected(self) -> int | None:
        """Index of the only track that is heard; None for the mix of all."""
        return None if self._item is None else self._item.selected

    @property
    def loop(self) -> tuple[float, float | None] | None:
        """Region that is repeated: from, and to or None for the end; None without a loop."""
        return self._loop

    @property
    def speed(self) -> float:
        """Speed, 0.5 to 2."""
        return self._speed

    @property
    def peaks(self) -> tuple[float, float]:
        """Recent peak of the left and the right channel, linear, after the volume.

        0 while the device is gone: the engine is not asked for more then, and keeps its last ones.
        """
        engine = None if self._output.is_waiting else self._engine
        return (0.0, 0.0) if engine is None else engine.peaks

    def track_peaks(self, index: int) -> tuple[float, float]:
        """Recent peak of both channels of a track in a mix, linear; 0 if unheard, or as above.

        Raises:
            IndexError: There is no such track.
        """
        engine = None if self._output.is_waiting else self._engine
        return (0.0, 0.0) if engine is None else engine.track_peaks(index)

    def load(
        self,
        tracks: Sequence[PlaybackTrack],
        at_s: float | None = 0.0,
        *,
        selected: int | None = None,
        key: object = None,
    ) -> None:
        """Replaces what is played; the sound that plays is faded over to it, a pause remains one.

        What was queued, and the loop, are dropped.

        Args:
            tracks: Files that share the position.
            at_s: Where to begin; None for the position of what plays, to the sample.
            selected: Index of the only track to be heard; None for the mix of all.
            key: Anything that tells the item from others.
        """
        engine = self._ensure_engine()
        self._item = engine.load(
            [engine_track(track, engine.rate) for track in tracks],
            selected=selected,
            position=None if at_s is None else round(max(0.0, at_s) * engine.rate),
        )
        self._key, self._following, self._loop, self._is_open = key, None, None, False
        self._reported = []
        self._timer.start()
        self._emit_position()

    def unload(self) -> None:
        """Closes the files, and the device."""
        if self._engine is None:
            return
        engine, self._engine = self._engine, None
        self._item, self._following, self._loop, self._key = None, None, None, None
        self._timer.stop()
        self._output.detach(self)
        engine.close(_CLOSE_WAIT_S)
        self._emit_state()
        self._emit_position()

    def queue_next(
        self, tracks: Sequence[PlaybackTrack], *, selected: int | None = None, key: object = None
    ) -> None:
        """Sets what follows without a gap, instead of what was queued; no tracks: nothing does."""
        if self._engine is not None and self._item is not None:
            if self._following is not None and self._engine.item is self._following[0]:
                self._start_following()  # it is rendered already
            item = self._engine.queue_next(
                [engine_track(track, self._engine.rate) for track in tracks], selected=selected
            )
            self._following = None if item is None else (item, key)

    def play(self) -> None:
        """Plays from the position, or from the start at the end; pauses other sessions."""
        if self._engine is None or self._item is None:
            return
        self._output.attach(self, self._engine)
        self._engine.play()
        self._output.wake()
        self._timer.start()
        self._emit_state()

    def pause(self) -> None:
        """Fades out, and stays where it is."""
        if self._engine is not None:
            self._engine.pause()
            self._emit_state()

    def seek(self, seconds: float) -> None:
        """Goes to another position; what plays goes on until that is decoded."""
        if self._engine is not None and self._item is not None:
            self._engine.seek(round(max(0.0, seconds) * self._engine.rate))
            self._emit_position()

    def select(self, index: int | None, *, at_s: float | None = None) -> None:
        """Switches to one track, or to the mix of all, by a crossfade.

        Args:
            index: Index of the track; None for the mix.
            at_s: Where to go on; None for the same position.

        Raises:
            IndexError: There is no such track.
        """
        if self._engine is not None and self._item is not None:
            frame = None if at_s is None else round(max(0.0, at_s) * self._engine.rate)
            self._engine.select(index, position=frame)
            self.selection_changed.emit(index)

    def set_loop(self, from_s: float, to_s: float | None = None) -> None:
        """Repeats a region of the item without a gap; `to_s` None is its end.

        Raises:
            ValueError: The region is empty.
        """
        if self._engine is not None and self._item is not None:
            rate = self._engine.rate
            self._engine.set_loop(
                round(from_s * rate), None if to_s is None else round(to_s * rate)
            )
            self._loop = (from_s, to_s)

    def clear_loop(self) -> None:
        """Plays on to the end."""
        self._loop = None
        if self._engine is not None:
            self._engine.clear_loop()

    def set_speed(self, speed: float) -> None:
        """Sets the speed, limited to 0.5 to 2; the pitch is kept."""
        self._speed = min(FASTEST, max(SLOWEST, speed))
        if self._engine is not None:
            self._engine.set_speed(self._speed)

    def set_gain(self, index: int, gain_db: float) -> None:
        """Sets the level of a track in dB.

        Raises:
            IndexError: There is no such track.
        """
        if self._engine is not None:
            self._engine.set_gain(index, gain_db)

    def set_mix(self, index: int, mix: TrackMix) -> None:
        """Sets how a track is heard.

        Raises:
            IndexError: There is no such track.
        """
        if self._engine is not None:
            self._engine.set_mix(index, mix_settings(mix))

    def _ensure_engine(self) -> "Engine":
        if self._engine is None:
            # NumPy and PyAV take 110 ms to import, which a window that plays nothing can save.
            from producer_studio.audio.engine.engine import Engine

            self._engine = Engine()
            self._engine.set_speed(self._speed)
            self._engine.set_volume(self._output.gain)
            self._engine.render(_VOLUME_FRAMES)
        return self._engine

    def _latency_frames(self) -> int:
        engine = self._engine
        return 0 if engine is None else round(self._output.latency_s * engine.rate)

    def _on_gain_changed(self, gain: float) -> None:
        if self._engine is not None:
            self._engine.set_volume(gain)

    def _emit_position(self) -> None:
        position_s = self.position_s
        if position_s != self._told_position_s:
            self._told_position_s = position_s
            self.position_changed.emit(position_s)

    def _emit_state(self) -> None:
        if self.is_playing != self._was_playing:
            self._was_playing = self.is_playing
            self.state_changed.emit(self._was_playing)

    def _poll(self) -> None:
        engine = self._engine
        if engine is None or self._item is None:
            return
        for event in engine.take_events():
            self._on_event(event)
        self._notice_following(engine)
        if not self._is_open:
            self._notice_open()
        self._emit_position()
        if not self.is_playing and self._is_open and not self._output.latency_s:
            self._timer.stop()

    def _on_event(self, event: "EngineEvent") -> None:
        from producer_studio.audio.engine import events

        if isinstance(event, events.ItemEnded):
            if self._following is not None and event.item is self._following[0]:
                self._start_following()
            if event.item is self._item:
                self._emit_state()
                self._emit_position()
                self.ended.emit()
        elif isinstance(event, events.SourceFailed | events.SourceDamaged):
            self._on_source_event(event)

    def _on_source_event(self, event: "SourceFailed | SourceDamaged") -> None:
        sources = [] if self._item is None else [track.source for track in self._item.tracks]
        if event.source not in sources:
            return
        if event.source in self._reported:
            return
        if event.source.is_open:
            self.damaged.emit(tr(event.message))
            return
        if all(source.error for source in sources):
            self.pause()
        self.failed.emit(sources.index(event.source), tr(event.message))

    def _notice_following(self, engine: "Engine") -> None:
        place = engine.heard(self._latency_frames())
        following = self._following
        if place is not None and following is not None and place.item is following[0]:
            self._start_following()

    def _start_following(self) -> None:
        assert self._following is not None  # noqa: S101 - only called with one
        self._item, self._key = self._following
        self._following, self._loop, self._is_open = None, None, False
        sources = [track.source for track in self._item.tracks]
        # Their events came while the item before was heard, or come now.
        self._reported = [source for source in sources if source.error and not source.is_open]
        self.item_started.emit(self._key)
        if len(self._reported) == len(sources):
            self.skipped.emit(tr(sources[0].error))
            return
        for source in self._reported:
            self.failed.emit(sources.index(source), tr(source.error))

    def _notice_open(self) -> None:
        item = self._item
        if item is None:
            return
        sources = [track.source for track in item.tracks]
        if all(source.is_open or source.error for source in sources):
            self._is_open = True
            if any(source.is_open for source in sources):
                self.opened.emit(self.length_s)
