"""Form of a piece: sections with their lengths and chords."""

from producer_studio.sandbox.music.harmony import Chord, parse_progression
from producer_studio.sandbox.music.lyrics_parser import LyricsStanza, parse_stanzas, split_syllables
from producer_studio.sandbox.music.plan import PlanSection
from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import MusicStyle

INTENSITY = {
    "intro": 0.35, "verse": 0.58, "pre": 0.7, "chorus": 1.0, "bridge": 0.5, "drop": 1.0,
        "solo": 0.9,
    "build": 0.65, "outro": 0.4,
}  # fmt: skip
_TITLES = {
    "intro": "Intro", "verse": "Verse", "chorus": "Chorus", "bridge": "Bridge", "outro": "Outro",
        "drop": "Drop",
    "build": "Build",
}  # fmt: skip
# Bars of each section, shortest first: the one nearest to the requested length is used.
_Shapes = tuple[tuple[tuple[str, int], ...], ...]
_FORMS: _Shapes = (
    (("intro", 2), ("verse", 8), ("chorus", 4), ("outro", 2)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("outro", 4)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("bridge", 4), ("chorus", 4), ("outro", 4)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("outro", 4)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("bridge", 8), ("verse", 8), ("chorus", 8),
        ("outro", 4)),
    (("intro", 8), ("verse", 8), ("chorus", 8), ("verse", 8), ("bridge", 8), ("chorus", 8),
        ("chorus", 8), ("outro", 4)),
)  # fmt: skip
_CLUB_FORMS: _Shapes = (
    (("intro", 4), ("build", 4), ("drop", 8), ("bridge", 4), ("drop", 8), ("outro", 4)),
    (
        ("intro", 4),
        ("verse", 8),
        ("build", 4),
        ("drop", 8),
        ("bridge", 4),
        ("drop", 8),
        ("outro", 4),
    ),
)
MIN_LENGTH_S, MAX_LENGTH_S = 45.0, 150.0
MIN_EXTENSION_S = 20.0


def choose_chords(
    style: MusicStyle, mode: str, seed: str, kind: str, bars: int, weirdness: float
) -> tuple[Chord, ...]:
    """Chooses one chord a bar; sections of a kind have the same chords throughout a piece."""
    family = {"chorus": "chorus", "drop": "chorus", "bridge": "bridge", "solo": "chorus"}.get(
        kind, "verse"
    )
    rng = create_rng(seed, "chords", family)
    choices = style.minor if mode == "minor" else style.major
    text = choose(rng, choices)
    if family == "verse":
        text = choices[0] if rng.random() < 0.5 else text
    cycle = parse_progression(text, mode, style.colour)
    chords = [cycle[bar % len(cycle)] for bar in range(bars)]
    if weirdness > 0.6 and len(cycle) > 2:
        borrowed = parse_progression(
            choose(rng, ("bII", "bVII", "iv") if mode == "major" else ("bII", "IV", "bV")),
            mode,
            style.colour,
        )
        for bar in range(2, bars, 8 if weirdness < 0.85 else 4):
            chords[bar] = borrowed[0]
    home = parse_progression("i" if mode == "minor" else "I", mode, style.colour)[0]
    if kind in ("intro", "outro"):  # the piece starts and ends on the tonic
        chords[::2] = [home] * len(chords[::2])
        chords[-1] = home if kind == "outro" else chords[-1]
    elif family == "chorus":
        chords[0] = home
    return tuple(chords)


def build_form(
    style: MusicStyle, bpm: float, mode: str, seed: str, lyrics: str, *, weirdness: float,
        first_bar: int = 0,
    bookends: bool = True, wanted_s: float | None = None,
) -> tuple[PlanSection, ...]:  # fmt: skip
    """Builds the sections of a piece.

    Args:
        lyrics: Lyrics; empty for an instrumental or wordless piece.
        first_bar: Bar to begin with (an extension begins inside a piece).
        bookends: Whether to add an intro and an outro where the lyrics have none.
        wanted_s: Requested length in seconds; by default about 75 s, or as the lyrics require.
    """
    parts = parse_stanzas(lyrics)
    bar_s = 240.0 / bpm
    if any(part.lines for part in parts):
        shape = _sung_form(parts, bar_s, bookends)
    elif parts:
        shape = [(part.name, part.kind, 8 if bar_s < 2.6 else 4, (), 2) for part in parts]
    else:
        shape = _instrumental_form(style, bar_s, seed, wanted_s, bookends)
    sections = []
    bar = first_bar
    for name, kind, bars, lines, line_bars in shape:
        chords = choose_chords(style, mode, seed, kind, bars, weirdness)
        sections.append(
            PlanSection(
                name=name, kind=kind, bar=bar, bars=bars, chords=chords, lines=tuple(lines),
                    line_bars=line_bars,
                intensity=INTENSITY[kind],
            )
        )  # fmt: skip
        bar += bars
    return tuple(sections)


_Shape = list[tuple[str, str, int, tuple[str, ...], int]]


def _sung_form(parts: list[LyricsStanza], bar_s: float, bookends: bool) -> _Shape:
    counts = [len(split_syllables(line)) for part in parts for line in part.lines]
    usual = sorted(counts)[len(counts) // 2]
    # a line of eight syllables needs about three to four seconds
    line_bars = 1 if bar_s > 2.3 and usual <= 2.9 / 0.26 else 2
    if len(counts) * line_bars * bar_s > MAX_LENGTH_S and line_bars == 2:
        line_bars = 1
    shape: _Shape = []
    for part in parts:
        bars = len(part.lines) * line_bars
        bars = (
            max(4, -(-bars // 2) * 2)
            if bars
            else (4 if part.kind in ("intro", "outro") or bar_s > 2.6 else 8)
        )
        shape.append((part.name, part.kind, bars, part.lines, line_bars))
    if not bookends:  # an extension with short lyrics gets a solo before them
        short = sum(one[2] for one in shape) * bar_s
        while short < MIN_EXTENSION_S:
            shape.insert(0, ("Instrumental", "solo", 4, (), line_bars))
            short += 4 * bar_s
        return shape
    if shape[0][1] != "intro":
        shape.insert(0, ("Intro", "intro", 4 if bar_s < 2.6 else 2, (), line_bars))
    if shape[-1][1] != "outro":
        shape.append(("Outro", "outro", 4 if bar_s < 2.6 else 2, (), line_bars))
    total = sum(one[2] for one in shape) * bar_s
    # short lyrics: repeat the last part, with a solo between
    additions = [shape[-2], ("Instrumental", "solo", 4, (), line_bars)]
    while total < MIN_LENGTH_S:
        shape.insert(-1, additions[0])
        total += additions[0][2] * bar_s
        additions.reverse()
    return shape


def _instrumental_form(
    style: MusicStyle, bar_s: float, seed: str, wanted_s: float | None, bookends: bool
) -> _Shape:
    rng = create_rng(seed, "form")
    aim = wanted_s or 66.0 + 16.0 * rng.random()
    forms: _Shapes = _CLUB_FORMS + _FORMS[-1:] if style.name == "house" and bookends else _FORMS
    if not bookends:
        forms = (
            (("chorus", 8), ("outro", 4)),
            (("chorus", 8), ("verse", 8), ("outro", 4)),
            (("verse", 4), ("outro", 4)),
        )
    best = min(forms, key=lambda form: abs(sum(bars for _, bars in form) * bar_s - aim))
    return [(_TITLES[kind], kind, bars, (), 2) for kind, bars in best]
