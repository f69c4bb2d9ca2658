"""`producer-studio presets` and `generate --from-preset`."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.account import Service
from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

FORM = Form(
    sound="calm piano over slow strings and a soft brushed drum, tender, 80 BPM",
    weirdness=0.2,
    seed="41",
    seed_locked=True,
    takes=2,
    cover_url="https://cdn.example/a.jpg?sig=s3cret",
    webhook_url="https://hooks.example/s3cret",
)
ACCOUNTS = {"one": "musicapi-2026-02", "other": "aimusicapi-2026-04"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a preset, and two accounts that cannot be reached."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        for name, profile in ACCOUNTS.items():
            url = "http://127.0.0.1:9"
            await studio.accounts.add(
                AccountName(name), Service.DEMO, base_url=url, profile=profile
            )
        await studio.presets.add("Slow tide", FORM.to_json())
        await studio.close()

    asyncio.run(fill())
    return tmp_path


def results(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run([*arguments, "--json"], ["not needed"]) == ExitCode.SUCCESS, capsys.readouterr()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_presets_are_listed_exported_and_imported(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (listed,) = results(capsys, "presets")
    assert (listed["name"], listed["form"]["takes"], listed["key"]) == ("Slow tide", 2, None)
    assert results(capsys, "presets", "--show", "slow TIDE") == [listed]
    assert run(["presets", "--show", listed["id"][:8]], ["not needed"]) == ExitCode.SUCCESS
    assert "s3cret" not in capsys.readouterr().out + json.dumps(listed)
    (written,) = results(capsys, "presets", "--export", "slow tide", "--to", str(home))
    path = Path(written["path"])
    assert (path.parent, path.name) == (home, "Slow tide.preset.json")
    assert "s3cret" not in path.read_text("utf-8")
    refused = run(["presets", "--export", "slow tide", "--to", str(path)], ["not needed"])
    assert refused == ExitCode.USAGE
    (added,) = results(capsys, "presets", "--import", str(path))
    assert (added["name"], added["form"]) == ("Slow tide 2", listed["form"])


def test_a_preset_is_sent_with_its_takes_seeds_and_webhook(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ("generate", "--from-preset", "slow tide", "--account", "one", "--dry-run")
    bodies = [one["body"] for one in results(capsys, *line, "--title", "Ebb")]
    assert [body["seed"] for body in bodies] == ["41", "42"]
    assert {body["title"] for body in bodies} == {"Ebb"}
    assert {body["weirdness"] for body in bodies} == {0.2}
    assert {body["sound"] for body in bodies} == {FORM.sound}


def test_what_an_account_does_not_take_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["generate", "--from-preset", "slow tide", "--account", "other", "--dry-run"]
    assert run(line, ["not needed"]) == ExitCode.SUCCESS
    told = capsys.readouterr()
    assert "does not support --weirdness and --cover-url for create: left out" in told.err
    assert "weirdness" not in told.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["presets", "--show", "nothing"], "no preset called"),
        (["presets", "--export", "slow tide"], "together"),
        (["generate", "--from-preset", "nothing", "--account", "one"], "no preset called"),
        (["generate", "--from-preset", "slow tide"], "this account pays"),
        (["generate", "--from-preset", "slow tide", "--account", "one", "--op", "cover"], "--op"),
    ],
)
def test_what_cannot_be_done_is_explained(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, ["not needed"]) == ExitCode.USAGE
    assert words in capsys.readouterr().err
