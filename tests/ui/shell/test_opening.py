"""What is said when the library cannot be opened."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from producer_studio.app import _open_studio
from producer_studio.studio.doorbell import Doorbell
from producer_studio.ui.look import Look
from producer_studio.ui.opening import OpeningProblem


@pytest.mark.parametrize("closed", [False, True])
def test_a_window_that_does_not_answer_is_not_doubled(
    look: Look, loop: asyncio.AbstractEventLoop, tmp_path: Path, *, closed: bool
) -> None:
    library = tmp_path / "songs"
    silent, bell = Doorbell(tmp_path, library), Doorbell(tmp_path, library)
    assert silent.take()
    environ = {"PRODUCER_STUDIO_HOME": str(tmp_path)}

    async def run() -> tuple[str, bool]:
        opening = asyncio.create_task(_open_studio(look, environ, ["not needed"], library, bell))
        while not (shown := [one for one in QApplication.topLevelWidgets() if _asks(one)]):
            assert not opening.done()
            QApplication.processEvents()
            await asyncio.sleep(0.005)
        (dialog,) = shown
        words = " ".join(one.text() for one in dialog.findChildren(QLabel))
        if closed:
            await silent.close()
        wanted = "Try again" if closed else "Quit"
        (button,) = [one for one in dialog.findChildren(QPushButton) if one.text() == wanted]
        button.click()
        studio = await opening
        if studio is not None:
            await studio.close()
        return words, studio is not None

    words, opened = loop.run_until_complete(asyncio.wait_for(run(), 30))
    loop.run_until_complete(silent.close())
    loop.run_until_complete(bell.close())
    assert "Another window has this library open, and does not answer." in words
    assert opened is closed


def _asks(widget: object) -> bool:
    return isinstance(widget, OpeningProblem) and widget.isVisible()
