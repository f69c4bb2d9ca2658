"""Styles: tempo, harmony, instruments, feel and mix of each."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicStyle:
    """Style of music.

    Attributes:
        bpm: Slow, typical and fast tempo.
        swing: Delay of off-beats, as a share of their distance; unit 2 = eighths, 4 = 16ths.
        comp, bass_line: Names of figures in `accompaniment.py`.
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
    half_bar_chords: bool = False
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


_ALL_STYLES = (
    MusicStyle(
        name="lofi", bpm=(70, 80, 90), mode="minor", colour="ninth", swing=0.22, bass="softbass",
        bass_line="lazy", chords="epiano", comp="lofi", lead="feltpiano", bed="vinyl", grit=0.35,
        minor=("i VI iv i", "i iv VI V", "i VI iv V"),
        major=("I IV ii V", "I ii IV I", "I IV vi V"),
        levels={"drums": -2, "chords": -3, "lead": -7, "bass": -3}, room=(0.7, 0.14),
            room_tone=0.3, loose=9,
    ),
    MusicStyle(
        name="ambient", bpm=(58, 66, 76), mode="major", colour="ninth", bass="softbass",
            bass_line="drone",
        chords="glass", comp="swell", pad="pad", arp="celesta", lead="flute", bed="wind",
        minor=("i VI iv i", "i iv VI i"),
        major=("I IV I IV", "I IV I V", "I V IV I"),
        levels={"drums": -17, "chords": -4, "pad": -4, "lead": -9, "bass": -7, "arp": -8},
        room=(1.4, 0.55), room_tone=0.5, loose=12, echo=0.3, centre=60,
    ),
    MusicStyle(
        name="rock", bpm=(100, 124, 150), mode="major", colour="power", bass="pickbass",
            bass_line="eighths",
        chords="distorted", comp="rock", pad="organ", lead="leadguitar", grit=0.5,
        minor=("i VI VII i", "i VI i VII", "i VII VI i"),
        major=("I V vi IV", "I IV V I", "I IV vi V"),
        levels={"drums": -1, "chords": -4, "bass": -4, "lead": -6, "pad": -8}, room=(0.8, 0.1),
            voice="male", centre=50,
    ),
    MusicStyle(
        name="metal", bpm=(120, 146, 180), mode="minor", colour="power", bass="pickbass",
            bass_line="gallop",
        chords="distorted", comp="metal", pad="strings", lead="leadguitar", grit=0.7,
        minor=("i VI i VII", "i VI VII i", "i i VI VII"),
        major=("I IV V I", "I vi IV I"),
        levels={"drums": -1.5, "chords": -2.5, "bass": -4, "lead": -6, "pad": -5}, room=(0.7,
            0.08), loose=3, voice="male", centre=45,
    ),
    MusicStyle(
        name="jazz", bpm=(96, 124, 170), mode="major", colour="ninth", swing=0.32, swing_unit=2,
            bass="upright",
        bass_line="walking", chords="piano", comp="jazz", lead="sax", half_bar_chords=False,
        minor=("i iv VI V", "i VI iv V", "i iv V VI"),
        major=("I IV ii V", "I ii IV I", "I vi IV V"),
        levels={"drums": -6, "chords": -5, "bass": -3, "lead": -4}, room=(1.0, 0.16), loose=11,
    ),
    MusicStyle(
        name="house", bpm=(120, 124, 132), mode="minor", colour="triad", bass="synthbass",
            bass_line="offbeat",
        chords="supersaw", comp="house", pad="pad", arp="pluck", lead="synth", duck=0.75,
        minor=("i VI iv V", "i iv VI V", "i VI iv i"),
        major=("I IV V I", "I IV vi V"),
        levels={"drums": -1, "chords": -5, "bass": -3, "lead": -7, "pad": -10, "arp": -8},
            room=(0.9, 0.14), loose=1.5,
        echo=0.2,
    ),
    MusicStyle(
        name="trap", bpm=(130, 140, 150), mode="minor", colour="triad", bass="sub", bass_line="808",
        chords="pluck", comp="sparse", pad="choir", lead="celesta", grit=0.3,
        minor=("i VI iv V", "i VI V i", "i i VI iv"),
        major=("I vi IV V", "I IV V IV"),
        levels={"drums": -2, "chords": -7, "bass": -1.5, "lead": -8, "pad": -11}, room=(1.0, 0.16),
            loose=3, echo=0.25,
        voice="male",
    ),
    MusicStyle(
        name="orchestral", bpm=(76, 92, 120), mode="minor", colour="triad", bass="contrabass",
            bass_line="drone",
        chords="strings", comp="swell", pad="choir", arp="stabs", lead="brass",
        minor=("i VI iv V", "i iv VI V", "i VI VII i"),
        major=("I IV V IV", "I ii IV I"),
        levels={"drums": -3, "chords": -4, "pad": -8, "lead": -5, "bass": -5, "arp": -8},
            room=(1.4, 0.32), loose=10,
        voice="choir",
    ),
    MusicStyle(
        name="folk", bpm=(84, 102, 124), mode="major", colour="triad", bass="upright",
            bass_line="rootfifth",
        chords="steel", comp="strum", lead="violin", pad="",
        minor=("i VI iv V", "i iv VI i", "i v VI iv"),
        major=("I IV I V", "I V vi IV", "I IV V IV"),
        levels={"drums": -9, "chords": -2, "bass": -4, "lead": -6}, room=(0.8, 0.12), loose=9,
            centre=57,
    ),
    MusicStyle(
        name="synthwave", bpm=(84, 100, 118), mode="minor", colour="triad", bass="synthbass",
            bass_line="octaves",
        chords="pad", comp="swell", pad="supersaw", arp="pluck", lead="squarelead", duck=0.35,
            grit=0.2,
        minor=("i VI iv V", "i v VI iv", "i iv VI v"),
        major=("I vi IV V", "I IV vi V", "I ii IV I"),
        levels={"drums": -1, "chords": -6, "bass": -3, "lead": -6, "pad": -11, "arp": -8},
            room=(1.2, 0.2), loose=2,
        echo=0.25,
    ),
    MusicStyle(
        name="reggae", bpm=(68, 76, 88), mode="major", colour="triad", swing=0.12, bass="dubbass",
            bass_line="reggae",
        chords="organ", comp="skank", pad="clean", lead="trumpet",
        minor=("i VI iv V", "i iv VI i"),
        major=("I IV I V", "I IV V IV", "I ii IV I"),
        levels={"drums": -2, "chords": -6, "bass": -1.5, "lead": -7, "pad": -9}, room=(0.9, 0.14),
            loose=7, echo=0.3,
        voice="male",
    ),
    MusicStyle(
        name="classical", bpm=(66, 84, 110), mode="minor", colour="triad", bass="piano",
            bass_line="lefthand",
        chords="piano", comp="alberti", lead="piano", half_bar_chords=False,
        minor=("i VI iv V", "i iv VI V", "i VI V i"),
        major=("I IV V I", "I ii IV I", "I IV V IV"),
        levels={"drums": -40, "chords": -5, "bass": -5, "lead": -2}, room=(1.3, 0.2), loose=10,
    ),
    MusicStyle(
        name="pop", bpm=(84, 108, 126), mode="major", colour="triad", bass="bass", bass_line="pop",
        chords="piano", comp="pop", pad="pad", arp="pluck", lead="synth",
        minor=("i VI iv V", "i iv VI v", "i v VI iv"),
        major=("I V vi IV", "I vi IV V", "I IV vi V"),
        levels={"drums": -1.5, "chords": -4, "bass": -3.5, "lead": -7, "pad": -9, "arp": -10},
            room=(0.9, 0.14), loose=5,
        duck=0.15,
    ),
    MusicStyle(
        name="soul", bpm=(72, 90, 108), mode="minor", colour="ninth", swing=0.14, bass="bass",
            bass_line="funk",
        chords="epiano", comp="soul", pad="organ", lead="sax",
        minor=("i iv VI V", "i VI iv V", "i VI iv i"),
        major=("I IV ii V", "I ii IV I", "I vi IV V"),
        levels={"drums": -2, "chords": -4, "bass": -2.5, "lead": -7, "pad": -13}, room=(0.9, 0.15),
            loose=8,
    ),
)  # fmt: skip
STYLES = {style.name: style for style in _ALL_STYLES}
