"""Singing voice: syllables on formant vowels, joined into phrases."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from producer_studio.sandbox.music.lyrics_parser import Syllable, split_syllables
from producer_studio.sandbox.music.melody import write_melody_line
from producer_studio.sandbox.music.notation import beat_time_s
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.seeded_random import create_rng
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.wavetable import (
    SAMPLE_RATE,
    Samples,
    build_wave_tables,
    harmonic_numbers,
    shape_noise,
)

# first four formants of a singer's vowels (Hz), and their levels in dB
_FORMANTS: dict[str, tuple[tuple[float, float], ...]] = {
    "a": ((800, 0), (1200, -5), (2700, -19), (3500, -24)),
    "A": ((640, 0), (1150, -8), (2600, -20), (3400, -25)),
    "e": ((530, 0), (1850, -10), (2550, -15), (3500, -22)),
    "i": ((330, 0), (2250, -15), (2950, -16), (3700, -22)),
    "I": ((420, 0), (1980, -13), (2650, -16), (3600, -22)),
    "o": ((480, 0), (860, -7), (2600, -24), (3400, -28)),
    "u": ((350, 0), (700, -12), (2500, -28), (3300, -32)),
    "m": ((250, 0), (1100, -24), (2300, -28), (3200, -34)),
    "r": ((430, 0), (1150, -10), (1650, -13), (3000, -28)),
    "l": ((370, 0), (1050, -12), (2700, -22), (3400, -28)),
}
_WIDTHS = (75.0, 95.0, 130.0, 180.0)
_CONSONANT_NOISE = {"s": (5200, 9500), "z": (5000, 9000), "f": (2500, 8500), "h": (900, 3500),
    "t": (3200,
    8500),
          "k": (1500, 4200), "c": (1500, 4500), "x": (2500, 7000), "p": (500, 2200), "q": (1200,
              3500),
          "v": (1500, 6000), "j": (2200, 6000), "g": (1000, 2800), "d": (2500, 6000), "b": (300,
              1500)}  # fmt: skip
_DIGRAPH_NOISE = {"sh": (2300, 7000), "ch": (2500, 7500), "th": (3000, 8500)}
VOICE_CENTRES = {"female": 67, "male": 55, "choir": 64, "whisper": 62}
_TRACT_SCALE = {"female": 1.14, "male": 0.98, "choir": 1.06, "whisper": 1.08}


class SungSyllable(NamedTuple):
    """Syllable to sing."""

    start_s: float
    seconds: float
    pitch: float
    syllable: Syllable
    accent: float


def write_vocal_phrases(plan: MusicPlan) -> list[list[SungSyllable]]:
    """Returns the sung phrases of a plan; vowels where there are no lyrics."""
    if not plan.voice:
        return []
    wordless = not any(section.lines for section in plan.sections)
    phrases = []
    for section in plan.sections:
        if section.lines:
            phrases.extend(_write_sung_lines(plan, section))
        elif wordless and section.kind in ("verse", "chorus", "drop", "bridge"):
            phrases.extend(_write_hummed_lines(plan, section))
    return [phrase for phrase in phrases if phrase]


def _write_sung_lines(plan: MusicPlan, section: PlanSection) -> list[list[SungSyllable]]:
    beats = section.line_bars * plan.beats
    phrases = []
    for number, line in enumerate(section.lines):
        words = split_syllables(line)
        if number * beats >= section.bars * plan.beats:
            break
        words = words[: beats * 4 - 4]
        strays = create_rng(plan.melody_seed, "strays", section.kind, number)
        sung = list(words)
        if plan.lyrics_strength < 0.35 and len(words) > 6:  # drop some at random
            sung = [word for word in words if strays.random() < 0.65 + plan.lyrics_strength]
        phrases.append(_write_phrase(plan, section, number, sung, beats))
    return phrases


def _write_hummed_lines(plan: MusicPlan, section: PlanSection) -> list[list[SungSyllable]]:
    rng = create_rng(plan.melody_seed, "hum", section.kind)
    phrases = []
    for number in range(section.bars // 2):
        if section.kind in ("verse", "bridge") and number % 2 == 0:
            continue
        count = int(rng.integers(3, 7))
        vowel = str(rng.choice(["u", "o", "a"]))
        words = [Syllable("" if index else "h", vowel, "") for index in range(count)]
        phrases.append(_write_phrase(plan, section, number, words, 2 * plan.beats))
    return phrases


def _write_phrase(
    plan: MusicPlan, section: PlanSection, number: int, words: list[Syllable], beats: int
) -> list[SungSyllable]:
    style = STYLES[plan.style]
    start = float(number * beats)
    phrase = []
    rng = create_rng(plan.melody_seed, "diction", section.kind, number)
    for tone in write_melody_line(
        plan, section, number, len(words), VOICE_CENTRES[plan.voice], beats, start
    ):
        bar, beat = divmod(tone.beat, plan.beats)
        at = beat_time_s(plan, style, section.bar + int(bar), beat) + float(rng.normal(0, 0.006))
        accent = (1.0 if beat % 1 == 0 else 0.88) * (0.82 + 0.18 * section.intensity)
        word = words[tone.syllable]
        seconds = tone.beats * plan.beat_s
        if (
            plan.lyrics_strength < 0.45
            and seconds > 0.55
            and rng.random() < 0.5 - plan.lyrics_strength * 0.5
        ):
            # melisma: the second half a step away
            turn = tone.pitch + (2 if rng.random() < 0.5 else -2)
            phrase.append(
                SungSyllable(
                    max(0.0, at),
                    seconds * 0.5,
                    tone.pitch,
                    Syllable(word.onset, word.vowel, ""),
                    accent,
                )
            )
            phrase.append(
                SungSyllable(
                    at + seconds * 0.5,
                    seconds * 0.5,
                    turn,
                    Syllable("", word.vowel[-1], word.coda),
                    accent,
                )
            )
        else:
            phrase.append(SungSyllable(max(0.0, at), seconds, tone.pitch, word, accent))
    return phrase


@lru_cache(maxsize=2048)
def _render_vowel(vowel: str, pitch: int, tract: float, breath: float) -> Samples:
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    numbers = harmonic_numbers(frequency, 120)
    hertz = numbers * frequency
    response = np.full(len(numbers), 0.0008)
    for (centre, decibels), width in zip(_FORMANTS[vowel], _WIDTHS, strict=True):
        centre *= tract
        if centre < frequency:  # singers tune the first formant to the note
            centre = frequency
        width = max(width, frequency * 0.22)
        response = response + 10 ** (decibels / 20) / (1 + ((hertz - centre) / width) ** 2)
    source = numbers ** -(0.55 + 0.5 * breath)
    amplitudes = source * response / (1 + (hertz / 5500) ** 4)
    amplitudes /= np.sqrt(np.sum(amplitudes**2)) + 1e-9
    return np.asarray(build_wave_tables(amplitudes[None, :] * 0.4, "spread")[0], np.float32)


def render_phrase(
    phrase: list[SungSyllable], voice: str, cents: float, seed: str
) -> tuple[float, Samples]:
    """Renders one phrase.

    Args:
        cents: Detuning, for doubled voices.

    Returns:
        Its start in seconds and its samples (n,).
    """
    tract, breath = _TRACT_SCALE[voice], 0.9 if voice == "whisper" else 0.3
    rng = create_rng(seed, "sing", round(phrase[0].start_s, 3), cents)
    lead_in = 0.12
    begin = phrase[0].start_s - lead_in
    end = max(one.start_s + one.seconds for one in phrase) + 0.25
    length = int((end - begin) * SAMPLE_RATE)
    out = np.zeros(length, np.float32)
    phase = 0.0
    previous = phrase[0].pitch - 0.6
    for number, one in enumerate(phrase):
        start = int((one.start_s - begin) * SAMPLE_RATE)
        following = phrase[number + 1] if number + 1 < len(phrase) else None
        gap = following.start_s - one.start_s if following else 9.0
        legato = following is not None and gap < one.seconds + 0.12
        seconds = gap if legato else min(one.seconds, gap)
        count = max(900, min(length - start, int(seconds * SAMPLE_RATE)))
        part, phase = _render_syllable(
            one, previous, count, phase, tract, breath, cents, legato, rng
        )
        out[start : start + count] += part[: max(0, length - start)]
        _add_consonant(out, start, one, voice)
        previous = one.pitch
    return begin, out


def _render_syllable(
    one: SungSyllable, previous: float, count: int, phase: float, tract: float, breath: float,
        cents: float, legato: bool,
    rng: np.random.Generator,
) -> tuple[Samples, float]:  # fmt: skip
    time = np.arange(count, dtype=np.float32) * np.float32(1 / SAMPLE_RATE)
    glide = (previous - one.pitch) * np.exp(-time / 0.035)
    vibrato = np.clip((time - 0.22) / 0.35, 0, 1) * np.sin(
        2 * np.pi * (5.3 + 0.4 * rng.random()) * time
    )
    drift = 0.05 * np.sin(2 * np.pi * (1.1 * time + rng.random()))
    cents_track = 100 * glide + 26 * vibrato + 100 * drift * 0.6 + cents
    frequency = 440.0 * 2 ** ((one.pitch - 69) / 12)
    steps = np.exp2(cents_track * np.float32(1 / 1200)) * np.float32(frequency / SAMPLE_RATE)
    turns = phase + np.cumsum(steps, dtype=np.float64)
    index = (turns * 8192).astype(np.intp) & 8191
    pitch = round(one.pitch)
    here = _render_vowel(one.syllable.vowel[0], pitch, tract, breath).take(index)
    glides = one.syllable.vowel[1:]
    if glides:
        there = _render_vowel(glides[-1], pitch, tract, breath).take(index)
        half = np.clip((np.arange(count, dtype=np.float32) / count - 0.45) / 0.35, 0, 1)
        here += (there - here) * half
    opening = _liquid(one.syllable.onset[-1:])
    if opening:
        ramp = min(count, int(0.075 * SAMPLE_RATE))
        murmur = _render_vowel(opening, pitch, tract, breath).take(index[:ramp]) * np.float32(0.75)
        here[:ramp] += (murmur - here[:ramp]) * np.linspace(1, 0, ramp, dtype=np.float32) ** 0.7
    closing = _liquid(one.syllable.coda[:1])
    if closing:
        ramp = min(count // 2, int(0.09 * SAMPLE_RATE))
        murmur = _render_vowel(closing, pitch, tract, breath).take(index[-ramp:]) * np.float32(0.65)
        here[-ramp:] += (murmur - here[-ramp:]) * np.linspace(0, 1, ramp, dtype=np.float32)
    envelope = np.full(count, np.float32(one.accent), np.float32)
    soft = one.syllable.onset == "" or opening
    attack = min(count // 3, int((0.045 if soft else 0.018) * SAMPLE_RATE))
    floor = 0.55 if soft and previous != one.pitch and legato else 0.0
    envelope[:attack] *= np.linspace(floor, 1, attack, dtype=np.float32)
    swell = np.float32(0.88) + np.float32(0.12) * np.sin(
        np.pi * np.minimum(time / 0.5, 1), dtype=np.float32
    )
    envelope *= swell
    release = min(count // 2, int((0.03 if legato else 0.12) * SAMPLE_RATE))
    low = 0.5 if legato and not one.syllable.coda else 0.0
    envelope[-release:] *= np.linspace(1, low, release, dtype=np.float32)
    here *= envelope
    air = _noise("air", 1400, 6500)
    offset = int(rng.integers(0, len(air) // 2))
    here += np.resize(air[offset:], count) * envelope * np.float32(0.012 + 0.06 * (breath > 0.5))
    return here, float(turns[-1] % 1.0)


def _liquid(letter: str) -> str:
    return {"m": "m", "n": "m", "r": "r", "l": "l", "w": "u", "j": "i", "y": "i"}.get(letter, "")


@lru_cache(maxsize=64)
def _noise(name: str, low: float, high: float) -> Samples:
    noise = shape_noise(
        create_rng("voice", name).standard_normal(1 << 15).astype(np.float32), low, high
    )
    return noise / np.float32(np.std(noise))


def _add_consonant(out: Samples, start: int, one: SungSyllable, voice: str) -> None:
    """Adds the noise of an s, t, k … just before the vowel."""
    onset = one.syllable.onset
    if not onset:
        return
    pair = next((pair for pair in _DIGRAPH_NOISE if pair in onset), "")
    band = _DIGRAPH_NOISE.get(pair) or _CONSONANT_NOISE.get(onset[0])
    if band is None:
        return
    stop = onset[0] in "tkpcqgdb" and not pair
    seconds = 0.028 if stop else 0.085
    count = int(seconds * SAMPLE_RATE)
    begin = max(0, start - int((0.018 if stop else 0.07) * SAMPLE_RATE))
    count = min(count, len(out) - begin)
    if count < 32:
        return
    shape = np.hanning(count * 2)[count:] if stop else np.hanning(count)
    level = {"s": 0.05, "z": 0.03, "h": 0.03, "f": 0.03, "v": 0.02}.get(onset[0], 0.075)
    if voice == "choir":
        level *= 0.4
    out[begin : begin + count] += (
        _noise(pair or onset[0], *band)[:count] * shape * level * one.accent
    ).astype(np.float32)
