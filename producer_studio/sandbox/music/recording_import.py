"""Import of recordings: the plan is estimated, the stems are approximated."""

import numpy as np

from producer_studio.sandbox.music.analysis import (
    compute_chroma,
    detect_chord,
    detect_key,
    detect_pulse,
)
from producer_studio.sandbox.music.form import INTENSITY
from producer_studio.sandbox.music.piece import Performance
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection
from producer_studio.sandbox.music.planning import arrange_instruments
from producer_studio.sandbox.music.prompt_parser import ParsedPrompt
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_VOICE_HZ = (180.0, 5500.0)
_BLOCK = 1 << 15


def performance_from_audio(samples: Samples, seed: str = "upload") -> Performance:
    """Creates a performance from a recording, for the operations to work on.

    The vocal stem is the content that both channels share between 180 and 5500 Hz while they agree,
    a little less than half of it; the backing is the exact rest. That is not a separation, but the
    two add up to the recording and swapping either changes the expected part.

    Args:
        samples: (n, 2) float32 at 44100 Hz.
    """
    grid = np.rint(np.clip(samples, -0.99997, 0.99997) * np.float32(32768)) / np.float32(32768)
    whole = np.asarray(grid, np.float32)
    mono = np.ascontiguousarray(whole.mean(axis=1))
    pulse = detect_pulse(mono)
    tonic, mode = detect_key(compute_chroma(mono))
    bar_s = 240.0 / pulse.bpm
    offset = pulse.first_beat_s
    bars = max(1, int((len(mono) / SAMPLE_RATE - offset) / bar_s))
    chords = []
    for bar in range(bars):
        start = int((offset + bar * bar_s) * SAMPLE_RATE)
        chords.append(
            detect_chord(compute_chroma(mono, start, start + int(bar_s * SAMPLE_RATE)), tonic, mode)
        )
    sections = []
    for number, first in enumerate(range(0, bars, 8)):
        kind = "chorus" if number % 2 else "verse"
        count = min(8, bars - first)
        sections.append(
            PlanSection(
                name=kind.title(), kind=kind, bar=first, bars=count,
                    chords=tuple(chords[first : first + count]),
                intensity=INTENSITY[kind],
            )
        )  # fmt: skip
    plan = MusicPlan(
        bpm=pulse.bpm, tonic=tonic, mode=mode, style="pop", seed=seed, pattern_seed=seed,
            melody_seed=seed, take_seed=seed,
        sections=tuple(sections), instruments={}, offset_s=offset, measured=True,
            title="Uploaded audio",
        tail_s=max(0.0, len(mono) / SAMPLE_RATE - offset - bars * bar_s),
    )  # fmt: skip
    plan = arrange_instruments(plan, ParsedPrompt(), STYLES["pop"], 0.5)
    vocals = _extract_centre(whole)
    return Performance(np.asarray(whole - vocals, np.float32), vocals, plan.to_json())


def _extract_centre(whole: Samples) -> Samples:
    middle = whole.mean(axis=1)
    side = (whole[:, 0] - whole[:, 1]) * np.float32(0.5)
    window = np.sqrt(np.hanning(_BLOCK + 1)[:-1]).astype(np.float32)
    hertz = np.fft.rfftfreq(_BLOCK, 1 / SAMPLE_RATE)
    band = 1 / (1 + (_VOICE_HZ[0] / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / _VOICE_HZ[1]) ** 4)
    out = np.zeros(len(middle) + 2 * _BLOCK, np.float32)
    padded = np.pad(middle, (_BLOCK, _BLOCK))
    padded_side = np.pad(side, (_BLOCK, _BLOCK))
    for start in range(0, len(padded) - _BLOCK + 1, _BLOCK // 2):
        spectrum = np.fft.rfft(padded[start : start + _BLOCK] * window)
        other = np.fft.rfft(padded_side[start : start + _BLOCK] * window)
        agreement = np.abs(spectrum) / (np.abs(spectrum) + 2 * np.abs(other) + 1e-9)
        out[start : start + _BLOCK] += np.fft.irfft(spectrum * band * agreement, _BLOCK) * window
    voice = np.rint(out[_BLOCK : _BLOCK + len(middle)] * np.float32(0.45 * 32768)) / np.float32(
        32768
    )
    return np.repeat(np.asarray(voice, np.float32)[:, None], 2, axis=1)
