"""`producer-studio library show` tells how long the links of a clip last."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip, MediaLinks
from producer_studio.domain.ids import ClipId
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

ONE, OTHER = ClipId("aaaaaaaa-1"), ClipId("bbbbbbbb-2")


def test_the_time_left_is_shown_where_the_link_states_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    end = datetime.now(UTC) + timedelta(days=5, hours=1)
    url = f"https://cdn.example/a.wav?Expires={int(end.timestamp())}&Signature=5ec2e7"

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        clips = [Clip(id=ONE, links=MediaLinks(wav=url)), Clip(id=OTHER)]
        await studio._library.clips.add(clips)
        await studio.close()

    asyncio.run(fill())
    assert run(["library", "show", ONE], ["not needed"]) == ExitCode.SUCCESS
    assert "links       5 days left" in capsys.readouterr().out
    assert run(["library", "show", ONE, "--json"], ["not needed"]) == ExitCode.SUCCESS
    told = capsys.readouterr().out
    assert json.loads(told)["links_end_at"] == end.replace(microsecond=0).isoformat()
    assert "Signature" not in told
    assert run(["library", "show", OTHER], ["not needed"]) == ExitCode.SUCCESS
    assert " left" not in capsys.readouterr().out
