"""The command line where the library is not there."""

import shutil
from pathlib import Path

from tests.support.program import Program


def test_no_command_makes_a_library_in_place_of_one_that_is_missing(tmp_path: Path) -> None:
    program = Program(tmp_path)
    assert program.run("library", "search").code == 0
    drive = tmp_path / "unplugged"
    program.library.rename(drive)
    for command in (("library", "search"), ("accounts", "list"), ("jobs", "list")):
        ended = program.run(*command)
        assert ended.code == 1
        assert f"{program.library}” was not found" in ended.stderr
        assert "library new" in ended.stderr
        assert not program.library.exists()
    other = tmp_path / "other"
    # A path that may be mistyped.
    refused = program.run("--library", str(other), "library", "search")
    assert refused.code == 1
    assert "there is no such folder" in refused.stderr
    assert not other.exists()
    assert program.run("--library", str(other), "library", "new").code == 0
    assert program.run("--library", str(other), "library", "search").code == 0
    shutil.rmtree(other)
    assert program.run("--library", str(other), "library", "search").code == 1
    drive.rename(program.library)
    assert program.run("library", "search").code == 0
    shutil.rmtree(program.library)
    assert program.run("library", "new").last() == {"library": str(program.library)}
    assert program.run("library", "search").code == 0
