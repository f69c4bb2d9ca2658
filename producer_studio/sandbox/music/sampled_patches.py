"""Instruments that are played from recorded samples."""

from dataclasses import dataclass

import numpy as np

from producer_studio.sandbox.music.sample_library import (
    OVERSAMPLING,
    SampleZone,
    load_sample,
    sampled_instruments,
)
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

# Tilt of the spectrum at a soft, a middle and a loud stroke (see `load_sample`).
_TOUCH_TILTS = (0.34, 0.14, 0.0)
_TILT_STEP = 0.08
_LEVEL = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledPatch:
    """Sound parameters of a sampled instrument.

    Attributes:
        sample: Name in the index of the sample library.
        skip_s: Start in the sample, for short strokes of slow instruments.
        tilt: How much darker than the samples; below zero, brighter.
        cutoff_hz: Low-pass corner over that of the samples' own.
        vibrato: Hz, depth in cents and seconds until it is that deep.
        spread: How far the panning follows the pitch, -1..1 over five octaves.
        unison: Detuning in cents of two players, left and right; one player if empty.
        touch: How much the tone follows the strength of a note.
        drive, cabinet_hz: Distortion and loudspeaker, as of `Patch`.
    """

    sample: str
    octave: int = 0
    attack_s: float = 0.0
    skip_s: float = 0.0
    release_s: float = 0.12
    tilt: float = 0.0
    cutoff_hz: float = 20000.0
    vibrato: tuple[float, float, float] = (5.2, 0.0, 0.4)
    spread: float = 0.0
    unison: tuple[float, float] | None = None
    touch: float = 1.0
    level: float = 1.0
    drive: float = 0.0
    cabinet_hz: float = 0.0


def touch_of(strength: float) -> int:
    """Returns 0, 1 or 2: a soft, middle or loud stroke."""
    return 0 if strength < 0.5 else (1 if strength < 0.74 else 2)


def render_sampled_note(
    patch: SampledPatch, pitch: float, seconds: float, hardness: float = 0.7, touch: int = 2
) -> Samples:
    """Renders one note without its release (the mixer fades it out).

    Args:
        pitch: MIDI number, 60 = middle C.
        seconds: Length to render.
        hardness: 0..1, brighter when higher.
        touch: 0 soft, 1 middle, 2 loud.

    Returns:
        (n,), or (2, n) for patches with spread or unison.
    """
    pitch += 12 * patch.octave
    length = max(64, int(seconds * SAMPLE_RATE))
    tilt = patch.tilt + patch.touch * _TOUCH_TILTS[touch] - 0.5 * (hardness - 0.7)
    tilt = round(tilt / _TILT_STEP) * _TILT_STEP
    instrument = sampled_instruments()[patch.sample]
    softening = instrument.soft_filter ** (patch.touch * (2 - touch) / 2)
    zones = instrument.zones_at(pitch)
    voices = []
    for number, cents in enumerate(patch.unison or (0.0,)):
        sound = np.zeros(length, np.float32)
        for zone in zones:
            cutoff = min(patch.cutoff_hz, zone.cutoff_hz * softening)
            source = load_sample(zone, round(cutoff, -2), tilt)
            sound += _play(source, zone, patch, pitch + cents / 100, length, number)
        voices.append(sound)
    rise = min(length, int(max(0.0015, patch.attack_s) * SAMPLE_RATE))
    ramp = np.linspace(0, 1, rise, dtype=np.float32)
    for sound in voices:
        sound[:rise] *= ramp * ramp * (3 - 2 * ramp)
        sound *= np.float32(patch.level * _LEVEL)
    if len(voices) == 2:
        left, right = voices
        both = np.stack((left + right * np.float32(0.3), right + left * np.float32(0.3)))
        both *= np.float32(0.8)
        return both
    if not patch.spread:
        return voices[0]
    side = min(0.9, max(-0.9, patch.spread * (pitch - 62) / 30))
    angle = (side + 1) * np.pi / 4
    gains = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    return np.asarray(gains[:, None] * voices[0], np.float32)


def play_zone(source: Samples, zone: SampleZone, pitch: float, length: int) -> Samples:
    """Plays a sample at a pitch, with its loop and envelope but without any vibrato; (length,)."""
    return _play(source, zone, _PLAIN, pitch, length, 0)


