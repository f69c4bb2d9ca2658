"""Drum part: selection of patterns, fills and strengths."""

import numpy as np

from producer_studio.sandbox.music.notation import DrumHit, Score, beat_time_s
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import MusicStyle

Bar = dict[str, str]

# Each style: quiet, middle and loud bars; the composer alternates and varies them.
BEATS: dict[str, tuple[tuple[Bar, ...], tuple[Bar, ...], tuple[Bar, ...]]] = {
    "lofi": (
        ({"hat_soft": "8.3.8.3.8.3.8.3.", "rim": "....5.......5..."},),
        ({"kick_soft": "9.....5...7.....", "snare_soft": "....8.......8...",
            "hat_soft": "8.3.8.3.8.3.8.32"},
         {"kick_soft": "9......4..7.....", "snare_soft": "....8.......8..2",
             "hat_soft": "8.3.8.3.8.3.8.3."}),
        ({"kick_soft": "9.....5...7..4..", "snare_soft": "....9..2....9...",
            "hat_soft": "8.328.3.8.328.3.", "shaker": "4.3.4.3.4.3.4.3."},
         {"kick_soft": "9..4......7.....", "snare_soft": "....9.......9.3.",
             "hat_soft": "8.3.8.328.3.8.32", "shaker": "4.3.4.3.4.3.4.3."}),
    ),
    "ambient": (
        ({"tick": "2...2...2...2..."},),
        ({"tick": "3...2...3...2...", "shaker": "2...2...2...2..."},),
        ({"tick": "3...3...3...3...", "shaker": "3...2...3...2...", "taiko": "3..............."},),
    ),
    "rock": (
        ({"hat": "7...5...7...5...", "kick": "8.......7......."},),
        ({"kick": "9.....6.8.......", "snare": "....9.......9...", "hat": "8.5.7.5.8.5.7.5."},
         {"kick": "9.......8.6.....", "snare": "....9.......9...", "hat": "8.5.7.5.8.5.7.5."}),
        ({"kick": "9.....7.9.7.....", "snare_big": "....9.......9...", "ride": "8.5.8.5.8.5.8.5."},
         {"kick": "9..6..7.9.......", "snare_big": "....9.......9..3", "ride": "8.5.8.5.8.5.8.5."}),
    ),
    "metal": (
        ({"kick_metal": "9...8...9...8...", "hat_open": "6...6...6...6..."},),
        ({"kick_metal": "9.98..989.98..98", "snare_big": "....9.......9...",
            "ride": "8...7...8...7..."},
         {"kick_metal": "9.9.8.9.9.9.8.9.", "snare_big": "....9.......9...",
             "ride": "8...7...8...7..."}),
        ({"kick_metal": "9898989898989898", "snare_big": "....9.......9...",
            "crash": "7.......5.......", "ride": "8...7...8...7..."},
         {"kick_metal": "9898989898989898", "snare_big": "....9.......9.5.",
             "ride": "8...7...8...7..."}),
    ),
    "jazz": (
        ({"brush": "5...5...5...5...", "ride": "5...5...5...5..."},),
        ({"ride": "7...7..47...7..4", "brush": "5...5...5...5...", "hat_soft": "5...6...5...6...",
            "kick_soft": "5...4...5...4..."},
         {"ride": "7...7..47...7..4", "brush": "5...5...5...5..3", "hat_soft": "5...6...5...6...",
             "kick_soft": "5...4...5..34..."}),
        ({"ride": "8...8..58...8..5", "hat_soft": "6...7...6...7...",
            "kick_soft": "6...5...6...5..5", "snare_soft": ".......3......4."},
         {"ride": "8...8..58...8..5", "hat_soft": "6...7...6...7...",
             "kick_soft": "6...5..46...5...", "snare_soft": "......3.....4..3"}),
    ),
    "house": (
        ({"kick_house": "8...8...8...8...", "shaker": "4.3.4.3.4.3.4.3."},),
        ({"kick_house": "9...9...9...9...", "clap": "....7.......7...",
            "hat_open": "..6...6...6...6."},
         {"kick_house": "9...9...9...9...", "clap": "....7.......7..2",
             "hat_open": "..6...6...6...6.", "conga": "...3..4....3..4."}),
        ({"kick_house": "9...9...9...9...", "clap": "....9.......9...",
            "hat_open": "..8...8...8...8.", "hat": "5.435.435.435.43"},
         {"kick_house": "9...9...9...9...", "clap": "....9.......9..3",
             "hat_open": "..8...8...8...8.", "hat": "5.435.435.435.43",
             "conga": "...4..5....4.45."}),
    ),
    "trap": (
        ({"hat": "7.4.7.4.7.4.7.4.", "snap": "........6......."},),
        ({"kick_808": "9......5..7.....", "snare_trap": "....3...9...3...",
            "hat": "8.4.8.4.8.4.8.43"},
         {"kick_808": "9.....5.7..5....", "snare_trap": "....3...9...3...",
             "hat": "8.4.8.448.4.8433"}),
        ({"kick_808": "9..5....8.7...5.", "clap": "........9.......",
            "snare_trap": "....4...8...4..3", "hat": "84448.448.448444"},
         {"kick_808": "9.....5.8.6..5..", "clap": "........9.......",
             "snare_trap": "....4...8...4...", "hat": "8.448.448.448443",
             "hat_open": "..............5."}),
    ),
    "orchestral": (
        ({"timpani": "5.......3......."},),
        ({"taiko": "7.....4.6.......", "timpani": "6...3...5...3..."},
         {"taiko": "7.....4.6...4...", "timpani": "6...3...5...3..."}),
        ({"taiko": "9..5..7.9..5..7.", "timpani": "8...6...8...6...", "crash": "5...............",
            "snare": "3.333.333.333.33"},
         {"taiko": "9..5..7.9.5.7.7.", "timpani": "8...6...8...6...", "snare": "3.333.333.333333"}),
    ),
    "folk": (
        ({"shaker": "4.3.4.3.4.3.4.3."},),
        ({"kick_soft": "7.......6.......", "tambourine": "....6.......6...",
            "shaker": "5.4.5.4.5.4.5.4."},),
        ({"kick_soft": "8.......8.4.....", "tambourine": "....7.......7...",
            "snap": "....6.......6...", "shaker": "6.4.6.4.6.4.6.4."},
         {"kick_soft": "8...4...8.......", "tambourine": "....7.......7.4.",
             "snap": "....6.......6...", "shaker": "6.4.6.4.6.4.6.4."}),
    ),
    "synthwave": (
        ({"kick": "8...8...8...8...", "hat": "..4...4...4...4."},),
        ({"kick": "9...8...9...8...", "snare_gate": "....8.......8...", "hat": "6.5.6.5.6.5.6.5."},
         {"kick": "9...8...9...8...", "snare_gate": "....8.......8...", "hat": "6.5.6.5.6.5.6.5."}),
        ({"kick": "9...8...9...8...", "snare_gate": "....9.......9...", "hat": "6.5.6.5.6.5.6.5.",
            "tom_low": "..............5.", "tambourine": "..4...4...4...4."},
         {"kick": "9...8...9...8...", "snare_gate": "....9.......9...", "hat": "6.5.6.5.6.5.6.5.",
             "tom_high": "............5.5.", "tambourine": "..4...4...4...4."}),
    ),
    "reggae": (
        ({"rim": "....5.......5...", "hat_soft": "..3...3...3...3."},),
        ({"kick_soft": "........9.......", "rim": "........8.......", "hat": "8.3.8.3.8.3.8.3."},
         {"kick_soft": "........9.......", "rim": "........8....4..", "hat": "8.3.8.3.8.3.8.3."}),
        ({"kick": "8...7...9...7...", "rim": "........9.......", "hat": "8.3.8.3.8.3.8.3.",
            "conga": "......4.......44"},
         {"kick": "8...7...9...7...", "snare": "........8.......", "hat": "8.3.8.3.8.3.8.3.",
             "conga": "......4.....4.4."}),
    ),
    "classical": (({},), ({},), ({},)),
    "pop": (
        ({"snap": "....6.......6...", "shaker": "4.3.4.3.4.3.4.3."},),
        ({"kick": "9.......8.5.....", "clap": "....7.......7...", "hat": "6.4.6.4.6.4.6.4."},
         {"kick": "9.....5.8.......", "clap": "....7.......7...", "hat": "6.4.6.4.6.4.6.43"}),
        ({"kick": "9...5...9.7.5...", "snare": "....8.......8...", "clap": "....8.......8...",
            "hat": "7.5.7.5.7.5.7.5.", "tambourine": "4...5...4...5..."},
         {"kick": "9..55...9...5...", "snare": "....8.......8..3", "clap": "....8.......8...",
             "hat": "7.5.7.5.7.5.7.54", "tambourine": "4...5...4...5..."}),
    ),
    "soul": (
        ({"rim": "....6.......6...", "hat_soft": "8.3.8.3.8.3.8.3."},),
        ({"kick": "9......4..7.....", "snare_soft": "....8..2....8...", "hat": "8.3.8.3.8.3.8.32"},
         {"kick": "9..4......7..4..", "snare_soft": "....8.......8..2", "hat": "8.3.8.3.8.328.3."}),
        ({"kick": "9..5...4..8.....", "snare": "....8..2.2..8...", "hat": "8.3.8.3.8.3.8.32",
            "tambourine": "..4...4...4...4."},
         {"kick": "9......5..8..5..", "snare": "....8..2....8..3", "hat": "8.3.8.328.3.8.3.",
             "tambourine": "..4...4...4...4."}),
    ),
}  # fmt: skip

FILLS: dict[str, tuple[Bar, ...]] = {
    "toms": (
        {
            "tom_high": "........7.6.....",
            "tom_low": "............7.8.",
            "snare": "....8..........6",
        },
        {"snare": "....8.....6.7.78", "tom_low": "........7......."},
    ),
    "snare": ({"snare_soft": "....8.....4.6.66"}, {"snare_soft": "....8.......7474"}),
    "roll": ({"snare": "3.3.4.4.55556678", "swell": "6..............."},),
    "hats": ({"hat": "6.6.6.6.66666666", "snare_trap": "........9.....67"},),
    "soft": ({"shaker": "4.3.4.3.43434343"},),
    "taiko": ({"taiko": "8...7...7.7.8888"}, {"timpani": "5.5.6.6.77778899"}),
}

FILL_OF = {
    "lofi": "snare", "ambient": "", "rock": "toms", "metal": "toms", "jazz": "snare",
        "house": "roll",
    "trap": "hats", "orchestral": "taiko", "folk": "soft", "synthwave": "toms", "reggae": "snare",
    "classical": "", "pop": "toms", "soul": "snare",
}  # fmt: skip


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
