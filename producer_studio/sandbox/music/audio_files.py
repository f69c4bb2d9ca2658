"""Encoding and decoding of audio files."""

import wave
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Literal

import av
import numpy as np

from producer_studio.sandbox.music.cover import write_cover
from producer_studio.sandbox.music.video import write_video
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

__all__ = [
    "read_audio",
    "read_exact",
    "write_cover",
    "write_flac",
    "write_m4a",
    "write_mp3",
    "write_video",
    "write_wav",
]


def write_m4a(mix: Samples, path: Path, bit_rate: int = 192_000) -> None:
    """Writes AAC in MPEG-4, with the index first so that playback can start while downloading.

    Args:
        mix: (n, 2) float32, -1..1, at 44100 Hz.
    """
    # The fast coder is twice as fast as the default and, at this rate, as clean.
    _encode(
        mix, path, "mp4", "aac", "fltp", bit_rate, {"aac_coder": "fast"}, {"movflags": "+faststart"}
    )


def write_mp3(mix: Samples, path: Path, bit_rate: int = 192_000) -> None:
    _encode(mix, path, "mp3", "libmp3lame", "fltp", bit_rate, {"compression_level": "7"}, {})


def write_wav(mix: Samples, path: Path, bits: int = 16) -> None:
    """Writes PCM in WAV.

    Raises:
        ValueError: `bits` is neither 16 nor 24.
    """
    if bits not in (16, 24):
        raise ValueError(f"16 or 24 bits, not {bits}")
    whole = np.clip(
        np.rint(mix * np.float64(1 << (bits - 1))), -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    )
    if bits == 16:
        data = whole.astype("<i2").tobytes()
    else:
        data = whole.astype("<i4").reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(bits // 8)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(data)


def write_flac(samples: Samples, file: Path | BinaryIO) -> None:
    """Writes FLAC, lossless for samples on the grid of 16 bits."""
    whole = np.rint(samples * np.float32(32768)).astype(np.int16)
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream(
            "flac", rate=SAMPLE_RATE, layout="stereo", options={"compression_level": "0"}
        )
        stream.format = "s16"
        stream.time_base = Fraction(1, SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def read_audio(path: Path) -> Samples:
    """Decodes any audio file.

    Returns:
        (n, 2) float32 at 44100 Hz.

    Raises:
        ValueError: It has no audio, or cannot be decoded.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise ValueError(f"no audio in {path.name}")
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
            blocks = [
                out.to_ndarray()
                for frame in container.decode(container.streams.audio[0])
                for out in resampler.resample(frame)
            ]
            blocks.extend(out.to_ndarray() for out in resampler.resample(None))
    except av.FFmpegError as fault:
        raise ValueError(f"{path.name} cannot be decoded: {fault}") from fault
    if not blocks:
        raise ValueError(f"no audio in {path.name}")
    return np.ascontiguousarray(np.concatenate(blocks, axis=1).T, np.float32)


def read_exact(path: Path) -> Samples:
    """Decodes a 16-bit stereo file at 44100 Hz without any conversion of its values."""
    with av.open(str(path)) as container:
        blocks = [
            frame.to_ndarray().reshape(-1, 2)
            for frame in container.decode(container.streams.audio[0])
        ]
    return np.concatenate(blocks).astype(np.float32) * np.float32(1 / 32768)


def _encode(
    mix: Samples, path: Path, container_format: str, codec: Literal["aac", "libmp3lame"],
    sample_format: str, bit_rate: int,
    codec_options: dict[str, str], container_options: dict[str, str],
) -> None:  # fmt: skip
    with av.open(str(path), "w", format=container_format, options=container_options) as container:
        stream = container.add_stream(
            codec, rate=SAMPLE_RATE, layout="stereo", options=codec_options
        )
        stream.format = sample_format
        stream.bit_rate = bit_rate
        stream.codec_context.thread_count = 1
        stream.time_base = Fraction(1, SAMPLE_RATE)
        planar = np.ascontiguousarray(mix.T)
        step = SAMPLE_RATE * 10
        for start in range(0, planar.shape[1], step):
            part = np.ascontiguousarray(planar[:, start : start + step])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
