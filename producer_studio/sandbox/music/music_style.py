"""Definition of a style of music."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicStyle:
    """Style of music.

    Attributes:
        bpm: Slow, typical and fast tempo.
        swing: Delay of off-beats, as a share of their distance; unit 2 = eighths, 4 = 16ths.
        comp, bass_line: Names of figures in `accompaniment.py`; `also_…` are alternatives that
            other takes have.
        swings: Alternatives to `swing`.
        meter: Name of a `Meter`.
        may_shuffle: Whether some takes swing by eighths.
        lead_hold: Share of its time for which a note of the lead sounds.
        has_crash: Whether loud sections begin with a cymbal.
        levels: dB of each part relative to the sum, before mastering.
        room: Seconds of reverb and its share; duck: depth of the side chain, 0..1.
        loose: Human timing in milliseconds (standard deviation).
    """

    name: str
    bpm: tuple[float, float, float]
    mode: str
    colour: str = "triad"
    swing: float = 0.0
    swing_unit: int = 4
    bass: str = "bass"
    bass_line: str = "roots"
    chords: str = "piano"
    comp: str = "halves"
    pad: str = ""
    arp: str = ""
    lead: str = "piano"
    minor: tuple[str, ...] = ("i iv v i", "i VI iv V")
    major: tuple[str, ...] = ("I vi IV V", "I IV V I")
    levels: dict[str, float] = field(default_factory=dict)
    room: tuple[float, float] = (1.0, 0.16)
    room_tone: float = 0.6
    duck: float = 0.0
    grit: float = 0.0
    loose: float = 6.0
    bed: str = ""
    echo: float = 0.0
    voice: str = "female"
    centre: int = 62
    meter: str = "4/4"
    also_comps: tuple[str, ...] = ()
    also_bass: tuple[str, ...] = ()
    also_leads: tuple[str, ...] = ()
    also_chords: tuple[str, ...] = ()
    swings: tuple[float, ...] = ()
    may_shuffle: bool = False
    lead_hold: float = 0.96
    has_crash: bool = True
    half_time: bool = False
