"""The tour drives the real window through the main job, and its results are what they claim."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from producer_studio.audio.measure import measure
from producer_studio.audio.tags import read_recipe

STEPS = (
    "welcome", "compose", "working", "several-at-work", "playing", "search", "inspector",
    "export", "settings", "narrow",
)  # fmt: skip
LIMIT_S = 1800


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a tour that ended well has put its pictures and songs."""
    folder = tmp_path_factory.mktemp("tour") / "pictures"
    ended = subprocess.run(
        [sys.executable, "-m", "producer_studio", "tour", "--to", str(folder)],
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_pictured(folder: Path, step: str, theme: str) -> None:
    (path,) = folder.glob(f"??-{step}-{theme}.png")
    image = QImage(str(path))
    assert (image.width(), image.height()) == ((1100, 700) if step == "narrow" else (1440, 900))
    corner = image.pixelColor(4, 4).lightnessF()
    # Behind a dialog the window is shaded.
    assert corner < 0.2 if theme == "dark" else corner > 0.4
    colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, 700, 7)}
    assert len(colours) > 60, "a window with text and controls has more colours than that"


@pytest.mark.parametrize("ending", ["mp3", "wav"])
def test_the_exported_song_is_music_with_its_recipe(folder: Path, ending: str) -> None:
    (path,) = folder.glob(f"*.{ending}")
    measured = measure(path).sound
    assert measured.duration_s > 20
    assert measured.loudness_lufs is not None
    assert -16 <= measured.loudness_lufs <= -13
    assert measured.bpm == pytest.approx(84, rel=0.02)
    recipe = read_recipe(path)
    assert recipe is not None
    assert recipe["title"] == path.name.split(" - ")[0]
    assert recipe["seed"] == "3966900172"
