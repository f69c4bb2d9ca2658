"""`producer-studio library lists`, `list`, `smart-list` and `playlist`."""

import asyncio
import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.support.signals import tone
from tests.support.stem_song import add_clip

ONE, OTHER = ClipId("aaaaaaaa-1"), ClipId("bbbbbbbb-2")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with two clips."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        await studio._library.clips.add([Clip(id=ONE, title="Low tide"), Clip(id=OTHER, stars=4)])
        await studio.close()

    asyncio.run(fill())
    return tmp_path


class Command:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def results(self, *arguments: str) -> list[dict[str, Any]]:
        code = run(["library", *arguments, "--json"], ["not needed"])
        captured = self._capsys.readouterr()
        assert code == ExitCode.SUCCESS, captured
        return [json.loads(line) for line in captured.out.splitlines()]

    def refused(self, *arguments: str) -> str:
        assert run(["library", *arguments], ["not needed"]) == ExitCode.USAGE
        return self._capsys.readouterr().err

    def songs(self, name: str) -> list[str]:
        return [one["id"] for one in self.results("playlist", "show", name)]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def test_values_of_a_search_field(command: Command) -> None:
    assert command.results("values", "stars") == [
        {"value": "0", "clips": 1},
        {"value": "4", "clips": 1},
    ]
    assert command.results("values", "tag") == []
    assert "There is no field “nonsense”" in command.refused("values", "nonsense")


def test_smart_lists(command: Command) -> None:
    (said,) = command.results("smart-list", "save", "Good", "stars:>3", "--sort", "rating")
    assert said == {"changed": True, "message": "Smart list “Good” saved."}
    assert [one["id"] for one in command.results("list", "good")] == [OTHER]
    listed = {one["name"]: one for one in command.results("lists")}
    assert listed["all"]["clips"] == 2
    good = {"name": "Good", "kind": "smart list", "clips": 1, "query": "stars:>3"}
    assert listed["Good"] == good
    command.results("smart-list", "save", "--change", "Good", "title:tide")
    assert [one["id"] for one in command.results("list", "Good")] == [ONE]
    assert "Nothing was saved" in command.refused("smart-list", "save", "Bad", "stars:many")
    command.results("smart-list", "rename", "Good", "Tide")
    command.results("smart-list", "delete", "Tide")
    assert "There is no list called “Tide”" in command.refused("list", "Tide")


def test_playlists(command: Command) -> None:
    command.results("playlist", "new", "Set", "aaaaaaaa", OTHER)
    command.results("playlist", "add", "set", ONE, "--at", "2")
    assert command.songs("Set") == [ONE, ONE, OTHER]
    command.results("playlist", "move", "Set", "3", "1")
    assert command.songs("Set") == [OTHER, ONE, ONE]
    assert [one["id"] for one in command.results("list", "Set")] == [OTHER, ONE, ONE]
    command.results("playlist", "remove", "Set", "1", "3")
    assert command.songs("Set") == [ONE]
    assert "has no place 2" in command.refused("playlist", "remove", "Set", "2")
    command.results("smart-list", "save", "Good", "stars:>3")
    assert "is a smart list" in command.refused("playlist", "show", "Good")
    command.results("playlist", "move-list", "Good", "1")
    own = [one["name"] for one in command.results("lists") if one["kind"] != "predefined"]
    assert own == ["Good", "Set"]


@pytest.mark.parametrize("absolute", [[], ["--absolute"]])
def test_playlists_are_exported_and_imported(
    command: Command, tmp_path: Path, absolute: list[str]
) -> None:
    async def add_sounds() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        for name in ("cccccccc-3", "dddddddd-4"):
            await add_clip(studio._library, tone(0.5), id=ClipId(name), title="Same name")
        await studio.close()

    asyncio.run(add_sounds())
    command.results("playlist", "new", "Set", "dddddddd", ONE, "cccccccc", "dddddddd")
    file = tmp_path / "set.m3u8"
    (written,) = command.results("playlist", "export", "Set", "--to", str(file), *absolute)
    assert (written["clips"], written["left_out"]) == (3, ["Low tide"])
    assert "exists already" in command.refused("playlist", "export", "Set", "--to", str(file))
    file.write_text(file.read_text() + "/elsewhere/Rain.mp3\n")
    (read,) = command.results("playlist", "import", str(file), "--name", "Other")
    assert (read["clips"], read["missing"]) == (3, ["/elsewhere/Rain.mp3"])
    assert command.songs("Other") == ["dddddddd-4", "cccccccc-3", "dddddddd-4"]
    # From another computer: by folder and file name.
    moved = [line.replace("\\", "/").split("/")[-2:] for line in file.read_text().splitlines()]
    file.write_text("\n".join("D:\\Old\\" + "\\".join(part) for part in moved if len(part) > 1))
    (read,) = command.results("playlist", "import", str(file), "--name", "Third")
    assert command.songs("Third") == ["dddddddd-4", "cccccccc-3", "dddddddd-4"]


def test_names_of_a_playlist_from_a_mac_are_recognised(command: Command, tmp_path: Path) -> None:
    """They come decomposed from there: a letter, and the accent after it."""

    async def add_sound() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        await add_clip(studio._library, tone(0.5), id=ClipId("cccccccc-3"), title="Über Élan")
        await studio.close()

    asyncio.run(add_sound())
    command.results("playlist", "new", "Set", "cccccccc")
    file = tmp_path / "set.m3u8"
    command.results("playlist", "export", "Set", "--to", str(file), "--absolute")
    path = file.read_text("utf-8").splitlines()[-1]
    for number, line in enumerate([path, f"/elsewhere/{Path(path).name}"]):
        file.write_text(unicodedata.normalize("NFD", line), "utf-8")
        (read,) = command.results("playlist", "import", str(file), "--name", f"Mac {number}")
        assert read["missing"] == []
        assert command.songs(f"Mac {number}") == ["cccccccc-3"]
