"""`producer-studio library edit`."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.ids import ClipId
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from tests.support.signals import tone
from tests.support.stem_song import add_clip

ONE, OTHER = ClipId("aaaaaaaa-1"), ClipId("bbbbbbbb-2")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with two clips of a second."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        for clip_id in (ONE, OTHER):
            await add_clip(studio._library, tone(1.0), id=clip_id, title="Low tide")
        await studio.close()

    asyncio.run(fill())
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "operation", "seconds"),
    [
        (["--trim", "0.25", "0.75"], "trim", 0.5),
        (["--fade-in", "0.1", "--fade-out", "0.5"], "fade", 1.0),
        (["--join", OTHER, "--crossfade", "0.5"], "join", 1.5),
        (["--level", "-3"], "level", 1.0),
    ],
)
def test_a_new_clip_is_printed(
    arguments: list[str], operation: str, seconds: float, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["library", "edit", "aaaaaaaa", *arguments, "--json"], ["not needed"])
    assert code == ExitCode.SUCCESS
    told = json.loads(capsys.readouterr().out)
    assert (told["op"], told["parent"], told["duration_s"]) == (operation, ONE, seconds)
    assert Path(told["path"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Give one edit"),
        (["--level", "-3", "--fade-in", "1"], "Give one edit"),
        (["--crossfade", "1"], "Give one edit"),
        (["--trim", "0.75", "0.25"], "after its start"),
        (["--fade-in", "2"], "longer than the clip"),
        (["--level", "40"], "A level is between"),
    ],
)
def test_what_is_not_possible_is_a_usage_error(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["library", "edit", ONE, *arguments], ["not needed"]) == ExitCode.USAGE
    assert sentence in capsys.readouterr().err


def test_what_is_too_loud_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "edit", ONE, "--level", "12"], ["not needed"]) == ExitCode.SUCCESS
    assert "6.0 dB too loud" in capsys.readouterr().err
