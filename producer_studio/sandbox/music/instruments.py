"""Pitched instruments, synthesised or sampled, by name."""

from dataclasses import replace

import numpy as np

from producer_studio.sandbox.music.sampled_patches import (
    SAMPLED_PATCHES,
    SampledPatch,
    render_sampled_note,
)
from producer_studio.sandbox.music.synthesiser import (
    SYNTH_PATCHES,
    Patch,
    apply_cabinet,
    render_synth_note,
)
from producer_studio.sandbox.music.wavetable import Samples

Instrument = Patch | SampledPatch
INSTRUMENTS: dict[str, Instrument] = {**SYNTH_PATCHES, **SAMPLED_PATCHES}


def render_note(
    patch: Instrument, pitch: float, seconds: float, hardness: float = 0.7, touch: int = 2
) -> Samples:
    """Renders one note without its release (the mixer fades it out).

    Args:
        pitch: MIDI number, 60 = middle C.
        seconds: Length to render.
        hardness: 0..1, brighter when higher.
        touch: 0 soft, 1 middle, 2 loud; for sampled instruments.

    Returns:
        (n,) or (2, n).
    """
    if isinstance(patch, Patch):
        return render_synth_note(patch, pitch, seconds, hardness)
    sound = render_sampled_note(patch, pitch, seconds, hardness, touch)
    return _distort(sound, patch, 1.0) if patch.drive else sound


def render_distorted_chord(
    patch: Instrument, pitches: tuple[int, ...], seconds: float, hardness: float = 0.7
) -> Samples:
    """Renders a chord with its notes mixed before distortion, like an electric guitar; (2, n)."""
    if isinstance(patch, Patch):
        clean: Instrument = replace(
            patch, drive=0.0, cabinet_hz=0.0, noise=(0.0, 0.0, 0.0, 0.0), level=1.0
        )
    else:
        clean = replace(patch, drive=0.0, cabinet_hz=0.0, level=1.0, unison=(-5.0, 6.0))
    both = sum((render_note(clean, pitch, seconds, hardness) for pitch in pitches), np.float32(0))
    return _distort(np.asarray(both, np.float32), patch, 0.6)


def _distort(sound: Samples, patch: Instrument, share: float) -> Samples:
    driven = np.tanh(sound * np.float32(patch.drive * share))
    return apply_cabinet(driven, patch.cabinet_hz) * np.float32(patch.level)


__all__ = ["INSTRUMENTS", "Instrument", "render_distorted_chord", "render_note"]
