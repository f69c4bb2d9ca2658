"""Cover art: gradients and a few shapes, generated from the seed."""

import math
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.seeded_random import create_rng

Image = npt.NDArray[np.float32]

# hues (degrees) that match, by mood of the style
_PALETTES: dict[str, tuple[float, float, float]] = {
    "lofi": (24, 330, 265),
    "ambient": (190, 225, 160),
    "rock": (8, 28, 350),
    "metal": (355, 12, 220),
    "jazz": (35, 12, 230),
    "house": (285, 320, 190),
    "trap": (265, 300, 210),
    "orchestral": (40, 15, 215),
    "folk": (90, 45, 30),
    "synthwave": (320, 275, 190),
    "reggae": (130, 48, 8),
    "classical": (220, 38, 200),
    "pop": (335, 20, 200),
    "soul": (18, 340, 290),
}


def write_cover(seed: str, title: str, style: str, path: Path, size: int = 640) -> None:
    """Writes a square PNG; the same arguments give the same image.

    Args:
        style: Name of a style; any other text gets a palette of its own.
        size: Edge in pixels.
    """
    picture = draw_cover(seed, title, style, size)
    path.write_bytes(encode_png(picture))


def draw_cover(seed: str, title: str, style: str, size: int) -> npt.NDArray[np.uint8]:
    """Draws the image, (size, size, 3)."""
    rng = create_rng("cover", seed, title, style)
    hues = _PALETTES.get(style) or tuple(float(rng.uniform(0, 360)) for _ in range(3))
    hues = tuple(hue + float(rng.uniform(-14, 14)) for hue in hues)
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / np.float32(size)
    angle = float(rng.uniform(0, 2 * np.pi))
    slope = (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle) + 0.5
    top = _colour(hues[0], 0.62, 0.32)
    bottom = _colour(hues[2], 0.7, 0.09)
    blend = np.clip(slope, 0, 1)[..., None] ** 1.2
    picture = top * (1 - blend) + bottom * blend
    for number in range(3):  # soft lights
        centre_x, centre_y = rng.uniform(0.1, 0.9, 2).tolist()
        reach = float(rng.uniform(0.18, 0.5))
        glow = np.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / reach**2)[..., None]
        picture = picture + glow * _colour(hues[number % 3], 0.75, 0.55) * float(
            rng.uniform(0.35, 0.7)
        )
    draw = (_rings, _waves, _sun, _petals)[int(rng.integers(4))]
    picture = draw(picture, x, y, hues, rng)
    edge = ((x - 0.5) ** 2 + (y - 0.5) ** 2)[..., None]
    picture = picture * (1 - 0.55 * edge)
    grain = rng.standard_normal((size, size, 1)).astype(np.float32) * np.float32(0.012)
    picture = 1 - np.exp(-1.5 * np.clip(picture + grain, 0, None))
    return np.asarray(np.clip(picture, 0, 1) * 255 + 0.5, np.uint8)


def _rings(
    picture: Image, x: Image, y: Image, hues: tuple[float, ...], rng: np.random.Generator
) -> Image:
    centre_x, centre_y = rng.uniform(0.3, 0.7, 2).tolist()
    distance = np.sqrt((x - centre_x) ** 2 + (y - centre_y) ** 2)
    for number in range(int(rng.integers(4, 8))):
        radius = 0.06 + 0.075 * number
        line = np.exp(-(((distance - radius) / (0.003 + 0.0012 * number)) ** 2))[..., None]
        picture = picture + line * _colour(hues[1], 0.6, 0.75) * (0.7 - 0.07 * number)
    disc = _antialias(0.055 - distance)[..., None]
    return picture * (1 - disc) + disc * _colour(hues[1], 0.8, 0.7)


def _waves(
    picture: Image, x: Image, y: Image, hues: tuple[float, ...], rng: np.random.Generator
) -> Image:
    count = int(rng.integers(5, 9))
    for number in range(count):
        level = 0.35 + 0.62 * number / count
        crest = level + 0.05 * np.sin(2 * np.pi * (x * rng.uniform(0.6, 1.6) + rng.random()))
        crest = crest + 0.02 * np.sin(2 * np.pi * (x * rng.uniform(2, 4) + rng.random()))
        under = _antialias(np.asarray(y - crest, np.float32))[..., None]
        colour = _colour(hues[number % 2], 0.65, 0.42 * (1 - number / count) + 0.04)
        picture = picture * (1 - 0.8 * under) + colour * 0.8 * under
    return picture


def _sun(
    picture: Image, x: Image, y: Image, hues: tuple[float, ...], rng: np.random.Generator
) -> Image:
    centre_x, centre_y = rng.uniform(0.35, 0.65), rng.uniform(0.38, 0.52)
    radius = rng.uniform(0.2, 0.29)
    distance = np.sqrt((x - centre_x) ** 2 + (y - centre_y) ** 2)
    disc = _antialias(np.asarray(radius - distance, np.float32))
    stripes = np.clip((y - centre_y) / radius, 0, 1)
    gaps = _antialias(
        np.asarray(np.sin((y - centre_y) * 95) - 0.95 + 1.5 * stripes, np.float32)
    ) * (stripes > 0)
    share = (disc * (1 - gaps))[..., None]
    shade = np.clip((y - centre_y + radius) / (2 * radius), 0, 1)[..., None]
    colour = _colour(hues[1], 0.85, 0.72) * (1 - shade) + _colour(hues[0], 0.85, 0.55) * shade
    picture = picture * (1 - share) + colour * share
    ground = _antialias(y - (centre_y + radius * 0.98))[..., None]
    shore = picture * (1 - 0.75 * ground) + _colour(hues[2], 0.6, 0.05) * 0.75 * ground
    return np.asarray(shore, np.float32)


def _petals(
    picture: Image, x: Image, y: Image, hues: tuple[float, ...], rng: np.random.Generator
) -> Image:
    centre_x, centre_y = rng.uniform(0.38, 0.62, 2).tolist()
    turn = np.arctan2(y - centre_y, x - centre_x)
    distance = np.sqrt((x - centre_x) ** 2 + (y - centre_y) ** 2)
    leaves = int(rng.integers(3, 8))
    for number in range(3):
        shape = (0.4 - 0.1 * number) * (
            0.62 + 0.38 * np.cos(leaves * turn + number * 0.6 + rng.random())
        )
        inside = _antialias(shape - distance)[..., None]
        colour = _colour(hues[(number + 1) % 3], 0.7, 0.3 + 0.2 * number)
        picture = picture * (1 - 0.55 * inside) + colour * 0.55 * inside
    return picture


def _antialias(signed: Image) -> Image:
    """Maps a signed distance to 0 outside and 1 inside, with an edge of about two pixels."""
    return np.asarray(np.clip(signed * 400 + 0.5, 0, 1), np.float32)


def _colour(hue: float, saturation: float, value: float) -> Image:
    sector = (hue % 360) / 60
    offsets = np.array([5.0, 3.0, 1.0]) + sector
    k = offsets % 6
    return np.asarray(value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1), np.float32)


def encode_png(picture: npt.NDArray[np.uint8]) -> bytes:
    """Encodes an (h, w, 3) image as PNG, with each row as the difference from the one above."""
    height, width, _ = picture.shape
    rows = np.empty((height, 1 + width * 3), np.uint8)
    flat = picture.reshape(height, width * 3)
    rows[0, 0], rows[0, 1:] = 0, flat[0]
    rows[1:, 0], rows[1:, 1:] = 2, flat[1:] - flat[:-1]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 2)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
