"""`producer-studio library mirror`."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip, MediaLinks, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without accounts and clips."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    return tmp_path


def test_nothing_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "mirror", "--json"], ["not needed"]) == ExitCode.SUCCESS
    told = json.loads(capsys.readouterr().out)
    assert (told["event"], told["files"], told["bytes"]) == ("plan", 0, 0)
    assert run(["library", "mirror", "--dry-run"], ["not needed"]) == ExitCode.SUCCESS
    assert capsys.readouterr().out.startswith("Nothing is missing")


def test_what_cannot_be_fetched_is_told_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Nothing listens at this port, and no account says that its service is on this computer.
    links = MediaLinks(image="http://127.0.0.1:1/cover.png")

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        clip = Clip(id=ClipId("aaaaaaaa-1"), title="Low tide", links=links, media=MediaState.NONE)
        await studio._library.clips.add([clip])
        await studio.close()

    asyncio.run(fill())
    assert run(["library", "mirror", "--dry-run", "--json"], ["not needed"]) == ExitCode.SUCCESS
    plan, item = map(json.loads, capsys.readouterr().out.splitlines())
    assert (plan["files"], plan["unknown_sizes"]) == (1, 1)
    assert (item["kind"], item["bytes"]) == ("cover", None)
    assert run(["library", "mirror", "--json"], ["not needed"]) == ExitCode.FAILURE
    _, failed, done = map(json.loads, capsys.readouterr().out.splitlines())
    assert failed["event"] == "failed"
    assert "points at this computer" in failed["fault"]["message"]
    assert (done["fetched"], done["failed"]) == (0, 1)