def _play(
    source: Samples, zone: SampleZone, patch: SampledPatch, pitch: float, length: int, number: int
) -> Samples:
    ratio = zone.rate / SAMPLE_RATE * 2 ** ((pitch - zone.root + zone.cents / 100) / 12)
    step = ratio * OVERSAMPLING
    # The second of two players begins a little later in the sample, so that both differ at once.
    first = (patch.skip_s + 0.012 * number) * zone.rate * OVERSAMPLING
    position = np.arange(length, dtype=np.float64)
    position *= step
    position += first
    rate, cents, onset = patch.vibrato
    if cents:
        time = np.arange(length, dtype=np.float32) * np.float32(1 / SAMPLE_RATE)
        depth = (2 ** (cents / 1200) - 1) * step * SAMPLE_RATE / (2 * np.pi * rate)
        swell = np.minimum(time * np.float32(1 / max(0.01, onset)), 1) ** 2
        turns = np.float32(2 * np.pi * (rate + 0.4 * number)) * time + np.float32(1.7 * number)
        position += np.sin(turns) * (swell * np.float32(depth))
        np.maximum(position, 0, out=position)
    needed = int(step * length + first) + 64 + int(0.02 * step * SAMPLE_RATE)
    wave = _unroll(source, zone, needed)
    used = length if len(wave) >= needed else int(np.searchsorted(position, len(wave) - 2))
    index = position[:used].astype(np.intp)
    blend = (position[:used] - index).astype(np.float32)
    out = np.zeros(length, np.float32)
    here = wave.take(index)
    index += 1
    there = wave.take(index)
    there -= here
    there *= blend
    np.add(here, there, out=out[:used])
    _apply_envelope(out, zone)
    return out


