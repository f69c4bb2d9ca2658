"""The name of the next exported file."""

from pathlib import Path

import pytest

from producer_studio.ui.export.export_form import next_free_name
from tests.support.dead_drive import unreadable


def test_it_is_shown_where_the_folder_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Song.wav").touch()
    assert next_free_name(tmp_path, "Song.wav") == "Song (2).wav"
    with unreadable(tmp_path / "Song.wav", monkeypatch):
        assert next_free_name(tmp_path, "Song.wav") == "Song.wav"
    assert next_free_name(tmp_path / ("x" * 5000), "Song.wav") == "Song.wav"
