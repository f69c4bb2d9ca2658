"""`producer-studio library search` and `show`: order, and what other tables have of a clip."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

ONE, OTHER = ClipId("aaaaaaaa-1"), ClipId("bbbbbbbb-2")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        job = Job(id=new_job_id(), state=JobState.DONE, credits_charged=12.0)
        await studio._library.jobs.write(job)
        clips = [Clip(id=ONE, title="Low tide", job=job.id), Clip(id=OTHER, title="High tide")]
        await studio._library.clips.add(clips)
        step = await studio.playlists.create("Sea", [ONE])
        assert step is not None
        await studio.close()

    asyncio.run(fill())


def results(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run(["library", *arguments, "--json"], ["x"]) == ExitCode.SUCCESS
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_other_tables_have_of_a_clip(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = results(capsys, "search", "price:>10")
    names = ("title", "price", "preset", "exports", "comparisons", "playlists")
    assert [found[name] for name in names] == ["Low tide", 12.0, None, 0, 0, ["Sea"]]
    assert results(capsys, "show", ONE) == [found]
    assert run(["library", "show", ONE], ["x"]) == ExitCode.SUCCESS
    text = capsys.readouterr().out
    assert "price       12 credits" in text
    assert "playlists   Sea" in text


def test_a_search_is_listed_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    def titles(*arguments: str) -> list[str]:
        return [one["title"] for one in results(capsys, "search", "tide", *arguments)]

    assert titles("--sort", "title", "--ascending") == ["High tide", "Low tide"]
    assert titles("--sort", "title") == ["Low tide", "High tide"]
    assert titles("--sort", "price") == ["Low tide", "High tide"]
