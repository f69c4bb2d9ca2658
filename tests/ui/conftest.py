"""Fixtures for tests on real widgets."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from producer_studio.ui.style.style import Style

RESOURCES = Path(__file__).parents[2] / "resources"
_made: list[Style] = []


@pytest.fixture
def style(qapp: QApplication) -> Style:
    """The look of the application, dark and at text size 100 %."""
    if not _made:
        _made.append(Style(qapp, RESOURCES))
        _made[0].apply("dark")
    _made[0].set_mode("dark")
    _made[0].set_text_scale(1.0)
    return _made[0]


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    """Deletes the widgets of a test after it. They wait for the end of a loop of Qt's, and none
    runs here; with all of them left, each change of the theme would dress them again.
    """
    yield
    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop of its own that tests drive with `run_until_complete`."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every Qt message fails a test but these: the offscreen platform says what it cannot do, and
    Qt's sound says that there is no sound server."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(
                pytest.mark.qt_log_ignore(
                    "^This plugin does not support",
                    "^PulseAudioService",
                    "pipewire",
                    "^No audio device detected",
                )
            )
