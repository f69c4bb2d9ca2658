"""Compares four tones in the real view, by its keys; what is played is recorded by the test.

    python -m tests.support.audible_comparison [SHORTEST LONGEST]

The library is that of the environment. Each take is heard for a while, then keys switch at random
moments, with pauses of so many seconds. Prints one line of JSON.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import replace
from random import Random

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.library.media_store import MediaKind
from producer_studio.settings.paths import default_paths, find_resources_folder
from producer_studio.studio.studio import Studio
from producer_studio.ui.compare.panel import ComparePanel
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.open_studio import NO_DEMO
from tests.support.signals import tone, write_wave

SWITCHES = 100
HEARD_S = 3.0
TONES = ((220.0, 0.5), (330.0, 0.2), (277.2, 0.35), (415.3, 0.1))
"""Frequency and level of each take."""

_SECONDS = 60.0
_PAUSES_S = (0.02, 0.12)


async def _add_takes(studio: Studio) -> list[ClipId]:
    library = studio._library
    ids = []
    for number, (hertz, level) in enumerate(TONES, 1):
        clip = Clip(id=new_clip_id(), title="Tone", take=number, takes=len(TONES))
        await library.clips.add([clip])
        partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
        partial.parent.mkdir(parents=True, exist_ok=True)
        write_wave(partial, tone(_SECONDS, hertz, level))
        path = await library.media.store_file(partial, clip, MediaKind.AUDIO)
        sound = replace(measure(path).sound, bpm=None)
        await library.clips.overwrite(
            clip.with_changes(path=path, media=MediaState.READY, measured=sound)
        )
        ids.append(clip.id)
    return ids


async def _reach(panel: ComparePanel, position_s: float) -> None:
    reached = asyncio.Event()

    def look(seconds: float) -> None:
        if seconds >= position_s:
            reached.set()

    panel.comparison.position_changed.connect(look)
    await asyncio.wait_for(reached.wait(), 60)
    panel.comparison.position_changed.disconnect(look)


def _press(panel: ComparePanel, number: int) -> None:
    QTest.keyClick(QApplication.focusWidget() or panel, Qt.Key(Qt.Key.Key_1 + number))


async def _compare(app: QApplication, pauses_s: tuple[float, float]) -> None:
    style = Style(app, find_resources_folder())
    style.apply("dark")
    studio = await Studio.open(default_paths(os.environ), os.environ, NO_DEMO)
    tasks = Tasks()
    context = UiContext(studio, style, tasks)
    panel = ComparePanel(context)
    panel.resize(1000, 700)
    panel.show()
    opened = asyncio.Event()
    panel.comparison.changed.connect(opened.set)
    panel.show_clips(await _add_takes(studio))
    await asyncio.wait_for(opened.wait(), 60)
    # It plays at once.
    for number in range(len(TONES)):
        _press(panel, number)
        await _reach(panel, (number + 1) * HEARD_S)
    random = Random(11)
    presses = []
    for _ in range(SWITCHES):
        before = panel.comparison.heard
        number = random.choice([one for one in range(len(TONES)) if one != before])
        presses.append((time.monotonic(), before, number))
        _press(panel, number)
        await asyncio.sleep(random.uniform(*pauses_s))
    report = {
        "position_s": panel.comparison.position_s,
        "heard": panel.comparison.heard,
        "presses": presses,
    }
    panel.close_clips()
    await tasks.close()
    await studio.close()
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    application = QApplication([])
    pauses = (float(sys.argv[1]), float(sys.argv[2])) if sys.argv[2:] else _PAUSES_S
    qasync.run(_compare(application, pauses))
