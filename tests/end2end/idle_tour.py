"""Takes each step of the tour twice: with hands that do nothing, then with real ones.

    python -m tests.end2end.idle_tour FOLDER

Prints one line of JSON: what each step with idle hands said when it failed, null if it did not.
"""

import json
import os
import sys
from pathlib import Path

import qasync
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from producer_studio.app import begin, opened
from producer_studio.ui.shell import application
from producer_studio.ui.tour.guide import Guide
from producer_studio.ui.tour.stage import Stage, TourProblem

IDLE_S = 1.0
WITHOUT_HANDS = {"inspect", "narrow"}
"""These act on the window itself."""
SANDBOX = [sys.executable, "-m", "producer_studio", "sandbox"]


class IdleStage(Stage):
    """Finds and photographs as ever, and only acts when it is not idle."""

    idle = False

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        if not self.idle:
            super().click(widget, at)

    def double_click(self, widget: QWidget, at: QPoint) -> None:
        if not self.idle:
            super().double_click(widget, at)

    def write(self, name: str, text: str) -> None:
        if not self.idle:
            super().write(name, text)

    def choose(self, name: str, words: str) -> None:
        if not self.idle:
            super().choose(name, words)

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        if not self.idle:
            super().press(key, *modifiers)


async def tour(folder: Path) -> dict[str, str | None]:
    said: dict[str, str | None] = {}
    async with opened(os.environ, SANDBOX, None) as run:
        assert run is not None
        run.window.show()
        await begin(run)
        stage = IdleStage(run.window, run.look, folder)
        guide = Guide(run.studio, run.look, run.window, folder, stage)
        usual_s = stage.limit_s
        with guide.watching():
            for name, step in guide.steps().items():
                if name not in WITHOUT_HANDS:
                    stage.idle, stage.limit_s = True, IDLE_S
                    try:
                        await step()
                        said[name] = None
                    except TourProblem as problem:
                        said[name] = str(problem)
                    stage.idle, stage.limit_s = False, usual_s
                await step()
    return said


def main() -> None:
    application()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(json.dumps(qasync.run(tour(folder))) + "\n")


if __name__ == "__main__":
    main()
