"""Plays the newest clip of a library in the real bar: from the start, then from another place.

    python -m tests.support.audible_playback SECONDS PLACE

Prints one line of JSON; the studio's home is taken from the environment.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable

import qasync
from PySide6.QtWidgets import QApplication

from producer_studio.settings.paths import default_paths, find_resources_folder
from producer_studio.studio.studio import Studio
from producer_studio.ui.context import UiContext
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.open_studio import NO_DEMO


async def _play(app: QApplication, seconds: float, place: float) -> dict[str, object]:
    look = Style(app, find_resources_folder())
    look.apply("dark")
    studio = await Studio.open(default_paths(os.environ), os.environ, NO_DEMO)
    studio.preferences.change(volume=1.0)
    tasks = Tasks()
    bar = PlayerBar(UiContext(studio, look, tasks))
    bar.resize(1440, 91)
    bar.show()
    (clip, *_) = await studio.clips.get_many(await studio.clips.list_ids())
    bar.load(clip, True)
    await _reaches(bar, lambda at: at >= seconds)
    note = bar.problem
    bar.waveform.seek_requested.emit(place)
    await _reaches(bar, lambda at: at >= place + seconds)
    bar.toggle()
    paused_at = bar.player.position_s
    await bar.shut_down()
    await tasks.close()
    heard = await studio.clips.get(clip.id)
    await studio.close()
    return {
        "path": str(clip.path),
        "note": note,
        "paused_at": paused_at,
        "heard": heard is not None and heard.heard,
    }


async def _reaches(bar: PlayerBar, there: Callable[[float], bool]) -> None:
    reached = asyncio.Event()

    def look_at(seconds: float) -> None:
        if there(seconds):
            reached.set()

    bar.player.position_changed.connect(look_at)
    await asyncio.wait_for(reached.wait(), 60)
    bar.player.position_changed.disconnect(look_at)


def main() -> None:
    app = QApplication([])
    told = qasync.run(_play(app, float(sys.argv[1]), float(sys.argv[2])))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
