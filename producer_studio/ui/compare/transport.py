"""Playback of a comparison: position, end and repeated region."""

from abc import abstractmethod

from PySide6.QtCore import QObject, Signal

from producer_studio.ui.playback.loop_region import LoopRegion
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.session import PlaybackSession


class CompareTransport(QObject):
    """Plays, seeks and repeats within the length of a comparison.

    Signals:
        position_changed: Position, every 40 ms while playing.
        state_changed: Whether it plays.
        loop_changed: The region or whether it is repeated.
    """

    position_changed = Signal(float)
    state_changed = Signal(bool)
    loop_changed = Signal()

    def __init__(self, output: AudioOutput, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output = output
        self._session = PlaybackSession(output, self)
        self._loop = LoopRegion(self._session, self)
        self._session.position_changed.connect(self._on_position_changed)
        self._session.state_changed.connect(self.state_changed)
        self._loop.changed.connect(self.loop_changed)

    @property
    @abstractmethod
    def length_s(self) -> float:
        """Length of the ruler; 0 if unknown."""

    @property
    @abstractmethod
    def end_s(self) -> float:
        """End of what is heard, where playback stops; 0 if unknown."""

    @property
    def is_playing(self) -> bool:
        return self._session.is_playing

    @property
    def position_s(self) -> float:
        return self._session.position_s

    @property
    def region(self) -> tuple[float, float] | None:
        """Region of the ruler, repeated if `loops`."""
        return self._loop.region

    @property
    def loops(self) -> bool:
        return self._loop.loops

    def play_or_pause(self) -> None:
        """Plays, from the start at the end, or pauses."""
        if self._session.is_playing:
            self._session.pause()
            return
        if self.end_s and self.position_s >= self.end_s - 0.05:
            self._session.seek(self._loop.start_s)
        self._session.play()

    def seek(self, seconds: float) -> None:
        """Goes to a position of the ruler."""
        self._session.seek(min(max(0.0, seconds), max(0.0, self.length_s - 0.01)))

    def set_region(self, start_s: float, end_s: float) -> None:
        """Repeats a region; one that is shorter than half a second is made longer."""
        self._loop.set_region(start_s, end_s, self.length_s)

    def toggle_loop(self) -> None:
        """Repeats the region, or not; without one, eight seconds from the position on."""
        self._loop.toggle(self.length_s)

    def _stay_within(self, length_s: float) -> None:
        """Moves region and position into a length in seconds; 0 for any."""
        if length_s:
            self._loop.limit(length_s)
            if self.position_s >= length_s:
                self.seek(self._loop.start_s)

    def _on_position_changed(self, seconds: float) -> None:
        self.position_changed.emit(seconds)
        end_s = self.end_s
        if self._session.is_playing and not self.loops and end_s and seconds >= end_s:
            self._session.pause()
