"""Looks from outside at what the program has written; run by the environment's Python.

judge.py sounds FILE …        a JSON object for each file
judge.py pictures FILE …      the same for pictures
judge.py screen PNG           takes a picture of the display that DISPLAY names
"""

import json
import math
import os
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> int:
    what, places = arguments[0], [Path(one) for one in arguments[1:]]
    if what == "screen":
        take(places[0])
        return 0
    look = sound if what == "sounds" else picture
    for place in places:
        sys.stdout.write(json.dumps(look(place)) + "\n")
    return 0


def sound(path: Path) -> dict[str, Any]:
    """What a player that has never heard of this program makes of a file."""
    # Each command loads what it looks with: "screen" runs where the codecs do not.
    import av
    import mutagen
    import numpy as np

    samples, highest, squares = 0, 0.0, 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        codec, rate = stream.codec_context.name, stream.codec_context.sample_rate
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
        frames = (one for frame in container.decode(stream) for one in resampler.resample(frame))
        for frame in frames:
            values = frame.to_ndarray()
            samples += values.shape[1]
            highest = max(highest, float(np.abs(values).max(initial=0.0)))
            squares += float(np.square(values).mean(axis=0).sum())
    tags = mutagen.File(path)
    words = {key: str(value)[:60] for key, value in (tags.tags or {}).items()} if tags else {}
    return {
        "file": path.name,
        "bytes": path.stat().st_size,
        "codec": codec,
        "rate": rate,
        "seconds": samples / rate,
        "peak": highest,
        "rms_db": 10 * math.log10(squares / samples) if squares else -math.inf,
        "lufs": loudness(path),
        "tags": words,
    }


def loudness(path: Path) -> float | None:
    from producer_studio.audio.measure import measure  # as in `sound`

    return measure(path).sound.loudness_lufs


def picture(path: Path) -> dict[str, Any]:
    from PySide6.QtGui import QImage  # as in `sound`

    image = QImage(str(path))
    across, down = range(0, image.width(), 7), range(0, image.height(), 7)
    colours = {image.pixel(x, y) for x in across for y in down}
    return {
        "file": path.name,
        "width": image.width(),
        "height": image.height(),
        "colours": len(colours),
    }


def take(path: Path) -> None:
    """Saves what is on a display."""
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    from PySide6.QtGui import QGuiApplication

    QGuiApplication([])
    if not QGuiApplication.primaryScreen().grabWindow(0).save(str(path)):
        sys.exit(f"{path} could not be written.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
