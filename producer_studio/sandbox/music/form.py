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
    "build": "Build", "solo": "Solo",
}  # fmt: skip
# Bars of each section. A take has one of those whose length is near the requested one.
_Shapes = tuple[tuple[tuple[str, int], ...], ...]
_FORMS: _Shapes = (
    (("intro", 2), ("verse", 8), ("chorus", 4), ("outro", 2)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("outro", 4)),
    (("intro", 2), ("chorus", 4), ("verse", 8), ("chorus", 8), ("outro", 2)),
    (("verse", 8), ("chorus", 8), ("bridge", 4), ("outro", 2)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("bridge", 4), ("chorus", 4), ("outro", 4)),
    (("intro", 2), ("verse", 6), ("chorus", 8), ("verse", 6), ("chorus", 8), ("outro", 2)),
    (("intro", 6), ("verse", 8), ("bridge", 4), ("chorus", 12), ("outro", 2)),
    (("chorus", 4), ("verse", 8), ("chorus", 8), ("solo", 4), ("chorus", 4), ("outro", 4)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("outro", 4)),
    (("intro", 8), ("verse", 8), ("chorus", 8), ("solo", 8), ("chorus", 4), ("outro", 4)),
    (("intro", 2), ("verse", 12), ("chorus", 8), ("bridge", 4), ("chorus", 8), ("outro", 4)),
    (("verse", 8), ("verse", 8), ("chorus", 8), ("bridge", 6), ("chorus", 8), ("outro", 2)),
    (("intro", 4), ("verse", 8), ("chorus", 8), ("bridge", 8), ("verse", 8), ("chorus", 8),
        ("outro", 4)),
    (("chorus", 8), ("verse", 8), ("chorus", 8), ("verse", 8), ("solo", 8), ("chorus", 4),
        ("outro", 4)),
    (("intro", 8), ("verse", 8), ("chorus", 8), ("verse", 8), ("bridge", 8), ("chorus", 8),
        ("chorus", 8), ("outro", 4)),
)  # fmt: skip
_CLUB_FORMS: _Shapes = (
    (("intro", 4), ("build", 4), ("drop", 8), ("bridge", 4), ("drop", 8), ("outro", 4)),
    (("intro", 8), ("verse", 4), ("build", 2), ("drop", 12), ("bridge", 4), ("outro", 4)),
    (("verse", 8), ("build", 4), ("drop", 8), ("bridge", 6), ("build", 2), ("drop", 8),
        ("outro", 2)),
    (("intro", 4), ("verse", 8), ("build", 4), ("drop", 8), ("bridge", 4), ("drop", 8),
        ("outro", 4)),
    (("intro", 4), ("drop", 8), ("bridge", 8), ("build", 4), ("drop", 12), ("outro", 4)),
    (("intro", 8), ("verse", 8), ("build", 4), ("drop", 16), ("bridge", 8), ("build", 4),
        ("drop", 8), ("outro", 4)),
)  # fmt: skip
_CLUB_STYLES = ("house", "dnb", "breakbeat", "dubstep", "trance", "psytrance", "techno")
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
    bookends: bool = True, wanted_s: float | None = None, beats: int = 4,
) -> tuple[PlanSection, ...]:  # fmt: skip
    """Builds the sections of a piece.

    Args:
        lyrics: Lyrics; empty for an instrumental or wordless piece.
        first_bar: Bar to begin with (an extension begins inside a piece).
        bookends: Whether to add an intro and an outro where the lyrics have none.
        wanted_s: Requested length in seconds; by default about 75 s, or as the lyrics require.
        beats: Beats of a bar.
    """
    parts = parse_stanzas(lyrics)
    bar_s = 60.0 * beats / bpm
    if any(part.lines for part in parts):
        shape = _sung_form(parts, bar_s, beats, seed, bookends)
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


def _sung_form(
    parts: list[LyricsStanza], bar_s: float, beats: int, seed: str, bookends: bool
) -> _Shape:
    counts = [len(split_syllables(line)) for part in parts for line in part.lines]
    usual = sorted(counts)[len(counts) // 2]
    # a line of eight syllables needs about three to four seconds
    line_bars = 1 if bar_s > 2.3 and usual <= 2.9 / 0.26 and usual <= 3 * beats else 2
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
    rng = create_rng(seed, "form")
    usual_bars = 4 if bar_s < 2.6 else 2
    if shape[0][1] != "intro":
        shape.insert(0, ("Intro", "intro", choose(rng, (2, usual_bars, 6)), (), line_bars))
    if len(shape) > 3 and rng.random() < 0.5:  # a break between two sung parts
        place = int(rng.integers(3, len(shape)))
        shape.insert(place, ("Instrumental", "solo", choose(rng, (2, usual_bars)), (), line_bars))
    if shape[-1][1] != "outro":
        shape.append(("Outro", "outro", choose(rng, (2, usual_bars)), (), line_bars))
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
    aim = wanted_s or 62.0 + 24.0 * rng.random()
    forms: _Shapes = _CLUB_FORMS + _FORMS[-1:] if style.name in _CLUB_STYLES else _FORMS
    if not bookends:
        forms = (
            (("chorus", 8), ("outro", 4)),
            (("chorus", 8), ("verse", 8), ("outro", 4)),
            (("verse", 4), ("outro", 4)),
        )

    def distance(form: tuple[tuple[str, int], ...]) -> float:
        return abs(sum(bars for _, bars in form) * bar_s - aim)

    nearest = sorted(forms, key=distance)
    near = [form for form in nearest[:4] if distance(form) < max(7.0, 1.2 * distance(nearest[0]))]
    best = choose(rng, near) if wanted_s is None else nearest[0]
    return [(_TITLES[kind], kind, bars, (), 2) for kind, bars in best]
