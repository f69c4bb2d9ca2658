"""Leads through the main job, step by step, as a musician would go."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLineEdit,
    QTableView,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.job import JobState
from producer_studio.studio.events import JobChanged
from producer_studio.studio.export.exports import Export, ExportChanged, ExportState
from producer_studio.studio.studio import Studio
from producer_studio.ui.export.dialog import ExportDialog
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.style.style import Look
from producer_studio.ui.tour.demo_songs import FIRST, OTHERS, Song
from producer_studio.ui.tour.window_driver import Stage, TourProblem
from producer_studio.ui.window.window import Window

log = logging.getLogger(__name__)

Dialog = TypeVar("Dialog", bound=QDialog)
Step = Callable[[], Awaitable[None]]

_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_CTRL = Qt.KeyboardModifier.ControlModifier
_NARROW = (1100, 700)
_WIDE = (1440, 900)
_SOUGHT = "strings"
_STARS = {song.title: 2 + place % 4 for place, song in enumerate((FIRST, *OTHERS))}
_HEADS = {"MP3": b"ID3", "WAV": b"RIFF"}
"""How the files begin that the formats' names promise."""


class Guide:
    """One tour of one window.

    Each step fails when what it shows did not happen.

    Args:
        folder: Gets the pictures and the exported songs; made if need be.
        stage: The hands and eyes, if not the usual ones.
    """

    def __init__(
        self,
        studio: Studio,
        look: Look,
        window: Window,
        folder: Path,
        stage: Stage | None = None,
    ) -> None:
        self._studio = studio
        self._look = look
        self._window = window
        self._folder = folder
        self._stage = stage or Stage(window, look, folder)
        self._exported: list[Export] = []
        self._failed: list[str] = []

    async def lead(self) -> int:
        """Goes all the way; 0 when every step came about, else 1."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window.resize(*_WIDE)
        with self.watching():
            try:
                for name, step in self.steps().items():
                    sys.stdout.write(f"{name} … ")
                    sys.stdout.flush()
                    await step()
                    sys.stdout.write("done\n")
            except TourProblem as problem:
                sys.stdout.write("failed\n")
                sys.stderr.write(f"{problem}\n")
                await self._stage.picture("failed")
                return 1
        sys.stdout.write(f"Pictures and songs are in {self._folder}\n")
        return 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hears of jobs and exports for as long as steps are taken."""
        subscriptions = [
            self._studio.events.subscribe(ExportChanged, self._on_export_changed),
            self._studio.events.subscribe(JobChanged, self._on_job_changed),
        ]
        try:
            yield
        finally:
            for unsubscribe in subscriptions:
                unsubscribe()

    def steps(self) -> dict[str, Step]:
        """All steps by their names, in their order; each raises TourProblem when it fails."""
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
        await self._stage.settle()
        await self._stage.picture("welcome")
        self._stage.click(self._stage.find("Open the demo", QAbstractButton))
        await self._stage.until(
            lambda: self._studio.accounts.active is not None and not self._window.frame.welcomes,
            "Demo Studio to open",
        )

    async def _compose(self) -> None:
        await self._write(FIRST)
        await self._stage.picture("compose")

    async def _generate(self) -> None:
        await self._until_ready()
        self._stage.click(self._stage.find("Generate", QAbstractButton))
        await self._stage.until(self._working, "the job to be at work")
        await self._stage.picture("working")
        await self._until_clips([FIRST.title])

    async def _more_songs(self) -> None:
        for song in OTHERS:
            await self._write(song)
            await self._until_ready()
            self._stage.find("Title", QWidget).setFocus()
            self._stage.press(Qt.Key.Key_Return, _CTRL)
            await self._until_on_its_way(song.title)
        await self._stage.picture("several-at-work")
        await self._until_clips([song.title for song in (FIRST, *OTHERS)])
        await self._write(FIRST)

    async def _play(self) -> None:
        table = self._stage.find("Library", QTableView)
        await self._select_title(FIRST.title)
        place = table.visualRect(table.currentIndex()).center()
        place.setX(table.viewport().width() // 3)
        self._stage.double_click(table.viewport(), place)
        bar = self._window.player
        await self._stage.until(lambda: bar.clip_id is not None, "the player to take the clip")
        player = bar.player
        await self._until_moves(0.0)
        position = self._stage.find("Position", QWidget)
        self._stage.click(position, position.rect().center())
        middle_s = player.duration_s / 2
        await self._stage.until(
            lambda: abs(player.position_s - middle_s) < middle_s / 2, "the middle to be played"
        )
        await self._rate_and_tag()
        await self._stage.picture("playing")
        await self._until_moves(player.position_s)
        table.setFocus()
        self._stage.press(Qt.Key.Key_Space)
        await self._stage.until(lambda: not player.playing, "the clip to pause")

    async def _until_moves(self, from_s: float) -> None:
        """Waits until the clip is played beyond a place; the player says why it cannot."""
        bar = self._window.player
        try:
            await self._stage.until(lambda: bar.player.position_s > from_s, "the clip to play")
        except TourProblem as problem:
            raise TourProblem(f"{problem} {bar.note}".strip()) from problem

    async def _rate_and_tag(self) -> None:
        for clip in await self._clips():
            await self._studio.clips.edit([clip.id], stars=_STARS[clip.title])
            if clip.title == FIRST.title:
                await self._studio.clips.edit([clip.id], favourite=True, tags=["lofi", "study"])
        (first,) = [clip for clip in await self._clips() if clip.title == FIRST.title]
        if not first.favourite or first.stars != _STARS[FIRST.title]:
            raise TourProblem(f"“{FIRST.title}” is not rated.")

    async def _search(self) -> None:
        self._stage.press(Qt.Key.Key_K, _CTRL)
        self._stage.write("Search library", f"{_SOUGHT} stars:>1")
        found = {song.title for song in (FIRST, *OTHERS) if _SOUGHT in song.sound}
        await self._stage.until(lambda: self._listed() == found, "the list to follow the search")
        await self._stage.picture("search")
        self._stage.write("Search library", "")
        everything = {song.title for song in (FIRST, *OTHERS)}
        await self._stage.until(lambda: self._listed() == everything, "all clips to be back")

    async def _inspect(self) -> None:
        await self._select_title(OTHERS[1].title)
        await self._stage.until(
            lambda: self._inspected() == OTHERS[1].title, "the inspector to show the clip"
        )
        await self._stage.settle()
        await self._stage.picture("inspector")
        await self._select_title(FIRST.title)

    async def _export(self) -> None:
        for words in ("MP3", "WAV"):
            self._studio.preferences.change(export_folder=str(self._folder))
            await self._stage.come_to_front()
            self._stage.find("Library", QTableView).setFocus()
            self._stage.press(Qt.Key.Key_E, _CTRL)
            dialog = await self._opened(ExportDialog)
            self._stage.click(self._stage.find(words, QAbstractButton, dialog))
            await self._stage.settle()
            if words == "MP3":
                await self._stage.picture("export", dialog)
            self._stage.click(self._stage.find("Export", QAbstractButton, dialog))
            await self._stage.until(self._exported.__len__, f"the {words} to be written")
            last = self._exported.pop()
            if last.state is not ExportState.DONE:
                raise TourProblem(last.fault.message if last.fault else "The export was cancelled.")
            await asyncio.to_thread(_check_export, last.path, words)
            await self._closed(dialog)

    async def _settings(self) -> None:
        await self._stage.come_to_front()
        self._stage.press(Qt.Key.Key_Comma, _CTRL)
        dialog = await self._opened(SettingsDialog)
        await self._stage.picture("settings", dialog)
        await self._closed(dialog)

    async def _narrow(self) -> None:
        self._window.resize(*_NARROW)
        await self._stage.until(
            lambda: self._window.size().toTuple() == _NARROW, "the window to be narrow"
        )
        await self._stage.settle()
        await self._stage.picture("narrow")
        self._window.resize(*_WIDE)

    async def _write(self, song: Song) -> None:
        def written() -> bool:
            form = self._window.compose.form()
            told = (form.sound, form.lyrics, form.title, form.seed)
            wanted = (song.sound, song.lyrics, song.title, song.seed)
            # Without a seed of its own the song is given one.
            return told == wanted or (not song.seed and told[:3] == wanted[:3])

        self._stage.write("Sound", song.sound)
        self._stage.write("Lyrics", song.lyrics)
        self._stage.write("Title", song.title)
        self._stage.write("Seed", song.seed)
        self._stage.choose("Model", song.model)
        await self._stage.until(written, f"the form to hold “{song.title}”")

    async def _select_title(self, title: str) -> None:
        found = next((clip for clip in await self._clips() if clip.title == title), None)
        if found is None:
            raise TourProblem(f"“{title}” is not in the library.")
        if self._window.library.chosen() != [found.id]:
            self._window.library.choose(found.id)
        await self._stage.until(
            lambda: self._window.library.chosen() == [found.id], f"“{title}” to be selected"
        )

    async def _clips(self) -> list[Clip]:
        return list(await self._studio.clips.rows(await self._studio.clips.ids()))

    async def _until_clips(self, titles: list[str]) -> None:
        """Waits until these are all in the library, and each can be played."""

        def came() -> bool:
            if self._failed:
                raise TourProblem(self._failed[0])
            return self._listed() == set(titles) and not self._studio.jobs.live()

        count = len(titles)
        await self._stage.until(came, f"{count} clips to be in the library", limit_s=900.0)
        mute = [clip.title for clip in await self._clips() if not clip.playable]
        if mute:
            raise TourProblem(f"“{mute[0]}” came without sound.")
        await self._stage.settle()

    def _listed(self) -> set[str]:
        """The titles that the list shows."""
        # While it is empty the list is not there to be found.
        model = self._window.library.view.model()
        shown = [str(model.index(row, 0).data(_SPOKEN) or "") for row in range(model.rowCount())]
        songs = [song.title for song in (FIRST, *OTHERS)]
        return {
            next((title for title in songs if words.startswith(f"{title},")), words)
            for words in shown
        }

    async def _until_on_its_way(self, title: str) -> None:
        def sent() -> bool:
            return any(job.recipe.title == title for job in self._studio.jobs.live())

        await self._stage.until(sent, f"“{title}” to be on its way")

    async def _until_ready(self) -> None:
        """Waits until Generate would act: right after a press it rests for a moment."""
        bar = self._window.compose.bar
        await self._stage.until(
            lambda: bar.button.isEnabled() and not bar.resting, "Generate to be ready"
        )

    def _working(self) -> bool:
        return any(job.state.is_watched for job in self._studio.jobs.live())

    def _inspected(self) -> str:
        """The title in the inspector; empty while it shows none."""
        fields = self._window.findChildren(QLineEdit)
        shown = [one for one in fields if one.accessibleName() == "Clip title" and one.isVisible()]
        return shown[0].text() if shown else ""

    async def _opened(self, kind: type[Dialog]) -> Dialog:
        def shown() -> list[Dialog]:
            widgets = QApplication.topLevelWidgets()
            return [one for one in widgets if isinstance(one, kind) and one.isVisible()]

        await self._stage.until(shown, f"the {kind.__name__.removesuffix('Dialog').lower()} dialog")
        return shown()[0]

    async def _closed(self, dialog: QDialog) -> None:
        dialog.close()
        await self._stage.until(lambda: not dialog.isVisible(), "the dialog to close")

    def _on_job_changed(self, changed: JobChanged) -> None:
        job = changed.job
        if job.state in {JobState.FAILED, JobState.UNKNOWN}:
            self._failed.append(job.fault.message if job.fault else f"“{job.title}” failed.")

    def _on_export_changed(self, changed: ExportChanged) -> None:
        if changed.export.state.is_over:
            self._exported.append(changed.export)


def _check_export(path: Path | None, words: str) -> None:
    """Sees that a file of the promised format is there.

    Raises:
        TourProblem: It is not.
    """
    head = _HEADS[words]
    if path is None or not path.is_file() or path.stat().st_size < 100_000:
        raise TourProblem(f"The {words} was not written whole.")
    with path.open("rb") as file:
        if file.read(len(head)) != head:
            raise TourProblem(f"{path.name} is no {words}.")
