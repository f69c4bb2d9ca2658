"""Leads through the main job, step by step, as a musician would go."""

import logging
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QTableView, QWidget

from producer_studio.studio.exporting import Export, ExportChanged, ExportState
from producer_studio.studio.studio import Studio
from producer_studio.ui.look import Look
from producer_studio.ui.tour.songs import FIRST, OTHERS, Song
from producer_studio.ui.tour.stage import Stage, TourProblem
from producer_studio.ui.window import Window

log = logging.getLogger(__name__)

_CTRL = Qt.KeyboardModifier.ControlModifier
_NARROW = (1100, 700)
_WIDE = (1440, 900)


class Guide:
    """One tour of one window.

    Args:
        folder: Gets the pictures and the exported songs; made if need be.
    """

    def __init__(self, studio: Studio, look: Look, window: Window, folder: Path) -> None:
        self._studio = studio
        self._look = look
        self._window = window
        self._folder = folder
        self._stage = Stage(window, look, folder)
        self._exported: list[Export] = []

    async def lead(self) -> int:
        """Goes all the way; 0 when every step came about, else 1."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unsubscribe = self._studio.events.subscribe(ExportChanged, self._on_export_changed)
        self._window.resize(*_WIDE)
        steps = (
            self._welcome,
            self._compose,
            self._generate,
            self._more_songs,
            self._play,
            self._search,
            self._inspect,
            self._export,
            self._settings,
            self._narrow,
        )
        try:
            for step in steps:
                name = step.__name__.strip("_").replace("_", " ")
                sys.stdout.write(f"{name} … ")
                sys.stdout.flush()
                await step()
                sys.stdout.write("done\n")
        except TourProblem as problem:
            sys.stdout.write("failed\n")
            sys.stderr.write(f"{problem}\n")
            await self._stage.picture("failed")
            return 1
        finally:
            unsubscribe()
        sys.stdout.write(f"Pictures and songs are in {self._folder}\n")
        return 0

    async def _welcome(self) -> None:
        await self._stage.settle()
        await self._stage.picture("welcome")
        self._stage.click(self._stage.find("Open the demo", QAbstractButton))
        await self._stage.until(
            lambda: self._studio.accounts.active is not None and not self._window.frame.welcomes,
            "Demo Studio to open",
        )

    async def _compose(self) -> None:
        self._write(FIRST)
        await self._stage.picture("compose")

    async def _generate(self) -> None:
        await self._until_ready()
        self._stage.click(self._stage.find("Generate", QAbstractButton))
        await self._stage.until(self._working, "the job to be at work")
        await self._stage.picture("working")
        await self._until_clips(1)

    async def _more_songs(self) -> None:
        for song in OTHERS:
            self._write(song)
            await self._until_ready()
            self._stage.find("Title", QWidget).setFocus()
            self._stage.press(Qt.Key.Key_Return, _CTRL)
            await self._until_on_its_way(song.title)
        await self._stage.picture("several-at-work")
        await self._until_clips(1 + len(OTHERS))
        self._write(FIRST)

    async def _play(self) -> None:
        table = self._stage.find("Library", QTableView)
        await self._select_title(FIRST.title)
        place = table.visualRect(table.currentIndex()).center()
        place.setX(table.viewport().width() // 3)
        QTest.mouseDClick(
            table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
        )
        await self._stage.until(
            lambda: self._window.player.clip_id is not None, "the player to take the clip"
        )
        await self._stage.until(self._sounds, "the clip to play")
        position = self._stage.find("Position", QWidget)
        self._stage.click(position, position.rect().center())
        await self._rate_and_tag()
        await self._stage.picture("playing")
        table.setFocus()
        self._stage.press(Qt.Key.Key_Space)

    async def _rate_and_tag(self) -> None:
        clips = self._studio.clips
        for number, clip in enumerate(await clips.rows(await clips.ids())):
            await clips.edit([clip.id], stars=(5, 3, 4, 0, 2, 4)[number % 6])
            if clip.title == FIRST.title:
                await clips.edit([clip.id], stars=5, favourite=True, tags=["lofi", "study"])

    async def _search(self) -> None:
        self._stage.press(Qt.Key.Key_K, _CTRL)
        self._stage.write("Search library", "strings stars:>1")
        table = self._stage.find("Library", QTableView)
        await self._stage.until(
            lambda: 0 < table.model().rowCount() <= len(OTHERS), "the list to follow the search"
        )
        await self._stage.picture("search")
        self._stage.write("Search library", "")
        await self._stage.until(
            lambda: table.model().rowCount() == 1 + len(OTHERS), "all clips to be back"
        )

    async def _inspect(self) -> None:
        await self._select_title(OTHERS[1].title)
        await self._stage.settle()
        await self._stage.picture("inspector")
        await self._select_title(FIRST.title)

    async def _export(self) -> None:
        for words in ("MP3", "WAV"):
            self._studio.preferences.change(export_folder=str(self._folder))
            await self._stage.come_to_front()
            self._stage.find("Library", QTableView).setFocus()
            self._stage.press(Qt.Key.Key_E, _CTRL)
            await self._stage.until(self._dialog, "the export dialog")
            dialog = self._dialog()
            assert dialog is not None  # noqa: S101 - awaited one line above
            self._stage.click(self._stage.find(words, QAbstractButton, dialog))
            await self._stage.settle()
            if words == "MP3":
                await self._stage.picture("export", dialog)
            self._stage.click(self._stage.find("Export", QAbstractButton, dialog))
            await self._stage.until(self._exported.__len__, f"the {words} to be written")
            last = self._exported.pop()
            if last.state is not ExportState.DONE:
                raise TourProblem(last.fault.message if last.fault else "The export was cancelled.")
            dialog.close()
            await self._stage.until(lambda: self._dialog() is None, "the dialog to close")

    async def _settings(self) -> None:
        await self._stage.come_to_front()
        self._stage.press(Qt.Key.Key_Comma, _CTRL)
        await self._stage.until(self._dialog, "the settings")
        dialog = self._dialog()
        assert dialog is not None  # noqa: S101 - awaited one line above
        await self._stage.picture("settings", dialog)
        dialog.close()
        await self._stage.until(lambda: self._dialog() is None, "the settings to close")

    async def _narrow(self) -> None:
        self._window.resize(*_NARROW)
        await self._stage.settle()
        await self._stage.picture("narrow")
        self._window.resize(*_WIDE)

    def _write(self, song: Song) -> None:
        self._stage.write("Sound", song.sound)
        self._stage.write("Lyrics", song.lyrics)
        self._stage.write("Title", song.title)
        self._stage.write("Seed", song.seed)
        self._stage.choose("Model", song.model)

    async def _select_title(self, title: str) -> None:
        clips = await self._studio.clips.rows(await self._studio.clips.ids())
        found = next((clip for clip in clips if clip.title == title), None)
        if found is None:
            raise TourProblem(f"“{title}” is not in the library.")
        self._window.library.choose(found.id)
        await self._stage.until(
            lambda: self._window.library.chosen() == [found.id], f"“{title}” to be selected"
        )

    async def _until_clips(self, count: int) -> None:
        # While it is empty the list is not there to be found.
        rows = self._window.library.view.model().rowCount
        await self._stage.until(
            lambda: rows() >= count and not self._studio.jobs.live(),
            f"{count} clips to be in the library",
            limit_s=240.0,
        )
        await self._stage.settle()

    async def _until_on_its_way(self, title: str) -> None:
        def sent() -> bool:
            return any(job.recipe.title == title for job in self._studio.jobs.live())

        await self._stage.until(sent, f"“{title}” to be on its way")

    async def _until_ready(self) -> None:
        """Waits until Generate would act: right after a press it rests for a moment."""
        button = self._stage.find("Generate", QAbstractButton)
        bar = self._window.compose.bar
        await self._stage.until(
            lambda: button.isEnabled() and not bar.resting, "Generate to be ready"
        )

    def _working(self) -> bool:
        return any(job.state.is_watched for job in self._studio.jobs.live())

    def _sounds(self) -> bool:
        """Whether it plays, or the player says in place why it cannot."""
        player = self._window.player
        return player.player.position_s > 0 or bool(player.note)

    def _dialog(self) -> QDialog | None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                return widget
        return None

    def _on_export_changed(self, changed: ExportChanged) -> None:
        if changed.export.state.is_over:
            self._exported.append(changed.export)
