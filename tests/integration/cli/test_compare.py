"""`producer-studio compare`."""

import asyncio
import json
import os
import re
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

SAME = "operation Create, model FUZZ-2.0, weirdness 0.30, instrumental no, lyrics"
ONE, OTHER = ClipId("aaaaaaaa-1"), ClipId("bbbbbbbb-2")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with two clips."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    clips = [
        Clip(
            id=ONE, title="Low tide", take=1, takes=2, model="FUZZ-2.0", seed="7",
            sound="slow lofi piano", lyrics="Same words", recipe=Recipe(weirdness=0.3),
            measured=AudioMeasurements(
                duration_s=171.25, loudness_lufs=-13.9, bpm=84, bpm_confidence=1, key="A minor"
            ),
        ),
        Clip(
            id=OTHER, title="Low tide", take=2, takes=2, model="FUZZ-2.0", seed="8",
            sound="slow warm piano", lyrics="Same words", recipe=Recipe(weirdness=0.3),
            measured=AudioMeasurements(duration_s=178),
        ),
    ]  # fmt: skip

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        await studio._library.clips.add(clips)
        await studio.close()

    asyncio.run(fill())
    return tmp_path


def test_two_clips_are_compared_as_text(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", ONE, "bbbbbb"], ["not needed"]) == ExitCode.SUCCESS
    columns = [re.split(" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert columns == [
        ["", "aaaaaaaa", "Low tide · take 1", "bbbbbbbb", "Low tide · take 2"],
        ["length", "2:51", "2:58"],
        ["loudness", "−13.9 LUFS", "unknown"],
        ["matched by", "0.0 dB", "unknown"],
        ["tempo", "84 BPM", "unknown"],
        ["key", "A minor", "unknown"],
        ["seed", "7", "8"],
        ["sound"],
        ["", "slow [-lofi-] {+warm+} piano"],
        [f"the same in both: {SAME}"],
    ]


def test_two_clips_are_compared_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", ONE, OTHER, "--json"], ["not needed"]) == ExitCode.SUCCESS
    told = json.loads(capsys.readouterr().out)
    assert [clip["title"] for clip in told["clips"]] == ["Low tide · take 1", "Low tide · take 2"]
    assert [clip["duration_s"] for clip in told["clips"]] == [171.25, 178.0]
    assert [clip["loudness_lufs"] for clip in told["clips"]] == [-13.9, None]
    assert [clip["gain_db"] for clip in told["clips"]] == [0.0, None]
    assert told["differences"] == {"seed": ["7", "8"]}
    assert told["same"]["weirdness"] == "0.30"
    assert told["same_texts"] == ["lyrics"]
    assert [part["kind"] for part in told["texts"]["sound"]] == ["same", "removed", "added", "same"]


def test_a_clip_is_not_compared_with_itself(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", ONE, ONE], ["not needed"]) == ExitCode.USAGE
    assert "two different clips" in capsys.readouterr().err
    assert run(["compare", ONE, "nothing"], ["not needed"]) == ExitCode.USAGE
    assert "No clip of this library" in capsys.readouterr().err
