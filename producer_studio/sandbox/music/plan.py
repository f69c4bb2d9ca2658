"""Plan of a piece: all values that determine its sound."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from producer_studio.sandbox.music.harmony import Chord
from producer_studio.sandbox.music.meters import METERS
from producer_studio.sandbox.music.prompt_parser import KEY_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSection:
    """Section of the form.

    Attributes:
        bar, bars: First bar and number of bars.
        chords: One per bar.
        lines: Lines of the lyrics that are sung in it; `line_bars` bars each.
        intensity: 0..1.
    """

    name: str
    kind: str
    bar: int
    bars: int
    chords: tuple[Chord, ...]
    lines: tuple[str, ...] = ()
    line_bars: int = 2
    intensity: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicPlan:
    """All values from which a performance is rendered.

    Attributes:
        offset_s: Start of bar 0 (0 except for uploads).
        seed: Requested or derived seed; `pattern_seed` and `melody_seed` are derived from it,
            unless an operation preserves one of them.
        instruments: Patch names by part: bass, chords, pad, arp, lead.
        tail_s: Duration of the last chord after the last bar.
        take_seed: Determines groove, feel and registers, which an extension keeps.
        meter: Name of a `Meter`.
        half_time: Whether the drums play at half the speed.
        unknown_words: Words of the prompt that have no effect.
    """

    bpm: float
    tonic: int
    mode: str
    style: str
    seed: str
    pattern_seed: str
    melody_seed: str
    sections: tuple[PlanSection, ...]
    instruments: dict[str, str]
    drums: bool = True
    voice: str = ""
    energy: float = 0.0
    brightness: float = 0.0
    weirdness: float = 0.5
    sound_strength: float = 0.5
    lyrics_strength: float = 0.5
    effects: tuple[str, ...] = ()
    offset_s: float = 0.0
    tail_s: float = 3.0
    title: str = ""
    model: str = ""
    measured: bool = False
    take_seed: str = ""
    meter: str = "4/4"
    half_time: bool = False
    unknown_words: tuple[str, ...] = ()
    comps: dict[str, str] = field(default_factory=dict)
    levels: dict[str, float] = field(default_factory=dict)

    @property
    def beats(self) -> int:
        """Beats of a bar."""
        return METERS[self.meter].beats

    @property
    def is_ternary(self) -> bool:
        return METERS[self.meter].is_ternary

    @property
    def beat_s(self) -> float:
        return 60.0 / self.bpm

    @property
    def bar_s(self) -> float:
        return self.beats * self.beat_s

    @property
    def bars(self) -> int:
        return max((one.bar + one.bars for one in self.sections), default=0)

    @property
    def duration_s(self) -> float:
        return self.offset_s + self.bars * self.bar_s + self.tail_s

    def bar_start_s(self, bar: float) -> float:
        return self.offset_s + bar * self.bar_s

    def to_json(self) -> dict[str, Any]:
        """Returns plain values; adds `key` and `form` for readers."""
        values: dict[str, Any] = asdict(self)
        values["sections"] = [
            {
                **asdict(one),
                "chords": [[c.root, list(c.tones)] for c in one.chords],
                "lines": list(one.lines),
            }
            for one in self.sections
        ]
        values["effects"] = list(self.effects)
        values["unknown_words"] = list(self.unknown_words)
        values["key"] = KEY_NAMES[self.tonic]
        values["form"] = [
            [
                one.name,
                round(self.bar_start_s(one.bar), 4),
                round(self.bar_start_s(one.bar + one.bars), 4),
            ]
            for one in self.sections
        ]
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "MusicPlan":
        known = {name: values[name] for name in cls.__slots__ if name in values}
        known["sections"] = tuple(
            PlanSection(
                **{
                    **one,
                    "chords": tuple(Chord(root, tuple(tones)) for root, tones in one["chords"]),
                    "lines": tuple(one["lines"]),
                }
            )
            for one in values["sections"]
        )
        known["effects"] = tuple(values["effects"])
        known["unknown_words"] = tuple(values.get("unknown_words", ()))
        known.setdefault("take_seed", known["pattern_seed"])
        return cls(**known)


def shorten_sections(sections: tuple[PlanSection, ...], bars: int) -> tuple[PlanSection, ...]:
    """Returns that many bars from the first sung section, if any, moved to the first bar."""
    first = sections[0].bar
    sung = next((one.bar for one in sections if one.lines), first)
    kept = clip_sections(sections, sung, sung + bars)
    return tuple(replace(one, bar=one.bar - sung + first) for one in kept)


def clip_sections(
    sections: tuple[PlanSection, ...], first: int, last: int
) -> tuple[PlanSection, ...]:
    """Returns the sections between two bars, cut at the edges; drops lines that do not fit."""
    kept = []
    for one in sections:
        start, stop = max(one.bar, first), min(one.bar + one.bars, last)
        if stop <= start:
            continue
        skip = start - one.bar
        lines = one.lines
        if (start, stop) != (one.bar, one.bar + one.bars) and lines:
            head = -(-skip // one.line_bars)
            lines = lines[head : head + max(0, (stop - start) // one.line_bars)]
        kept.append(
            replace(
                one,
                bar=start,
                bars=stop - start,
                chords=one.chords[skip : skip + stop - start],
                lines=lines,
            )
        )
    return tuple(kept)
