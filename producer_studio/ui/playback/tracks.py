"""Tracks of a playback session."""

from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.track_mix import TrackMix


@dataclass(frozen=True, slots=True)
class PlaybackTrack:
    """A file to be played; the tracks of a session share one position.

    Attributes:
        path: The file.
        mix: How it is heard.
        offset_s: Time of the file at position 0; negative for a file that starts later.
    """

    path: Path
    mix: TrackMix = TrackMix()
    offset_s: float = 0.0
