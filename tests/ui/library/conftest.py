"""The library's panel in front of a real studio with real files."""

import asyncio
import math
import struct
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import AccountName, ClipId, RemoteId, new_clip_id
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.open_studio import open_studio
from tests.support.ui_bench import LONGEST_WAIT_S, UiBench, collect_notices

T = TypeVar("T")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_clip(title: str, *, age: float = 0, **fields: Any) -> Clip:
    """A clip without sound, `age` minutes old."""
    moment = NOON - timedelta(minutes=age)
    return Clip(
        **{
            "id": new_clip_id(),
            "title": title,
            "model": "FUZZ-2.0",
            "account": AccountName("personal"),
            "remote_id": RemoteId(f"remote {title}"),
            "media": MediaState.NONE,
            "measured": AudioMeasurements(duration_s=125),
            "created_at": moment,
            "added_at": moment,
        }
        | fields
    )


def write_tone(path: Path, seconds: float = 0.6) -> None:
    """A small real sound file: a fading sine."""
    rate = 22_050
    count = int(rate * seconds)
    samples = [
        int(20_000 * math.sin(at * 440 * math.tau / rate) * (1 - at / count)) for at in range(count)
    ]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{count}h", *samples))


@dataclass
class LibraryBench(UiBench):
    """Everything that a test of the library works with."""

    qtbot: QtBot
    notices: list[str]

    def add(self, clips: Sequence[Clip], *, told: bool = True) -> list[Clip]:
        """Puts clips into the library as a finished job does."""
        self.run(self.studio._library.clips.add(clips))
        if told:
            self.tell(clips, ChangeKind.ADDED)
        return list(clips)

    def tell(self, clips: Sequence[Clip], kind: ChangeKind) -> None:
        self.studio.events.publish(LibraryChange(frozenset(clip.id for clip in clips), kind))

    def give_sound(self, clip: Clip) -> Clip:
        """Stores a real sound file for a clip, with its peaks."""
        library = self.studio._library
        partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
        partial.parent.mkdir(parents=True, exist_ok=True)
        write_tone(partial)
        path = self.run(library.media.store_file(partial, clip, MediaKind.AUDIO))
        measured = measure(path)
        whole = clip.with_changes(path=path, media=MediaState.READY, measured=measured.sound)
        self.run(library.clips.overwrite(whole))
        self.run(library.clips.set_peaks(clip.id, measured.peaks.to_bytes()))
        self.tell([whole], ChangeKind.MEDIA)
        return whole

    def stored(self, clip: ClipId, so: Callable[[Clip], bool]) -> None:
        """Waits until the library has a clip as it should be."""

        async def watch() -> None:
            while True:
                QApplication.processEvents()
                found = await self.studio.clips.get(clip)
                if found is not None and so(found):
                    return
                await asyncio.sleep(0.005)

        self.run(asyncio.wait_for(watch(), LONGEST_WAIT_S))

    def get(self, clip: ClipId) -> Clip:
        found = self.run(self.studio.clips.get(clip))
        assert found is not None
        return found


@dataclass
class ListBench(LibraryBench):
    """With the panel on the screen."""

    panel: LibraryPanel

    @property
    def ids(self) -> list[ClipId]:
        return list(self.panel.view.table.ids)

    @property
    def titles(self) -> list[str]:
        """What the rows say; blank for those that were never looked at."""
        faces: list[ClipRow | None] = [self.panel.view.table.cached_row(clip) for clip in self.ids]
        return [face.title if face else "" for face in faces]

    def shows(self, *titles: str) -> None:
        """Waits until the list has these rows, from the top."""
        self.until(lambda: self.titles == list(titles))


@pytest.fixture
def bench(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path, qtbot: QtBot
) -> Iterator[LibraryBench]:
    studio = loop.run_until_complete(open_studio(tmp_path))
    tasks = Tasks(loop)
    notices = collect_notices(tasks)
    made = LibraryBench(studio, tasks, loop, style, qtbot, notices)
    yield made
    made.settle()
    loop.run_until_complete(tasks.close())
    loop.run_until_complete(studio.close())
    assert notices == []


@pytest.fixture
def list_bench(bench: LibraryBench) -> Iterator[ListBench]:
    panel = LibraryPanel(UiContext(bench.studio, bench.style, bench.tasks))
    bench.qtbot.addWidget(panel)
    panel.resize(736, 640)
    panel.show()
    bench.qtbot.waitExposed(panel)
    parts = {name: getattr(bench, name) for name in LibraryBench.__dataclass_fields__}
    yield ListBench(**parts, panel=panel)
    panel.close_cover_cache()
