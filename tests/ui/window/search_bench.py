"""A top bar above a library with some tags, for tests of the search field."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.ui.window.top_bar import TopBar
from tests.ui.window.conftest import WindowBench


@contextmanager
def opened_bar(bench: WindowBench, qtbot: QtBot) -> Iterator[TopBar]:
    """Opens the bar in a window; the search field has the focus."""
    tags = [("late night",), ("late night", "latin"), ("rain",)]
    clips = [
        Clip(id=ClipId(str(number)), account=AccountName("me"), title="x", tags=one, model="FUZZ-2")
        for number, one in enumerate(tags)
    ]
    bench.run(bench.studio._library.clips.add(clips))
    window = QWidget()
    column = QVBoxLayout(window)
    bar = TopBar(bench.context, window)
    column.addWidget(bar)
    column.addStretch()
    qtbot.addWidget(window)
    window.resize(1100, 700)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    bar.search.edit.setFocus()
    bench.until(bar.search.edit.hasFocus)
    yield bar
    bar.unsubscribe()
