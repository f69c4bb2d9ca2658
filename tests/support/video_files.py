"""Small videos whose pictures tell their number by their brightness."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.support.signals import tone

RATE = 10
"""Pictures a second."""

_AUDIO_RATE = 48_000
_STEPS = 50
_BRIGHTEST = 4


def write_video(
    path: Path,
    pictures: int = 40,
    *,
    size: tuple[int, int] = (64, 48),
    sound_s: float = 0.0,
    pixel_ratio: Fraction = Fraction(1),
    distance: int = 12,
    starts_s: float = 0.0,
    turned: tuple[float, bool, bool] | None = None,
    corner: bool = False,
) -> Path:
    """Writes an mp4 with 10 pictures a second, and a tone if it is to have sound.

    Args:
        path: The file.
        pictures: How many.
        size: In pixels.
        sound_s: Length of the tone; 0 for none.
        pixel_ratio: Width of a pixel to its height.
        distance: Pictures from one that can be decoded alone to the next.
        starts_s: When the first picture begins.
        turned: Display matrix: degrees counterclockwise, then mirrored horizontally, vertically.
        corner: Whether the left upper quarter of each picture is white instead.
    """
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("mpeg4", rate=RATE, options={"bf": "2", "g": str(distance)})
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.sample_aspect_ratio = pixel_ratio
        video.bit_rate = 400_000
        if turned is not None:
            video.set_display_rotation(*turned)
        audio = None
        if sound_s:
            audio = container.add_stream("aac", rate=_AUDIO_RATE, layout="stereo")
        for number in range(pictures):
            frame = av.VideoFrame.from_ndarray(
                _picture(number, size, corner=corner), format="rgb24"
            )
            frame.pts = number + round(starts_s * RATE)
            frame.time_base = Fraction(1, RATE)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            planes = np.ascontiguousarray(tone(sound_s, 440.0, 0.2, _AUDIO_RATE).T, np.float32)
            part = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
            part.sample_rate = _AUDIO_RATE
            part.pts = 0
            container.mux(audio.encode(part))
            container.mux(audio.encode(None))
    return path


def number_of(pixels: memoryview, width: int, height: int, stride: int) -> int:
    """Returns which picture it is, modulo 50."""
    rows = np.frombuffer(pixels, np.uint8).reshape(-1, stride)[:height, : width * 4]
    return round(float(rows.reshape(height, width, 4)[:, :, :3].mean()) / _BRIGHTEST) - 2


def white_corner(pixels: memoryview, width: int, height: int, stride: int) -> str:
    """Returns which quarter is white, such as "upper left"."""
    rows = np.frombuffer(pixels, np.uint8).reshape(-1, stride)[:height, : width * 4]
    grey = rows.reshape(height, width, 4)[:, :, 1] > 127
    middle_y, middle_x = np.argwhere(grey).mean(axis=0)
    across = "left" if middle_x < width / 2 else "right"
    return f"{'upper' if middle_y < height / 2 else 'lower'} {across}"


def _picture(number: int, size: tuple[int, int], *, corner: bool) -> np.ndarray:
    grey = (number % _STEPS + 2) * _BRIGHTEST
    picture = np.full((size[1], size[0], 3), 0 if corner else grey, np.uint8)
    if corner:
        picture[: size[1] // 2, : size[0] // 2] = 255
    return picture
