# ruff: noqa: E501 - the patterns are read row by row
"""Accompaniment figures: rhythm patterns within one bar of four beats."""

from typing import NamedTuple


class Strike(NamedTuple):
    """Stroke of a chord: beat 0-4, length in beats, strength 0-1, and the notes to play.

    `what` is "all", "top", "low" or the index of one note of the voicing, as a digit.
    """

    beat: float
    beats: float
    strength: float
    what: str = "all"


def _steps(pattern: str, beats: float, strength: float = 0.75) -> tuple[Strike, ...]:
    """Parses one digit per sixteenth or eighth: the note of the voicing to play."""
    step = 4 / len(pattern)
    return tuple(
        Strike(index * step, beats, strength * (1.12 if index * step % 1 == 0 else 0.9), digit)
        for index, digit in enumerate(pattern)
        if digit != "."
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
}  # fmt: skip
