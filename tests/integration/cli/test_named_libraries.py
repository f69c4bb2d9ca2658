"""Libraries are opened by a name."""

import json
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.ui.window.arguments import parse_window_arguments

NO_DEMO = ["not needed"]


def test_a_second_library_is_named_listed_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    second = tmp_path / "second one"
    assert run(["library", "search"], NO_DEMO) == 0
    assert run(["library", "new", "--library", str(second)], NO_DEMO) == 0
    assert run(["library", "name", "Film", "--library", str(second)], NO_DEMO) == 0
    capsys.readouterr()
    assert run(["library", "new", "--library", "film", "--json"], NO_DEMO) == 0
    assert json.loads(capsys.readouterr().out) == {"library": str(second)}
    assert run(["--library", "Film", "library", "new", "--json"], NO_DEMO) == 0
    assert json.loads(capsys.readouterr().out) == {"library": str(second)}
    arguments = parse_window_arguments(["--library", "Film"])
    assert arguments is not None
    assert arguments.library == second
    in_folder = parse_window_arguments(["--library=./Film"])
    assert in_folder is not None
    assert in_folder.library == tmp_path / "Film"
    assert run(["library", "known", "--json"], NO_DEMO) == 0
    first, other = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["default"], first["name"]) == (True, "")
    assert (other["default"], other["name"], other["exists"]) == (False, "Film", True)
    # Two libraries cannot have one name, and a moved one takes its name with it.
    assert run(["library", "name", "FILM"], NO_DEMO) == ExitCode.FAILURE
    assert "Another library is called" in capsys.readouterr().err
    new = tmp_path / "new"
    assert run(["library", "move", str(new), "--library", "Film"], NO_DEMO) == 0
    capsys.readouterr()
    assert run(["library", "new", "--library", "Film", "--json"], NO_DEMO) == 0
    assert json.loads(capsys.readouterr().out) == {"library": str(new)}
    assert run(["library", "name", "", "--library", "Film"], NO_DEMO) == 0
    assert run(["library", "name", "a/b"], NO_DEMO) == ExitCode.FAILURE
