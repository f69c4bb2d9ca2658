"""A cover is a picture of pixels, whatever its name says."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from producer_studio.ui.library.covers import scaled_cover
from producer_studio.ui.widgets.cover import read_cover

RED = QColor("red")


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
    assert read_cover(path, 32).width() == 32
    assert scaled_cover(path, QSize(32, 32)).pixelColor(5, 5).red() > 200


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
    assert read_cover(cover, 32).isNull()
    assert scaled_cover(cover, QSize(32, 32)).isNull()
