"""State of the mixer: the stems that are played together, and how each of them is heard."""

import math
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.ids import ClipId
from producer_studio.domain.track_mix import (
    HIGHEST_GAIN_DB,
    LOWEST_GAIN_DB,
    TrackMix,
    heard_tracks,
)
from producer_studio.studio.stems.stem_set import StemSet
from producer_studio.translation import tr
from producer_studio.ui.playback.failure_text import failure_text
from producer_studio.ui.playback.loop_region import LoopRegion
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.session import PlaybackSession
from producer_studio.ui.playback.tracks import PlaybackTrack
from producer_studio.ui.stems.mix_history import LibraryStep, MixHistory, MixStep


class StemMixer(QObject):
    """Plays the stems of a song at one position; levels change while they play.

    Signals:
        opened: Other stems are played.
        mix_changed: Level, pan, mute or solo of a stem.
        position_changed: Seconds; every 40 ms while playing.
        state_changed: Whether it plays.
        loop_changed: The region or whether it is repeated.
        failed: A stem cannot be played; a sentence with its name.
    """

    opened = Signal()
    mix_changed = Signal()
    position_changed = Signal(float)
    state_changed = Signal(bool)
    loop_changed = Signal()
    failed = Signal(str)

    def __init__(self, output: AudioOutput, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = PlaybackSession(output, self)
        self._loop = LoopRegion(self._session, self)
        self.history = MixHistory()
        self._stem_set: StemSet | None = None
        self._mixes: list[TrackMix] = []
        self._heard: list[bool] = []
        self._tracks: dict[int, int] = {}
        self._sent: dict[int, TrackMix] = {}
        self._session.position_changed.connect(self.position_changed)
        self._session.state_changed.connect(self.state_changed)
        self._session.failed.connect(self._on_failed)
        self._loop.changed.connect(self.loop_changed)

    @property
    def stem_set(self) -> StemSet | None:
        """Stems that are open; None if there are none."""
        return self._stem_set

    @property
    def mixes(self) -> list[TrackMix]:
        """How each stem is heard."""
        return list(self._mixes)

    @property
    def levels(self) -> dict[ClipId, TrackMix]:
        """How each stem is heard, by its id."""
        stems = () if self._stem_set is None else self._stem_set.stems
        return {stem.id: mix for stem, mix in zip(stems, self._mixes, strict=True)}

    @property
    def heard(self) -> list[bool]:
        """Which stems are heard, by mutes and solos."""
        return list(self._heard)

    @property
    def is_playing(self) -> bool:
        return self._session.is_playing

    @property
    def position_s(self) -> float:
        return self._session.position_s

    @property
    def length_s(self) -> float:
        """Length of the longest stem."""
        stems = () if self._stem_set is None else self._stem_set.stems
        known = max((stem.duration_s for stem in stems), default=0.0)
        return known or self._session.length_s

    def open(self, stem_set: StemSet, levels: Mapping[ClipId, TrackMix]) -> None:
        """Opens the stems of a song; of the same song, it goes on where it was."""
        before = self._stem_set
        is_same = before is not None and before.song.id == stem_set.song.id
        at_s = self.position_s if is_same else 0.0
        if before is None or [one.id for one in before.stems] != [one.id for one in stem_set.stems]:
            self.history.clear()
        if not is_same:
            self._loop.remove()
        self._stem_set = stem_set
        self._mixes = [levels.get(stem.id, TrackMix()) for stem in stem_set.stems]
        self._heard = heard_tracks(self._mixes)
        self._tracks = {}
        tracks: list[PlaybackTrack] = []
        for index, stem in enumerate(stem_set.stems):
            if stem.playable and stem.path is not None:
                self._tracks[index] = len(tracks)
                tracks.append(PlaybackTrack(stem.path, self._heard_mix(index)))
        if not is_same:
            self._session.pause()
        if tracks:
            self._session.load(tracks, at_s, key=stem_set.song.id)
            self._sent = {place: track.mix for place, track in enumerate(tracks)}
            self._loop.apply()
        else:
            self._session.unload()
        self.opened.emit()

    def show_song(self, stem_set: StemSet) -> None:
        """Takes over changed texts of the same stems."""
        self._stem_set = stem_set

    def close(self) -> None:
        """Stops, and closes the files."""
        self._session.unload()
        self._stem_set, self._mixes, self._heard, self._tracks = None, [], [], {}
        self.history.clear()
        self._loop.remove()

    def play_or_pause(self) -> None:
        if self._session.is_playing:
            self._session.pause()
            return
        if self.length_s and self.position_s >= self.length_s - 0.05:
            self._session.seek(self._loop.start_s)
        self._session.play()

    def seek(self, seconds: float) -> None:
        self._session.seek(min(max(0.0, seconds), self.length_s))

    def peaks(self, index: int) -> tuple[float, float]:
        """Recent peak of both channels of a stem, linear; 0 if it is not heard."""
        track = self._tracks.get(index)
        return (0.0, 0.0) if track is None else self._session.track_peaks(track)

    def set_gain(self, index: int, gain_db: float) -> None:
        """Sets the level of a stem in dB, limited to its range; minus infinity is silence."""
        limited = gain_db if math.isinf(gain_db) else max(LOWEST_GAIN_DB, gain_db)
        mix = replace(self._mixes[index], gain_db=min(HIGHEST_GAIN_DB, limited))
        self._set_mix(index, mix, "level")

    def set_pan(self, index: int, pan: float) -> None:
        """Sets the place of a stem, -1 for left to 1 for right."""
        mix = replace(self._mixes[index], pan=min(1.0, max(-1.0, round(pan, 2))))
        self._set_mix(index, mix, "pan")

    def toggle_mute(self, index: int) -> None:
        if index < len(self._mixes):
            mix = self._mixes[index]
            self.history.begin_step()
            self._set_mix(index, replace(mix, is_muted=not mix.is_muted), "mute")

    def toggle_solo(self, index: int) -> None:
        if index < len(self._mixes):
            mix = self._mixes[index]
            self.history.begin_step()
            self._set_mix(index, replace(mix, is_soloed=not mix.is_soloed), "solo")

    def reset(self) -> None:
        """Lets all stems be heard as they are."""
        self.history.begin_step()
        self._set_mixes([TrackMix() for _ in self._mixes], "reset")

    def undo(self) -> MixStep | LibraryStep | None:
        """Undoes a step and returns it, or returns one of the library; None if there is none."""
        return self._restore(self.history.undo(self._mixes))

    def redo(self) -> MixStep | LibraryStep | None:
        """Redoes a step and returns it, or returns one of the library; None if there is none."""
        return self._restore(self.history.redo(self._mixes))

    @property
    def region(self) -> tuple[float, float] | None:
        """Region of the ruler, repeated if `loops`."""
        return self._loop.region

    @property
    def loops(self) -> bool:
        return self._loop.loops

    def set_region(self, start_s: float, end_s: float) -> None:
        """Repeats a region; one that is shorter than half a second is made longer."""
        self._loop.set_region(start_s, end_s, self.length_s)

    def toggle_loop(self) -> None:
        """Repeats the region, or not; without one, eight seconds from the position on."""
        if self._tracks:
            self._loop.toggle(self.length_s)

    def _on_failed(self, track: int, reason: str) -> None:
        stems = () if self._stem_set is None else self._stem_set.stems
        index = next((index for index, of in self._tracks.items() if of == track), None)
        if index is not None:
            # Translators: within "Could not play the stem “drums”: …".
            name = tr("the stem “{stem}”", stem=stems[index].stem)
            self.failed.emit(failure_text(name, reason))

    def _set_mix(self, index: int, mix: TrackMix, control: str) -> None:
        mixes = [*self._mixes[:index], mix, *self._mixes[index + 1 :]]
        self._set_mixes(mixes, (index, control))

    def _set_mixes(self, mixes: list[TrackMix], control: object) -> None:
        if mixes != self._mixes:
            self.history.record(self._mixes, control)
            self._replace_mixes(mixes)

    def _restore(self, step: MixStep | LibraryStep | None) -> MixStep | LibraryStep | None:
        if isinstance(step, MixStep):
            self._replace_mixes(list(step.mixes))
        return step

    def _replace_mixes(self, mixes: list[TrackMix]) -> None:
        self._mixes = mixes
        self._apply_mixes()
        self.mix_changed.emit()

    def set_levels(self, levels: Mapping[ClipId, TrackMix]) -> None:
        """Sets how each stem is heard, by its id; the others stay as they are."""
        stems = () if self._stem_set is None else self._stem_set.stems
        mixes = [levels.get(stem.id, mix) for stem, mix in zip(stems, self._mixes, strict=True)]
        self.history.begin_step()
        self._set_mixes(mixes, "levels")

    def _apply_mixes(self) -> None:
        """Sends the levels that have changed to the tracks that can be played."""
        self._heard = heard_tracks(self._mixes)
        for index, track in self._tracks.items():
            mix = self._heard_mix(index)
            # Each one that is sent makes the engine look at all tracks.
            if mix != self._sent.get(track):
                self._sent[track] = mix
                self._session.set_mix(track, mix)

    def _heard_mix(self, index: int) -> TrackMix:
        """Returns the mix of a track: a solo of a stem without a file silences the others, too."""
        return replace(self._mixes[index], is_muted=not self._heard[index], is_soloed=False)
