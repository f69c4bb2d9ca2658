"""A cover is a picture of pixels, whatever its name says."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import NoReturn

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QImageIOHandler, QImageWriter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.widgets import cover_art
from producer_studio.ui.widgets.cover_art import decode_cover

RED = QColor("red")
GREEN = QColor("#00ff00")


def _red(path: Path, kind: str) -> Path:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(RED)
    assert image.save(str(path), kind)
    return path


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("name", ["cover.jpg", "cover", "cover.svg"])
def test_the_kind_is_read_from_the_file(
    kind: str, name: str, tmp_path: Path, qapp: QApplication
) -> None:
    path = _red(tmp_path / name, kind)
    assert decode_cover(path, QSize(32, 32), enlarges=False).width() == 32
    assert decode_cover(path, QSize(32, 32)).pixelColor(5, 5).red() > 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
@pytest.mark.parametrize("size", [(60, 30), (30, 60), (200, 20), (1, 90)])
def test_a_cover_is_cut_evenly_and_never_stretched(
    kind: str, size: tuple[int, int], tmp_path: Path, qapp: QApplication
) -> None:
    """Red where it is cut off, and green in the middle."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(RED)
    short, long = min(size), max(size)
    for at in range((long - short) // 2, (long + short) // 2):
        for across in range(short):
            image.setPixelColor(*((at, across) if size[0] == long else (across, at)), GREEN)
    path = tmp_path / "cover"
    assert image.save(str(path), kind, 100)
    for picture in (
        decode_cover(path, QSize(40, 40)),
        decode_cover(path, QSize(16, 16), enlarges=False),
    ):
        assert picture.width() == picture.height() <= 40
        middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
        assert middle.green() > 200
        assert middle.red() < 60


def test_a_photo_on_its_side_fills_its_frame(tmp_path: Path, qapp: QApplication) -> None:
    path = tmp_path / "cover.jpg"
    image = QImage(60, 30, QImage.Format.Format_RGB32)
    image.fill(RED)
    writer = QImageWriter(str(path), b"jpeg")
    writer.setTransformation(QImageIOHandler.Transformation.TransformationRotate90)
    assert writer.write(image)
    picture = decode_cover(path, QSize(20, 40))
    assert picture.size() == QSize(20, 40)
    assert picture.pixelColor(1, 1).red() > 200
    assert picture.pixelColor(18, 38).red() > 200


@pytest.mark.parametrize("name", ["cover.jpg", "cover.svg", "cover"])
def test_a_drawing_that_names_another_file_is_not_drawn(
    name: str, tmp_path: Path, qapp: QApplication
) -> None:
    taken = _red(tmp_path / "taken.png", "PNG")
    cover = tmp_path / name
    cover.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="64" height="64"><image width="64" height="64" xlink:href="{taken}"/></svg>'
    )
    assert decode_cover(cover, QSize(32, 32)).isNull()


LET_GO = """
import os, select, sys
waited = 0
while not select.select([sys.stdin], [], [], 0.2 if waited else 20)[0]:
    waited += 1
    os.close(os.open(sys.argv[1], os.O_RDWR))
sys.exit(min(waited, 1))
"""


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A pipe that nobody writes to, where a shared library has its cover.

    Whoever waits for it after all is let go, and the test fails.
    """
    if sys.platform == "win32":
        pytest.skip("there are no such files")
    path = tmp_path / "cover.jpg"
    os.mkfifo(path)
    # In a process of its own: Qt keeps the interpreter while it waits.
    with subprocess.Popen([sys.executable, "-c", LET_GO, str(path)], stdin=PIPE) as guard:
        yield path
        guard.communicate()
    assert guard.returncode == 0


@pytest.mark.parametrize("place", ["pipe", "link", "device", "folder", "nothing"])
def test_what_is_no_file_is_not_waited_for(
    place: str, pipe: Path, tmp_path: Path, qapp: QApplication
) -> None:
    path = tmp_path / "other.jpg"
    match place:
        case "pipe":
            path = pipe
        case "link":
            path.symlink_to(pipe)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
    assert decode_cover(path, QSize(32, 32)).isNull()


def test_a_drive_that_does_not_answer_does_not_keep_the_window_from_closing(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers = threading.Event(), threading.Event()

    def wait(_path: Path, _limit_bytes: int) -> NoReturn:
        asked.set()
        answers.wait()
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(cover_art, "read_regular", wait)
    covers = CoverCache()
    covers.pixmap(ClipId("c"), tmp_path / "cover.jpg", (32, 32), 1.0, 4.0)
    qtbot.waitUntil(asked.is_set)
    covers.close()
    assert not answers.is_set()
    answers.set()


def test_a_cover_arrives(tmp_path: Path, qtbot: QtBot) -> None:
    path = _red(tmp_path / "cover.jpg", "PNG")
    covers = CoverCache()
    with qtbot.waitSignal(covers.cover_loaded):
        covers.pixmap(ClipId("c"), path, (32, 32), 1.0, 0.0)
    shown = covers.pixmap(ClipId("c"), path, (32, 32), 1.0, 0.0).toImage()
    assert shown.pixelColor(16, 16) == RED
    covers.close()
