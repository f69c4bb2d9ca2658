"""Background noise: vinyl, rain, wind."""

import numpy as np

from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.seeded_random import create_rng
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.wavetable import Samples, shape_noise

_LOOP = 1 << 18


def render_noise_bed(plan: MusicPlan, start: int, length: int) -> Samples | None:
    """Renders the noise for a range of samples, (2, n), or None; it loops every six seconds."""
    kinds = []
    if STYLES[plan.style].bed:
        kinds.append(STYLES[plan.style].bed)
    kinds.extend(kind for kind in ("vinyl", "rain") if kind in plan.effects and kind not in kinds)
    if not kinds:
        return None
    loop = sum((_noise_loop(kind) for kind in kinds), np.zeros((2, _LOOP), np.float32))
    first = start % _LOOP
    turns = -(-(first + length) // _LOOP)
    return np.tile(loop, (1, turns))[:, first : first + length]


def _noise_loop(kind: str) -> Samples:
    rng = create_rng("bed", kind)
    noise = rng.standard_normal((2, _LOOP)).astype(np.float32)
    if kind == "vinyl":
        hiss = shape_noise(noise, 900, 6000) * np.float32(0.0022)
        for place in rng.integers(0, _LOOP - 200, 70):
            size = float(rng.random()) ** 3 * 0.06 + 0.004
            shape = np.exp(-np.arange(60, dtype=np.float32) / np.float32(6 + 10 * rng.random()))
            crack = rng.standard_normal(60).astype(np.float32) * shape * np.float32(size)
            hiss[int(rng.integers(2)), place : place + 60] += crack
        return hiss
    if kind == "rain":
        return shape_noise(noise, 600, 7500) * np.float32(0.008)
    slow = np.sin(np.arange(_LOOP, dtype=np.float32) * np.float32(2 * np.pi / _LOOP))
    wind = shape_noise(noise, 250, 1400) * (np.float32(0.006) + np.float32(0.004) * slow)
    return np.asarray(wind, np.float32)
