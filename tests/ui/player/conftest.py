"""The player's bar in front of a real studio with real sound files."""

import asyncio
import math
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pytestqt.qtbot import QtBot

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.context import UiContext
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.open_studio import open_studio
from tests.support.ui_bench import UiBench, collect_notices

T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A machine without any sound says so in many ways."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(
                pytest.mark.qt_log_ignore(
                    "^This plugin does not support", "PulseAudio", "No audio device", "pipewire",
                    "Using Qt multimedia", "^Could not open", "Failed to", "ALSA",
                )
            )  # fmt: skip


def write_tone(path: Path, seconds: float) -> None:
    rate = 22_050
    samples = [
        int(9_000 * math.sin(at * 330 * math.tau / rate)) for at in range(int(rate * seconds))
    ]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def add_clip(bench: UiBench, title: str, seconds: float, **fields: Any) -> Clip:
    """Adds a clip with a real sound file."""
    library = bench.studio._library
    clip = Clip(id=new_clip_id(), title=title, model="FUZZ-2.0", **fields)
    bench.run(library.clips.add([clip]))
    partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
    partial.parent.mkdir(parents=True, exist_ok=True)
    write_tone(partial, seconds)
    path = bench.run(library.media.store_file(partial, clip, MediaKind.AUDIO))
    measured = measure(path)
    whole = clip.with_changes(path=path, media=MediaState.READY, measured=measured.sound)
    bench.run(library.clips.overwrite(whole))
    bench.run(library.clips.set_peaks(clip.id, measured.peaks.to_bytes()))
    bench.press(
        lambda: bench.studio.events.publish(LibraryChange(frozenset({clip.id}), ChangeKind.ADDED))
    )
    return whole


@dataclass
class PlayerBench(UiBench):
    """Everything that a test of the player works with."""

    bar: PlayerBar
    notices: list[str] = field(default_factory=list)

    def add(self, title: str, seconds: float = 3.0, **fields: Any) -> Clip:
        """A clip with a real sound file."""
        return add_clip(self, title, seconds, **fields)

    def tell(self, clip: ClipId, kind: ChangeKind) -> None:
        self.studio.events.publish(LibraryChange(frozenset({clip}), kind))


@pytest.fixture
def bench(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path, qtbot: QtBot
) -> Iterator[PlayerBench]:
    studio = loop.run_until_complete(open_studio(tmp_path))
    tasks = Tasks(loop)
    bar = PlayerBar(UiContext(studio, style, tasks))
    qtbot.addWidget(bar)
    bar.resize(1440, 91)
    bar.show()
    qtbot.waitExposed(bar)
    made = PlayerBench(studio, tasks, loop, style, bar)
    made.notices = collect_notices(tasks)
    yield made
    made.run(bar.shut_down())
    made.run(tasks.close())
    made.run(studio.close())
    assert made.notices == []
