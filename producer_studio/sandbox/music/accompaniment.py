# ruff: noqa: E501 - the patterns are read row by row
"""Accompaniment figures: rhythm patterns within one bar."""

from typing import NamedTuple, TypeVar

from producer_studio.sandbox.music.meters import to_ternary
from producer_studio.sandbox.music.plan import MusicPlan


class Strike(NamedTuple):
    """Stroke of a chord: beat 0-4, length in beats, strength 0-1, and the notes to play.

    `what` is "all", "top", "low" or the index of one note of the voicing, as a digit.
    """

    beat: float
    beats: float
    strength: float
    what: str = "all"


def _steps(pattern: str, beats: float, strength: float = 0.75, of: int = 4) -> tuple[Strike, ...]:
    """Parses one digit for each step of a bar of `of` beats: the note of the voicing to play."""
    step = of / len(pattern)
    return tuple(
        Strike(
            index * step,
            beats,
            strength * (1.12 if abs(index * step - round(index * step)) < 0.01 else 0.9),
            digit,
        )
        for index, digit in enumerate(pattern)
        if digit != "."
    )


def _chops(beats: tuple[float, ...], length: float, strength: float = 0.75) -> tuple[Strike, ...]:
    """Returns short chords on the given beats."""
    return tuple(
        Strike(beat, length, strength * (1.1 if beat % 1 == 0 else 0.95)) for beat in beats
    )


