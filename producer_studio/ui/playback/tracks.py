"""What a playback session plays."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TrackMix:
    """How a track is heard.

    Attributes:
        gain_db: Level in dB.
        pan: -1 for left to 1 for right.
        is_muted: Not heard in the mix; a selected track is heard all the same.
        is_soloed: Tracks that are not soloed are not heard in the mix while any is.
    """

    gain_db: float = 0.0
    pan: float = 0.0
    is_muted: bool = False
    is_soloed: bool = False


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
