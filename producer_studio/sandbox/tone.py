"""A plain tone in place of music, until the synthesiser is there."""

import zlib
from fractions import Fraction
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

SAMPLE_RATE = 44100


@dataclass(kw_only=True)
class Piece:
    task_type: str
    sound: str
    lyrics: str
    seed: str
    model: str
    instrumental: bool
    lyrics_strength: float
    sound_strength: float
    weirdness: float
    starts_at: float | None
    ends_at: float | None
    cover_strength: float | None


@dataclass
class Performance:
    mix: Any

    @property
    def duration_s(self) -> float:
        return len(self.mix) / SAMPLE_RATE


def perform(piece: Piece, source: Performance | None) -> Performance:
    pitch = 200 + zlib.crc32(f"{piece.seed}{piece.sound}".encode()) % 400
    times = np.arange(SAMPLE_RATE * 12) / SAMPLE_RATE
    wave = 0.2 * np.sin(2 * np.pi * pitch * times).astype(np.float32)
    return Performance(np.stack([wave, wave], axis=1))


def performance_from_audio(samples: Any) -> Performance:
    return Performance(samples)


def save_performance(performance: Performance, folder: Path) -> None:
    np.save(folder / "mix.npy", performance.mix)


def load_performance(folder: Path) -> Performance:
    return Performance(np.load(folder / "mix.npy"))


def _encode(mix: Any, path: Path, codec: str) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE)
        stream.layout = "stereo"
        shape = "s16" if codec == "pcm_s16le" else "fltp"
        data = (mix * 32767).astype(np.int16).reshape(1, -1) if shape == "s16" else mix.T.copy()
        frame = av.AudioFrame.from_ndarray(data, format=shape, layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def write_m4a(mix: Any, path: Path) -> None:
    _encode(mix, path, "aac")


def write_mp3(mix: Any, path: Path) -> None:
    _encode(mix, path, "libmp3lame")


def write_wav(mix: Any, path: Path) -> None:
    _encode(mix, path, "pcm_s16le")


def read_audio(path: Path) -> Any:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("fltp", "stereo", SAMPLE_RATE)
        parts = [
            out.to_ndarray()
            for frame in container.decode(audio=0)
            for out in resampler.resample(frame)
        ]
    return np.concatenate(parts, axis=1).T


def write_cover(seed: str, title: str, style: str, path: Path) -> None:
    value = zlib.crc32(seed.encode()) % 200
    frame = av.VideoFrame.from_ndarray(
        np.full((256, 256, 3), value, dtype=np.uint8), format="rgb24"
    )
    codec = av.CodecContext.create("png", "w")
    codec.width = codec.height = 256
    codec.pix_fmt = "rgb24"
    codec.time_base = Fraction(1, 1)
    path.write_bytes(b"".join(bytes(packet) for packet in codec.encode(frame)))


def write_video(mix: Any, cover: Path, path: Path, preset: str) -> None:
    _encode(mix, path, "aac")


def write_lyrics(prompt: str, seed: str) -> dict[str, str]:
    return {"title": prompt[:40], "lyrics": f"[Verse]\n{prompt}", "sound": "warm folk guitar"}
