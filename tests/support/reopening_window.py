"""The real window, whose library is exchanged twice: by another one, and by a move of that one.
Then the language is changed.

Started as a process with a folder; prints the libraries that were shown, as JSON.
"""

import gc
import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from producer_studio.app import run_window
from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.studio.crash_reports.recorder import CrashRecorder
from producer_studio.studio.library_work import LibraryMoveWork, LibraryRequest
from producer_studio.studio.single_instance import SingleInstance
from producer_studio.studio.studio import Studio
from producer_studio.translation import tr
from producer_studio.ui.settings.pages.appearance import AppearancePage
from producer_studio.ui.window.arguments import WindowArguments
from producer_studio.ui.window.library_work_dialog import LibraryWorkDialog
from producer_studio.ui.window.startup_window import StartupWindow, create_application
from producer_studio.ui.window.window import MainWindow

_LOOK_MS = 50
_ACCOUNT = AccountName("personal")
_CLIP = ClipId("c1")


class Driver:
    """Acts as a user does, each time that another library is shown."""

    def __init__(self, home: Path) -> None:
        first, second, self._moved = (home / name for name in ("first", "second", "moved"))
        self._requests = [
            LibraryRequest(second, creates_library=True),
            LibraryRequest(second, work=LibraryMoveWork(second, self._moved)),
        ]
        self.first = first
        self.shown: list[str] = []
        self.words = self.settings_title = ""
        self.key_places: list[str] = []
        self.undone: list[str] = []
        self.stars: int | None = None
        self._languages = ["de"]
        self._seen: list[MainWindow] = []

    def look(self) -> None:
        for one in QApplication.topLevelWidgets():
            if isinstance(one, LibraryWorkDialog) and one.open_button.isVisible():
                self.words = one.text_label.accessibleName()
                one.open_button.click()
            for window in one.findChildren(MainWindow):
                if window.isVisible() and window._first_paint.is_set():
                    self._on_shown(window)

    def _on_shown(self, window: MainWindow) -> None:
        if window in self._seen:
            return
        if not self._languages and not self._requests:
            if reopened := window.dialogs.open_dialogs.get("settings"):
                self.settings_title = reopened.windowTitle()
                self._seen.append(window)
                window.context.tasks.start(
                    "key",
                    self._find_key(window.context.studio, is_first=False),
                    on_result=lambda _none: window.window().close(),
                )
            return
        self._seen.append(window)
        studio = window.context.studio
        self.shown.append(studio.clips.folder.name)
        window.context.tasks.start(
            "key",
            self._find_key(studio, is_first=len(self.shown) == 1),
            on_result=lambda _none: self._go_on(window),
        )

    async def _find_key(self, studio: Studio, *, is_first: bool) -> None:
        if is_first:
            await studio.accounts.add(_ACCOUNT, Service.MUSICAPI, "the right key")
        place = await studio.accounts.secret_location(_ACCOUNT)
        self.key_places.append(str(place))
        if not self._requests and self._languages:
            await studio._library.clips.add([Clip(id=_CLIP, title="Low tide")])
            await studio.playlists.create("Before", [])
            await studio.clips.edit([_CLIP], stars=4)
        elif not self._requests:
            await self._undo(studio)

    async def _undo(self, studio: Studio) -> None:
        while (applied := await studio.clips.undo()) is not None:
            self.undone.append(tr(applied.message))
        clip = await studio.clips.get(_CLIP)
        self.stars = clip.stars if clip is not None else None

    def _go_on(self, window: MainWindow) -> None:
        if self._requests:
            settings = window.dialogs.open_settings("Library")
            settings.library_requested.emit(self._requests.pop(0))
        else:
            page = window.dialogs.open_settings("Appearance").page(AppearancePage)
            page.language.option_chosen.emit(self._languages.pop())


def main() -> int:
    home = Path(sys.argv[1])
    gc.disable()
    app = create_application()
    driver = Driver(home)
    driver.first.mkdir()
    instance = SingleInstance(home / "state", driver.first)
    assert instance.acquire(driver.first)
    startup = StartupWindow("dark")
    startup.show_and_paint()
    timer = QTimer(app)
    timer.timeout.connect(driver.look)
    timer.start(_LOOK_MS)
    arguments = WindowArguments(library=driver.first)
    recorder = CrashRecorder(home / "state", "window", {})
    code = run_window(arguments, ["not needed"], startup, instance, recorder)
    told = {"code": code, "shown": driver.shown, "words": driver.words}
    told |= {"settings": driver.settings_title, "keys": driver.key_places}
    told |= {"undone": driver.undone, "stars": driver.stars}
    print(json.dumps(told))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
