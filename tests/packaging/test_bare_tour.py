"""Where there can be no bare root, that is said, and is no failure."""

from pathlib import Path

import pytest

import bare_tour


def test_without_debootstrap_it_says_that_nothing_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bare_tour.main([]) == 0
    told = capsys.readouterr()
    assert "NOT tried" in told.err
    assert told.out == ""
