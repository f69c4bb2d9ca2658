"""Score: every note of every part, in seconds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from producer_studio.sandbox.music.accompaniment import BASS_LINES, COMP_PATTERNS, fit_figure
from producer_studio.sandbox.music.drum_part import first_stroke, write_drums
from producer_studio.sandbox.music.harmony import Chord, choose_voicing, melody_scale, to_triad
from producer_studio.sandbox.music.melody import write_melody_line
from producer_studio.sandbox.music.notation import DrumHit, Note, Score, beat_time_s
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import STYLES, MusicStyle
from producer_studio.sandbox.music.takes import take_feel

_BeatTime = Callable[[float], float]


@dataclass(slots=True)
class _Voicings:
    """Previous voicings of the parts, for voice leading from bar to bar."""

    chords: tuple[int, ...] = ()
    pad: tuple[int, ...] = ()


def write_score(plan: MusicPlan, *, ending: bool = True) -> Score:
    """Writes all parts but the voice.

    Args:
        ending: Whether the last chord sustains after the last bar.
    """
    score = Score()
    style = STYLES[plan.style]
    hand = _Voicings()
    for section in plan.sections:
        for number in range(section.bars):
            following = _next_chord(plan, section, number)
            _write_bar(score, plan, style, section, number, following, hand)
        if "lead" in plan.instruments:
            _write_lead(score, plan, style, section)
    if plan.sections and plan.offset_s and not plan.measured:
        _write_upbeat(score, plan, style)
    if ending and plan.sections:
        _write_ending(score, plan, style, hand)
    return score


def _write_upbeat(score: Score, plan: MusicPlan, style: MusicStyle) -> None:
    """Writes the notes before the first bar: a run of the lead that leads into it, or hits."""
    if plan.sections[0].bar != 0:
        return
    count = max(1, round(plan.offset_s / plan.beat_s * 2))
    rng = create_rng(plan.take_seed, "upbeat")
    if "lead" in plan.instruments and rng.random() < 0.6:
        scale = melody_scale(plan.sections[0].chords[0], plan.tonic, plan.mode)
        feel = take_feel(plan.take_seed, style.name)
        centre = lead_centre(plan.instruments["lead"]) + feel.lead_shift
        steps = [pitch for pitch in range(centre - 12, centre + 1) if pitch % 12 in scale][-count:]
        for number, pitch in enumerate(steps):
            start = plan.offset_s - (len(steps) - number) * plan.beat_s / 2
            score.add("lead", Note(max(0.0, start), plan.beat_s * 0.48, (pitch,), 0.7))
    elif plan.drums:
        stroke = choose(rng, ("snare", "tom_high", first_stroke(plan)))
        for number in range(count):
            start = max(0.0, plan.offset_s - (count - number) * plan.beat_s / 2)
            score.drums.append(DrumHit(start, stroke, 0.35 + 0.3 * number / count))
    elif "chords" in plan.instruments:
        fingers = _comp_voicing(plan, style, plan.sections[0].chords[0], ())
        score.add("chords", Note(0.0, plan.offset_s * 0.9, fingers[-1:], 0.5))


def _next_chord(plan: MusicPlan, section: PlanSection, number: int) -> Chord:
    if number + 1 < section.bars:
        return section.chords[number + 1]
    after = [one for one in plan.sections if one.bar == section.bar + section.bars]
    return after[0].chords[0] if after else section.chords[0]


def _write_bar(
    score: Score,
    plan: MusicPlan,
    style: MusicStyle,
    section: PlanSection,
    number: int,
    following: Chord,
    voicings: _Voicings,
) -> None:
    bar = section.bar + number
    chord = section.chords[number]
    rng = create_rng(plan.pattern_seed, "bar", section.kind, number % 4)
    human = create_rng(plan.pattern_seed, "human", bar % 8)
    loose = style.loose / 1000.0
    level = section.intensity + 0.25 * plan.energy
    feel = take_feel(plan.take_seed, style.name)
    if section.kind == "build":
        level += 0.35 * number / max(1, section.bars)
    loud = level > 0.5

    def when(beat: float) -> float:
        return max(0.02, beat_time_s(plan, style, bar, beat) + float(human.normal(0, loose)))

    if plan.drums:
        write_drums(score, plan, style, section, number, level, human)
    if "bass" in plan.instruments and not (section.kind == "intro" and level < 0.3):
        low = _bass_root(plan, chord)
        for beat, beats, strength, step in fit_figure(
            BASS_LINES[plan.comps["bass"]][1 if loud else 0], plan
        ):
            pitch = low + _bass_step(step, chord, following, plan, low)
            force = strength * (0.92 + 0.1 * human.random())
            score.add("bass", Note(when(beat) + feel.bass_s, beats * plan.beat_s, (pitch,), force))
    if "chords" in plan.instruments:
        voicings.chords = _comp_voicing(plan, style, chord, voicings.chords)
        _write_comp(score, plan, style, voicings.chords, level, loud, when, human, rng)
    if "pad" in plan.instruments and (
        level > 0.55 or style.name in ("ambient", "orchestral") or "pad" in plan.comps
    ):
        voicings.pad = choose_voicing(
            to_triad(chord, plan.mode), plan.tonic, style.centre + 3, voicings.pad
        )
        score.add("pad", Note(plan.bar_start_s(bar), plan.bar_s, voicings.pad, 0.6))
    if "arp" in plan.instruments and (level > 0.62 or style.name == "ambient"):
        _write_arp(score, plan, style, chord, level, when, rng)


def _bass_root(plan: MusicPlan, chord: Chord) -> int:
    pitch = 28 + (plan.tonic + chord.root - 28) % 12
    return pitch if pitch >= 31 or plan.style in ("metal", "trap", "house") else pitch + 12


def _bass_step(step: str, chord: Chord, following: Chord, plan: MusicPlan, low: int) -> int:
    match step:
        case "5":
            if chord.root == 0:
                return 12
            return 7 if 7 in chord.tones else 6
        case "8":
            return 12
        case "3":
            return next((tone for tone in chord.tones if tone in (3, 4, 5)), 7)
        case "a":
            target = low + ((plan.tonic + following.root - low + 6) % 12 - 6)
            return target - low + (2 if target < low else -1) if target != low else 7
        case _:
            return 0


def _comp_voicing(
    plan: MusicPlan, style: MusicStyle, chord: Chord, previous: tuple[int, ...]
) -> tuple[int, ...]:
    if style.colour == "power" and plan.instruments["chords"] in ("distorted", "muted"):
        root = 40 + (plan.tonic + chord.root - 40) % 12
        return (root, root + 7, root + 12)
    rich = to_triad(chord, plan.mode) if len(chord.tones) == 2 else chord
    centre = style.centre + take_feel(plan.take_seed, style.name).chord_shift
    return choose_voicing(rich, plan.tonic, centre, previous)


def _write_comp(
    score: Score, plan: MusicPlan, style: MusicStyle, fingers: tuple[int, ...], level: float,
    loud: bool,
        when: _BeatTime,
    human: np.random.Generator, rng: np.random.Generator,
) -> None:  # fmt: skip
    figure = fit_figure(COMP_PATTERNS[plan.comps["chords"]][1 if loud else 0], plan)
    late = take_feel(plan.take_seed, style.name).chords_s
    plucked = plan.instruments["chords"] in ("steel", "nylon", "clean", "banjo", "harp", "sitar")
    skipped = int(rng.integers(1, 12)) if len(figure) > 3 else -1
    for index, (beat, beats, strength, what) in enumerate(figure):
        if index == skipped:
            continue
        force = strength * (0.9 + 0.14 * human.random()) * min(1.0, 0.75 + 0.3 * level)
        seconds = beats * plan.beat_s
        if what == "all":
            strum = 0.012 if plucked else (0.004 if style.loose > 4 else 0.0)
            score.add("chords", Note(when(beat) + late, seconds, fingers, force, strum))
        elif what == "mute":
            score.add(
                "chords", Note(when(beat) + late, seconds, fingers[:2], force, 0.0, muted=True)
            )
        elif what == "top":
            score.add(
                "chords",
                Note(when(beat) + late, seconds, fingers[-2:], force, 0.006 if plucked else 0.0),
            )
        elif what == "low":
            score.add("chords", Note(when(beat) + late, seconds, fingers[:1], force))
        else:
            place = int(what)
            pitch = fingers[place] if place < len(fingers) else fingers[place % len(fingers)] + 12
            score.add("chords", Note(when(beat) + late, seconds, (pitch,), force))


def _write_arp(
    score: Score,
    plan: MusicPlan,
    style: MusicStyle,
    chord: Chord,
    level: float,
    when: _BeatTime,
    rng: np.random.Generator,
) -> None:
    ladder = choose_voicing(to_triad(chord, plan.mode), plan.tonic, style.centre + 12)
    ladder = (*ladder, ladder[0] + 12)
    quick = level > 0.9 and plan.bpm < 140 and style.name != "ambient"
    step = 0.25 if quick and style.name != "pop" else 0.5
    if style.name == "ambient":
        step = 1.0
    if plan.is_ternary:
        step = 1 / 3
    order = choose(rng, ((0, 1, 2, 3), (0, 2, 1, 3), (3, 2, 1, 0), (0, 1, 2, 1)))
    for index in range(round(plan.beats / step)):
        beat = index * step
        force = 0.75 if abs(beat - round(beat)) < 0.01 else 0.5
        score.add(
            "arp", Note(when(beat), step * plan.beat_s * 0.9, (ladder[order[index % 4]],), force)
        )


def _write_lead(score: Score, plan: MusicPlan, style: MusicStyle, section: PlanSection) -> None:
    """Writes the melody in sections without vocals, and short fills between sung lines."""
    instrumental = not section.lines
    span = 2 * plan.beats
    feel = take_feel(plan.take_seed, style.name)
    centre = lead_centre(plan.instruments["lead"]) + feel.lead_shift
    rng = create_rng(plan.melody_seed, "lead", section.kind)
    for line in range(section.bars // 2):
        answers = instrumental or (
            line % 2 == 1 and section.line_bars == 2 and section.kind == "chorus"
        )
        sparse = section.kind in ("intro", "outro", "bridge", "build") or not instrumental
        if not answers or (
            section.kind == "intro" and line % 2 == 0 and style.name not in ("classical", "ambient")
        ):
            continue
        count = int(rng.integers(3, 5)) if sparse else int(rng.integers(6, 11))
        count = max(2, round(count * feel.lead_notes))
        if style.name == "ambient":
            count = 3
        if plan.voice and instrumental and section.kind not in ("solo", "intro", "outro", "bridge"):
            continue  # the voice hums here
        for tone in write_melody_line(
            plan, section, line, count, centre, span - feel.rests, line * span + feel.rests
        ):
            if not instrumental and tone.beat < line * span + 0.6 * span:
                continue
            bar, beat = divmod(tone.beat, plan.beats)
            start = beat_time_s(plan, style, section.bar + int(bar), beat) + feel.lead_s
            start += float(rng.normal(0, style.loose / 1500))
            score.add(
                "lead",
                Note(
                    max(0.0, start),
                    tone.beats * plan.beat_s * style.lead_hold,
                    (tone.pitch,),
                    0.62 + 0.25 * rng.random(),
                ),
            )


def lead_centre(instrument: str) -> int:
    return {
        "leadguitar": 67, "cello": 60, "brass": 62, "trumpet": 69, "sax": 65, "celesta": 72,
            "flute": 76, "piano": 74,
        "feltpiano": 72, "vibraphone": 72, "violin": 74, "clarinet": 69, "choir": 69,
    }.get(instrument, 71)  # fmt: skip


def _write_ending(score: Score, plan: MusicPlan, style: MusicStyle, voicings: _Voicings) -> None:
    """Writes the last chord: all parts, once, on the tonic."""
    start = plan.bar_start_s(plan.bars)
    home = next((c for one in plan.sections for c in one.chords if c.root == 0), Chord(0, (0, 7)))
    ring = plan.tail_s * 0.8
    if "bass" in plan.instruments:
        score.add("bass", Note(start, ring, (_bass_root(plan, home),), 0.75))
    if "chords" in plan.instruments:
        score.add(
            "chords",
            Note(start, ring, _comp_voicing(plan, style, home, voicings.chords), 0.7, 0.02),
        )
    if "pad" in plan.instruments:
        score.add(
            "pad",
            Note(
                start,
                ring,
                choose_voicing(
                    to_triad(home, plan.mode), plan.tonic, style.centre + 3, voicings.pad
                ),
                0.55,
            ),
        )
    if plan.drums and style.name not in ("ambient", "classical"):
        score.drums.append(DrumHit(start, first_stroke(plan), 0.7))
