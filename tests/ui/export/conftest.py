"""The export dialog in front of a real studio with real sound files."""

import asyncio
import math
import struct
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.context import UiContext
from producer_studio.ui.export.dialog import ExportDialog
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from tests.support.open_studio import open_studio
from tests.support.ui_bench import UiBench

T = TypeVar("T")


@dataclass
class ExportBench(UiBench):
    """Everything that a test of exporting works with."""

    window: QWidget
    folder: Path
    notices: list[tuple[str, str]] = field(default_factory=list)

    def add(self, title: str, seconds: float = 1.0, **fields: Any) -> Clip:
        """A clip with a real sound file."""
        library = self.studio._library
        clip = Clip(id=new_clip_id(), title=title, model="FUZZ-2.0", seed="7", **fields)
        self.run(library.clips.add([clip]))
        partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
        partial.parent.mkdir(parents=True, exist_ok=True)
        rate = 44_100
        count = int(rate * seconds)
        with wave.open(str(partial), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            tone = (int(9_000 * math.sin(at * 330 * math.tau / rate)) for at in range(count))
            file.writeframes(struct.pack(f"<{count}h", *tone))
        path = self.run(library.media.store_file(partial, clip, MediaKind.AUDIO))
        measured = measure(path)
        whole = clip.with_changes(path=path, media=MediaState.READY, measured=measured.sound)
        self.run(library.clips.overwrite(whole))
        return whole

    def open(self, clips: Sequence[ClipId]) -> ExportDialog:
        dialog = ExportDialog(UiContext(self.studio, self.style, self.tasks), clips, self.window)
        dialog.open()
        self.until(lambda: dialog.heading.text() != "Export")
        self.until(lambda: not self.tasks.is_running("export preview"))
        return dialog

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


@pytest.fixture
def bench(
    style: Style, loop: asyncio.AbstractEventLoop, tmp_path: Path, qtbot: QtBot
) -> Iterator[ExportBench]:
    studio = loop.run_until_complete(open_studio(tmp_path / "home"))
    tasks = Tasks(loop)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    made = ExportBench(studio, tasks, loop, style, window, tmp_path / "out")
    made.press(lambda: studio.preferences.change(export_folder=str(made.folder)))
    tasks.error_reported.connect(lambda level, text, _details: made.notices.append((level, text)))
    tasks.internal_error_reported.connect(lambda text: made.notices.append(("bad", text)))
    yield made
    made.run(tasks.close())
    made.run(studio.close())
