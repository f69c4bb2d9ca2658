"""`producer-studio library searches`: listed, and forgotten."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library with three past searches."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        for query in ("rain", "stars:>3", "snow"):
            await studio.search_history.record(query)
        await studio.close()

    asyncio.run(fill())


def test_searches_are_listed_and_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    def results(*arguments: str) -> list[dict[str, Any]]:
        assert run(["library", "searches", *arguments, "--json"], ["x"]) == ExitCode.SUCCESS
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [(one["query"], one["uses"]) for one in results()] == [
        ("snow", 1),
        ("stars:>3", 1),
        ("rain", 1),
    ]
    assert results("--forget", "stars:>3")[0]["message"] == "Search “stars:>3” forgotten."
    assert results("--forget-all")[0]["message"] == "2 searches forgotten."
    assert results() == []
    assert run(["library", "searches", "--forget", "rain"], ["x"]) == ExitCode.USAGE
    assert "There is no search “rain”." in capsys.readouterr().err
