"""Accompaniment figures: what hands do within one bar of four beats."""

from typing import NamedTuple


class Touch(NamedTuple):
    """A touch of the chord: beat 0-4, length in beats, strength 0-1, and which of its notes.

    `what` is "all", "top", "low" or the index of one note of the voicing, as a digit.
    """

    beat: float
    beats: float
    strength: float
    what: str = "all"


def _steps(pattern: str, beats: float, strength: float = 0.75) -> tuple[Touch, ...]:
    """One digit per sixteenth or eighth: the note of the voicing to play."""
    step = 4 / len(pattern)
    return tuple(
        Touch(index * step, beats, strength * (1.12 if index * step % 1 == 0 else 0.9), digit)
        for index, digit in enumerate(pattern)
        if digit != "."
    )


# quiet and loud
COMPS: dict[str, tuple[tuple[Touch, ...], tuple[Touch, ...]]] = {
    "halves": ((Touch(0, 3.9, 0.7),), (Touch(0, 1.9, 0.8), Touch(2, 1.9, 0.7))),
    "swell": ((Touch(0, 4.0, 0.6),), (Touch(0, 4.0, 0.75),)),
    "lofi": (
        (Touch(0, 3.6, 0.65),),
        (Touch(0, 1.4, 0.8), Touch(1.5, 0.4, 0.45, "top"), Touch(2.5, 1.4, 0.65)),
    ),
    "rock": (
        (Touch(0, 1.9, 0.7), Touch(2, 1.9, 0.65)),
        tuple(Touch(i * 0.5, 0.48, 0.85 if i % 4 == 0 else 0.62) for i in range(8)),
    ),
    "metal": (
        tuple(Touch(i * 0.5, 0.3, 0.7, "mute") for i in range(8)),
        (
            Touch(0, 0.9, 0.9), Touch(1, 0.22, 0.7, "mute"), Touch(1.25, 0.22, 0.6, "mute"),
            Touch(1.5, 0.22, 0.75, "mute"), Touch(2, 0.9, 0.85), Touch(3, 0.22, 0.7, "mute"),
            Touch(3.25, 0.22, 0.6, "mute"), Touch(3.5, 0.45, 0.8),
        ),
    ),
    "jazz": (
        (Touch(0, 1.2, 0.6), Touch(2.5, 1.0, 0.5)),
        (Touch(0, 0.7, 0.65), Touch(1.5, 0.45, 0.75), Touch(3.5, 0.45, 0.55)),
    ),
    "house": (
        (Touch(0, 3.9, 0.55),),
        (
            Touch(0, 0.6, 0.8), Touch(0.75, 0.6, 0.7), Touch(1.5, 0.8, 0.75), Touch(2.5, 0.6, 0.7),
            Touch(3.25, 0.6, 0.7),
        ),
    ),
    "sparse": (
        (Touch(0, 1.5, 0.6), Touch(2.5, 0.5, 0.45, "top")),
        _steps("0.2.1.2.3.2.1.2.", 0.45, 0.7),
    ),
    "strum": (
        _steps("02132312", 0.9, 0.65),
        (
            Touch(0, 0.9, 0.85), Touch(1, 0.45, 0.7), Touch(1.5, 0.45, 0.5, "top"), Touch(2.0,
                0.45, 0.75),
            Touch(2.5, 0.4, 0.5, "top"), Touch(3, 0.45, 0.7), Touch(3.5, 0.4, 0.55, "top"),
        ),
    ),
    "pick": (_steps("02132312", 0.9, 0.65), _steps("0.213.210.213.21", 0.6, 0.7)),
    "skank": (
        (Touch(1, 0.28, 0.6), Touch(3, 0.28, 0.6)),
        (Touch(0.5, 0.14, 0.35), Touch(1, 0.3, 0.8), Touch(2.5, 0.14, 0.35), Touch(3, 0.3, 0.8)),
    ),
    "alberti": (_steps("0212", 0.95, 0.5), _steps("02120212", 0.55, 0.6)),
    "pop": (
        (Touch(0, 1.9, 0.65), Touch(2, 1.9, 0.6)),
        (Touch(0, 0.95, 0.8), Touch(1, 0.95, 0.65), Touch(2, 0.95, 0.75), Touch(3, 0.95, 0.65)),
    ),
    "soul": (
        (Touch(0, 2.4, 0.65), Touch(2.5, 1.2, 0.5)),
        (Touch(0, 1.2, 0.75), Touch(1.75, 0.6, 0.5, "top"), Touch(2.5, 1.0, 0.7), Touch(3.75, 0.25,
            0.45)),
    ),
    "arp": (_steps("01231321", 0.45, 0.6), _steps("0123132101231321", 0.26, 0.65)),
}  # fmt: skip


