"""A sound file to upload: a chord that comes and goes, so that nothing takes it for silence."""

import math
import struct
import wave
from pathlib import Path

RATE = 44100
LENGTH_S = 8
_CHORD_HZ = (220.0, 277.18, 329.63)


def write_reference(folder: Path) -> Path:
    """`reference.wav`: 8 s, mono, 16 bits, 44.1 kHz."""
    path = folder / "reference.wav"
    samples = bytearray()
    for number in range(RATE * LENGTH_S):
        at = number / RATE
        swell = 0.5 - 0.5 * math.cos(math.tau * at)
        chord = sum(math.sin(math.tau * hertz * at) for hertz in _CHORD_HZ) / len(_CHORD_HZ)
        samples += struct.pack("<h", int(20000 * swell * chord))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    return path
