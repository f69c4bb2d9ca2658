"""How the pictures of a video are turned and mirrored before they are shown."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from av.video.frame import VideoFrame

_MATRIX = struct.Struct("=9i")
"""FFmpeg's display matrix, by rows: the first two columns turn and mirror, in units of 2⁻¹⁶."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight ways to lay a picture on the screen.

    Attributes:
        is_transposed: Whether columns become rows, before anything is mirrored.
        mirrors_x: Whether left and right are exchanged.
        mirrors_y: Whether top and bottom are exchanged.
    """

    is_transposed: bool = False
    mirrors_x: bool = False
    mirrors_y: bool = False

    def lay(self, pixels: memoryview, width: int, height: int, stride: int) -> np.ndarray:
        """Returns a picture as it is shown.

        Args:
            pixels: Lines of the picture, four bytes a pixel.
            width: In pixels, as it is coded.
            height: In pixels, as it is coded.
            stride: Bytes from one line to the next.

        Returns:
            uint32, height × width as shown, C-contiguous.
        """
        lines = np.frombuffer(pixels, np.uint32).reshape(-1, stride // 4)[:height, :width]
        if self.is_transposed:
            lines = lines.T
        return np.ascontiguousarray(
            lines[:: -1 if self.mirrors_y else 1, :: -1 if self.mirrors_x else 1]
        )


UPRIGHT = Orientation()


def orientation_of(frame: VideoFrame) -> Orientation:
    """Returns the orientation that the file declares; any angle is rounded to a right one."""
    # The type stubs declare other keys.
    side_data = cast("Mapping[str, bytes]", frame.side_data)
    declared = bytes(side_data.get("DISPLAYMATRIX", b""))
    if len(declared) != _MATRIX.size:
        return UPRIGHT
    x_to_x, x_to_y, _, y_to_x, y_to_y, *_ = _MATRIX.unpack(declared)
    if abs(x_to_x) >= abs(x_to_y):
        return Orientation(mirrors_x=x_to_x < 0, mirrors_y=y_to_y < 0)
    return Orientation(is_transposed=True, mirrors_x=y_to_x < 0, mirrors_y=x_to_y < 0)
