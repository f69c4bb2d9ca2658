"""`producer-studio licences`, as this checkout answers it."""

import json

import pytest

from producer_studio import __version__
from producer_studio.cli.root_command import run


def test_a_source_run_says_where_its_parts_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["licences"], []) == 0
    told = capsys.readouterr()
    assert told.out == f"Producer Studio {__version__}: GPL-3.0-or-later\n"
    assert told.err.startswith("This copy runs from source.")


def test_programs_get_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--json", "licences"], []) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["licence"] == "GPL-3.0-or-later"
    assert not told.err


def test_the_texts_of_one_part_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["licences", "producer studio"], []) == 0
    assert "GNU GENERAL PUBLIC LICENSE" in capsys.readouterr().out


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["licences", "cowbell"], []) == 2
    assert "There is no component “cowbell”" in capsys.readouterr().err
