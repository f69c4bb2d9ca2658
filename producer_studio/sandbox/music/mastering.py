"""Mastering: loudness, peaks and quantisation to 16-bit samples."""

import numpy as np

from producer_studio.sandbox.music.loudness import (
    CEILING,
    TARGET_LUFS,
    envelope_powers,
    hop_powers,
    integrated_loudness,
    limiting_gain,
    peak_gain,
)
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

SAMPLE_SCALE = np.float32(32768.0)
_SWAP_CEILING = 10 ** (-1.0 / 20)


def apply_mastering(backing: Samples, vocals: Samples, target_lufs: float = TARGET_LUFS) -> None:
    """Brings two planar stems to the target loudness, in place, by one gain for both.

    Args:
        backing, vocals: (2, n), before mastering.
    """
    mix = backing + vocals
    powers = hop_powers(mix)
    for _ in range(2):  # limiting reduces the loudness a little: the second pass restores it
        gain = 10 ** ((target_lufs - integrated_loudness(powers)) / 20)
        if gain > 1e4:
            return
        envelope = peak_gain(mix, ceiling=CEILING / gain)
        powers *= gain * gain
        if envelope is None:
            whole = np.float32(gain)
            backing *= whole
            vocals *= whole
            return
        powers *= envelope_powers(envelope)
        envelope *= np.float32(gain)
        for planar in (backing, vocals, mix):
            planar *= envelope


def limit_to_fit(changed: Samples, kept: Samples) -> None:
    """Limits the changed stem, in place, so that its sum with the other one is below full scale."""
    envelope = limiting_gain(changed, kept, _SWAP_CEILING)
    if envelope is not None:
        changed *= envelope


def apply_fade(planar: Samples, fade_in_s: float = 0.004, fade_out_s: float = 1.6) -> None:
    length = planar.shape[1]
    rising = min(length, int(fade_in_s * SAMPLE_RATE))
    falling = min(length, int(fade_out_s * SAMPLE_RATE))
    planar[:, :rising] *= np.linspace(0, 1, rising, dtype=np.float32)
    ramp = np.linspace(1, 0, falling, dtype=np.float32)
    planar[:, length - falling :] *= ramp * ramp * (3 - 2 * ramp)


def interleave(planar: Samples) -> Samples:
    """Interleaves (2, n) to (n, 2) on the 16-bit grid, for lossless storage and sums of stems."""
    out = np.empty((planar.shape[1], 2), np.float32)
    np.multiply(planar.T, SAMPLE_SCALE, out=out)
    np.rint(out, out=out)
    np.clip(out, -32767, 32767, out=out)
    out *= np.float32(1) / SAMPLE_SCALE
    return out


__all__ = ["CEILING", "apply_fade", "apply_mastering", "interleave", "limit_to_fit"]
