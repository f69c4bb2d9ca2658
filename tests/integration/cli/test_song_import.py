"""`producer-studio library import`."""

import json
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from tests.support.signals import tone, write_wave

NO_DEMO = ["not needed"]


def test_import_tells_what_became_of_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path / "home"))
    songs = tmp_path / "songs"
    songs.mkdir()
    song = write_wave(songs / "Low tide.wav", tone(0.5))
    assert run(["library", "import", str(songs), "--dry-run"], NO_DEMO) == ExitCode.SUCCESS
    assert "1 song, 96 kB would be imported." in capsys.readouterr().out
    assert run(["library", "import", str(songs), "--json"], NO_DEMO) == ExitCode.SUCCESS
    file, done = map(json.loads, capsys.readouterr().out.splitlines())
    assert (file["state"], file["title"], file["path"]) == ("added", "Low tide", str(song))
    assert (done["event"], done["added"], done["measured"], done["fault"]) == ("done", 1, 1, None)
    (songs / "page.mp3").write_text("<html>")
    arguments = ["library", "import", str(songs), "--no-measure"]
    assert run(arguments, NO_DEMO) == ExitCode.FAILURE
    out = capsys.readouterr().out
    assert f"{file['clip'][:8]}  {song}  known" in out
    assert "page.mp3  refused: This is a web page, not audio." in out
    assert run(["library", "import", str(songs / "gone.wav")], NO_DEMO) == ExitCode.USAGE


def test_merge_tells_what_became_of_each_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path / "home"))
    song = write_wave(tmp_path / "Low tide.wav", tone(0.5))
    other = tmp_path / "other"
    assert run(["--library", str(other), "library", "new"], NO_DEMO) == 0
    assert (
        run(["--library", str(other), "library", "import", str(song), "--no-measure"], NO_DEMO) == 0
    )
    assert run(["library", "merge", str(tmp_path / "nowhere")], NO_DEMO) != ExitCode.SUCCESS
    capsys.readouterr()
    assert run(["library", "merge", str(other), "--dry-run"], NO_DEMO) == ExitCode.SUCCESS
    assert "1 clip would be merged." in capsys.readouterr().out
    assert run(["library", "merge", str(other), "--json"], NO_DEMO) == ExitCode.SUCCESS
    clip, done = map(json.loads, capsys.readouterr().out.splitlines())
    assert (clip["state"], clip["title"]) == ("added", "Low tide")
    assert (done["added"], done["lists"], done["second"], done["fault"]) == (1, 0, 0, None)
    assert run(["library", "merge", str(other)], NO_DEMO) == ExitCode.SUCCESS
    assert "1 clip is in the library already." in capsys.readouterr().out