# quiet and loud
COMP_PATTERNS: dict[str, tuple[tuple[Strike, ...], tuple[Strike, ...]]] = {
    "halves": ((Strike(0, 3.9, 0.7),), (Strike(0, 1.9, 0.8), Strike(2, 1.9, 0.7))),
    "swell": ((Strike(0, 4.0, 0.6),), (Strike(0, 4.0, 0.75),)),
    "lofi": (
        (Strike(0, 3.6, 0.65),),
        (Strike(0, 1.4, 0.8), Strike(1.5, 0.4, 0.45, "top"), Strike(2.5, 1.4, 0.65)),
    ),
    "rock": (
        (Strike(0, 1.9, 0.7), Strike(2, 1.9, 0.65)),
        tuple(Strike(i * 0.5, 0.48, 0.85 if i % 4 == 0 else 0.62) for i in range(8)),
    ),
    "metal": (
        tuple(Strike(i * 0.5, 0.3, 0.7, "mute") for i in range(8)),
        (
            Strike(0, 0.9, 0.9), Strike(1, 0.22, 0.7, "mute"), Strike(1.25, 0.22, 0.6, "mute"),
            Strike(1.5, 0.22, 0.75, "mute"), Strike(2, 0.9, 0.85), Strike(3, 0.22, 0.7, "mute"),
            Strike(3.25, 0.22, 0.6, "mute"), Strike(3.5, 0.45, 0.8),
        ),
    ),
    "jazz": (
        (Strike(0, 1.2, 0.6), Strike(2.5, 1.0, 0.5)),
        (Strike(0, 0.7, 0.65), Strike(1.5, 0.45, 0.75), Strike(3.5, 0.45, 0.55)),
    ),
    "house": (
        (Strike(0, 3.9, 0.55),),
        (
            Strike(0, 0.6, 0.8), Strike(0.75, 0.6, 0.7), Strike(1.5, 0.8, 0.75), Strike(2.5, 0.6, 0.7),
            Strike(3.25, 0.6, 0.7),
        ),
    ),
    "sparse": (
        (Strike(0, 1.5, 0.6), Strike(2.5, 0.5, 0.45, "top")),
        _steps("0.2.1.2.3.2.1.2.", 0.45, 0.7),
    ),
    "strum": (
        _steps("02132312", 0.9, 0.65),
        (
            Strike(0, 0.9, 0.85), Strike(1, 0.45, 0.7), Strike(1.5, 0.45, 0.5, "top"), Strike(2.0,
                0.45, 0.75),
            Strike(2.5, 0.4, 0.5, "top"), Strike(3, 0.45, 0.7), Strike(3.5, 0.4, 0.55, "top"),
        ),
    ),
    "pick": (_steps("02132312", 0.9, 0.65), _steps("0.213.210.213.21", 0.6, 0.7)),
    "skank": (
        (Strike(1, 0.28, 0.6), Strike(3, 0.28, 0.6)),
        (Strike(0.5, 0.14, 0.35), Strike(1, 0.3, 0.8), Strike(2.5, 0.14, 0.35), Strike(3, 0.3, 0.8)),
    ),
    "alberti": (_steps("0212", 0.95, 0.5), _steps("02120212", 0.55, 0.6)),
    "pop": (
        (Strike(0, 1.9, 0.65), Strike(2, 1.9, 0.6)),
        (Strike(0, 0.95, 0.8), Strike(1, 0.95, 0.65), Strike(2, 0.95, 0.75), Strike(3, 0.95, 0.65)),
    ),
    "soul": (
        (Strike(0, 2.4, 0.65), Strike(2.5, 1.2, 0.5)),
        (Strike(0, 1.2, 0.75), Strike(1.75, 0.6, 0.5, "top"), Strike(2.5, 1.0, 0.7), Strike(3.75, 0.25,
            0.45)),
    ),
    "arp": (_steps("01231321", 0.45, 0.6), _steps("0123132101231321", 0.26, 0.65)),
    "charleston": (_chops((0, 1.5), 0.5, 0.6), _chops((0, 1.5), 0.4)),
    "offbeats": (_chops((0.5, 1.5, 2.5, 3.5), 0.25, 0.6), _chops((0.5, 1.5, 2.5, 3.5), 0.3)),
    "pushes": ((Strike(0, 3.4, 0.6), Strike(3.5, 0.5, 0.5)), _chops((0, 1.5, 2.5, 3.5), 0.8)),
    "long_push": ((Strike(0, 3.9, 0.6),), (Strike(0, 2.4, 0.75), Strike(2.5, 1.4, 0.7))),
    "eights": (_chops((0, 2), 1.9, 0.6), _chops((0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), 0.42, 0.7)),
    "threes": (_chops((0, 1.5, 3), 0.9, 0.6), _chops((0, 0.75, 1.5, 2, 2.75, 3.5), 0.5, 0.72)),
    "backbeats": (_chops((1, 3), 0.6, 0.55), _chops((1, 2.5, 3), 0.4, 0.72)),
    "scratch": (
        _chops((0, 2.5), 0.3, 0.6),
        (Strike(0, 0.2, 0.85), Strike(0.75, 0.1, 0.45, "mute"), Strike(1.25, 0.2, 0.7), Strike(1.75, 0.1, 0.45, "mute"),
         Strike(2.25, 0.1, 0.5, "mute"), Strike(2.5, 0.2, 0.8), Strike(3.25, 0.2, 0.65), Strike(3.75, 0.1, 0.45, "mute")),
    ),
    "stabs": (_chops((0,), 0.3, 0.6), _chops((0.75, 2.25, 3.5), 0.22, 0.8)),
    "trance": (_chops((0,), 3.9, 0.55), _chops((0.25, 0.5, 0.75, 1.25, 1.5, 1.75, 2.25, 2.5, 2.75, 3.25, 3.5, 3.75), 0.2, 0.7)),
    "rolling": (_steps("0.1.2.1.0.1.2.1.", 0.24, 0.6), _steps("0121012101210121", 0.22, 0.65)),
    "montuno": (
        _chops((0, 1.5, 3), 0.4, 0.6),
        (Strike(0, 0.4, 0.8), Strike(0.5, 0.2, 0.6, "low"), Strike(1, 0.3, 0.75, "top"), Strike(1.5, 0.3, 0.75), Strike(2, 0.2, 0.6, "low"),
         Strike(2.5, 0.3, 0.78, "top"), Strike(3, 0.2, 0.6, "low"), Strike(3.5, 0.4, 0.8)),
    ),
    "bossa": (_chops((0, 1.5, 3), 0.8, 0.55), _chops((0, 1.0, 2.5, 3.5), 0.5, 0.68)),
    "reggaeton": (_chops((0, 2), 1.4, 0.6), _chops((0, 0.75, 1.5, 2, 2.75, 3.5), 0.3, 0.7)),
    "logdrum": (_chops((0, 2.5), 1.2, 0.55), _chops((0.5, 1.75, 2.5, 3.25), 0.45, 0.68)),
    "tango": (_chops((0, 1, 2, 3), 0.3, 0.65), (Strike(0, 0.35, 0.9), Strike(1, 0.3, 0.65), Strike(1.5, 0.25, 0.6), Strike(2, 0.35, 0.8), Strike(3, 0.3, 0.65), Strike(3.5, 0.4, 0.75))),
    "march": (_chops((0.5, 1.5, 2.5, 3.5), 0.2, 0.6), _chops((0.5, 1.5, 2.5, 3.5), 0.22, 0.75)),
    "boomchuck": ((Strike(1, 0.4, 0.6), Strike(3, 0.4, 0.6)), (Strike(1, 0.35, 0.75), Strike(1.5, 0.2, 0.45, "top"), Strike(3, 0.35, 0.75), Strike(3.5, 0.2, 0.45, "top"))),
    "train": (_chops((1, 3), 0.3, 0.6), _chops((0.5, 1, 1.5, 2.5, 3, 3.5), 0.2, 0.62)),
    "gospel": ((Strike(0, 1.8, 0.6), Strike(2, 1.8, 0.6)), (Strike(0, 0.9, 0.8), Strike(1, 0.6, 0.65), Strike(1.75, 0.2, 0.5, "top"), Strike(2, 0.9, 0.78), Strike(3, 0.5, 0.65), Strike(3.5, 0.4, 0.6))),
    "chip": (_steps("0123012301230123", 0.2, 0.55), _steps("0123012301230123", 0.22, 0.7)),
    "quartet": ((Strike(0, 3.9, 0.6),), _steps("12321232", 0.34, 0.62)),
    "waltz": (
        (Strike(1, 0.8, 0.5), Strike(2, 0.8, 0.5)),
        (Strike(1, 0.6, 0.7), Strike(2, 0.6, 0.65)),
    ),
    "waltz_arpeggio": (_steps("012", 0.95, 0.55, 3), _steps("012321", 0.48, 0.6, 3)),
    "waltz_long": ((Strike(0, 2.9, 0.55),), (Strike(0, 1.9, 0.7), Strike(2, 0.9, 0.6))),
    "six_arpeggio": (_steps("012321012321", 0.34, 0.55), _steps("012321012321", 0.36, 0.66)),
    "six_chords": (_chops((0, 2), 1.9, 0.6), _chops((0, 2 / 3, 1, 5 / 3, 2, 8 / 3, 3, 11 / 3), 0.3, 0.65)),
    "six_long": (_chops((0,), 3.9, 0.6), _chops((0, 1, 2, 3), 0.9, 0.7)),
    "twelve": (_chops((0, 2), 1.9, 0.55), tuple(Strike(n / 3, 0.3, 0.75 if n % 3 == 0 else 0.55) for n in range(12))),
}  # fmt: skip


