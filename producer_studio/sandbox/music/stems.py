"""Separation of a performance into stems."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.audio_files import write_flac
from producer_studio.sandbox.music.mastering import SAMPLE_SCALE
from producer_studio.sandbox.music.mixer import render_dry_parts
from producer_studio.sandbox.music.piece import Performance
from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.track_rendering import RenderWindow
from producer_studio.sandbox.music.wavetable import Samples

_FRAME = 4096
_HOP = _FRAME // 2
_FRAMES_AT_ONCE = 256
#: Parts with a stem of their own; all others share one.
_RHYTHM_PARTS = ("drums", "bass")

_Spectra = npt.NDArray[np.complex64]


def split_stems(performance: Performance) -> dict[str, Samples]:
    """Returns the stems by name, each as long as the mix; their sum is the mix, sample by sample.

    The vocals are stored alone. The instruments are stored mixed, and are separated by rendering
    each part of the plan again: where and when a part sounds, its stem gets its share of the mix.
    The parts of an uploaded recording are unknown; it has the two approximations from its import,
    `vocals` and `instrumental`. Silent stems are left out.

    Returns:
        (n, 2) float32 on the grid of 16-bit samples, out of vocals, drums, bass and other.
    """
    plan = MusicPlan.from_json(performance.plan)
    stems = {"vocals": performance.vocals}
    if plan.measured:
        stems["instrumental"] = performance.backing
    else:
        stems |= _split_backing(performance.backing, plan)
    sounding = {name: samples for name, samples in stems.items() if samples.any()}
    return sounding or {"instrumental": performance.backing}


def write_stems(performance: Performance, path: Path) -> None:
    """Writes a ZIP with a FLAC file for each stem, named after it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, samples in split_stems(performance).items():
            file = BytesIO()
            write_flac(samples, file)
            archive.writestr(f"{name}.flac", file.getbuffer())


def _split_backing(backing: Samples, plan: MusicPlan) -> dict[str, Samples]:
    """Splits the backing into the separate parts and the exact remainder."""
    length = len(backing)
    played = {name: np.zeros(length, np.float32) for name in (*_RHYTHM_PARTS, "other")}
    for part, track in render_dry_parts(plan, RenderWindow(0.0, length)):
        whole = track if track.ndim == 1 else (track[0] + track[1]) * np.float32(0.5)
        played[part if part in _RHYTHM_PARTS else "other"] += whole
    stems = {name: np.zeros((length, 2), np.float32) for name in _RHYTHM_PARTS}
    loudness = _mastering_gain(backing, sum(played.values(), np.zeros(length, np.float32)))
    for first in range(0, _frame_count(length), _FRAMES_AT_ONCE):
        mixed = [_spectra(backing[:, side], first) for side in (0, 1)]
        powers = {name: loudness * _power(_spectra(track, first)) for name, track in played.items()}
        whole_power = sum(powers.values(), np.float32(1e-9))
        # Reverb and background noise are in the mix and in no part: they belong to `other`.
        heard = (_power(mixed[0]) + _power(mixed[1])) * np.float32(0.5)
        whole_power = np.maximum(whole_power, heard)
        for name, stem in stems.items():
            share = powers[name] / whole_power
            for side in (0, 1):
                _overlap_add(stem[:, side], mixed[side] * share, first)
    for stem in stems.values():
        stem *= SAMPLE_SCALE
        np.rint(stem, out=stem)
        stem /= SAMPLE_SCALE
    stems["other"] = np.asarray(backing - sum(stems.values()), np.float32)
    return stems


def _mastering_gain(backing: Samples, played: Samples) -> np.float32:
    """Returns the ratio of power of the mastered backing and its parts before mastering."""
    before = float(np.mean(played[::7] ** 2))
    return np.float32(float(np.mean(backing[::7] ** 2)) / max(before, 1e-12))


def _power(spectra: _Spectra) -> Samples:
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


def _frame_count(length: int) -> int:
    return length // _HOP + 2


def _frame_spans(first: int, length: int) -> Iterator[tuple[int, int, int]]:
    """Yields the index in the batch and the sample range of each frame from `first` on."""
    for number in range(min(_FRAMES_AT_ONCE, _frame_count(length) - first)):
        start = (first + number - 1) * _HOP
        yield number, start, start + _FRAME


def _spectra(samples: Samples, first: int) -> _Spectra:
    count = min(_FRAMES_AT_ONCE, _frame_count(len(samples)) - first)
    frames = np.zeros((count, _FRAME), np.float32)
    for number, start, stop in _frame_spans(first, len(samples)):
        inside = samples[max(0, start) : max(0, stop)]
        late = max(0, -start)
        frames[number, late : late + len(inside)] = inside
    return np.asarray(np.fft.rfft(frames * _sqrt_window(), axis=1), np.complex64)


def _overlap_add(out: Samples, spectra: _Spectra, first: int) -> None:
    frames = np.fft.irfft(spectra, _FRAME, axis=1).astype(np.float32) * _sqrt_window()
    for number, start, stop in _frame_spans(first, len(out)):
        inside = out[max(0, start) : max(0, stop)]
        late = max(0, -start)
        inside += frames[number, late : late + len(inside)]


def _sqrt_window() -> Samples:
    """Returns a window whose squares sum to one at an overlap of half its length."""
    return np.asarray(np.sqrt(np.hanning(_FRAME + 1)[:-1]), np.float32)
