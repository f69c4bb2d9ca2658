"""Drum part: the groove of a take, fills and strengths."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from producer_studio.sandbox.music.groove import Bar, Groove
from producer_studio.sandbox.music.grooves import FILLS, GROOVES
from producer_studio.sandbox.music.meters import METERS, fit_steps
from producer_studio.sandbox.music.notation import DrumHit, Score, beat_time_s
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import STYLES, MusicStyle
from producer_studio.sandbox.music.takes import take_feel

_MOST_IN_FILL = 3
_BACKBEATS = ("snare", "clap", "rim", "snap", "brush", "march", "noise_snare")
_KICKS = ("kick", "surdo", "square_kick", "bassdrum", "taiko")


@dataclass(frozen=True, slots=True)
class TakeGroove:
    """Bars of one take: two cores that alternate, and the layers over them."""

    core: tuple[Bar, Bar]
    other_core: Bar
    tops: Bar
    high: Bar
    quiet: Bar
    extra: Bar


@lru_cache(maxsize=256)
def take_groove(seed: str, style_name: str, meter: str) -> TakeGroove:
    """Returns the groove of a take, in the meter of the piece."""
    style = STYLES[style_name]
    rng = create_rng(seed, "groove")
    groove = groove_in_meter(style, meter)
    core = choose(rng, groove.core)
    turned = choose(rng, groove.core) if rng.random() < 0.35 else _add_ghost(core, rng)
    return TakeGroove(
        core=(core, turned),
        other_core=choose(rng, groove.core),
        tops=choose(rng, groove.tops),
        high=choose(rng, groove.high),
        quiet=choose(rng, groove.quiet),
        extra=choose(rng, groove.extras),
    )


def groove_in_meter(style: MusicStyle, meter: str) -> Groove:
    """Returns the style's groove, or that of the meter on the style's own drums."""
    groove = GROOVES[style.name]
    if METERS[meter].is_like(METERS[style.meter]) or not any(groove.core):
        return groove
    strokes = list(dict.fromkeys(name for bar in groove.core for name in bar))
    names = {
        "KICK": next((name for name in strokes if name.startswith(_KICKS)), "kick_soft"),
        "SNARE": next((name for name in strokes if name.startswith(_BACKBEATS)), "rim"),
        "TOP": next((name for bar in groove.tops for name in bar), "hat"),
        "HIGH": next((name for bar in groove.high for name in bar), "ride"),
    }
    plain = METERS[meter].groove

    def played(bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
        return tuple({names.get(name, name): steps for name, steps in bar.items()} for bar in bars)

    return Groove(
        played(plain.core),
        played(plain.tops),
        played(plain.high),
        played(plain.quiet),
        played(plain.extras),
        groove.fill,
    )


def first_stroke(plan: MusicPlan) -> str:
    """Returns the stroke that marks the first beat."""
    core = take_groove(plan.take_seed, plan.style, plan.meter).core[0]
    return next(iter(core), "kick_soft")


def _add_ghost(bar: Bar, rng: np.random.Generator) -> Bar:
    """Returns the bar with a soft hit more or less, as a drummer varies every second bar."""
    if not bar:
        return bar
    name = choose(rng, tuple(bar))
    steps = list(bar[name])
    place = int(rng.integers(len(steps) // 2, len(steps)))
    steps[place] = "." if steps[place] not in ".9" else ("4" if steps[place] == "." else "9")
    return {**bar, name: "".join(steps)}


def write_drums(
    score: Score,
    plan: MusicPlan,
    style: MusicStyle,
    section: PlanSection,
    number: int,
    level: float,
    human: np.random.Generator,
) -> None:
    """Writes one bar of drums.

    Args:
        number: Index of the bar within its section.
        level: Intensity, about 0..1.2.
        human: Random deviations of human timing and strength.
    """
    groove = take_groove(plan.take_seed, style.name, plan.meter)
    tier = 0 if level < 0.45 else (1 if level < 0.85 else 2)
    bar = _layers(plan, groove, section, number, tier)
    fill = GROOVES[style.name].fill
    last = number == section.bars - 1
    if last and fill and section.kind != "outro" and (tier > 0 or section.kind == "build"):
        rng = create_rng(plan.pattern_seed, "fill", section.kind, section.bar)
        bar = _with_fill(bar, choose(rng, FILLS[fill]), plan)
    if section.kind == "outro" and number >= section.bars // 2:
        bar = groove.quiet
    _write_hits(score, plan, style, section.bar + number, bar, human)
    _write_oddities(score, plan, style, section, number)
    if number == 0 and tier == 2 and style.has_crash:
        score.drums.append(DrumHit(plan.bar_start_s(section.bar + number), "crash", 0.55))


def _layers(
    plan: MusicPlan, groove: TakeGroove, section: PlanSection, number: int, tier: int
) -> Bar:
    if tier == 0:
        return groove.quiet
    core = groove.core[number % 2]
    if section.kind in ("bridge", "solo"):
        core = groove.other_core
    if plan.half_time:
        core = _half_time(groove.core[0], number % 2)
    if tier == 1:
        feel = take_feel(plan.take_seed, plan.style)
        if section.kind in feel.drops_out and number < section.bars - 2:
            return {**groove.tops, **_only_kick(core)}
        return {**groove.tops, **core}
    return {**groove.extra, **groove.high, **core}


def _only_kick(core: Bar) -> Bar:
    return {name: steps for name, steps in core.items() if name.startswith(_KICKS)}


def _half_time(core: Bar, half: int) -> Bar:
    """Returns half of a bar at half the speed."""
    slow: Bar = {}
    for name, steps in core.items():
        middle = len(steps) // 2
        part = steps[half * middle : (half + 1) * middle]
        slow[name] = "".join(step + "." for step in part)
    return slow


def _with_fill(bar: Bar, fill: Bar, plan: MusicPlan) -> Bar:
    fitted = {name: fit_steps(steps, plan.meter) for name, steps in fill.items()}
    kept: Bar = {}
    for name, steps in bar.items():
        if name in fitted or name.startswith(_BACKBEATS):
            half = len(steps) // 2
            steps = steps[:half] + "." * (len(steps) - half)
        kept[name] = steps
    return {**kept, **fitted}


def _write_hits(
    score: Score,
    plan: MusicPlan,
    style: MusicStyle,
    bar_number: int,
    bar: Bar,
    human: np.random.Generator,
) -> None:
    feel = take_feel(plan.take_seed, style.name)
    loose = style.loose / 2000.0
    for name, steps in bar.items():
        is_kick, is_backbeat = name.startswith(_KICKS), name.startswith(_BACKBEATS)
        late = 0.0 if is_kick else (feel.snare_s if is_backbeat else feel.cymbal_s)
        for index, digit in enumerate(steps):
            if digit == ".":
                continue
            beat = index * plan.beats / len(steps)
            force = (int(digit) / 9) ** 1.3 * (0.92 + 0.12 * human.random())
            if plan.bpm < 80 and beat % 1 == 0.5 and not (is_kick or is_backbeat):
                force *= 0.3  # at a slow tempo loud off-beats would double the perceived beat
            spread = loose * (0.4 if is_kick else 1.0)
            start = beat_time_s(plan, style, bar_number, beat) + late
            start += float(human.normal(0, spread))
            score.drums.append(DrumHit(max(0.0, start), name, force))


def _write_oddities(
    score: Score, plan: MusicPlan, style: MusicStyle, section: PlanSection, number: int
) -> None:
    bar = section.bar + number
    rng = create_rng(plan.pattern_seed, "odd", section.kind, number % 4)
    if plan.weirdness > 0.6 and rng.random() < plan.weirdness - 0.45:
        for place in rng.choice(4 * plan.beats, _MOST_IN_FILL, replace=False):
            stroke = choose(rng, ("block", "conga", "rim", "tom_high"))
            start = beat_time_s(plan, style, bar, float(place) * 0.25)
            score.drums.append(DrumHit(start, stroke, 0.4))
    if "glitch" in plan.effects and number % 2:
        for index in range(6):
            start = beat_time_s(plan, style, bar, plan.beats - 0.75 + index * 0.125)
            score.drums.append(DrumHit(start, "tick", 0.6))
