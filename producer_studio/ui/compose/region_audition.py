"""Playback of a section of the source and of what is around it, again and again."""

from PySide6.QtCore import QObject, Signal

from producer_studio.ui.compose.source_card import SourceCard
from producer_studio.ui.playback.failure_text import failure_text, quoted_title
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.session import PlaybackSession
from producer_studio.ui.playback.tracks import PlaybackTrack

AROUND_S = 2.0
"""Seconds played before and after the section."""


class RegionAudition(QObject):
    """Repeats two seconds before the section or position, the section, and two seconds after it.

    The loop follows while the section is edited. What else plays is paused.

    Signals:
        failed: The source cannot be played; a sentence with its title.
    """

    failed = Signal(str)

    def __init__(self, card: SourceCard, output: AudioOutput, parent: QObject) -> None:
        super().__init__(parent)
        self._card = card
        self._session = PlaybackSession(output, self)
        self._loop_s: tuple[float, float] | None = None
        card.range_changed.connect(self._on_range_changed)
        card.audition_requested.connect(self.toggle)
        self._session.failed.connect(self._on_failed)
        self._session.state_changed.connect(lambda _playing: self._show())
        self._session.position_changed.connect(lambda _seconds: self._show())

    @property
    def is_playing(self) -> bool:
        return self._session.is_playing

    @property
    def position_s(self) -> float:
        """Position that is heard now, in seconds of the source."""
        return self._session.position_s

    def toggle(self) -> None:
        """Plays from two seconds before the section, or pauses."""
        clip = self._card.clip
        if self._session.is_playing:
            self._session.pause()
        elif clip is not None and clip.path is not None and self._loop_s is not None:
            if self._session.key != clip.path:
                self._session.load([PlaybackTrack(clip.path)], self._loop_s[0], key=clip.path)
            else:
                self._session.seek(self._loop_s[0])
            self._session.set_loop(*self._loop_s)
            self._session.play()

    def stop(self) -> None:
        """Stops, and closes the file."""
        self._session.unload()
        self._show()

    def _on_failed(self, _track: int, reason: str) -> None:
        clip = self._card.clip
        self.stop()
        if clip is not None:
            self.failed.emit(failure_text(quoted_title(clip.display_title), reason))

    def _on_range_changed(self, range_s: tuple[float, float] | None) -> None:
        length_s = self._card.waveform.duration_s
        if range_s is None or not length_s:
            self._loop_s = None
            self.stop()
            return
        start = max(0.0, range_s[0] - AROUND_S)
        self._loop_s = (start, max(start + AROUND_S / 2, min(length_s, range_s[1] + AROUND_S)))
        if self._session.is_playing:
            self._session.set_loop(*self._loop_s)
            if not self._loop_s[0] <= self._session.position_s < self._loop_s[1]:
                self._session.seek(self._loop_s[0])

    def _show(self) -> None:
        playing = self._session.is_playing
        self._card.show_audition(
            is_playing=playing, heard_s=self._session.position_s if playing else None
        )