def _unroll(source: Samples, zone: SampleZone, needed: int) -> Samples:
    """Returns the sample with its loop as often as needed."""
    if zone.loop is None or needed <= zone.loop[1] * OVERSAMPLING:
        return source
    start, stop = zone.loop[0] * OVERSAMPLING, zone.loop[1] * OVERSAMPLING
    turns = -(-(needed - start) // (stop - start))
    wave = np.empty(start + turns * (stop - start), np.float32)
    wave[:start] = source[:start]
    wave[start:].reshape(turns, stop - start)[:] = source[start:stop]
    return wave


def _apply_envelope(sound: Samples, zone: SampleZone) -> None:
    """Applies gain, attack and decay of a zone in place."""
    gain = np.float32(10 ** (zone.gain_db / 20))
    rise = min(len(sound), int(min(1.0, zone.attack_s) * SAMPLE_RATE))
    if rise > 1:
        sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    begin = int((zone.attack_s + zone.hold_s) * SAMPLE_RATE)
    sound *= gain
    if zone.decay_s <= 0 or zone.sustain_db >= 0 or begin >= len(sound):
        return
    time = np.arange(len(sound) - begin, dtype=np.float32) * np.float32(1 / SAMPLE_RATE)
    fallen = np.maximum(time * np.float32(-100 / zone.decay_s), np.float32(zone.sustain_db))
    sound[begin:] *= np.exp(fallen * np.float32(np.log(10) / 20))


_PLAIN = SampledPatch(sample="")

SAMPLED_PATCHES: dict[str, SampledPatch] = {
    "piano": SampledPatch(sample="piano", spread=0.5, release_s=0.22, tilt=-0.06),
    "feltpiano": SampledPatch(
        sample="piano", spread=0.4, release_s=0.24, tilt=0.3, cutoff_hz=2600, attack_s=0.006
    ),
    "epiano": SampledPatch(
        sample="epiano", tilt=-0.1, spread=0.4, release_s=0.16, vibrato=(4.6, 3, 0.1)
    ),
    "clavinet": SampledPatch(sample="clavinet", spread=0.2, release_s=0.05),
    "organ": SampledPatch(
        sample="organ", unison=(-3, 4), release_s=0.06, vibrato=(6.4, 6, 0.2), touch=0.0
    ),
    "harpsichord": SampledPatch(sample="harpsichord", spread=0.4, release_s=0.12, touch=0.0),
    "celesta": SampledPatch(sample="celesta", spread=0.4, octave=1, release_s=0.6),
    "vibraphone": SampledPatch(sample="vibraphone", spread=0.5, release_s=0.5),
    "marimba": SampledPatch(sample="marimba", spread=0.5, release_s=0.25),
    "kalimba": SampledPatch(sample="kalimba", spread=0.4, release_s=0.3),
    "steeldrum": SampledPatch(sample="steeldrum", spread=0.3, release_s=0.3),
    "strings": SampledPatch(
        sample="strings", touch=0.0, tilt=-0.08, unison=(-6, 7), release_s=0.35, attack_s=0.03
    ),
    "stabs": SampledPatch(sample="strings", touch=0.0, unison=(-6, 7), release_s=0.14,
        tilt=-0.12, skip_s=0.08, attack_s=0.006),
    "pizzicato": SampledPatch(sample="pizzicato", touch=0.0, spread=0.4, release_s=0.3),
    "violin": SampledPatch(sample="violin", release_s=0.16, vibrato=(5.6, 9, 0.6), attack_s=0.02),
    "viola": SampledPatch(
        sample="violin", octave=0, release_s=0.18, vibrato=(5.3, 9, 0.6), tilt=0.08, attack_s=0.02
    ),
    "cello": SampledPatch(
        sample="cello", octave=-1, release_s=0.2, vibrato=(5.1, 9, 0.6), attack_s=0.02
    ),
    "bowedbass": SampledPatch(sample="cello", release_s=0.2, attack_s=0.02, tilt=0.08),
    "brass": SampledPatch(sample="brass", touch=0.0, unison=(-5, 6), release_s=0.14),
    "trumpet": SampledPatch(sample="trumpet", release_s=0.1, vibrato=(5.3, 8, 0.6)),
    "trombone": SampledPatch(sample="trombone", octave=-1, release_s=0.12, vibrato=(5.0, 6, 0.6)),
    "lowbrass": SampledPatch(sample="trombone", release_s=0.1),
    "horns": SampledPatch(sample="horns", touch=0.0, unison=(-4, 5), release_s=0.2),
    "sax": SampledPatch(sample="altosax", release_s=0.1, vibrato=(5.0, 12, 0.6)),
    "flute": SampledPatch(sample="flute", release_s=0.12, vibrato=(5.2, 7, 0.5)),
    "clarinet": SampledPatch(sample="clarinet", release_s=0.1, vibrato=(4.8, 4, 0.5)),
    "harmonica": SampledPatch(sample="harmonica", release_s=0.09, vibrato=(5.6, 7, 0.4)),
    "choir": SampledPatch(sample="choir", touch=0.0, unison=(-8, 9), release_s=0.4, attack_s=0.08),
    "harp": SampledPatch(sample="harp", spread=0.6, release_s=0.7),
    "nylon": SampledPatch(sample="nylon", spread=0.3, release_s=0.18),
    "steel": SampledPatch(sample="steel", spread=0.3, release_s=0.18),
    "ukulele": SampledPatch(sample="nylon", octave=1, spread=0.2, release_s=0.12),
    "banjo": SampledPatch(sample="banjo", spread=0.2, release_s=0.1),
    "clean": SampledPatch(sample="cleanguitar", spread=0.2, release_s=0.12),
    "jazzguitar": SampledPatch(sample="jazzguitar", spread=0.2, release_s=0.12),
    "mutedclean": SampledPatch(sample="mutedguitar", spread=0.2, release_s=0.06),
    "distorted": SampledPatch(
        sample="cleanguitar", release_s=0.07, drive=9.0, cabinet_hz=4600, level=0.5, touch=0.0
    ),
    "muted": SampledPatch(
        sample="mutedguitar", release_s=0.04, drive=7.0, cabinet_hz=4200, level=0.5, touch=0.0
    ),
    "leadguitar": SampledPatch(
        sample="cleanguitar", release_s=0.1, drive=7.0, cabinet_hz=4800, level=0.5, touch=0.0,
        vibrato=(5.4, 16, 0.6),
    ),
    "sitar": SampledPatch(sample="sitar", spread=0.2, release_s=0.25),
    "accordion": SampledPatch(sample="accordion", unison=(-4, 5), release_s=0.09, touch=0.4),
    "upright": SampledPatch(sample="acousticbass", release_s=0.09),
    "bass": SampledPatch(sample="fingerbass", release_s=0.06),
    "pickbass": SampledPatch(sample="pickbass", release_s=0.05),
    "contrabass": SampledPatch(sample="cello", release_s=0.22, attack_s=0.05, tilt=0.1),
}  # fmt: skip
