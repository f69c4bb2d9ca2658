"""Tracks of a playback session."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.track_mix import TrackMix

if TYPE_CHECKING:
    from producer_studio.audio.engine.engine import TrackSpec
    from producer_studio.audio.engine.levels import MixSettings


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


def engine_track(track: PlaybackTrack, rate: int) -> "TrackSpec":
    """Converts a track for an engine with that sample rate in Hz."""
    # NumPy and PyAV take 110 ms to import, which a window that plays nothing can save.
    from producer_studio.audio.engine.engine import TrackSpec

    return TrackSpec(
        path=track.path, mix=mix_settings(track.mix), offset=round(track.offset_s * rate)
    )


def mix_settings(mix: TrackMix) -> "MixSettings":
    """Converts how a track is heard for the engine."""
    from producer_studio.audio.engine.levels import MixSettings

    return MixSettings(
        gain_db=mix.gain_db, pan=mix.pan, is_muted=mix.is_muted, is_soloed=mix.is_soloed
    )
