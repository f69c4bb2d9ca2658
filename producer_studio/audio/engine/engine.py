"""The sound engine: sources, one position, and rendering."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from producer_studio.audio.engine.cursor import Loop
from producer_studio.audio.engine.direct_source import DirectSource
from producer_studio.audio.engine.events import (
    EngineEvent,
    SourceDamaged,
    SourceFailed,
    SourceOpened,
)
from producer_studio.audio.engine.levels import MixSettings, OutputMeter, VolumeRamp
from producer_studio.audio.engine.position_log import Place
from producer_studio.audio.engine.source import Source
from producer_studio.audio.engine.stretcher import FASTEST, SLOWEST
from producer_studio.audio.engine.track import Item, Track
from producer_studio.audio.engine.transport import Transport
from producer_studio.audio.frame_samples import Block, silent_block

_VOLUME_RAMP_S = 0.005
_CLOSE_WAIT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSpec:
    """A file to be played, with its settings.

    Attributes:
        path: The file.
        mix: Level, pan, mute and solo.
        offset: Frame of the file at position 0 of the item; negative for a later start.
    """

    path: Path
    mix: MixSettings = MixSettings()
    offset: int = 0


class Engine:
    """Plays items of one or more tracks; all positions are frames at the engine's rate.

    `render` is called by whoever feeds the device, on any thread, and never waits for a disk. The
    other methods are called by the client, on any thread; they take effect at the next block of at
    most 1,024 frames, and return at once. Nothing is called back: the client polls `take_events`,
    `heard`, `is_playing` and `peaks`.
    """

    def __init__(self, rate: int = 48_000, *, waits: bool = False) -> None:
        """Creates an engine without sources.

        Args:
            rate: Sample rate in Hz; best that of the device.
            waits: Whether `render` decodes what it needs and there are no threads, for files
                instead of devices. What is rendered then depends only on the calls.
        """
        self.rate = rate
        self._source_type = DirectSource if waits else Source
        self._lock = threading.RLock()
        self._transport = Transport(rate, waits=waits)
        self._volume = VolumeRamp(round(_VOLUME_RAMP_S * rate))
        self._meter = OutputMeter(rate)
        self._sources: list[Source] = []
        self._unused: list[Source] = []
        self._news: list[EngineEvent] = []
        self._reported: set[tuple[Source, type[EngineEvent]]] = set()
        self._is_closed = False

    @property
    def is_playing(self) -> bool:
        """Whether it plays, or will as soon as the file is decoded."""
        return self._transport.is_playing

    @property
    def item(self) -> Item | None:
        """Item that is played; None if none is loaded."""
        return self._transport.item

    @property
    def peaks(self) -> tuple[float, float]:
        """Recent peak of the left and the right channel, linear; falls by 20 dB in 1.5 s."""
        return self._meter.peaks

    def track_peaks(self, index: int) -> tuple[float, float]:
        """Recent peak of both channels of a track in a mix of several, linear; 0 if not heard.

        Raises:
            IndexError: There is no such track.
        """
        with self._lock:
            item = self._require_item()
            track = item.tracks[index]
            heard = any(gain.track is track for gain in item.gains())
            return track.meter.peaks if heard and self.is_playing else (0.0, 0.0)

    @property
    def silent_frames(self) -> int:
        """Number of frames of silence so far because a source was late."""
        return self._transport.silent_frames

    def heard(self, latency: int = 0) -> Place | None:
        """Returns what the device plays now, if it is `latency` frames late; None if unloaded."""
        with self._lock:
            return self._transport.heard(latency)

    def load(
        self, tracks: Sequence[TrackSpec], *, selected: int | None = None, position: int | None = 0
    ) -> Item:
        """Replaces what is played, and what follows; a sound that plays is faded over.

        Args:
            tracks: Files that share the position.
            selected: Index of the only track to be heard; None for the mix of all.
            position: Where to begin; None for the same frame, to the sample: that which the sound
                before has reached when it is faded over.
        """
        with self._lock:
            item = self._item_of(tracks, selected)
            self._transport.load(item, position)
            self._after_command()
            return item

    def unload(self) -> None:
        """Fades out and closes the files."""
        with self._lock:
            self._transport.is_playing = False
            self._transport.load(None)
            self._after_command()

    def queue_next(
        self, tracks: Sequence[TrackSpec], *, selected: int | None = None
    ) -> Item | None:
        """Sets what follows the item without a gap, instead of what followed so far.

        With no tracks, nothing follows.
        """
        with self._lock:
            item = self._item_of(tracks, selected) if tracks else None
            self._transport.set_following(item)
            self._after_command()
            return item

    def play(self) -> None:
        """Plays from the position; from the start of the item or loop if it is at the end."""
        with self._lock:
            transport = self._transport
            if transport.item is None:
                return
            end = transport.item.end
            if not transport.is_playing and end is not None and transport.position >= end:
                transport.seek(transport.loop.start if transport.loop else 0)
            transport.is_playing = True
            self._after_command()

    def pause(self) -> None:
        """Fades out; the position stays where that began."""
        with self._lock:
            self._transport.is_playing = False
            self._after_command()

    def stop(self) -> None:
        """Fades out and goes to the start."""
        with self._lock:
            self._transport.is_playing = False
            self._transport.seek(0)
            self._after_command()

    def seek(self, position: int) -> None:
        """Goes to a frame; what plays goes on until that frame is decoded."""
        with self._lock:
            self._transport.seek(position)
            self._after_command()

    def set_loop(self, start: int, stop: int | None = None) -> None:
        """Repeats the frames from `start` to before `stop`; None is the end of the item.

        A position after the loop plays on to the end.

        Raises:
            ValueError: The loop is empty.
        """
        if start < 0 or (stop is not None and stop <= start):
            raise ValueError(f"no loop: {start} to {stop}")
        with self._lock:
            self._transport.set_loop(Loop(start, stop))
            self._after_command()

    def clear_loop(self) -> None:
        """Plays on to the end of the item."""
        with self._lock:
            self._transport.set_loop(None)
            self._after_command()

    def set_speed(self, speed: float) -> None:
        """Sets the speed, limited to 0.5 to 2; the pitch is kept."""
        with self._lock:
            limited = min(FASTEST, max(SLOWEST, speed))
            if limited != self._transport.speed:
                self._transport.set_speed(limited)
                self._after_command()

    def select(self, index: int | None, *, position: int | None = None) -> None:
        """Switches to another track, or to the mix of all, by a crossfade.

        Args:
            index: Index of the track; None for the mix.
            position: Where to go on; None for the same position.

        Raises:
            IndexError: There is no such track.
        """
        with self._lock:
            item = self._require_item()
            if index is not None and not 0 <= index < len(item.tracks):
                raise IndexError(f"no track {index}")
            item.selected = index
            if position is not None:
                self._transport.seek(position)
            self._transport.refresh_mix()
            self._after_command()

    def set_mix(self, index: int, mix: MixSettings) -> None:
        """Sets level, pan, mute and solo of a track.

        Raises:
            IndexError: There is no such track.
        """
        with self._lock:
            self._require_item().tracks[index].mix = mix
            self._transport.refresh_mix()
            self._after_command()

    def set_gain(self, index: int, gain_db: float) -> None:
        """Sets the level of a track in dB.

        Raises:
            IndexError: There is no such track.
        """
        with self._lock:
            self.set_mix(index, replace(self._require_item().tracks[index].mix, gain_db=gain_db))

    def set_volume(self, gain: float) -> None:
        """Sets the master volume, linear, 0 for silence to 1."""
        with self._lock:
            self._volume.move_to(max(0.0, gain))

    def render(self, frames: int) -> Block:
        """Returns the next frames, float32 of shape (frames, 2), in about -1 to 1."""
        block = silent_block(frames)
        with self._lock:
            if self._is_closed:
                return block
            self._transport.render(block)
            self._volume.apply(block)
            self._meter.measure(block)
        return block

    def take_events(self) -> list[EngineEvent]:
        """Returns what happened since the last call.

        Also closes files that nobody needs, and decodes ahead while nothing is rendered.
        """
        with self._lock:
            self._close_unused()
            self._transport.prepare()
            events, self._news = self._news, []
            for source in self._sources:
                self._add_news(source, events)
            while self._transport.events:
                events.append(self._transport.events.popleft())
            return events

    def close(self, wait_s: float = _CLOSE_WAIT_S) -> None:
        """Ends all threads; `render` then returns silence.

        Args:
            wait_s: Seconds after which threads that wait for a disk are left to end by themselves.
        """
        for source in tuple(self._sources):
            source.request_close()  # ends the waiting of a render, which holds the lock
        with self._lock:
            self._is_closed = True
            sources, self._sources, self._unused = [*self._sources, *self._unused], [], []
        until = time.monotonic() + wait_s
        for source in sources:
            source.close(max(0.0, until - time.monotonic()))

    def _item_of(self, tracks: Sequence[TrackSpec], selected: int | None) -> Item:
        if self._is_closed:
            raise RuntimeError("The engine is closed.")
        made = []
        for spec in tracks:
            source = self._source_type(spec.path, self.rate)
            self._sources.append(source)
            made.append(Track(source, spec.mix, spec.offset))
        return Item(made, selected)

    def _require_item(self) -> Item:
        if self._transport.item is None:
            raise IndexError("nothing is loaded")
        return self._transport.item

    def _after_command(self) -> None:
        self._transport.prepare()
        self._close_unused()

    def _close_unused(self) -> None:
        used = {
            track.source
            for item in self._transport.items
            if item is not None
            for track in item.tracks
        }
        for source in self._sources:
            if source not in used:
                self._add_news(source, self._news)
                source.request_close()
                self._unused.append(source)
        self._unused = [source for source in self._unused if source.is_running]
        self._sources = [source for source in self._sources if source in used]
        self._reported = {key for key in self._reported if key[0] in used}

    def _add_news(self, source: Source, events: list[EngineEvent]) -> None:
        news: list[EngineEvent] = []
        if source.is_open:
            news.append(SourceOpened(source, source.declared_frames))
        if source.problem:
            news.append(SourceDamaged(source, source.problem))
        if source.error:
            news.append(SourceFailed(source, source.error))
        for event in news:
            if (source, type(event)) not in self._reported:
                self._reported.add((source, type(event)))
                events.append(event)
