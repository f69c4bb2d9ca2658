"""Types into the real window and prints how long each key held its thread.

python -m tests.performance.typing_window
"""

import asyncio
import json
import os
import time
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from producer_studio.app import AppSession, open_app_session, start_background_work
from producer_studio.ui.stall_detector import StallDetector

_TEXTS = {
    "Sound": "warm lofi piano with vinyl rain, slow 84 bpm",
    "Lyrics": "Rain on the window and the city far below, I count",
    "Search library": "lofi rain night stars:>0 summer",
}
_LONG_LYRICS = "\n".join(
    ["[Verse]", *["Rain on the window and the city far below"] * 8, "[Chorus]"] * 8
)
_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)
_BETWEEN_S = 0.12
"""A fast typist; answers of the search and late work of one key fall before the next."""


async def _type(run: AppSession) -> dict[str, Any]:
    window = run.window
    window.views.show_view("library")
    await asyncio.sleep(2.0)
    found: dict[str, Any] = {}
    for name, text in _TEXTS.items():
        (field,) = [
            one
            for one in window.findChildren(QWidget)
            # Views of texts, such as the player's, have the same names and are closed.
            if one.accessibleName() == name and isinstance(one, _FIELDS) and one.isVisible()
        ]
        if name == "Lyrics":
            window.compose.view.lyrics.edit.setPlainText(_LONG_LYRICS)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        await asyncio.sleep(1.0)
        watch = StallDetector()
        watch.start()
        keys, holds, own, computed = [], [], [], []
        for sign in text:
            before, cpu = len(watch.blocked_ms), time.thread_time()
            begun = time.perf_counter()
            QTest.keyClicks(field, sign)
            keys.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(_BETWEEN_S)
            computed.append((time.thread_time() - cpu) * 1000)
            holds.append(max(watch.blocked_ms[before:], default=0.0))
            own.append(max(watch.own_ms[before:], default=0.0))
        watch.stop()
        found[name] = {"keys": keys, "holds": holds, "own": own, "computed": computed}
    return found


async def _show() -> dict[str, Any]:
    async with open_app_session(os.environ, ["not", "needed"], None) as run:
        assert run is not None
        run.window.show()
        await start_background_work(run)
        return await _type(run)


if __name__ == "__main__":
    print(json.dumps(qasync.run(_show())))
