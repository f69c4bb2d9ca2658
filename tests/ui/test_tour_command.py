"""Where the tour puts its pictures, before anything of it begins."""

from pathlib import Path

import pytest

from producer_studio.app import run_tour
from producer_studio.ui.tour.arguments import parse_destination


@pytest.mark.parametrize("words", [("--to", "{}"), ("--to={}",)])
def test_the_folder_is_made(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "new" / "Größe 曲"
    assert parse_destination([word.format(folder) for word in words]) == folder
    assert folder.is_dir()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert parse_destination(["--to", str(tmp_path / "file" / "tour")]) is None
    said = capsys.readouterr().err
    assert str(tmp_path / "file" / "tour") in said
    assert "Choose another folder" in said
    assert "Error" not in said


@pytest.mark.parametrize("words", [[], ["--to"], ["--to="], ["somewhere"], ["--to", "a", "b"]])
def test_it_says_how_to_call_it(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_destination(words) is None
    assert "Usage: producer-studio tour --to DIR" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["-h"], 0), ([], 2), (["to"], 2)])
def test_asking_for_help_is_no_mistake(words: list[str], code: int) -> None:
    assert run_tour(words, []) == code
