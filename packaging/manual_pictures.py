"""Writes the pictures of the manual in `resources/manual/pictures`, from the program itself.

    .venv/bin/python packaging/manual_pictures.py [--to DIR]

Songs are made in the real window as the tour makes them, on Demo Studio, in folders of their own.
Then the window is opened once for each language, and each page's picture is taken in both themes.
A sound output is required, a null sink of PulseAudio for example: without one the player says so.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget

from producer_studio.app import AppSession, open_app_session, run_in_qt, start_background_work
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId, JobId, new_clip_id
from producer_studio.domain.operation import Operation
from producer_studio.library.media_store import MediaKind
from producer_studio.main import sandbox_command
from producer_studio.settings.secrets import Secrets
from producer_studio.studio.clips import SmartList
from producer_studio.studio.manual import LANGUAGES, THEMES, picture_path
from producer_studio.ui.tour.demo_songs import MAIN_SONG, OTHER_SONGS
from producer_studio.ui.tour.tour import Tour
from producer_studio.ui.tour.window_driver import WindowDriver
from producer_studio.ui.window.views.library import VIEW as LIBRARY

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "manual"
MOST_BYTES = 2_000_000
_WINDOW = (1280, 760)
_WIDEST = 1000
_QUALITY = 62
_PLAYED_S = 2.0
_ALIKE = 3
"""How often in a row a picture has to look the same."""

_STEMS = ("Vocals", "Drums", "Bass", "Other")
_TOUR_STEPS = ("welcome", "compose", "generate", "more songs", "play")


@dataclass(frozen=True, slots=True)
class Scene:
    """Window of one language, with what its pictures are taken of."""

    run: AppSession
    driver: WindowDriver
    clips: dict[str, ClipId]
    home: Path

    @property
    def main(self) -> ClipId:
        return self.clips[MAIN_SONG.title]


async def first_song(scene: Scene) -> QPixmap:
    return await still_picture(scene, scene.run.window)


async def sound_and_lyrics(scene: Scene) -> QPixmap:
    return await still_picture(scene, scene.run.window.compose)


async def operations(scene: Scene) -> QPixmap:
    compose = scene.run.window.compose
    clip = await scene.run.studio.clips.get(scene.main)
    compose.controller.set_operation(Operation.REPLACE, clip)
    picture = await still_picture(scene, compose)
    compose.controller.set_operation(Operation.CREATE)
    return picture


async def library(scene: Scene) -> QPixmap:
    window = scene.run.window
    window.top_bar.search.set_query("stars:>2")
    whole = await still_picture(scene, window)
    middle = window.library
    left = middle.mapTo(window, QPoint(0, 0)).x()
    window.top_bar.search.set_query("")
    return _cropped(whole, QRect(left, 0, middle.width(), window.height() * 3 // 4))


async def playing(scene: Scene) -> QPixmap:
    window = scene.run.window
    for title in (OTHER_SONGS[1].title, OTHER_SONGS[2].title):
        window.player.queue.add([scene.clips[title]])
    whole = await still_picture(scene, window)
    return _cropped(whole, QRect(0, window.height() - 210, window.width(), 210))


async def comparing(scene: Scene) -> QPixmap:
    window = scene.run.window
    window.show_compare(list(scene.clips.values())[:3])
    whole = await still_picture(scene, window)
    picture = _cropped(whole, _place(window.views, window))
    window.views.show_view(LIBRARY.name)
    return picture


async def stems(scene: Scene) -> QPixmap:
    window = scene.run.window
    ids = await add_stems(scene)
    window.stems.show_stems(scene.main)
    whole = await still_picture(scene, window)
    picture = _cropped(whole, _place(window.views, window))
    window.views.show_view(LIBRARY.name)
    # No other page shows them among the songs.
    await scene.run.studio.clips.trash(ids)
    return picture


async def exporting(scene: Scene) -> QPixmap:
    scene.run.window.dialogs.open_export([scene.main])
    return await _dialog(scene, "export")


async def accounts(scene: Scene) -> QPixmap:
    scene.run.window.dialogs.open_settings("Credits")
    return await _dialog(scene, "settings")


async def kept(scene: Scene) -> QPixmap:
    scene.run.window.dialogs.open_settings("Library")
    return await _dialog(scene, "settings")


async def keys(scene: Scene) -> QPixmap:
    scene.run.window.dialogs.open_shortcut_sheet()
    return await _dialog(scene, "keys")


PICTURES: dict[str, Callable[[Scene], Awaitable[QPixmap]]] = {
    "first-song": first_song,
    "sound-and-lyrics": sound_and_lyrics,
    "operations": operations,
    "library": library,
    "playing": playing,
    "comparing": comparing,
    "stems-and-video": stems,
    "export": exporting,
    "accounts": accounts,
    "kept": kept,
    "keys": keys,
}


async def _dialog(scene: Scene, name: str) -> QPixmap:
    dialog: QDialog = scene.run.window.dialogs.open_dialogs[name]
    await still_picture(scene, dialog)
    _hide_folders(dialog, scene.home)
    picture = await still_picture(scene, dialog)
    dialog.close()
    return picture


async def still_picture(scene: Scene, part: QWidget) -> QPixmap:
    """Returns the picture of a part of the window when all of it is there.

    Covers, waveforms and rows arrive one by one: it is ready when it looks the same for a while.
    """
    picture = part.grab()
    alike = 0
    while alike < _ALIKE:
        await scene.driver.settle()
        before, picture = picture, part.grab()
        alike = alike + 1 if before.toImage() == picture.toImage() else 0
    return picture


def _hide_folders(dialog: QWidget, home: Path) -> None:
    """Shows the folders of this computer as those of the reader's home."""
    texts: list[QLabel | QLineEdit] = [*dialog.findChildren(QLabel)]
    for one in (*texts, *dialog.findChildren(QLineEdit)):
        for folder, shown in (
            (home / "library", "~/Music/Producer Studio"),
            (home, "~"),
            (Path.home(), "~"),
        ):
            if str(folder) in one.text():
                one.setText(one.text().replace(str(folder), shown))


