"""`producer-studio library similar`."""

import asyncio
import json
import os
import struct
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.likeness import FEATURE_COUNT
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

NAMES = ("reference", "distant", "near")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        library = studio._library.clips
        await library.add([Clip(id=ClipId(name), title=name) for name in (*NAMES, "unmeasured")])
        for name, first in zip(NAMES, (0.0, 3.0, 1.0), strict=True):
            vector = struct.pack(f"<{FEATURE_COUNT}f", first, *[0.0] * (FEATURE_COUNT - 1))
            await library.set_peaks(ClipId(name), b"x", vector)
        await studio.close()

    asyncio.run(fill())


def test_similar_clips_are_listed_with_their_likeness(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "similar", "reference", "--json"], ["x"]) == ExitCode.SUCCESS
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["title"] for one in found] == ["near", "distant"]
    assert found[0]["similar"]["likeness"] > found[1]["similar"]["likeness"]
    assert run(["library", "search", "similar:refer", "--json"], ["x"]) == ExitCode.SUCCESS
    listed = [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()]
    assert listed == ["reference", "near", "distant"]
    assert run(["library", "similar", "unmeasured"], ["x"]) == ExitCode.FAILURE
    assert "cannot be compared" in capsys.readouterr().err
