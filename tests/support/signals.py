"""Sounds made on the spot."""

import wave
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.format import AudioFormat
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from producer_studio.audio.encode import EncodeSpec, transcode

Samples = NDArray[np.float64]


def write_wave(path: Path, samples: Samples, rate: int = 48_000, bits: int = 16) -> Path:
    """Writes shape (n,) or (n, channels), -1 to 1, without dither."""
    numbers = np.rint(np.clip(samples, -1, 1) * (2 ** (bits - 1) - 1)).astype("<i4")
    raw = numbers.reshape(-1).view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(raw)
    return path


def tone(seconds: float, hertz: float = 997.0, level: float = 0.5, rate: int = 48_000) -> Samples:
    """A stereo sine."""
    wave_ = level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return np.column_stack((wave_, wave_))


def song(
    seconds: float = 24.0, bpm: float = 96.0, tonic: int = 5, *, minor: bool = True
) -> Samples:
    """Chords of a cadence over a drum on every beat; `tonic` counts semitones from C."""
    rate = 48_000
    time = np.arange(int(seconds * rate)) / rate
    third = 3 if minor else 4
    chords = [(0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7)]
    beat = 60 / bpm
    which = (time / (4 * beat)).astype(int) % 4
    made = np.zeros(len(time))
    for place, chord in enumerate(chords):
        sounding = which == place
        for note in (*chord, chord[0] - 12):
            hertz = 440 * 2 ** ((60 + tonic + note - 69) / 12)
            made[sounding] += 0.06 * np.sin(2 * np.pi * hertz * time[sounding])
    after = time % beat
    noise = np.random.default_rng(3).standard_normal(len(time))
    made += 0.25 * noise * np.exp(-after * 60)
    return np.column_stack((made, made))


def clicks(bpm: float, seconds: float = 24.0) -> Samples:
    """Drums on every beat, all of them alike."""
    rate = 48_000
    after = (np.arange(int(seconds * rate)) / rate) % (60 / bpm)
    noise = np.random.default_rng(3).standard_normal(len(after))
    made = 0.25 * noise * np.exp(-after * 60)
    return np.column_stack((made, made))


def coded(samples: Samples, path: Path, container: str, codec: str, rate: int = 48_000) -> Path:
    """Encodes shape (n, 2) or (n,) by FFmpeg into any container, without tags or pictures."""
    data = samples.reshape(len(samples), -1)
    layout = "mono" if data.shape[1] == 1 else "stereo"
    with av.open(str(path), "w", format=container) as made:
        stream = cast("AudioStream", made.add_stream(codec, rate=rate, options={"strict": "-2"}))
        stream.codec_context.layout = AudioLayout(layout)
        stream.codec_context.bit_rate = 128_000
        wanted = stream.codec_context.format or AudioFormat("s16")
        converter = AudioResampler(format=wanted.name, layout=layout, rate=rate)
        planes = np.ascontiguousarray(data.T, np.float32)
        frame = AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate = rate
        fifo = AudioFifo()
        for ready in converter.resample(frame) + converter.resample(None):
            ready.pts = None
            fifo.write(ready)
        size = stream.codec_context.frame_size or 1024
        sent = 0
        while (piece := fifo.read(size, partial=True)) is not None:
            # Ogg counts by them.
            piece.pts, piece.time_base = sent, Fraction(1, rate)
            sent += piece.samples
            made.mux(stream.encode(piece))
        made.mux(stream.encode(None))
    return path


def as_format(source: Path, target: Path, **spec: str) -> Path:
    made = EncodeSpec(format=target.suffix[1:], **spec)  # type: ignore[arg-type]
    transcode(source, target, made, lambda _share: None, lambda: False)
    return target