async def add_stems(scene: Scene) -> list[ClipId]:
    """Gives the main song stems; Demo Studio makes none, so they are the sounds of the songs."""
    clips = scene.run.studio.clips
    ids = list(await clips.list_ids(smart=SmartList.TRASH))
    if ids:
        await clips.restore(ids)
        return ids
    stored = scene.run.studio._library
    songs = await clips.get_many(list(scene.clips.values())[: len(_STEMS)])
    peaks = await clips.get_peaks([song.id for song in songs])
    for place, (name, song) in enumerate(zip(_STEMS, songs, strict=True)):
        stem = Clip(
            id=new_clip_id(),
            title=f"{MAIN_SONG.title} · {name}",
            stem=name,
            parent=scene.main,
            position=place,
            operation=Operation.STEMS,
            job=JobId("stems"),
        )
        await stored.clips.add([stem])
        assert song.path is not None  # noqa: S101 - Demo Studio has made it
        partial = stored.media.partial_path(stem.id, MediaKind.AUDIO).with_suffix(song.path.suffix)
        await asyncio.to_thread(shutil.copyfile, song.path, partial)
        path = await stored.media.store_file(partial, stem, MediaKind.AUDIO)
        whole = stem.with_changes(path=path, media=MediaState.READY, measured=song.measured)
        await stored.clips.overwrite(whole)
        await stored.clips.set_peaks(stem.id, peaks[song.id])
        ids.append(stem.id)
    return ids


async def select_main_song(scene: Scene) -> None:
    """Selects the main song, and waits until the inspector shows it."""
    window = scene.run.window
    window.library.select_clip(scene.main)

    def is_shown() -> bool:
        clip = window.inspector.details.clip
        return clip is not None and clip.id == scene.main

    await scene.driver.wait_until(is_shown, "the main song in the inspector")


