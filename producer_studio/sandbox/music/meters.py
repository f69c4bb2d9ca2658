"""Meters: beats of a bar, their division, and plain grooves and figures for each."""

from dataclasses import dataclass

from producer_studio.sandbox.music.groove import Groove

# Strokes in capitals stand for the style's own.
_FOUR = Groove(
    (
        {"KICK": "9.......8.......", "SNARE": "....8.......8..."},
        {"KICK": "9.....6.8.......", "SNARE": "....8.......8..3"},
        {"KICK": "9..6......7.....", "SNARE": "....8.......8..."},
    ),
    ({"TOP": "7.5.7.5.7.5.7.5."}, {"TOP": "7...6...7...6..."}, {"TOP": "..6...6...6...6."}),
    ({"HIGH": "7.5.7.5.7.5.7.5."}, {"HIGH": "7...7...7...7..."}),
    ({"TOP": "5...5...5...5..."}, {"KICK": "6.......5......."}),
)
_THREE = Groove(
    (
        {"KICK": "9...........", "SNARE": "....6...6..."},
        {"KICK": "9.......5...", "SNARE": "........8..."},
        {"KICK": "9.....6.....", "SNARE": "....7...6.4."},
        {"KICK": "9...........", "SNARE": "........7..."},
    ),
    (
        {"TOP": "7.5.6.5.6.5."},
        {"TOP": "....6...6..."},
        {"TOP": "7...5...5..."},
        {"TOP": "5.4.5.455.4."},
    ),
    ({"HIGH": "8...6...6..."}, {"HIGH": "8.5.7.5.7.5."}, {"TOP": "735463546354"}),
    ({"TOP": "....5...5..."}, {"KICK": "6..........."}, {"TOP": "6..........."}),
)
_TERNARY = Groove(
    (
        {"KICK": "9.....8.....", "SNARE": "...8.....8.."},
        {"KICK": "9....68.....", "SNARE": "...8.....8.3"},
        {"KICK": "9..6........", "SNARE": "......8....."},
        {"KICK": "9.....8.6...", "SNARE": "...8.....8.."},
    ),
    ({"TOP": "855755855755"}, {"TOP": "8.57.58.57.5"}, {"TOP": "8..7..8..7.."},
        {"TOP": "..6..6..6..6"}),
    ({"HIGH": "855855855855"}, {"HIGH": "8.58.58.58.5"}, {"HIGH": "8..8..8..8.."}),
    ({"TOP": "6..5..6..5.."}, {"KICK": "7.....6....."}, {"TOP": "6.46.46.46.4"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meter:
    """Meter.

    Attributes:
        beats: Beats of a bar as it is planned; two bars of 6/8 are one of four beats.
        is_ternary: Whether a beat is divided by three.
        groove: Plain groove on the drums of any style.
        comps, bass_lines: Names of plain figures.
    """

    name: str
    beats: int
    is_ternary: bool
    groove: Groove
    comps: tuple[str, ...]
    bass_lines: tuple[str, ...]

    def is_like(self, other: "Meter") -> bool:
        """Whether patterns of one are right in the other."""
        return (self.beats, self.is_ternary) == (other.beats, other.is_ternary)


_TERNARY_COMPS = ("six_arpeggio", "six_chords", "six_long")
METERS = {
    meter.name: meter
    for meter in (
        Meter("4/4", 4, False, _FOUR, ("halves", "pop"), ("roots", "pop")),
        Meter("3/4", 3, False, _THREE, ("waltz", "waltz_arpeggio"), ("waltz", "waltz_walk")),
        Meter("6/8", 4, True, _TERNARY, _TERNARY_COMPS, ("six", "six_walk")),
        Meter("12/8", 4, True, _TERNARY, _TERNARY_COMPS, ("six", "six_walk")),
    )
}


def to_ternary(beat: float) -> float:
    """Moves a position on a grid of quarters of a beat to thirds: off-beats come later."""
    whole = int(beat + 1e-6)
    part = beat - whole
    thirds = 0 if part < 0.2 else (1 if part < 0.4 else 2)
    return whole + thirds / 3


def fit_steps(steps: str, meter: str) -> str:
    """Fits sixteen steps of four beats to a meter: the last beats, or thirds of each."""
    chosen = METERS[meter]
    if chosen.is_ternary:
        beats = [steps[start : start + 4] for start in range(0, 16, 4)]
        return "".join(
            beat[0] + beat[1] + (beat[2] if beat[2] != "." else beat[3]) for beat in beats
        )
    return steps[-4 * chosen.beats :]
