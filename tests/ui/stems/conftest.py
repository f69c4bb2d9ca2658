"""A window that shows the mixer with real sound."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.clip import Clip
from producer_studio.ui.stems.mixer import StemMixer
from producer_studio.ui.stems.panel import StemsPanel
from producer_studio.ui.window.views.stems import VIEW as STEMS
from producer_studio.ui.window.window import MainWindow
from tests.support.stem_song import add_song, stem_sounds
from tests.ui.window.conftest import WindowBench, bench, opened_window

__all__ = ["bench"]

SECONDS = (20.0, 20.0, 15.0, 20.0)
_LONGEST_WAIT_S = 60.0


@dataclass
class StemsBench:
    """A window, and a song with four stems."""

    bench: WindowBench
    window: MainWindow
    song: Clip
    stems: list[Clip] = field(default_factory=list)

    @property
    def panel(self) -> StemsPanel:
        return self.window.views.view_widget(STEMS, StemsPanel)

    @property
    def mixer(self) -> StemMixer:
        return self.panel.mixer

    def open(self) -> None:
        self.bench.press(lambda: self.window.stems.show_stems(self.song.id))
        self.bench.until(lambda: self.mixer.stem_set is not None)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Presses a key on what has the keyboard."""
        target = QApplication.focusWidget() or self.window
        self.bench.press(lambda: QTest.keyClick(target, key, modifier))

    def until(self, condition: Callable[[], bool]) -> None:
        """Processes events until a condition holds; the condition may read the library."""
        end = time.monotonic() + _LONGEST_WAIT_S
        while not condition():
            assert time.monotonic() < end, "it does not come true"
            self.bench.run(_turn())

    def notices(self) -> list[str]:
        return [notice.text for notice in self.window.notices.notices()]


async def _turn() -> None:
    QApplication.processEvents()
    await asyncio.sleep(0.005)


@pytest.fixture
def closed(bench: WindowBench) -> Iterator[StemsBench]:
    """The window on the library, with a song that has stems."""
    song, stems = bench.run(add_song(bench.studio._library, stem_sounds(SECONDS)))
    window = opened_window(bench)
    window.activateWindow()
    bench.press(lambda: window.views.show_view("library"))
    yield StemsBench(bench, window, song, stems)
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def mixer(closed: StemsBench) -> StemsBench:
    """The mixer of the song."""
    closed.open()
    return closed
