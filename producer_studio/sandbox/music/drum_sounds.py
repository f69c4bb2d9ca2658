"""Percussion sounds: every stroke as a short stereo sound."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

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


def _metal(name: str, seconds: float, low: float, ring_s: float, level: float) -> Samples:
    """Renders cymbals: six inharmonic square waves and noise."""
    time = _time(seconds)
    ring = np.zeros(len(time), np.float32)
    for hertz in (2050.0, 3040.0, 3690.0, 5220.0, 5400.0, 8000.0):
        ring += np.sign(np.sin(2 * np.pi * hertz * 1.37 * time)).astype(np.float32)
    ring = shape_noise(ring, low, 14000)
    sound = ring * np.float32(0.25) + _noise(name, seconds, low, 14000)[: len(time)] * np.float32(
        0.5
    )
    return np.asarray(_decay(sound, ring_s) * np.float32(level), np.float32)


def _clap() -> Samples:
    noise = _noise("clap", 0.35, 900, 5200)
    time = _time(0.35)
    shape = 0.6 * np.exp(-np.maximum(time - 0.03, 0) / 0.07) * (time > 0.03)
    for start in (0.0, 0.011, 0.021):
        shape += (time >= start) * np.exp(-np.maximum(time - start, 0) / 0.005) * 0.8
    clap: Samples = (noise * shape * 0.45).astype(np.float32)
    return clap


def _brush() -> Samples:
    noise = _noise("brush", 0.28, 900, 7500)
    time = _time(0.28)
    return np.asarray((noise * (1 - np.exp(-time / 0.02)) * np.exp(-time / 0.07) * 0.4), np.float32)


def _shaker() -> Samples:
    noise = _noise("shaker", 0.12, 4500, 12000)
    time = _time(0.12)
    return np.asarray(
        (noise * (1 - np.exp(-time / 0.012)) * np.exp(-time / 0.026) * 0.4), np.float32
    )


def _tambourine() -> Samples:
    return _metal("tambourine", 0.22, 6500, 0.05, 0.6)


def _click(name: str, low: float, high: float, decay_s: float, tone: float) -> Samples:
    tick = _decay(_noise(name, decay_s * 6, low, high), decay_s) * np.float32(0.4)
    time = _time(len(tick) / SAMPLE_RATE + 0.001)[: len(tick)]
    tick += 0.5 * np.sin(2 * np.pi * tone * time) * np.exp(-time / np.float32(decay_s))
    return tick


def _timpani() -> Samples:
    hit = _pitch_drop(1.6, 105, 87, 0.05, 0.5)
    hit += 0.4 * _pitch_drop(1.6, 150, 131, 0.05, 0.3)
    return np.asarray(hit * np.float32(0.8), np.float32)


def _taiko() -> Samples:
    hit = _pitch_drop(1.2, 130, 62, 0.04, 0.3)
    skin = _decay(_noise("taiko", 0.15, 200, 2500), 0.03) * np.float32(0.3)
    hit[: len(skin)] += skin
    return np.asarray(np.tanh(hit * np.float32(1.4)), np.float32)


def _swell() -> Samples:
    noise = _noise("swell", 2.0, 2500, 11000)
    time = _time(2.0)
    return np.asarray((noise * (time / 2) ** 3 * 0.3), np.float32)


def _scratch() -> Samples:
    time = _time(0.16)
    turns = 500 * time + 900 * np.sin(2 * np.pi * 7 * time) / (2 * np.pi * 7)
    tone = np.sign(np.sin(2 * np.pi * turns)).astype(np.float32) * np.float32(0.2)
    noise = _noise("scratch", 0.16, 700, 4500)[: len(time)] * np.float32(0.25)
    return np.asarray(((tone + noise) * np.sin(np.pi * time / 0.16)), np.float32)


_DRUM_SOUNDS: dict[str, tuple[Callable[[], Samples], float]] = {
    "kick": (lambda: _kick("kick", 190, 52, 0.15, 0.8), 0.0),
    "kick_soft": (lambda: _kick("soft", 130, 50, 0.13, 0.25), 0.0),
    "kick_house": (lambda: _kick("house", 230, 50, 0.2, 0.9), 0.0),
    "kick_metal": (lambda: _kick("metal", 210, 58, 0.09, 2.2), 0.0),
    "kick_808": (lambda: _kick("808", 160, 46, 0.3, 0.5), 0.0),
    "snare": (lambda: _snare("snare", 185, 900, 9000, 0.085, 0.6), 0.06),
    "snare_big": (lambda: _snare("big", 170, 600, 8000, 0.16, 0.8), 0.0),
    "snare_soft": (lambda: _snare("lofi", 200, 700, 4800, 0.07, 0.5), -0.05),
    "snare_gate": (lambda: _snare("gate", 180, 500, 8500, 0.2, 0.7), 0.0),
    "snare_trap": (lambda: _snare("trap", 230, 1800, 12000, 0.07, 0.35), 0.0),
    "clap": (_clap, -0.05),
    "rim": (lambda: _click("rim", 1200, 6000, 0.014, 1750), 0.2),
    "snap": (lambda: _click("snap", 1500, 6500, 0.02, 2300), -0.15),
    "hat": (lambda: _metal("hat", 0.16, 7200, 0.028, 0.5), 0.28),
    "hat_soft": (lambda: _metal("hats", 0.12, 5200, 0.02, 0.32), 0.22),
    "hat_open": (lambda: _metal("open", 0.7, 6800, 0.16, 0.45), 0.28),
    "ride": (lambda: _metal("ride", 1.0, 5200, 0.28, 0.3), -0.35),
    "crash": (lambda: _metal("crash", 2.2, 3800, 0.6, 0.5), -0.2),
    "tom_high": (lambda: _pitch_drop(0.5, 240, 165, 0.04, 0.14), 0.3),
    "tom_low": (lambda: _pitch_drop(0.6, 150, 92, 0.05, 0.18), -0.3),
    "shaker": (_shaker, -0.4),
    "brush": (_brush, 0.12),
    "tambourine": (_tambourine, 0.4),
    "conga": (lambda: _pitch_drop(0.35, 330, 245, 0.015, 0.09), 0.45),
    "timpani": (_timpani, -0.15),
    "taiko": (_taiko, 0.1),
    "block": (lambda: _click("block", 600, 2500, 0.03, 780), -0.3),
    "tick": (lambda: _click("tick", 2500, 8000, 0.008, 1300) * np.float32(0.5), 0.1),
    "swell": (_swell, 0.0),
    "scratch": (_scratch, 0.25),
}


@lru_cache(maxsize=64)
def drum_sound(name: str) -> Samples:
    """Returns one stroke, (2, n), about full scale; callers must not modify it."""
    make, pan = _DRUM_SOUNDS[name]
    mono = make()
    fade = min(len(mono), 400)
    mono[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    angle = (pan + 1) * np.pi / 4
    sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    return np.asarray(sides[:, None] * mono[None, :], np.float32)