def _place(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def _cropped(picture: QPixmap, place: QRect) -> QPixmap:
    ratio = picture.devicePixelRatio()
    return picture.copy(
        QRect(
            place.topLeft() * ratio,
            QSize(round(place.width() * ratio), round(place.height() * ratio)),
        )
    )


def write_picture(picture: QPixmap, path: Path) -> None:
    """Writes a picture as WebP, no wider than the manual shows it."""
    image: QImage = picture.toImage()
    image.setDevicePixelRatio(1.0)
    if image.width() > _WIDEST:
        image = image.scaledToWidth(_WIDEST, Qt.TransformationMode.SmoothTransformation)
    opaque = QImage(image.size(), QImage.Format.Format_RGB32)
    painter = QPainter(opaque)
    painter.drawImage(0, 0, image)
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not opaque.save(str(path), quality=_QUALITY):
        raise OSError(f"{path} could not be written.")


async def make_songs(run: AppSession, folder: Path) -> None:
    """Makes the songs of the tour on Demo Studio."""
    tour = Tour(run.studio, run.style, run.window, folder)
    steps = tour.steps()
    with tour.watch_events():
        for name in _TOUR_STEPS:
            sys.stdout.write(f"{name} …\n")
            sys.stdout.flush()
            await steps[name]()
    run.studio.preferences.change(monthly_budget=500.0)


async def take_pictures(
    run: AppSession, folder: Path, home: Path, language: str, only: set[str]
) -> None:
    """Takes the picture of each page in both themes."""
    window = run.window
    window.resize(*_WINDOW)
    window.show()
    await start_background_work(run)
    clips = await run.studio.clips.get_many(await run.studio.clips.list_ids())
    songs = {clip.title: clip.id for clip in clips if clip.operation is Operation.CREATE}
    scene = Scene(run, WindowDriver(window, run.style, folder), songs, home)
    # A blinking cursor never looks the same for long.
    QApplication.setCursorFlashTime(0)
    player = window.player.player
    await select_main_song(scene)
    window.playback.play(scene.main)
    await scene.driver.wait_until(lambda: player.position_s > _PLAYED_S, "the song to play")
    player.pause()
    if window.player.problem:
        raise SystemExit(f"No pictures are taken while the player shows: {window.player.problem}")
    for theme in THEMES:
        run.style.set_mode(theme)
        for name, take in PICTURES.items():
            if only and name not in only:
                continue
            await select_main_song(scene)
            picture = await take(scene)
            write_picture(picture, folder / picture_path(name, language, theme))
        for notice in window.notices.notices():
            sys.stdout.write(f"{language} {theme}: a notice was shown: {notice.text}\n")


async def write_all(folder: Path, home: str, only: set[str]) -> None:
    environ = {**os.environ, "PRODUCER_STUDIO_HOME": home}
    secrets = Secrets(environ)
    with tempfile.TemporaryDirectory() as scratch:
        if not (Path(home) / "songs-made").exists():
            async with open_app_session(environ, sandbox_command(), None, secrets=secrets) as run:
                assert run is not None  # noqa: S101 - a fresh folder always opens
                run.window.show()
                await start_background_work(run)
                await make_songs(run, Path(scratch))
            (Path(home) / "songs-made").touch()
        for language in LANGUAGES:
            async with open_app_session(environ, sandbox_command(), None, secrets=secrets) as run:
                assert run is not None  # noqa: S101 - it has just been open
                run.studio.preferences.change(language=language, notifications="off")
            async with open_app_session(environ, sandbox_command(), None, secrets=secrets) as run:
                assert run is not None  # noqa: S101 - as above
                sys.stdout.write(f"{language} …\n")
                sys.stdout.flush()
                await take_pictures(run, folder, Path(home), language, only)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=FOLDER, help="default: resources/manual")
    parser.add_argument("--home", type=Path, help="keeps songs there, and uses those that it has")
    parser.add_argument("--only", action="append", default=[], choices=PICTURES, help="a page")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="manual-") as fresh:
        home = str(asked.home.resolve()) if asked.home else fresh
        run_in_qt(write_all(asked.to.resolve(), home, set(asked.only)))
    size = sum(path.stat().st_size for path in asked.to.rglob("*.webp"))
    sys.stdout.write(f"The pictures take {size:,} bytes in {asked.to}.\n")
    return 1 if size > MOST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
