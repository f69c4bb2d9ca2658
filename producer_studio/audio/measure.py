"""Audio measurement of a clip in one pass: length, levels, waveform, tempo, key, features."""

import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from producer_studio.audio.decode import Decoder
from producer_studio.audio.feature_vector import compute_features
from producer_studio.audio.key_detection import detect_key
from producer_studio.audio.level_meter import LevelMeter
from producer_studio.audio.loudness import LoudnessMeter
from producer_studio.audio.tempo_detection import detect_tempo
from producer_studio.audio.waveform_peaks import PeakMeter, WaveformPeaks
from producer_studio.domain.clip import MEASURE_VERSION, AudioMeasurements
from producer_studio.domain.errors import MediaRejected
from producer_studio.translation import mark

CPU_LIMIT_S = 60.0
"""A song of three minutes takes about half a second."""

_BYTES_PER_S = 1_000_000
_MUSIC_RATE = 12_000
# Tempo and key are detected in the first minutes; this also limits the memory.
_MUSIC_S = 600


@dataclass(frozen=True, slots=True)
class Measurement:
    """Measured properties of an audio file.

    Attributes:
        suffix: File name suffix of its format, with the dot.
        features: See `feature_vector`.
        problem: Damage that was accepted, as a sentence; empty without any.
    """

    sound: AudioMeasurements
    peaks: WaveformPeaks
    suffix: str
    features: bytes
    problem: str = ""


def measure(
    path: Path, cpu_limit_s: float = CPU_LIMIT_S, *, accepts_damage: bool = False
) -> Measurement:
    """Decodes a file once, completely, and measures it.

    A result without a problem implies that the file was decoded to its end and is as long as it
    declares.

    Args:
        path: The file.
        cpu_limit_s: CPU time limit for a small file, in seconds; a large one has a higher limit.
        accepts_damage: As in `Decoder`.

    Raises:
        MediaRejected: It is not audio, damaged, too long, takes too much CPU time, or ends early.
        StorageError: It does not exist or cannot be read.
    """
    with Decoder(path, accepts_damage=accepts_damage) as decoder:
        loudness = LoudnessMeter(decoder.rate, decoder.media_info.channels)
        peaks = PeakMeter()
        levels = LevelMeter(decoder.rate, decoder.media_info.channels)
        downsampler = _Downsampler(decoder.rate)
        frames = 0
        # Hours of silence compress to a few bytes. CPU time is measured because wall time cannot
        # distinguish a busy or suspended machine from a malicious file.
        until_s = time.process_time() + cpu_limit_s + path.stat().st_size / _BYTES_PER_S
        for block in decoder:
            if time.process_time() > until_s:
                raise MediaRejected(
                    mark("Reading this file takes far longer than any song should: it was stopped.")
                )
            frames += len(block)
            loudness.feed(block)
            peaks.feed(block)
            levels.feed(block)
            downsampler.feed(block)
        rate = decoder.rate
    peak = peaks.peak()
    music = downsampler.signal()
    beat = detect_tempo(music, downsampler.rate)
    sound = AudioMeasurements(
        duration_s=frames / rate,
        loudness_lufs=_round_or_none(loudness.integrated_lufs()),
        peak_dbfs=_round_or_none(20 * math.log10(peak)) if peak > 0 else None,
        bpm=beat.bpm if beat is not None else None,
        key=detect_key(music, downsampler.rate),
        bpm_confidence=beat.confidence if beat is not None else None,
        true_peak_dbtp=_true_peak(loudness, peak),
        version=MEASURE_VERSION,
        **asdict(levels.levels()),
    )
    features = compute_features(music, downsampler.rate)
    suffix = decoder.media_info.suffix
    return Measurement(sound, peaks.peaks(), suffix, features, decoder.problem)


def _true_peak(loudness: LoudnessMeter, peak: float) -> float | None:
    """Returns the true peak in dBTP; at least that of the samples, which is more exact."""
    between = loudness.true_peak_dbtp()
    if peak <= 0:
        return None
    of_samples = 20 * math.log10(peak)
    return round(of_samples if between is None else max(between, of_samples), 2)


def _round_or_none(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


class _Downsampler:
    """Collects the first minutes as a mono signal at about 12 kHz, for tempo and key detection."""

    def __init__(self, rate: int) -> None:
        self._step = max(1, round(rate / _MUSIC_RATE))
        self.rate = rate // self._step
        self._rest = np.empty(0, np.float32)
        self._parts: list[NDArray[np.float32]] = []
        self._missing_samples = _MUSIC_S * self.rate

    def feed(self, block: NDArray[np.float32]) -> None:
        if self._missing_samples <= 0:
            return
        mono = np.concatenate((self._rest, block.sum(axis=1)))
        whole = len(mono) - len(mono) % self._step
        part = mono[:whole].reshape(-1, self._step).mean(axis=1) * np.float32(0.5)
        self._rest = mono[whole:]
        self._parts.append(part)
        self._missing_samples -= len(part)

    def signal(self) -> NDArray[np.float32]:
        return np.concatenate([np.empty(0, np.float32), *self._parts])
