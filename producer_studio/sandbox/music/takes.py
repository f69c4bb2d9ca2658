"""Feel of a take: what differs between two takes of one request besides their notes."""

from dataclasses import dataclass
from functools import lru_cache

from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import STYLES

_UPBEATS = (0.0, 0.5, 1.0, 1.5, 2.5)


@dataclass(frozen=True, slots=True)
class TakeFeel:
    """Feel of a take.

    Attributes:
        swing, swing_unit: Delay of off-beats, as a share of their distance; 2 = eighths, 4 = 16ths.
        upbeat: Beats before the first bar with which the piece begins.
        snare_s, cymbal_s, bass_s, chords_s, lead_s: How much later than the beat they play.
        lead_shift, chord_shift: Register in semitones.
        lead_notes: Factor of the number of notes in a line of the melody.
        rests: Beat at which the first note of a line of the melody comes.
        drops_out: Kinds of sections without kick and snare.
    """

    swing: float
    swing_unit: int
    upbeat: float
    snare_s: float
    cymbal_s: float
    bass_s: float
    chords_s: float
    lead_s: float
    lead_shift: int
    chord_shift: int
    lead_notes: float
    rests: float
    drops_out: tuple[str, ...]


@lru_cache(maxsize=256)
def take_feel(seed: str, style_name: str) -> TakeFeel:
    """Returns the feel of a take in a style."""
    style = STYLES[style_name]
    rng = create_rng(seed, "feel")
    room = min(0.02, style.loose / 300)

    def late(least: float, most: float) -> float:
        return float(rng.uniform(least, most)) * room

    swing, unit = choose(rng, style.swings) if style.swings else style.swing, style.swing_unit
    if style.may_shuffle and rng.random() < 0.3:
        swing, unit = 0.3, 2
    return TakeFeel(
        swing=swing + (float(rng.uniform(-0.04, 0.04)) if swing else 0.0),
        swing_unit=unit,
        upbeat=choose(rng, _UPBEATS),
        snare_s=late(-0.4, 1.0),
        cymbal_s=late(-0.8, 0.5),
        bass_s=late(-0.3, 0.9),
        chords_s=late(-0.5, 1.0),
        lead_s=late(-0.5, 1.4),
        lead_shift=choose(rng, (-5, -2, 0, 0, 3, 5)),
        chord_shift=choose(rng, (-4, -2, 0, 2, 4)),
        lead_notes=choose(rng, (0.6, 0.8, 1.0, 1.25)),
        rests=choose(rng, (0.0, 0.0, 0.5, 1.0)),
        drops_out=choose(rng, ((), ("verse",), ("bridge", "solo"), ("bridge", "verse"))),
    )
