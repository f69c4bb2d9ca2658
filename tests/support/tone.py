"""A small real sound."""

import math
import struct
import wave
from pathlib import Path

RATE = 22_050


def write_tone(path: Path, seconds: float) -> None:
    """Writes a mono wave file with a sine of 441 Hz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    second = [int(12_000 * math.sin(at * 441 * math.tau / RATE)) for at in range(RATE)]
    block = struct.pack(f"<{RATE}h", *second)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(max(1, round(seconds))):
            file.writeframes(block)
