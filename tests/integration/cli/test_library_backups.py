"""`library backup`, `backups` and `restore`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    code = run(["library", *arguments, "--json"], ["not needed"])
    assert code == ExitCode.SUCCESS
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_backup_is_made_listed_and_put_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [made] = told(capsys, "backup")
    [listed] = told(capsys, "backups")
    assert (listed["path"], listed["problem"]) == (made["path"], "")
    (home / "library" / "library.db").write_text("damaged " * 1000)
    [restored] = told(capsys, "restore", str(listed["name"]))
    assert restored["backup"] == made["path"]
    assert Path(str(restored["kept"])).read_text().startswith("damaged")
    assert told(capsys, "search") == []
    assert run(["library", "search"], ["not needed"]) == ExitCode.SUCCESS
    assert "damaged" not in capsys.readouterr().err


def test_what_cannot_be_put_back_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "search")
    assert run(["library", "restore"], ["not needed"]) == ExitCode.FAILURE
    assert "no backup that can be restored" in capsys.readouterr().err
    assert run(["library", "restore", "nothing"], ["not needed"]) == ExitCode.USAGE
    assert "There is no backup “nothing”" in capsys.readouterr().err
    foreign = home / "foreign.db"
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE songs (id)")
    assert run(["library", "restore", str(foreign)], ["not needed"]) == ExitCode.FAILURE
    said = capsys.readouterr().err
    assert "“foreign.db” cannot be restored: it is not a database of this program." in said
    assert "Nothing was changed." in said


def test_everything_goes_into_one_file_and_comes_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = home / "all.zip"
    [made] = told(capsys, "backup", str(target), "--with-media")
    assert (made["path"], made["files"]) == (str(target), 0)
    assert run(["library", "backup", str(target)], ["not needed"]) == ExitCode.FAILURE
    assert "exists already" in capsys.readouterr().err
    assert run(["library", "backup", "--with-media"], ["not needed"]) == ExitCode.USAGE
    capsys.readouterr()
    [plain] = told(capsys, "backup", str(home / "rows.db"))
    for file in (target, Path(str(plain["path"]))):
        [restored] = told(capsys, "restore", str(file))
        assert restored["backup"] == str(file)
    [rebuilt] = told(capsys, "rebuild")
    assert (rebuilt["clips"], rebuilt["unread"]) == (0, [])
    assert Path(str(rebuilt["kept"])).is_file()
