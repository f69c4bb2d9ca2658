from datetime import UTC, datetime
from pathlib import Path

import pytest

from producer_studio.domain.errors import StorageError
from producer_studio.settings.paths import find_resources_folder
from producer_studio.settings.update_state import (
    AnnouncementSource,
    UpdateState,
    UpdateStateFile,
    read_built_in_source,
)

MOMENT = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


def test_no_address_is_made_up() -> None:
    """Until the project has one, copies ask nobody."""
    assert read_built_in_source(find_resources_folder()) == AnnouncementSource()


def test_what_was_remembered_comes_back(tmp_path: Path) -> None:
    memory = UpdateStateFile(tmp_path / "state" / "updates.json")
    assert memory.read() == UpdateState()
    remembered = UpdateState(MOMENT, "https://studio.example/", '{"version": "1.0"}', "0.9")
    memory.write(remembered)
    assert memory.read() == remembered


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[]", "null", '{"asked_at": 3, "announcement": [], "dismissed": null}',
     '{"asked_at": "yesterday"}', '{"asked_at": "0001-01-01T00:00:00+23:00"}'],
)  # fmt: skip
def test_a_damaged_memory_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "updates.json"
    path.write_text(text)
    assert UpdateStateFile(path).read() == UpdateState()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(StorageError):
        UpdateStateFile(tmp_path / "state" / "updates.json").write(UpdateState())