class BassNote(NamedTuple):
    """Bass note: beat, length, strength, and "r" root, "5", "8", "3" or "a" (approach note)."""

    beat: float
    beats: float
    strength: float
    step: str = "r"


BASS_LINES: dict[str, tuple[tuple[BassNote, ...], tuple[BassNote, ...]]] = {
    "roots": ((BassNote(0, 3.8, 0.7),), (BassNote(0, 1.9, 0.8), BassNote(2, 1.9, 0.7))),
    "drone": ((BassNote(0, 4.0, 0.6),), (BassNote(0, 4.0, 0.75),)),
    "lazy": ((BassNote(0, 2.4, 0.8),), (BassNote(0, 1.4, 0.85), BassNote(1.5, 0.4, 0.5), BassNote(2.5, 1.2, 0.7))),
    "eighths": (
        (BassNote(0, 1.9, 0.7), BassNote(2, 1.9, 0.7)),
        tuple(BassNote(i * 0.5, 0.46, 0.85 if i % 2 == 0 else 0.7) for i in range(8)),
    ),
    "gallop": (
        tuple(BassNote(i * 0.5, 0.4, 0.75) for i in range(8)),
        tuple(BassNote(b + o, 0.22, 0.8) for b in range(4) for o in (0.0, 0.5, 0.75)),
    ),
    "walking": (
        (BassNote(0, 1.9, 0.7), BassNote(2, 1.9, 0.65, "5")),
        (BassNote(0, 0.95, 0.85), BassNote(1, 0.95, 0.75, "3"), BassNote(2, 0.95, 0.8, "5"), BassNote(3, 0.95, 0.75,
            "a")),
    ),
    "offbeat": (
        (BassNote(0.5, 0.4, 0.7), BassNote(1.5, 0.4, 0.7), BassNote(2.5, 0.4, 0.7), BassNote(3.5, 0.4, 0.7)),
        (
            BassNote(0.5, 0.3, 0.85), BassNote(0.75, 0.2, 0.55), BassNote(1.5, 0.3, 0.85), BassNote(2.5, 0.3, 0.85),
            BassNote(2.75, 0.2, 0.55, "8"), BassNote(3.5, 0.3, 0.85),
        ),
    ),
    "808": ((BassNote(0, 3.0, 0.8),), (BassNote(0, 1.6, 0.9), BassNote(1.75, 0.6, 0.7), BassNote(2.5, 1.2, 0.8))),
    "rootfifth": ((BassNote(0, 1.9, 0.75),), (BassNote(0, 1.4, 0.8), BassNote(2, 1.4, 0.7, "5"))),
    "octaves": (
        tuple(BassNote(i * 0.5, 0.4, 0.7) for i in range(8)),
        tuple(BassNote(i * 0.25, 0.21, 0.85 if i % 4 == 0 else 0.6,
            "8" if i % 4 == 2 else "r") for i in range(16)),
    ),
    "reggae": (
        (BassNote(0, 1.4, 0.8), BassNote(2.5, 0.9, 0.7)),
        (BassNote(0, 0.7, 0.9), BassNote(1.5, 0.4, 0.7), BassNote(2, 0.4, 0.75, "3"), BassNote(2.5, 0.4, 0.75, "5"),
            BassNote(3.5, 0.4, 0.7)),
    ),
    "lefthand": ((BassNote(0, 3.8, 0.6),), (BassNote(0, 1.9, 0.7), BassNote(2, 1.9, 0.55, "5"))),
    "pop": (
        (BassNote(0, 3.6, 0.75),),
        (BassNote(0, 1.4, 0.85), BassNote(1.5, 0.45, 0.65), BassNote(2, 1.4, 0.8), BassNote(3.5, 0.45, 0.65, "a")),
    ),
    "funk": (
        (BassNote(0, 1.4, 0.8), BassNote(2.5, 0.8, 0.65)),
        (
            BassNote(0, 0.6, 0.9), BassNote(0.75, 0.2, 0.55), BassNote(1.5, 0.4, 0.7, "8"), BassNote(2.25, 0.4, 0.75),
                BassNote(2.75, 0.2, 0.55, "5"),
            BassNote(3.5, 0.4, 0.7, "a"),
        ),
    ),
    "syncopated": (
        (BassNote(0, 1.4, 0.8), BassNote(2, 1.4, 0.7)),
        (BassNote(0, 0.7, 0.85), BassNote(0.75, 0.7, 0.7), BassNote(1.5, 0.9, 0.8), BassNote(2.5, 0.4, 0.65, "5"), BassNote(3, 0.4, 0.75), BassNote(3.5, 0.4, 0.65, "a")),
    ),
    "pushed": ((BassNote(0, 3.3, 0.75),), (BassNote(0, 1.4, 0.85), BassNote(1.5, 1.9, 0.75), BassNote(3.5, 0.45, 0.7, "a"))),
    "quarters": ((BassNote(0, 1.9, 0.7), BassNote(2, 1.9, 0.65)), tuple(BassNote(b, 0.9, 0.8) for b in range(4))),
    "disco": (
        (BassNote(0, 0.9, 0.75), BassNote(2, 0.9, 0.7)),
        tuple(BassNote(i * 0.5, 0.4, 0.85 if i % 2 == 0 else 0.7, "8" if i % 2 else "r") for i in range(8)),
    ),
    "rolling": (
        (BassNote(0, 3.6, 0.75),),
        tuple(BassNote(b + o, 0.2, 0.8) for b in range(4) for o in (0.25, 0.5, 0.75)),
    ),
    "techno": (
        (BassNote(0.5, 0.3, 0.7), BassNote(2.5, 0.3, 0.7)),
        tuple(BassNote(i * 0.25, 0.18, 0.85 if i % 4 == 2 else 0.62, "8" if i in (7, 14) else "r") for i in range(16) if i % 4),
    ),
    "reese": ((BassNote(0, 3.9, 0.8),), (BassNote(0, 1.4, 0.9), BassNote(1.5, 0.9, 0.75), BassNote(2.75, 1.1, 0.8, "5"))),
    "jungle": (
        (BassNote(0, 1.8, 0.85),),
        (BassNote(0, 0.9, 0.9), BassNote(1.25, 0.5, 0.75), BassNote(2, 0.4, 0.8, "8"), BassNote(2.75, 0.7, 0.85), BassNote(3.5, 0.4, 0.7, "5")),
    ),
    "wobble": ((BassNote(0, 3.8, 0.8),), tuple(BassNote(i / 3, 0.3, 0.9 if i % 3 == 0 else 0.75) for i in range(6)) + tuple(BassNote(2 + i * 0.5, 0.45, 0.85) for i in range(4))),
    "twostep": (
        (BassNote(0, 1.4, 0.75), BassNote(2.5, 1.0, 0.7)),
        (BassNote(0, 0.4, 0.85), BassNote(0.75, 0.6, 0.8), BassNote(2.25, 0.4, 0.75, "8"), BassNote(2.75, 0.6, 0.8), BassNote(3.5, 0.3, 0.7, "5")),
    ),
    "tumbao": (
        (BassNote(0, 1.4, 0.7), BassNote(1.5, 1.4, 0.7, "5")),
        (BassNote(1.5, 1.4, 0.85, "5"), BassNote(3, 0.9, 0.85, "8")),
    ),
    "bossa": (
        (BassNote(0, 1.4, 0.7), BassNote(2, 1.4, 0.65, "5")),
        (BassNote(0, 1.4, 0.8), BassNote(1.5, 0.45, 0.65, "5"), BassNote(2, 1.4, 0.75, "5"), BassNote(3.5, 0.45, 0.65)),
    ),
    "dembow": (
        (BassNote(0, 1.9, 0.75), BassNote(2, 1.9, 0.7)),
        (BassNote(0, 0.7, 0.9), BassNote(0.75, 0.7, 0.75), BassNote(1.5, 0.45, 0.8), BassNote(2, 0.7, 0.85), BassNote(2.75, 0.7, 0.75), BassNote(3.5, 0.45, 0.8)),
    ),
    "log": (
        (BassNote(0, 1.5, 0.8),),
        (BassNote(0, 0.4, 0.9), BassNote(0.75, 0.4, 0.75), BassNote(1.75, 0.3, 0.8, "5"), BassNote(2.25, 0.3, 0.7), BassNote(2.75, 0.6, 0.9, "8"), BassNote(3.5, 0.3, 0.75)),
    ),
    "habanera": (
        (BassNote(0, 1.4, 0.75), BassNote(2, 1.4, 0.7, "5")),
        (BassNote(0, 0.9, 0.85), BassNote(1.5, 0.4, 0.7, "5"), BassNote(2, 0.9, 0.8, "8"), BassNote(3, 0.8, 0.75, "5")),
    ),
    "march": ((BassNote(0, 0.6, 0.75), BassNote(2, 0.6, 0.7, "5")), (BassNote(0, 0.45, 0.85), BassNote(1, 0.45, 0.7, "5"), BassNote(2, 0.45, 0.8), BassNote(3, 0.45, 0.7, "5"))),
    "surdo": ((BassNote(2, 1.4, 0.75),), (BassNote(0, 0.7, 0.6), BassNote(0.75, 0.2, 0.55), BassNote(2, 1.2, 0.9), BassNote(2.75, 0.2, 0.55, "5"), BassNote(3.5, 0.4, 0.65, "5"))),
    "waltz": ((BassNote(0, 2.6, 0.7),), (BassNote(0, 1.2, 0.85),)),
    "waltz_walk": ((BassNote(0, 2.6, 0.7),), (BassNote(0, 0.95, 0.85), BassNote(1, 0.95, 0.65, "3"), BassNote(2, 0.95, 0.7, "5"))),
    "six": ((BassNote(0, 1.9, 0.7), BassNote(2, 1.9, 0.7)), (BassNote(0, 1.6, 0.85), BassNote(5 / 3, 0.3, 0.6, "5"), BassNote(2, 1.6, 0.8), BassNote(11 / 3, 0.3, 0.65, "a"))),
    "six_walk": ((BassNote(0, 1.9, 0.7), BassNote(2, 1.9, 0.7)), tuple(BassNote(b, 0.9, 0.8, s) for b, s in ((0, "r"), (1, "3"), (2, "5"), (3, "a")))),
    "shuffle": (
        (BassNote(0, 1.9, 0.75), BassNote(2, 1.9, 0.7, "5")),
        tuple(BassNote(b + o, 0.6 if not o else 0.3, 0.85 if not o else 0.6, s) for b, s in ((0, "r"), (1, "3"), (2, "5"), (3, "8")) for o in (0.0, 2 / 3)),
    ),
}  # fmt: skip


_Struck = TypeVar("_Struck", Strike, BassNote)


def fit_figure(figure: tuple[_Struck, ...], plan: MusicPlan) -> list[_Struck]:
    """Fits a figure to the meter of a piece: shorter bars end it, thirds of a beat move it."""
    fitted = []
    for one in figure:
        beat = one.beat
        if plan.is_ternary and abs(beat * 3 - round(beat * 3)) > 0.01:
            beat = to_ternary(beat)
        if beat < plan.beats - 0.1:
            fitted.append(one._replace(beat=beat, beats=min(one.beats, plan.beats - beat)))
    return fitted
