"""Melodies: rhythm from syllables, pitch from scale, chord and contour."""

from dataclasses import dataclass

import numpy as np

from producer_studio.sandbox.music.harmony import (
    SCALES,
    melody_scale,
    to_triad,
    transposed_pitch_classes,
)
from producer_studio.sandbox.music.meters import to_ternary
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.seeded_random import create_rng

# order of the lines of a section: statement, response, statement, close
_PATTERN = (0, 1, 0, 2, 0, 1, 3, 2)
_REGISTER = {"chorus": 3, "drop": 3, "bridge": 1, "solo": 4, "pre": 1, "intro": 0, "outro": -1}
# cost of each scale step as a resting point, tonic first
_REST_BEATS = (0.0, 1.2, 0.3, 1.0, 0.2, 1.2, 1.6)


@dataclass(frozen=True, slots=True)
class MelodyNote:
    """Note of a melody: beats from the start of the section, a MIDI pitch, its syllable."""

    beat: float
    beats: float
    pitch: int
    syllable: int


def write_melody_line(
    plan: MusicPlan,
    section: PlanSection,
    line: int,
    count: int,
    centre: int,
    beats: float,
    start_beat: float,
) -> list[MelodyNote]:
    """Writes one line of a melody.

    Args:
        line: Index in the section; lines 0, 2, 4 share a motif.
        count: Number of notes.
        centre: MIDI pitch at the centre of the voice's range.
        beats: Length of the line, including a rest to breathe at the end.
        start_beat: Start of the line in the section.
    """
    if count <= 0:
        return []
    motif = _PATTERN[line % len(_PATTERN)]
    slots = _choose_rhythm(plan, section.kind, motif, count, beats)
    pitches = _choose_pitches(
        plan,
        section,
        motif,
        slots,
        centre,
        start_beat,
        last=_is_last(plan, section, start_beat, beats),
    )
    ends = [*slots[1:], min(slots[-1] + max(1.0, beats / 4), beats - 0.25)]
    return [
        MelodyNote(start_beat + slot, max(0.2, min(end - slot, 2.5)), pitch, number)
        for number, (slot, end, pitch) in enumerate(zip(slots, ends, pitches, strict=True))
    ]


def _is_last(plan: MusicPlan, section: PlanSection, start_beat: float, beats: float) -> bool:
    return start_beat + beats >= section.bars * plan.beats - 0.01


def _choose_rhythm(plan: MusicPlan, kind: str, motif: int, count: int, beats: float) -> list[float]:
    rng = create_rng(plan.melody_seed, "rhythm", kind, motif)
    room = beats - (1.0 if beats <= 4 else 1.5)
    grid = 0.5 if count <= room / 0.5 else 0.25
    pickup = float(rng.choice([0.0, 0.0, 0.5, 1.0])) if count * grid < room - 1.0 else 0.0
    room -= pickup
    spread = min(
        room, count * max(grid, 0.75 if count <= 4 else 0.5) * (1.15 + 0.35 * rng.random())
    )
    lean = float(rng.choice([0.0, 0.25, 0.5]))
    places = [int(number * spread / count / grid + lean) for number in range(count)]
    for number in range(1, count):  # every syllable has its own position
        places[number] = max(places[number], places[number - 1] + 1)
    slots = [pickup + place * grid for place in places]
    if plan.weirdness > 0.65 and count > 2:
        turn = int(rng.integers(1, count))
        slots[turn] = min(
            slots[turn] + grid / 2,
            slots[turn + 1] - 0.125 if turn + 1 < count else slots[turn] + 0.25,
        )
    if slots[-1] > beats - 0.3:
        squeeze = (beats - 0.5) / slots[-1]
        slots = [slot * squeeze for slot in slots]
    return _in_thirds(slots) if plan.is_ternary else slots


def _in_thirds(slots: list[float]) -> list[float]:
    moved: list[float] = []
    for slot in slots:
        third = to_ternary(slot)
        moved.append(third if not moved or third > moved[-1] else moved[-1] + 1 / 6)
    return moved


def _choose_pitches(
    plan: MusicPlan,
    section: PlanSection,
    motif: int,
    slots: list[float],
    centre: int,
    start_beat: float,
    *,
    last: bool,
) -> list[int]:
    rng = create_rng(plan.melody_seed, "pitch", section.kind, motif)
    middle = centre + _REGISTER.get(section.kind, -2)
    arch = rng.uniform(1.0, 4.5) * float(rng.choice([1.0, 1.0, -0.6]))
    start = rng.uniform(-2.5, 2.5)
    noise = rng.uniform(0, 1.2 + 1.6 * plan.weirdness, (64, 40))
    home = {
        (plan.tonic + step) % 12: _REST_BEATS[place] for place, step in enumerate(SCALES[plan.mode])
    }
    previous = middle
    pitches: list[int] = []
    for number, slot in enumerate(slots):
        chord = section.chords[min(len(section.chords) - 1, int((start_beat + slot) // plan.beats))]
        scale = melody_scale(chord, plan.tonic, plan.mode)
        tones = transposed_pitch_classes(to_triad(chord, plan.mode), plan.tonic)
        position = number / max(1, len(slots) - 1)
        target = middle + start * (1 - position) + arch * float(np.sin(np.pi * position))
        ending = number == len(slots) - 1
        strong = slot % 1 == 0 or ending or number == 0
        best, cost_of_best = previous, 1e9
        for pitch in range(middle - 9, middle + 11):
            if pitch % 12 not in scale:
                continue
            leap = abs(pitch - previous)
            cost = 0.42 * leap + (0.9 if leap == 0 else 0.0) + (1.5 if leap > 7 else 0.0)
            cost += 0.34 * abs(pitch - target) + float(noise[number % 64, pitch - middle + 9])
            cost += home.get(pitch % 12, 1.5) * 0.75
            if strong and pitch % 12 not in tones:
                cost += 2.6
            if ending and last:
                cost += 3.0 * home.get(pitch % 12, 2.0)
            if cost < cost_of_best:
                best, cost_of_best = pitch, cost
        pitches.append(best)
        previous = best
    return pitches
