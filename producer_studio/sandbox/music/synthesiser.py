"""Synthesised instruments: patches and rendering of their notes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.seeded_random import create_rng
from producer_studio.sandbox.music.wavetable import (
    SAMPLE_RATE,
    Samples,
    add_vibrato,
    build_wave_tables,
    compute_phase,
    harmonic_numbers,
    play_wavetable,
    shape_noise,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Sound parameters of an instrument.

    Attributes:
        wave: "saw", "square", "triangle", "sine" or a tuple of harmonic amplitudes.
        cutoff: Low-pass corner in Hz at the start and at the end; `cutoff_s` is the time between.
        decay_s: Time constant of the fundamental at middle C, 0 for sustained tones.
        damping: How much faster high harmonics decay.
        unison: Detuning of each voice in cents; more than one makes the note stereo.
        noise: Level and band of the breath, bow or hammer noise.
        body: Formants as (Hz, width Hz, gain).
    """

    wave: str | tuple[float, ...] = "saw"
    cutoff: tuple[float, float] = (9000.0, 9000.0)
    cutoff_s: float = 0.3
    attack_s: float = 0.004
    release_s: float = 0.08
    decay_s: float = 0.0
    damping: float = 0.25
    unison: tuple[float, ...] = (0.0,)
    vibrato: tuple[float, float, float] = (5.2, 0.0, 0.4)
    noise: tuple[float, float, float, float] = (0.0, 200.0, 2000.0, 0.03)
    body: tuple[tuple[float, float, float], ...] = ()
    drive: float = 0.0
    cabinet_hz: float = 0.0
    pluck_at: float = 0.0
    level: float = 1.0
    octave: int = 0


def _harmonic_strengths(patch: Patch, numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if isinstance(patch.wave, tuple):
        strength = np.zeros(len(numbers))
        count = min(len(numbers), len(patch.wave))
        strength[:count] = patch.wave[:count]
        return strength
    match patch.wave:
        case "saw":
            strength = 1 / numbers
        case "square":
            strength = (numbers % 2) / numbers
        case "triangle":
            strength = (numbers % 2) / numbers**2
        case "string":
            strength = 1 / numbers**1.25
        case _:
            strength = (numbers == 1).astype(np.float64)
    if patch.pluck_at > 0:  # a string plucked at a node of a harmonic does not sound it
        strength = strength * (0.15 + np.abs(np.sin(np.pi * numbers * patch.pluck_at)))
    return strength


def render_synth_note(patch: Patch, pitch: float, seconds: float, hardness: float = 0.7) -> Samples:
    """Renders one note without its release (the mixer fades it out).

    Args:
        pitch: MIDI number, 60 = middle C.
        seconds: Length to render.
        hardness: 0..1, brighter when higher.

    Returns:
        (n,) or, for unison patches, (2, n).
    """
    pitch += 12 * patch.octave
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    length = max(64, int(seconds * SAMPLE_RATE))
    numbers = harmonic_numbers(frequency)
    hertz = numbers * frequency
    edges = _table_edges(patch, length)
    rows = []
    base = _harmonic_strengths(patch, numbers)
    for low, width, gain in patch.body:
        base = base * (1 + gain * np.exp(-(((hertz - low) / width) ** 2)))
    tracking = (frequency / 261.6) ** 0.35
    bright = 2 ** (1.6 * (hardness - 0.7))
    decay_s = patch.decay_s * (261.6 / frequency) ** 0.45
    for edge in edges:
        time = edge / SAMPLE_RATE
        blend = np.exp(-time / patch.cutoff_s)
        corner = (patch.cutoff[1] + (patch.cutoff[0] - patch.cutoff[1]) * blend) * tracking * bright
        row = base / np.sqrt(1 + (hertz / corner) ** 4)
        if patch.decay_s:
            rate = (1 + patch.damping * (numbers - 1)) / decay_s
            row = row * (0.8 * np.exp(-time * rate * 1.4) + 0.2 * np.exp(-time * rate * 0.35))
        rows.append(row)
    shapes = np.asarray(rows)
    shapes /= max(1e-9, float(np.sqrt(np.sum(shapes[0] ** 2))))
    tables = build_wave_tables(shapes * 0.5, "sine" if len(numbers) < 3 else "spread")
    voices = [
        _render_voice(patch, tables, edges, frequency * 2 ** (cents / 1200), length, number)
        for number, cents in enumerate(patch.unison)
    ]
    sound = _combine_voices(voices)
    if patch.drive:
        sound = np.tanh(sound * np.float32(patch.drive))
        sound -= np.float32(sound.mean())  # an asymmetric wave gets an offset by it
    if patch.cabinet_hz:
        sound = apply_cabinet(sound, patch.cabinet_hz)
    _add_noise(patch, sound, pitch)
    attack = min(length, int(patch.attack_s * SAMPLE_RATE))
    if attack > 1:
        ramp = np.linspace(0, 1, attack, dtype=np.float32)
        sound[..., :attack] *= ramp * ramp * (3 - 2 * ramp)
    sound *= np.float32(patch.level)
    return sound


def _table_edges(patch: Patch, length: int) -> list[int]:
    if not patch.decay_s and patch.cutoff[0] == patch.cutoff[1]:
        return [0, length]
    fractions = (0.0, 0.012, 0.04, 0.1, 0.2, 0.35, 0.6, 1.0)
    return [int(length * fraction) for fraction in fractions]


def _render_voice(
    patch: Patch, tables: Samples, edges: list[int], frequency: float, length: int, number: int
) -> Samples:
    phase = compute_phase(frequency, length, (0.37 * number) % 1.0)
    rate, cents, onset = patch.vibrato
    add_vibrato(phase, frequency, rate * (1 + 0.07 * number), cents, onset)
    return play_wavetable(tables, edges, phase)


def _combine_voices(voices: list[Samples]) -> Samples:
    if len(voices) == 1:
        return voices[0]
    left = voices[0].copy()
    right = voices[-1].copy()
    for number, voice in enumerate(voices[1:-1]):
        share = np.float32(0.75 if number % 2 else 0.5)
        left += voice * share
        right += voice * (np.float32(1.25) - share)
    both = np.stack((left + right * np.float32(0.25), right + left * np.float32(0.25)))
    both *= np.float32(1 / np.sqrt(len(voices)))
    return both


def apply_cabinet(sound: Samples, corner_hz: float) -> Samples:
    """Applies a loudspeaker cabinet filter: nothing below 90 Hz, steep above its corner."""
    size = 1 << (sound.shape[-1] - 1).bit_length()
    spectrum = np.fft.rfft(sound, size)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float32) + 1
    gain = 1 / np.sqrt(1 + (hertz / corner_hz) ** 6) / np.sqrt(1 + (85 / hertz) ** 4)
    gain *= (
        1
        + 0.6 * np.exp(-(((hertz - 2400) / 900) ** 2))
        - 0.3 * np.exp(-(((hertz - 450) / 180) ** 2))
    )
    return np.fft.irfft(spectrum * gain, size)[..., : sound.shape[-1]].astype(np.float32)