class Low(NamedTuple):
    """A bass note: beat, length, strength, and "r" root, "5", "8", "3" or "a" (leads on)."""

    beat: float
    beats: float
    strength: float
    step: str = "r"


BASS_LINES: dict[str, tuple[tuple[Low, ...], tuple[Low, ...]]] = {
    "roots": ((Low(0, 3.8, 0.7),), (Low(0, 1.9, 0.8), Low(2, 1.9, 0.7))),
    "drone": ((Low(0, 4.0, 0.6),), (Low(0, 4.0, 0.75),)),
    "lazy": ((Low(0, 2.4, 0.8),), (Low(0, 1.4, 0.85), Low(1.5, 0.4, 0.5), Low(2.5, 1.2, 0.7))),
    "eighths": (
        (Low(0, 1.9, 0.7), Low(2, 1.9, 0.7)),
        tuple(Low(i * 0.5, 0.46, 0.85 if i % 2 == 0 else 0.7) for i in range(8)),
    ),
    "gallop": (
        tuple(Low(i * 0.5, 0.4, 0.75) for i in range(8)),
        tuple(Low(b + o, 0.22, 0.8) for b in range(4) for o in (0.0, 0.5, 0.75)),
    ),
    "walking": (
        (Low(0, 1.9, 0.7), Low(2, 1.9, 0.65, "5")),
        (Low(0, 0.95, 0.85), Low(1, 0.95, 0.75, "3"), Low(2, 0.95, 0.8, "5"), Low(3, 0.95, 0.75,
            "a")),
    ),
    "offbeat": (
        (Low(0.5, 0.4, 0.7), Low(1.5, 0.4, 0.7), Low(2.5, 0.4, 0.7), Low(3.5, 0.4, 0.7)),
        (
            Low(0.5, 0.3, 0.85), Low(0.75, 0.2, 0.55), Low(1.5, 0.3, 0.85), Low(2.5, 0.3, 0.85),
            Low(2.75, 0.2, 0.55, "8"), Low(3.5, 0.3, 0.85),
        ),
    ),
    "808": ((Low(0, 3.0, 0.8),), (Low(0, 1.6, 0.9), Low(1.75, 0.6, 0.7), Low(2.5, 1.2, 0.8))),
    "rootfifth": ((Low(0, 1.9, 0.75),), (Low(0, 1.4, 0.8), Low(2, 1.4, 0.7, "5"))),
    "octaves": (
        tuple(Low(i * 0.5, 0.4, 0.7) for i in range(8)),
        tuple(Low(i * 0.25, 0.21, 0.85 if i % 4 == 0 else 0.6,
            "8" if i % 4 == 2 else "r") for i in range(16)),
    ),
    "reggae": (
        (Low(0, 1.4, 0.8), Low(2.5, 0.9, 0.7)),
        (Low(0, 0.7, 0.9), Low(1.5, 0.4, 0.7), Low(2, 0.4, 0.75, "3"), Low(2.5, 0.4, 0.75, "5"),
            Low(3.5, 0.4, 0.7)),
    ),
    "lefthand": ((Low(0, 3.8, 0.6),), (Low(0, 1.9, 0.7), Low(2, 1.9, 0.55, "5"))),
    "pop": (
        (Low(0, 3.6, 0.75),),
        (Low(0, 1.4, 0.85), Low(1.5, 0.45, 0.65), Low(2, 1.4, 0.8), Low(3.5, 0.45, 0.65, "a")),
    ),
    "funk": (
        (Low(0, 1.4, 0.8), Low(2.5, 0.8, 0.65)),
        (
            Low(0, 0.6, 0.9), Low(0.75, 0.2, 0.55), Low(1.5, 0.4, 0.7, "8"), Low(2.25, 0.4, 0.75),
                Low(2.75, 0.2, 0.55, "5"),
            Low(3.5, 0.4, 0.7, "a"),
        ),
    ),
}  # fmt: skip
