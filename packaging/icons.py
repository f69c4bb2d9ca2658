"""The program's picture in every size and format, drawn from the two SVGs of `resources/icon`."""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icon"
SCALABLE = FOLDER / "producer-studio.svg"
SMALL = FOLDER / "producer-studio-16.svg"

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
"""What desktops of Linux look for, in pixels."""

_FOR_SMALL = frozenset({16, 32})
"""Sizes whose pixels the small drawing meets better."""

_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_BELOW_PNG = 256
"""Pictures of an .ico are bitmaps below this size: not all of Windows reads small PNGs there."""

_ICNS = (
    (b"icp4", 16), (b"icp5", 32), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024),
    (b"ic11", 32), (b"ic12", 64), (b"ic13", 256), (b"ic14", 512),
)  # fmt: skip
_MAC_EDGE = 824 / 1024
"""How much of its square a picture fills on macOS; ours fills 22 of 24."""
_OWN_EDGE = 22 / 24


def png(size: int) -> bytes:
    """The picture as a PNG of so many pixels each way."""
    return _png(_drawn(size))


def write_pngs(to: Path, name: str) -> list[Path]:
    """Writes a tree as `share/icons/hicolor` has it; returns its files.

    Args:
        to: The theme's folder.
        name: File name without ending, which is what a desktop entry calls the icon by.
    """
    written = []
    for size in SIZES:
        path = to / f"{size}x{size}" / "apps" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(size))
        written.append(path)
    scalable = to / "scalable" / "apps" / f"{name}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(SCALABLE.read_bytes())
    return [*written, scalable]


def write_ico(path: Path) -> Path:
    """Writes the icon of Windows."""
    pictures = [_ico_picture(size) for size in _ICO_SIZES]
    place = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, data in zip(_ICO_SIZES, pictures, strict=True):
        # One byte a side, in which 0 stands for 256.
        side = size % 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), place + len(body))
        body += data
    path.write_bytes(head + body)
    return path


def write_icns(path: Path) -> Path:
    """Writes the icon of macOS, with the margin that its desktop expects."""
    body = b""
    for kind, size in _ICNS:
        data = _png(_drawn(size, _MAC_EDGE / _OWN_EDGE, small=False))
        body += kind + struct.pack(">I", len(data) + 8) + data
    path.write_bytes(b"icns" + struct.pack(">I", len(body) + 8) + body)
    return path


def _drawn(size: int, scale: float = 1.0, *, small: bool = True) -> QImage:
    source = SMALL if small and size in _FOR_SMALL else SCALABLE
    renderer = QSvgRenderer(str(source))
    if not renderer.isValid():
        raise ValueError(f"{source.name} is not a drawing that Qt can read.")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    margin = size * (1 - scale) / 2
    painter = QPainter(image)
    renderer.render(painter, QRectF(margin, margin, size * scale, size * scale))
    painter.end()
    return image


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The stub wants bytes for the name of a format, the library a text.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _ico_picture(size: int) -> bytes:
    image = _drawn(size)
    if size >= _BELOW_PNG:
        return _png(image)
    # A bitmap from its last line up, and a mask of one bit a pixel that the alpha makes idle.
    head = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    pixels = bytes(image.flipped().constBits())
    mask = bytes((size + 31) // 32 * 4 * size)
    return head + pixels + mask
