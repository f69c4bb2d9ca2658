"""Percussion sounds: every stroke as a short stereo sound, sampled or synthesised."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.sample_library import (
    OVERSAMPLING,
    load_sample,
    sampled_strokes,
)
from producer_studio.sandbox.music.sampled_patches import play_zone
from producer_studio.sandbox.music.seeded_random import create_rng
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples, shape_noise


def _time(seconds: float) -> npt.NDArray[np.float32]:
    return np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)


def _noise(name: str, seconds: float, low: float, high: float) -> Samples:
    length = int(seconds * SAMPLE_RATE)
    noise = shape_noise(
        create_rng("drum", name).standard_normal(length).astype(np.float32), low, high
    )
    return noise / np.float32(max(1e-6, float(np.std(noise))))


def _pitch_drop(
    seconds: float, top: float, bottom: float, fall_s: float, decay_s: float
) -> Samples:
    """Renders a decaying sine that falls in pitch: the body of kicks and toms."""
    time = _time(seconds)
    turns = bottom * time + (top - bottom) * fall_s * (1 - np.exp(-time / fall_s))
    body: Samples = np.sin(2 * np.pi * turns) * np.exp(-time / decay_s)
    return body


def _decay(sound: Samples, seconds: float) -> Samples:
    faded: Samples = sound * np.exp(
        -_time(len(sound) / SAMPLE_RATE + 0.001)[: len(sound)] / np.float32(seconds)
    )
    return faded


def _kick(name: str, top: float, bottom: float, decay_s: float, click: float) -> Samples:
    body = _pitch_drop(min(1.2, decay_s * 5), top, bottom, 0.028, decay_s)
    tick = _decay(_noise(name, 0.02, 1500, 7000), 0.004)
    body[: len(tick)] += tick * np.float32(0.3 * click)
    return np.asarray(np.tanh(body * np.float32(1.5)) * np.float32(0.95), np.float32)


def _snare(name: str, tone: float, low: float, high: float, tail_s: float, body: float) -> Samples:
    rattle = _decay(_noise(name, tail_s * 5, low, high), tail_s) * np.float32(0.42)
    drum = _pitch_drop(min(0.25, tail_s * 4), tone * 1.6, tone, 0.012, 0.07) * np.float32(body)
    rattle[: len(drum)] += drum[: len(rattle)]
    return np.asarray(np.tanh(rattle * np.float32(1.3)), np.float32)


def _clap() -> Samples:
    noise = _noise("clap", 0.35, 900, 5200)
    time = _time(0.35)
    shape = 0.6 * np.exp(-np.maximum(time - 0.03, 0) / 0.07) * (time > 0.03)
    for start in (0.0, 0.011, 0.021):
        shape += (time >= start) * np.exp(-np.maximum(time - start, 0) / 0.005) * 0.8
    clap: Samples = (noise * shape * 0.45).astype(np.float32)
    return clap


def _click(name: str, low: float, high: float, decay_s: float, tone: float) -> Samples:
    tick = _decay(_noise(name, decay_s * 6, low, high), decay_s) * np.float32(0.4)
    time = _time(len(tick) / SAMPLE_RATE + 0.001)[: len(tick)]
    tick += 0.5 * np.sin(2 * np.pi * tone * time) * np.exp(-time / np.float32(decay_s))
    return tick


def _square_noise(seconds: float, decay_s: float) -> Samples:
    """Renders noise of one bit that changes at 12 kHz, as old sound chips make it."""
    coarse = create_rng("chip", decay_s).integers(0, 2, int(seconds * 12000) + 1) * 2 - 1
    time = _time(seconds)
    bits = coarse[(time * np.float32(12000)).astype(np.intp)].astype(np.float32)
    return np.asarray(bits * np.exp(-time / np.float32(decay_s)) * np.float32(0.5), np.float32)


def _square_kick() -> Samples:
    time = _time(0.14)
    turns = 60 * time + 180 * 0.02 * (1 - np.exp(-time / 0.02))
    wave = 2 * np.abs(2 * (turns % 1) - 1) - 1
    return np.asarray(wave * np.exp(-time / 0.05), np.float32)


def _swell() -> Samples:
    """Renders a crash cymbal backwards."""
    crash = drum_sound("crash")[:, : 2 * SAMPLE_RATE].sum(axis=0)[::-1]
    return np.asarray(crash * np.linspace(0, 1, len(crash), dtype=np.float32), np.float32)


def _scratch() -> Samples:
    time = _time(0.16)
    turns = 500 * time + 900 * np.sin(2 * np.pi * 7 * time) / (2 * np.pi * 7)
    tone = np.sign(np.sin(2 * np.pi * turns)).astype(np.float32) * np.float32(0.2)
    noise = _noise("scratch", 0.16, 700, 4500)[: len(time)] * np.float32(0.25)
    return np.asarray(((tone + noise) * np.sin(np.pi * time / 0.16)), np.float32)


#: Number of slightly different sounds of a sampled stroke.
VARIANTS = 3
_VARIANT_CENTS = (0.0, 18.0, -15.0)
# Tilt of the spectrum of a soft, a middle and a loud hit.
_HIT_TILTS = (0.3, 0.1, 0.0)


@dataclass(frozen=True, slots=True)
class _SampledStroke:
    """Stroke of the sampled kit.

    Attributes:
        level_db: Level of its first tenth of a second, when loud, relative to full scale.
        pan: -1..1.
    """

    sample: str
    level_db: float
    pan: float = 0.0
    semitones: float = 0.0
    longest_s: float = 2.5
    tilt: float = 0.0


_SYNTHESISED: dict[str, tuple[Callable[[], Samples], float]] = {
    "kick_house": (lambda: _kick("house", 230, 50, 0.2, 0.9), 0.0),
    "kick_808": (lambda: _kick("808", 160, 46, 0.3, 0.5), 0.0),
    "kick_hard": (lambda: _kick("hard", 320, 48, 0.13, 2.0), 0.0),
    "snare_gate": (lambda: _snare("gate", 180, 500, 8500, 0.2, 0.7), 0.0),
    "snare_trap": (lambda: _snare("trap", 230, 1800, 12000, 0.07, 0.35), 0.0),
    "clap_synth": (_clap, -0.05),
    "snap": (lambda: _click("snap", 1500, 6500, 0.02, 2300), -0.15),
    "tick": (lambda: _click("tick", 2500, 8000, 0.008, 1300) * np.float32(0.5), 0.1),
    "scratch": (_scratch, 0.25),
    "swell": (_swell, 0.0),
    "noise_snare": (lambda: _square_noise(0.16, 0.045), 0.0),
    "noise_hat": (lambda: _square_noise(0.05, 0.012) * np.float32(0.5), 0.0),
    "square_kick": (_square_kick, 0.0),
}
_SAMPLED: dict[str, _SampledStroke] = {
    "kick": _SampledStroke("kick", -6.0),
    "kick_soft": _SampledStroke("kick_soft", -6.0, tilt=0.1),
    "kick_metal": _SampledStroke("kick_metal", -6.0, tilt=-0.08),
    "snare": _SampledStroke("snare", -10.0, 0.06),
    "snare_big": _SampledStroke("snare_big", -8.5),
    "snare_soft": _SampledStroke("snare_soft", -11.0, -0.05),
    "snare_808": _SampledStroke("snare_808", -10.0),
    "snare_tight": _SampledStroke("snare", -10.0, 0.0, 3.0, 0.25),
    "clap": _SampledStroke("clap", -14.0, -0.05),
    "clap_808": _SampledStroke("clap_808", -12.0, 0.05),
    "rim": _SampledStroke("rim", -17.0, 0.2),
    "hat": _SampledStroke("hat", -15.5, 0.28),
    "hat_soft": _SampledStroke("hat", -19.0, 0.22, tilt=0.15),
    "hat_foot": _SampledStroke("hat_foot", -17.0, 0.25),
    "hat_open": _SampledStroke("hat_open", -14.0, 0.28, longest_s=0.9),
    "hat_808": _SampledStroke("hat_808", -15.0, 0.22),
    "hat_808_open": _SampledStroke("hat_808_open", -14.0, 0.22, longest_s=0.6),
    "ride": _SampledStroke("ride", -17.0, -0.35),
    "ride_bell": _SampledStroke("ride_bell", -17.0, -0.35),
    "crash": _SampledStroke("crash", -11.5, -0.2, longest_s=3.2),
    "splash": _SampledStroke("splash", -17.0, 0.3),
    "crash_orchestra": _SampledStroke("crash_orchestra", -13.0, 0.1, longest_s=3.2),
    "tom_high": _SampledStroke("tom_high", -10.0, 0.3),
    "tom_mid": _SampledStroke("tom_mid", -9.5, 0.0),
    "tom_low": _SampledStroke("tom_low", -9.0, -0.3),
    "shaker": _SampledStroke("shaker", -18.0, -0.4),
    "cabasa": _SampledStroke("cabasa", -19.0, -0.4),
    "maracas": _SampledStroke("maracas", -20.0, 0.4),
    "brush": _SampledStroke("brush", -15.0, 0.12),
    "swirl": _SampledStroke("swirl", -17.0, 0.12),
    "tambourine": _SampledStroke("tambourine", -14.5, 0.4),
    "conga": _SampledStroke("conga", -12.0, 0.45),
    "conga_low": _SampledStroke("conga_low", -12.0, 0.3),
    "conga_slap": _SampledStroke("conga_slap", -15.0, 0.45),
    "bongo_high": _SampledStroke("bongo_high", -14.0, -0.45),
    "bongo_low": _SampledStroke("bongo_low", -13.0, -0.35),
    "timbale": _SampledStroke("timbale", -12.0, 0.2),
    "timbale_low": _SampledStroke("timbale_low", -12.0, 0.1),
    "agogo": _SampledStroke("agogo", -17.0, 0.35),
    "agogo_low": _SampledStroke("agogo_low", -17.0, 0.35),
    "cowbell": _SampledStroke("cowbell", -16.0, 0.2),
    "guiro": _SampledStroke("guiro", -18.0, -0.3),
    "clave": _SampledStroke("clave", -15.0, -0.25),
    "block": _SampledStroke("block", -15.0, -0.3),
    "triangle": _SampledStroke("triangle", -17.0, 0.4, longest_s=1.2),
    "sleigh": _SampledStroke("sleigh", -17.0, 0.3, longest_s=0.8),
    "castanets": _SampledStroke("castanets", -15.0, 0.3),
    "surdo": _SampledStroke("bassdrum", -7.0, 0.0, 7.0, 0.7),
    "bassdrum": _SampledStroke("bassdrum", -7.0, 0.1),
    "march_snare": _SampledStroke("snare_orchestra", -11.0, -0.1),
    "timpani": _SampledStroke("timpani", -7.0, -0.15, -2.0),
    "taiko": _SampledStroke("taiko", -6.0, 0.1),
}


def is_open(stroke: str) -> bool:
    """Whether a stroke sounds until its hi-hat is closed."""
    return stroke in ("hat_open", "hat_808_open")


def is_closing(stroke: str) -> bool:
    return stroke in ("hat", "hat_soft", "hat_foot", "hat_808")


@lru_cache(maxsize=96)
def drum_sound(name: str, touch: int = 2, variant: int = 0) -> Samples:
    """Returns one stroke, (2, n), about full scale; callers must not modify it.

    Args:
        touch: 0 soft, 1 middle, 2 loud.
        variant: Below `VARIANTS`; one of several sounds of the same stroke.
    """
    sampled = _SAMPLED.get(name)
    if sampled is None:
        make, pan = _SYNTHESISED[name]
        mono = make()
    else:
        pan = sampled.pan
        mono = _play_stroke(sampled, touch, _VARIANT_CENTS[variant])
    fade = min(len(mono), 400)
    mono[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    angle = (pan + 1) * np.pi / 4
    sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    return np.asarray(sides[:, None] * mono[None, :], np.float32)


def _play_stroke(stroke: _SampledStroke, touch: int, cents: float) -> Samples:
    mono = np.zeros(0, np.float32)
    pitch = 60 + stroke.semitones + cents / 100
    for zone in sampled_strokes()[stroke.sample]:
        source = load_sample(zone, zone.cutoff_hz, stroke.tilt + _HIT_TILTS[touch])
        seconds = len(source) / OVERSAMPLING / zone.rate * 2 ** (-(pitch - zone.root) / 12)
        length = int(min(seconds, stroke.longest_s) * SAMPLE_RATE)
        sound = play_zone(source, zone, pitch, length)
        if len(sound) < len(mono):
            sound = np.pad(sound, (0, len(mono) - len(sound)))
        sound[: len(mono)] += mono
        mono = sound
    tail = max(1, len(mono) // 3)
    mono[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32)
    mono *= np.float32(10 ** (stroke.level_db / 20) / _loudness(stroke))
    return mono


@lru_cache(maxsize=64)
def _loudness(stroke: _SampledStroke) -> float:
    """Returns the level of the first tenth of a second of a loud hit, as it was recorded."""
    total = np.zeros(SAMPLE_RATE // 10, np.float32)
    for zone in sampled_strokes()[stroke.sample]:
        source = load_sample(zone, zone.cutoff_hz, stroke.tilt)
        total += play_zone(source, zone, 60 + stroke.semitones, len(total))
    return float(np.sqrt(np.mean(total**2))) + 1e-9
