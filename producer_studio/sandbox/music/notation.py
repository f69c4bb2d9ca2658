"""Notes and drum hits in seconds, and the time of a beat."""

from dataclasses import dataclass, field
from typing import NamedTuple

from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.styles import MusicStyle
from producer_studio.sandbox.music.takes import take_feel


class Note(NamedTuple):
    """Pitches that sound together from `start_s` for `seconds`; strength 0-1."""

    start_s: float
    seconds: float
    pitches: tuple[int, ...]
    strength: float
    strum_s: float = 0.0
    muted: bool = False


class DrumHit(NamedTuple):
    start_s: float
    stroke: str
    strength: float


@dataclass(slots=True)
class Score:
    """Notes by part (bass, chords, pad, arp, lead) and drum hits."""

    parts: dict[str, list[Note]] = field(default_factory=dict)
    drums: list[DrumHit] = field(default_factory=list)

    def add(self, part: str, note: Note) -> None:
        self.parts.setdefault(part, []).append(note)


def beat_time_s(plan: MusicPlan, style: MusicStyle, bar: int, beat: float) -> float:
    """Returns the time of a beat in seconds, with the swing of the take."""
    feel = take_feel(plan.take_seed, style.name)
    distance = 1 / feel.swing_unit
    swing = 0.0 if plan.is_ternary else feel.swing
    if swing and abs((beat / distance) % 2 - 1) < 0.01:
        beat += swing * distance
    return plan.bar_start_s(bar) + beat * plan.beat_s
