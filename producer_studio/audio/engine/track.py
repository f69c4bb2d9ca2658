"""Sources that play together, with their levels."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.audio.engine.levels import MixSettings, OutputMeter, channel_gains
from producer_studio.audio.engine.source import Source


class Track:
    """One source of an item, at its place in the item's time.

    Attributes:
        source: Where the frames come from.
        mix: Level, pan, mute and solo.
        offset: Frame of the source at position 0 of the item; negative for a later start.
        meter: Peaks of what is heard of it in a mix of several.
    """

    def __init__(self, source: Source, mix: MixSettings, offset: int = 0) -> None:
        self.source = source
        self.mix = mix
        self.offset = offset
        self.meter = OutputMeter(source.rate)

    @property
    def end(self) -> int | None:
        """Position of the item at which the source ends; None while unknown."""
        return None if self.source.end is None else max(0, self.source.end - self.offset)

    @property
    def expected_end(self) -> int | None:
        """As `end`, by what the file declares while it is unknown."""
        declared = self.source.declared_frames
        if self.end is not None or declared is None:
            return self.end
        return max(0, declared - self.offset)


@dataclass(frozen=True, slots=True)
class Gain:
    """A track that is heard, and its linear gains left and right."""

    track: Track
    offset: int
    left: float
    right: float


class Item:
    """Tracks that share one position: a clip, the takes of a comparison, or stems.

    Attributes:
        tracks: All of them are decoded ahead, also those that are not heard.
        selected: Index of the only track that is heard; None for the mix of all.
    """

    def __init__(self, tracks: Sequence[Track], selected: int | None = None) -> None:
        self.tracks = tuple(tracks)
        self.selected = selected

    @property
    def end(self) -> int | None:
        """Number of frames of the longest track; None until all of them are known."""
        longest = 0
        # Asked for each block: not by way of `Track.end`.
        for track in self.tracks:
            end = track.source.end
            if end is None:
                return None
            longest = max(longest, end - track.offset)
        return longest

    @property
    def expected_end(self) -> int | None:
        """As `end`, by what the files declare while it is unknown."""
        known = self.end
        if known is not None:
            return known
        ends = [track.expected_end for track in self.tracks]
        return max((end for end in ends if end is not None), default=None)

    @property
    def is_mix(self) -> bool:
        """Whether several tracks may be heard together."""
        return self.selected is None and len(self.tracks) > 1

    def gains(self) -> tuple[Gain, ...]:
        """Returns the tracks that are heard now."""
        if self.selected is not None:
            heard = [self.tracks[self.selected]]
        else:
            soloed = [track for track in self.tracks if track.mix.is_soloed]
            heard = [track for track in soloed or self.tracks if not track.mix.is_muted]
        return tuple(Gain(track, track.offset, *channel_gains(track.mix)) for track in heard)
