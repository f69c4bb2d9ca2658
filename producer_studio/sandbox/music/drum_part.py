"""Drum part: selection of patterns, fills and strengths."""

import numpy as np

from producer_studio.sandbox.music.beats import BEATS, FILL_OF, FILLS, Bar
from producer_studio.sandbox.music.notation import DrumHit, Score, beat_time_s
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import MusicStyle


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
    tiers = BEATS[style.name]
    tier = 0 if level < 0.45 else (1 if level < 0.85 else 2)
    choices = tiers[tier]
    bar: Bar = choices[0] if number % 2 == 0 else choices[-1]
    if int(create_rng(plan.pattern_seed, "beat", section.kind).integers(2)) and len(choices) > 1:
        bar = choices[0] if number % 4 != 3 else choices[-1]
    last = number == section.bars - 1
    fill = FILL_OF[style.name]
    filling = last and fill and section.kind != "outro" and (tier > 0 or section.kind == "build")
    if filling:
        extra = choose(
            create_rng(plan.pattern_seed, "fill", section.kind, section.bar), FILLS[fill]
        )
        kept = {
            name: (steps[:8] + "........" if name in extra or "snare" in name else steps)
            for name, steps in bar.items()
        }
        bar = {**kept, **extra}
    if section.kind == "outro" and number >= section.bars // 2:
        bar = tiers[0][0]
    loose = style.loose / 2000.0
    bar_number = section.bar + number
    for name, steps in bar.items():
        for index, digit in enumerate(steps):
            if digit == ".":
                continue
            force = (int(digit) / 9) ** 1.3 * (0.92 + 0.12 * human.random())
            if plan.bpm < 80 and index % 4 == 2 and not name.startswith(("kick", "snare")):
                force *= 0.3  # at a slow tempo loud off-beats would double the perceived beat
            spread = loose * (0.4 if name.startswith("kick") else 1.0)
            start = beat_time_s(plan, style, bar_number, index * 0.25) + float(
                human.normal(0, spread)
            )
            score.drums.append(DrumHit(max(0.0, start), name, force))
    weird = create_rng(plan.pattern_seed, "odd", section.kind, number % 4)
    if plan.weirdness > 0.6 and weird.random() < plan.weirdness - 0.45:
        for beat in weird.choice(16, 3, replace=False) * 0.25:
            score.drums.append(
                DrumHit(
                    beat_time_s(plan, style, bar_number, float(beat)),
                    choose(weird, ("block", "conga", "rim", "tom_high")),
                    0.4,
                )
            )
    if "glitch" in plan.effects and number % 2:
        for index in range(6):
            score.drums.append(
                DrumHit(beat_time_s(plan, style, bar_number, 3.25 + index * 0.125), "tick", 0.6)
            )
    if (
        number == 0
        and tier == 2
        and style.name not in ("lofi", "ambient", "classical", "folk", "jazz", "reggae")
    ):
        score.drums.append(DrumHit(plan.bar_start_s(bar_number), "crash", 0.55))
