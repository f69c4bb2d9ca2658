"""A window that compares clips with real sound."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from producer_studio.audio.measure import measure
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.comparison.abx import ENOUGH_S
from producer_studio.domain.ids import ClipId, PressId, new_clip_id
from producer_studio.domain.judgement import Judgement
from producer_studio.domain.recipe import Recipe
from producer_studio.library.media_store import MediaKind
from producer_studio.ui.compare.comparison import Comparison
from producer_studio.ui.compare.panel import ComparePanel
from producer_studio.ui.window.views.compare import VIEW as COMPARE
from producer_studio.ui.window.window import MainWindow
from tests.support.signals import tone, write_wave
from tests.ui.window.conftest import WindowBench, bench, opened_window

__all__ = ["bench"]

SECONDS = 20.0
_LONGEST_WAIT_S = 60.0
LEVELS = (0.3, 0.15, 0.4, 0.2)


@dataclass
class CompareBench:
    """A window, and the clips that it compares."""

    bench: WindowBench
    window: MainWindow
    ids: list[ClipId]

    @property
    def panel(self) -> ComparePanel:
        return self.window.views.view_widget(COMPARE, ComparePanel)

    @property
    def comparison(self) -> Comparison:
        return self.panel.comparison

    def add_take(
        self,
        number: int,
        level: float,
        *,
        sound: bool = True,
        seconds: float = SECONDS,
        **fields: Any,
    ) -> ClipId:
        """A take with a tone of its own, or without its file."""
        library = self.bench.studio._library
        clip = Clip(
            **{
                "id": new_clip_id(), "title": "Electric Skies", "take": number, "takes": 4,
                "press": PressId("press"), "model": f"FUZZ-{number}", "seed": f"39669001{number}",
                "sound": "lofi piano", "recipe": Recipe(weirdness=0.3),
            } | fields
        )  # fmt: skip
        self.bench.run(library.clips.add([clip]))
        if sound:
            self.store_sound(clip, level, seconds)
        self.ids.append(clip.id)
        return clip.id

    def store_sound(self, clip: Clip, level: float, seconds: float = SECONDS) -> None:
        """Stores the file of a take, its waveform and what is measured of it."""
        library = self.bench.studio._library
        partial = library.media.partial_path(clip.id, MediaKind.AUDIO).with_suffix(".wav")
        partial.parent.mkdir(parents=True, exist_ok=True)
        write_wave(partial, tone(seconds, 200.0 + 50 * clip.take, level))
        path = self.bench.run(library.media.store_file(partial, clip, MediaKind.AUDIO))
        measured = measure(path)
        bpm = clip.bpm_override
        heard = replace(measured.sound, bpm=bpm, bpm_confidence=1.0 if bpm else None)
        whole = clip.with_changes(path=path, media=MediaState.READY, measured=heard)
        self.bench.run(library.clips.overwrite(whole))
        self.bench.run(library.clips.set_peaks(clip.id, measured.peaks.to_bytes()))

    def open(self) -> None:
        """Compares the clips, and pauses at the start: they are played at once."""
        self.bench.press(lambda: self.window.show_compare(self.ids))
        self.bench.until(lambda: len(self.panel.rows) >= len(self.ids) and self._has_opened())
        if any(one.track is not None for one in self.comparison.clips):
            self.bench.until(lambda: self.comparison.is_playing)
            self.bench.press(self.comparison.play_or_pause)
            self.bench.press(lambda: self.comparison.seek(0.0))

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Presses a key on what has the keyboard."""
        target = QApplication.focusWidget() or self.window
        self.bench.press(lambda: QTest.keyClick(target, key, modifier))

    def listen(self) -> None:
        """Hears as much of A and X as an answer needs, in no time."""
        assert self.comparison.abx is not None
        for row in (0, 2):
            self.comparison.abx.note_heard(row, ENOUGH_S)

    def clip(self, number: int) -> Clip:
        """A clip as the library has it now; numbers from 1."""
        found = self.bench.run(self.bench.studio.clips.get(self.ids[number - 1]))
        assert found is not None
        return found

    def until(self, condition: Callable[[], bool]) -> None:
        """Processes events until a condition holds; the condition may read the library."""
        end = time.monotonic() + _LONGEST_WAIT_S
        while not condition():
            assert time.monotonic() < end, "it does not come true"
            self.bench.run(_turn())

    def settle(self) -> None:
        """Lets layouts and paintings come to their end."""
        for _ in range(10):
            self.bench.run(_turn())

    def found(self, query: str) -> list[ClipId]:
        """The clips that a search finds."""
        return list(self.bench.run(self.bench.studio.clips.list_ids(query)))

    def judgements(self) -> list[Judgement]:
        """The judgements of the first clip, latest first."""
        return self.bench.run(self.bench.studio.judgements.list_of_clip(self.ids[0]))

    def told(self) -> list[str]:
        """The texts of the notices."""
        return [notice.text for notice in self.window.notices.notices()]

    def shown(self) -> list[ClipId]:
        return [self.comparison.clip_of(slot).clip.id for slot in self.comparison.slots]

    def _has_opened(self) -> bool:
        return len(self.comparison.clips) == len(self.ids)


async def _turn() -> None:
    QApplication.processEvents()
    await asyncio.sleep(0.005)


@pytest.fixture
def empty(bench: WindowBench, tmp_path: Path) -> Iterator[CompareBench]:
    """The window, without clips."""
    window = opened_window(bench)
    window.activateWindow()
    yield CompareBench(bench, window, [])
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def four(empty: CompareBench) -> CompareBench:
    """Four takes of different loudness, compared."""
    for number, level in enumerate(LEVELS, 1):
        empty.add_take(number, level)
    empty.open()
    return empty


def texts_of(widget: QWidget) -> list[str]:
    """Everything that a widget and its parts tell: names, descriptions, texts and tooltips."""
    found = []
    for part in (widget, *widget.findChildren(QWidget)):
        if not part.isVisible():
            continue
        found += [part.accessibleName(), part.accessibleDescription(), part.toolTip()]
        text = getattr(part, "text", None)
        if callable(text):
            found.append(str(text()))
    return [text for text in found if text]
