"""How long a change of the theme takes, by the style sheet of the window and the application."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio, resources_folder
from producer_studio.ui.context import UiContext
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.window.startup_window import create_application
from producer_studio.ui.window.window import MainWindow
from tests.performance.table import median, say
from tests.support.open_studio import NO_DEMO

_PLAIN = "QWidget { color: %s; }"


def measure(repeats: int) -> None:
    """Changes the theme of an open window there and back."""
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(_measure(repeats, home))


async def _measure(repeats: int, home: str) -> None:
    app = create_application()
    environ = {"PRODUCER_STUDIO_HOME": home}
    studio = await Studio.open(default_paths(environ), environ, NO_DEMO)
    look = Style(app, resources_folder())
    look.apply("dark")
    tasks = Tasks()
    window = MainWindow(UiContext(studio, look, tasks))
    window.resize(1440, 900)
    window.show()
    for _ in range(20):
        app.processEvents()
        await asyncio.sleep(0.01)
    modes = ("light", "dark")

    def change_application(turn: int) -> None:
        """Changes the theme by the application's style sheet, as it was done before."""
        with_window, look._window = look._window, None
        look.set_mode(modes[turn % 2])
        look._window = with_window

    now = _times(app, repeats, lambda turn: look.set_mode(modes[turn % 2]))
    window.setStyleSheet("")
    before = _times(app, repeats, change_application)
    paint = _times(app, repeats, lambda _turn: window.repaint())
    rows: list[tuple[object, ...]] = [("CPU time of the window's thread", "ms", "of before")]
    for name, value in (
        ("theme changed by the application's style sheet, painted", median(before)),
        ("theme changed by the window's style sheet, painted", median(now)),
        ("of which painting", median(paint)),
    ):
        rows.append((name, value, value / median(before)))
    say(f"Theme, {len(window.findChildren(QWidget))} widgets", rows)
    await window.shut_down()
    await tasks.close()
    await studio.close()


def _times(app: QApplication, repeats: int, change: Callable[[int], object]) -> list[float]:
    taken = []
    for turn in range(repeats):
        begun = time.thread_time()
        change(turn)
        app.processEvents()
        taken.append((time.thread_time() - begun) * 1000)
    return taken
