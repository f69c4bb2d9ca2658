"""What the window is asked for on the command line."""

from pathlib import Path

import pytest

from producer_studio.ui.window.arguments import WindowArguments, parse_window_arguments

HERE = Path.cwd()


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ([], WindowArguments()),
        (["window"], WindowArguments()),
        (["--library", "/songs"], WindowArguments(Path("/songs"))),
        (["--library=/songs", "window"], WindowArguments(Path("/songs"))),
        (["window", "--until-ready"], WindowArguments(until_ready=True)),
        (["--until-painted"], WindowArguments(until_painted=True)),
        (["window", "a.mp3", "/b.wav"], WindowArguments(files=(HERE / "a.mp3", Path("/b.wav")))),
        (["window", "--", "-a", "window"], WindowArguments(files=(HERE / "-a", HERE / "window"))),
        (["window", "window"], WindowArguments(files=(HERE / "window",))),
    ],
)  # fmt: skip
def test_the_window_is_wanted(line: list[str], asked: WindowArguments) -> None:
    assert parse_window_arguments(line) == asked


@pytest.mark.parametrize(
    "line",
    [["jobs"], ["a.mp3"], ["window", "--help"], ["--json", "window"], ["--library"], ["--", "x"]],
)
def test_anything_else_is_for_the_commands(line: list[str]) -> None:
    assert parse_window_arguments(line) is None
