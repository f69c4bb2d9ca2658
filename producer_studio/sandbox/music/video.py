"""Music videos: the cover with a moving waveform."""

from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_SIZE = 640
_RATE = {"simple": 2, "modern": 12, "player": 6}
_BARS = 40
_Frame = npt.NDArray[np.uint8]


def write_video(mix: Samples, cover_path: Path, path: Path, preset: str = "simple") -> None:
    """Writes an mp4 (H.264 where this build has it, else MPEG-4) of 640 x 640 pixels.

    Args:
        preset: "simple" the cover alone, "modern" moving bars, "player" a progress line.

    Raises:
        ValueError: An unknown preset.
    """
    if preset not in _RATE:
        raise ValueError(f"unknown preset: {preset}")
    rate = _RATE[preset]
    cover = _read_cover(cover_path)
    count = max(1, int(len(mix) / SAMPLE_RATE * rate))
    levels = (
        _spectrum_levels(mix, count) if preset == "modern" else np.zeros((count, _BARS), np.float32)
    )
    codec, options = _video_codec()
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream(codec, rate=rate, options=options)
        video.width = video.height = _SIZE
        video.pix_fmt = "yuv420p"
        video.codec_context.thread_count = 1
        audio = container.add_stream(
            "aac", rate=SAMPLE_RATE, layout="stereo", options={"aac_coder": "fast"}
        )
        audio.bit_rate = 160_000
        audio.codec_context.thread_count = 1
        planar = np.ascontiguousarray(mix.T)
        for number in range(count):
            picture = _draw_frame(cover, preset, number / count, levels[number])
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            frame.time_base = Fraction(1, rate)
            container.mux(video.encode(frame))
            first, last = number * SAMPLE_RATE // rate, (number + 1) * SAMPLE_RATE // rate
            if number == count - 1:
                last = planar.shape[1]
            part = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(planar[:, first:last]), format="fltp", layout="stereo"
            )
            part.sample_rate = SAMPLE_RATE
            part.pts = first
            part.time_base = Fraction(1, SAMPLE_RATE)
            container.mux(audio.encode(part))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _video_codec() -> tuple[Literal["libx264", "mpeg4"], dict[str, str]]:
    if "libx264" in av.codecs_available:
        return "libx264", {"preset": "ultrafast", "crf": "24", "tune": "stillimage"}
    return "mpeg4", {"q:v": "4"}


def _read_cover(path: Path) -> _Frame:
    with av.open(str(path)) as container:
        frame = next(container.decode(container.streams.video[0]))
        small = frame.reformat(width=_SIZE, height=_SIZE, format="rgb24")
        return np.asarray(small.to_ndarray(), np.uint8)


def _spectrum_levels(mix: Samples, count: int) -> npt.NDArray[np.float32]:
    """Returns the level of 40 bands of the spectrum in each frame, 0..1."""
    window = 2048
    mono = (mix[:, 0] + mix[:, 1]) * np.float32(0.5)
    edges = np.geomspace(2, window // 3, _BARS + 1).astype(int)
    levels = np.zeros((count, _BARS), np.float32)
    for number in range(count):
        start = min(len(mono) - 1, number * len(mono) // count)
        piece = mono[start : start + window]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), window))
        for bar in range(_BARS):
            levels[number, bar] = spectrum[edges[bar] : max(edges[bar] + 1, edges[bar + 1])].max()
    decibels = 20 * np.log10(levels + 1e-3)
    return np.asarray(np.clip((decibels + 10) / 55, 0.02, 1), np.float32)


def _draw_frame(
    cover: _Frame, preset: str, progress: float, levels: npt.NDArray[np.float32]
) -> _Frame:
    if preset == "simple":
        return cover
    picture = cover.copy()
    if preset == "player":
        picture[560:] = picture[560:] // 3
        picture[596:602, 40:600] = 90
        picture[596:602, 40 : 40 + int(560 * progress)] = (255, 122, 69)
        knob = 40 + int(560 * progress)
        picture[590:608, max(0, knob - 4) : knob + 4] = 245
        return picture
    width = (_SIZE - 80) // _BARS
    picture[400:] = picture[400:] // 2
    for bar, level in enumerate(levels):
        height = int(200 * float(level))
        left = 40 + bar * width
        picture[600 - height : 600, left : left + width - 4] = 240
    return picture
