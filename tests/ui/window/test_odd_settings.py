"""Settings of another version, or damaged ones, do not keep the window from starting."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GOOD: dict[str, Any] = {
    "name": "mine",
    "service": "musicapi",
    "profile": "musicapi-2026-02",
    "base_url": "https://api.musicapi.ai",
}


@pytest.mark.parametrize(
    ("preferences", "account"),
    [
        ({"window_geometry": "A"}, {}),
        ({"window_geometry": "odd \ud800"}, {}),
        ({"splitter_sizes": [10**30], "columns": [5], "text_scale": "x"}, {}),
        ({}, {"profile": "musicapi-2031-12"}),
        ({}, {"profile": 5, "poll_s": float("inf"), "concurrency": 1e308}),
        ({}, {"base_url": "http://example.com"}),
    ],
)
def test_the_window_opens(
    tmp_path: Path, preferences: dict[str, Any], account: dict[str, Any]
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    chosen = {"active_account": "mine"} | preferences
    (config / "preferences.json").write_text(json.dumps(chosen))
    (config / "accounts.json").write_text(json.dumps({"accounts": [GOOD | account]}))
    environ = {**os.environ, "PRODUCER_STUDIO_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "producer_studio", "--until-ready"],
        env=environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr
    assert "Traceback" not in done.stderr
    stored = json.loads((config / "accounts.json").read_text(encoding="utf-8"))["accounts"][0]
    assert repr(stored) == repr(GOOD | account)
