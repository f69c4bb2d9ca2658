"""The icons that are bundled are the icons in use, and their licences are with them."""

import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from producer_studio.ui.style.icons import IconCache, load_program_icon
from tests.ui.conftest import RESOURCES

_UI = Path(__file__).parents[2] / "producer_studio" / "ui"


def words_in_the_code() -> set[str]:
    """Every text constant of the window's code."""
    return {
        node.value
        for path in _UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_icon_lies_about_unused() -> None:
    assert set(IconCache(RESOURCES / "icons").names()) - words_in_the_code() == set()


def test_an_icon_takes_its_colour_and_its_gap(qapp: object) -> None:
    shelf = IconCache(RESOURCES / "icons")
    drawn = shelf.pixmap("search", QColor("#ff0000"), 16, 2.0, gap=3)
    assert (drawn.width(), drawn.height()) == (38, 32)
    image = drawn.toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 200
    }
    assert colours == {"#ff0000"}
    with pytest.raises(FileNotFoundError):
        shelf.pixmap("no-such-icon", QColor("#ff0000"), 16, 1.0)


@pytest.mark.parametrize("file", ["icons/LICENSE.txt", "fonts/OFL.txt"])
def test_licences_are_bundled(file: str) -> None:
    assert "Permission" in (RESOURCES / file).read_text(encoding="utf-8")


def test_the_program_has_a_face_at_every_size(qapp: object) -> None:
    icon = load_program_icon(RESOURCES)
    for edge in (16, 24, 32, 48, 64, 128, 256):
        image = icon.pixmap(edge, edge).toImage()
        assert image.width() == edge
        # A dark bar in the middle of the accent, in a square with round corners.
        assert image.pixelColor(edge // 2, edge // 2).lightness() < 20
        assert image.pixelColor(edge // 2, edge // 9).hslHue() in range(5, 30)
        assert image.pixelColor(0, 0).alpha() < 100
