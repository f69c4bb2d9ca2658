"""Automated tour of the main workflow in the real window."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QTableView, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.job import JobState
from producer_studio.studio.events import JobChanged
from producer_studio.studio.export.export import Export, ExportChanged, ExportState
from producer_studio.studio.studio import Studio
from producer_studio.ui.export.dialog import ExportDialog
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.style.style import Style
from producer_studio.ui.tour.demo_songs import MAIN_SONG, OTHER_SONGS, DemoSong
from producer_studio.ui.tour.window_driver import TourError, WindowDriver
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.window import MainWindow

log = logging.getLogger(__name__)

Dialog = TypeVar("Dialog", bound=QDialog)
TourStep = Callable[[], Awaitable[None]]

_ACCESSIBLE_TEXT = Qt.ItemDataRole.AccessibleTextRole
_CTRL = Qt.KeyboardModifier.ControlModifier
_NARROW_SIZE = (1100, 700)
_WIDE_SIZE = (1440, 900)
_SEARCH_WORD = "strings"
_STARS = {song.title: 2 + place % 4 for place, song in enumerate((MAIN_SONG, *OTHER_SONGS))}
_FILE_SIGNATURES = {"MP3": b"ID3", "WAV": b"RIFF"}
"""Magic bytes of the exported formats."""


class Tour:
    """One run of the tour in one window.

    Each step fails if the result that it shows was not reached.

    Args:
        folder: Receives the screenshots and the exported songs; created if necessary.
        driver: Controls the window; the default one if None.
    """

    def __init__(
        self,
        studio: Studio,
        style: Style,
        window: MainWindow,
        folder: Path,
        driver: WindowDriver | None = None,
    ) -> None:
        self._studio = studio
        self._style = style
        self._window = window
        self._folder = folder
        self._driver = driver or WindowDriver(window, style, folder)
        self._finished_exports: list[Export] = []
        self._job_errors: list[str] = []

    async def run(self) -> int:
        """Runs all steps; returns 0 when every step succeeded, else 1."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window.resize(*_WIDE_SIZE)
        with self.watch_events():
            try:
                for name, step in self.steps().items():
                    sys.stdout.write(f"{name} … ")
                    sys.stdout.flush()
                    await step()
                    sys.stdout.write("done\n")
            except TourError as problem:
                sys.stdout.write("failed\n")
                sys.stderr.write(f"{problem}\n")
                await self._driver.save_screenshot("failed")
                return 1
        sys.stdout.write(f"Pictures and songs are in {self._folder}\n")
        return 0

    @contextmanager
    def watch_events(self) -> Iterator[None]:
        """Subscribes to jobs and exports while the steps run."""
        subscriptions = [
            self._studio.events.subscribe(ExportChanged, self._on_export_changed),
            self._studio.events.subscribe(JobChanged, self._on_job_changed),
        ]
        try:
            yield
        finally:
            for unsubscribe in subscriptions:
                unsubscribe()

    def steps(self) -> dict[str, TourStep]:
        """Returns all steps by name, in order; each raises TourError when it fails."""
        return {
            "welcome": self._welcome,
            "compose": self._compose,
            "generate": self._generate,
            "more songs": self._more_songs,
            "play": self._play,
            "search": self._search,
            "inspect": self._inspect,
            "export": self._export,
            "settings": self._settings,
            "narrow": self._narrow,
        }

    async def _welcome(self) -> None:
        await self._driver.settle()
        await self._driver.save_screenshot("welcome")
        self._driver.click(self._driver.find("Open the demo", QAbstractButton))
        await self._driver.wait_until(
            lambda: (
                self._studio.accounts.active is not None and self._window.views.is_shown(LIBRARY)
            ),
            "Demo Studio to open",
        )

    async def _compose(self) -> None:
        await self._fill_form(MAIN_SONG)
        await self._driver.save_screenshot("compose")

    async def _generate(self) -> None:
        await self._wait_until_ready()
        self._driver.click(self._driver.find("Generate", QAbstractButton))
        await self._driver.wait_until(self._is_job_running, "the job to be at work")
        await self._driver.save_screenshot("working")
        await self._wait_for_clips([MAIN_SONG.title])

    async def _more_songs(self) -> None:
        for song in OTHER_SONGS:
            await self._fill_form(song)
            await self._wait_until_ready()
            self._driver.find("Title", QWidget).setFocus()
            self._driver.press_key(Qt.Key.Key_Return, _CTRL)
            await self._wait_for_job(song.title)
        await self._driver.save_screenshot("several-at-work")
        await self._wait_for_clips([song.title for song in (MAIN_SONG, *OTHER_SONGS)])
        await self._fill_form(MAIN_SONG)

    async def _play(self) -> None:
        table = self._driver.find("Library", QTableView)
        await self._select_title(MAIN_SONG.title)
        place = table.visualRect(table.currentIndex()).center()
        place.setX(table.viewport().width() // 3)
        self._driver.double_click(table.viewport(), place)
        bar = self._window.player
        await self._driver.wait_until(
            lambda: bar.clip_id is not None, "the player to take the clip"
        )
        player = bar.player
        await self._wait_for_playback(0.0)
        position = self._driver.find("Position", QWidget)
        self._driver.click(position, position.rect().center())
        middle_s = player.duration_s / 2
        await self._driver.wait_until(
            lambda: abs(player.position_s - middle_s) < middle_s / 2, "the middle to be played"
        )
        await self._rate_and_tag()
        await self._driver.save_screenshot("playing")
        await self._wait_for_playback(player.position_s)
        table.setFocus()
        self._driver.press_key(Qt.Key.Key_Space)
        await self._driver.wait_until(lambda: not player.is_playing, "the clip to pause")

    async def _wait_for_playback(self, position_s: float) -> None:
        """Waits until playback passes a position; reports the player's error if it cannot play."""
        bar = self._window.player
        try:
            await self._driver.wait_until(
                lambda: bar.player.position_s > position_s, "the clip to play"
            )
        except TourError as problem:
            raise TourError(f"{problem} {bar.problem}".strip()) from problem

    async def _rate_and_tag(self) -> None:
        for clip in await self._clips():
            await self._studio.clips.edit([clip.id], stars=_STARS[clip.title])
            if clip.title == MAIN_SONG.title:
                await self._studio.clips.edit([clip.id], favourite=True, tags=["lofi", "study"])
        (first,) = [clip for clip in await self._clips() if clip.title == MAIN_SONG.title]
        if not first.favourite or first.stars != _STARS[MAIN_SONG.title]:
            raise TourError(f"“{MAIN_SONG.title}” is not rated.")

    async def _search(self) -> None:
        self._driver.press_key(Qt.Key.Key_K, _CTRL)
        self._driver.set_text("Search library", f"{_SEARCH_WORD} stars:>1")
        found = {song.title for song in (MAIN_SONG, *OTHER_SONGS) if _SEARCH_WORD in song.sound}
        await self._driver.wait_until(
            lambda: self._listed_titles() == found, "the list to follow the search"
        )
        await self._driver.save_screenshot("search")
        self._driver.set_text("Search library", "")
        everything = {song.title for song in (MAIN_SONG, *OTHER_SONGS)}
        await self._driver.wait_until(
            lambda: self._listed_titles() == everything, "all clips to be back"
        )

    async def _inspect(self) -> None:
        await self._select_title(OTHER_SONGS[1].title)
        await self._driver.wait_until(
            lambda: self._inspected_title() == OTHER_SONGS[1].title,
            "the inspector to show the clip",
        )
        await self._driver.settle()
        await self._driver.save_screenshot("inspector")
        await self._select_title(MAIN_SONG.title)

    async def _export(self) -> None:
        for words in ("MP3", "WAV"):
            self._studio.preferences.change(export_folder=str(self._folder))
            await self._driver.activate_window()
            self._driver.find("Library", QTableView).setFocus()
            self._driver.press_key(Qt.Key.Key_E, _CTRL)
            dialog = await self._wait_for_dialog(ExportDialog)
            self._driver.click(self._driver.find(words, QAbstractButton, dialog))
            await self._driver.settle()
            if words == "MP3":
                await self._driver.save_screenshot("export", dialog)
            self._driver.click(self._driver.find("Export", QAbstractButton, dialog))
            await self._driver.wait_until(
                self._finished_exports.__len__, f"the {words} to be written"
            )
            last = self._finished_exports.pop()
            if last.state is not ExportState.DONE:
                raise TourError(last.error.message if last.error else "The export was cancelled.")
            await asyncio.to_thread(_check_export, last.path, words)
            await self._close_dialog(dialog)

    async def _settings(self) -> None:
        await self._driver.activate_window()
        self._driver.press_key(Qt.Key.Key_Comma, _CTRL)
        dialog = await self._wait_for_dialog(SettingsDialog)
        await self._driver.save_screenshot("settings", dialog)
        await self._close_dialog(dialog)

    async def _narrow(self) -> None:
        self._window.resize(*_NARROW_SIZE)
        await self._driver.wait_until(
            lambda: self._window.size().toTuple() == _NARROW_SIZE, "the window to be narrow"
        )
        await self._driver.settle()
        await self._driver.save_screenshot("narrow")
        self._window.resize(*_WIDE_SIZE)

    async def _fill_form(self, song: DemoSong) -> None:
        def written() -> bool:
            form = self._window.compose.controller.form()
            told = (form.sound, form.lyrics, form.title, form.seed)
            wanted = (song.sound, song.lyrics, song.title, song.seed)
            # A song without a seed of its own has a drawn one.
            return told == wanted or (not song.seed and told[:3] == wanted[:3])

        self._driver.set_text("Sound", song.sound)
        self._driver.set_text("Lyrics", song.lyrics)
        self._driver.set_text("Title", song.title)
        self._driver.set_text("Seed", song.seed)
        self._driver.select_item("Model", song.model)
        await self._driver.wait_until(written, f"the form to hold “{song.title}”")

    async def _select_title(self, title: str) -> None:
        found = next((clip for clip in await self._clips() if clip.title == title), None)
        if found is None:
            raise TourError(f"“{title}” is not in the library.")
        if self._window.library.selected_ids() != [found.id]:
            self._window.library.select_clip(found.id)
        await self._driver.wait_until(
            lambda: self._window.library.selected_ids() == [found.id], f"“{title}” to be selected"
        )

    async def _clips(self) -> list[Clip]:
        return list(await self._studio.clips.get_many(await self._studio.clips.list_ids()))

    async def _wait_for_clips(self, titles: list[str]) -> None:
        """Waits until all titles are in the library and each can be played."""

        def came() -> bool:
            if self._job_errors:
                raise TourError(self._job_errors[0])
            return self._listed_titles() == set(titles) and not self._studio.jobs.visible_jobs()

        count = len(titles)
        await self._driver.wait_until(came, f"{count} clips to be in the library", timeout_s=900.0)
        mute = [clip.title for clip in await self._clips() if not clip.playable]
        if mute:
            raise TourError(f"“{mute[0]}” arrived without sound.")
        await self._driver.settle()

    def _listed_titles(self) -> set[str]:
        """Returns the titles in the list."""
        # Read from the model: an empty list cannot be found as a visible widget.
        model = self._window.library.view.model()
        shown = [
            str(model.index(row, 0).data(_ACCESSIBLE_TEXT) or "") for row in range(model.rowCount())
        ]
        songs = [song.title for song in (MAIN_SONG, *OTHER_SONGS)]
        return {
            next((title for title in songs if words.startswith(f"{title},")), words)
            for words in shown
        }

    async def _wait_for_job(self, title: str) -> None:
        def sent() -> bool:
            return any(job.recipe.title == title for job in self._studio.jobs.visible_jobs())

        await self._driver.wait_until(sent, f"“{title}” to be on its way")

    async def _wait_until_ready(self) -> None:
        """Waits until Generate accepts a press: right after a press it ignores input."""
        bar = self._window.compose.bar
        await self._driver.wait_until(
            lambda: bar.button.isEnabled() and not bar.is_cooling_down, "Generate to be ready"
        )

    def _is_job_running(self) -> bool:
        return any(job.state.is_polled for job in self._studio.jobs.visible_jobs())

    def _inspected_title(self) -> str:
        """Returns the title in the inspector; empty while it shows none."""
        fields = self._window.findChildren(QLineEdit)
        shown = [one for one in fields if one.accessibleName() == "Clip title" and one.isVisible()]
        return shown[0].text() if shown else ""

    async def _wait_for_dialog(self, kind: type[Dialog]) -> Dialog:
        def shown() -> list[Dialog]:
            widgets = QApplication.topLevelWidgets()
            return [one for one in widgets if isinstance(one, kind) and one.isVisible()]

        await self._driver.wait_until(
            shown, f"the {kind.__name__.removesuffix('Dialog').lower()} dialog"
        )
        return shown()[0]

    async def _close_dialog(self, dialog: QDialog) -> None:
        dialog.close()
        await self._driver.wait_until(lambda: not dialog.isVisible(), "the dialog to close")

    def _on_job_changed(self, event: JobChanged) -> None:
        job = event.job
        if job.state in {JobState.FAILED, JobState.UNKNOWN}:
            self._job_errors.append(job.fault.message if job.fault else f"“{job.title}” failed.")

    def _on_export_changed(self, event: ExportChanged) -> None:
        if event.export.state.is_over:
            self._finished_exports.append(event.export)


def _check_export(path: Path | None, format_name: str) -> None:
    """Checks that a complete file of the requested format exists.

    Raises:
        TourError: It is missing, truncated, or has another format.
    """
    head = _FILE_SIGNATURES[format_name]
    if path is None or not path.is_file() or path.stat().st_size < 100_000:
        raise TourError(f"The {format_name} was not written completely.")
    with path.open("rb") as file:
        if file.read(len(head)) != head:
            raise TourError(f"{path.name} is not a valid {format_name}.")