def _add_noise(patch: Patch, sound: Samples, pitch: float) -> None:
    level, low, high, decay = patch.noise
    if level <= 0:
        return
    length = sound.shape[-1] if decay <= 0 else min(sound.shape[-1], int(decay * 6 * SAMPLE_RATE))
    size = 1 << 14
    noise = create_rng("breath", low, high, int(pitch)).standard_normal(size).astype(np.float32)
    noise = shape_noise(noise, low, high)
    noise *= np.float32(level / max(1e-6, float(np.std(noise))))
    noise = np.resize(noise, length)
    if decay > 0:
        noise *= np.exp(np.arange(length, dtype=np.float32) * np.float32(-1 / decay / SAMPLE_RATE))
    sound[..., :length] += noise


def _pulse(width: float) -> tuple[float, ...]:
    """Returns the harmonics of a pulse wave, as sound chips play it."""
    return tuple(abs(float(np.sin(np.pi * n * width))) / n for n in range(1, 61))


SYNTH_PATCHES: dict[str, Patch] = {
    "pluck": Patch(wave="saw", cutoff=(5200, 700), cutoff_s=0.1, decay_s=0.55, damping=0.08,
        unison=(-7, 7), release_s=0.15),
    "supersaw": Patch(wave="saw", cutoff=(7500, 5200), cutoff_s=0.5, unison=(-16, -6, 0, 7, 17),
        attack_s=0.008, release_s=0.16),
    "synth": Patch(wave="saw", cutoff=(4800, 2400), cutoff_s=0.4, unison=(-8, 8), vibrato=(5.3, 10,
        0.5), attack_s=0.012, release_s=0.14),
    "squarelead": Patch(wave="square", cutoff=(3800, 2600), cutoff_s=0.3, unison=(-5, 5),
        vibrato=(5.5, 14, 0.35), attack_s=0.01, release_s=0.12),
    "chippulse": Patch(wave=_pulse(0.25), cutoff=(15000, 15000), attack_s=0.001, release_s=0.01),
    "chiplead": Patch(wave=_pulse(0.5), cutoff=(15000, 15000), attack_s=0.001, release_s=0.02,
        vibrato=(6.5, 14, 0.25)),
    "pad": Patch(wave="saw", cutoff=(1500, 1500), attack_s=0.35, release_s=0.6, unison=(-10, 4, -5,
        11), vibrato=(0.6, 4, 0.3)),
    "glass": Patch(wave=(1, 0.35, 0.2, 0.3, 0.05, 0.12, 0, 0.08), attack_s=0.5, release_s=0.9,
        unison=(-8, 6, -3, 9), vibrato=(0.4, 3, 0.3)),
    "sub": Patch(wave=(1, 0.22, 0.1, 0.03), decay_s=1.4, damping=0.15, attack_s=0.004,
        release_s=0.08, drive=1.5),
    "synthbass": Patch(wave="saw", cutoff=(2400, 320), cutoff_s=0.11, decay_s=1.6, damping=0.02,
        release_s=0.04, drive=1.4),
    "softbass": Patch(wave=(1, 0.35, 0.12, 0.05), decay_s=1.6, damping=0.2, attack_s=0.006,
        release_s=0.07),
    "dubbass": Patch(wave=(1, 0.5, 0.14, 0.06, 0.02), decay_s=1.2, damping=0.2, attack_s=0.006,
        release_s=0.06, drive=1.2),
}  # fmt: skip
