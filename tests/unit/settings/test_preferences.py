import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producer_studio.domain.errors import StorageError
from producer_studio.settings.json_file import JsonFile
from producer_studio.settings.preferences import Preferences, PreferencesFile, ThemeChoice


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "preferences.json"


def test_the_first_start_has_the_defaults_and_no_problem(path: Path) -> None:
    file = PreferencesFile(path)

    assert file.load() == Preferences()
    assert file.problem == ""
    assert not path.exists()


def test_choices_come_back(path: Path) -> None:
    chosen = Preferences().with_changes(
        theme="light",
        volume=0.25,
        splitter_sizes=(300, 800, 340),
        columns=("title", "model"),
        muted=True,
        export_folder="/tmp/Größe – 曲",
    )
    PreferencesFile(path).save(chosen)

    assert PreferencesFile(path).load() == chosen
    assert chosen.theme is ThemeChoice.LIGHT
    assert [item.name for item in path.parent.glob("[!.]*")] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="rights of this kind are POSIX's")
def test_nobody_else_can_look_into_the_folder(path: Path) -> None:
    PreferencesFile(path).save(Preferences())

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", 3),
        ("language", "klingon"),
        ("volume", 2.0),
        ("volume", True),
        ("volume", float("nan")),
        ("wav_bits", 20),
        ("wav_bits", True),
        ("concurrency", 2.5),
        ("columns", "title"),
        ("columns", [1]),
        ("splitter_sizes", [-4]),
        ("muted", 1),
    ],
)
def test_a_wrong_value_falls_back_alone(path: Path, name: str, value: Any) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({name: value, "audio_device": "Headphones"}), encoding="utf-8")
    file = PreferencesFile(path)

    loaded = file.load()
    assert loaded == Preferences(audio_device="Headphones")
    told = name not in {"columns", "splitter_sizes"}
    assert (
        file.problem.startswith(f"preferences.json contains unreadable settings: {name}.") is told
    )
    # Saving something else does not overwrite it; choosing another value does.
    file.save(loaded.with_changes(export_folder="/x"))
    assert repr(json.loads(path.read_text(encoding="utf-8"))[name]) == repr(value)
    other = {"theme": "light", "volume": 0.1, "wav_bits": 24, "concurrency": 5, "muted": True}
    if name in other:
        file.save(loaded.with_changes(**{name: other[name]}))
        assert json.loads(path.read_text(encoding="utf-8"))[name] == other[name]
    with pytest.raises((TypeError, ValueError)):
        Preferences().with_changes(**{name: value})


def test_entries_of_a_later_version_survive(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"from_the_future": {"a": [1]}, "muted": true}', encoding="utf-8")
    file = PreferencesFile(path)

    file.save(file.load().with_changes(volume=0.5))

    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["from_the_future"] == {"a": [1]}
    assert stored["muted"] is True
    assert stored["volume"] == 0.5


@pytest.mark.parametrize("content", [b'{"volume": 0.', b"[]", b"\xff\xfe\x00", b"", b"[" * 100_000])
def test_a_broken_file_is_kept_aside_and_reported(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    file = PreferencesFile(path)

    assert file.load() == Preferences()

    (kept,) = path.parent.iterdir()
    assert kept.read_bytes() == content
    assert kept.name in file.problem
    file.save(Preferences())
    assert PreferencesFile(path).load() == Preferences()


def test_a_failed_save_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = PreferencesFile(path)
    file.save(Preferences(volume=0.1))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        file.save(Preferences(volume=0.9))
    monkeypatch.undo()

    assert PreferencesFile(path).load().volume == 0.1
    assert [item.name for item in path.parent.glob("[!.]*")] == [path.name]


def test_a_folder_that_cannot_be_is_a_storage_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(StorageError, match="could not be saved"):
        PreferencesFile(tmp_path / "file" / "preferences.json").save(Preferences())


def test_a_linked_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}", encoding="utf-8")
    path.parent.mkdir()
    path.symlink_to(real)

    PreferencesFile(path).save(Preferences(volume=0.3))

    assert path.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["volume"] == 0.3


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from([*Preferences.__dataclass_fields__, "another"])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(_names, _json))
def test_whatever_is_stored_can_be_read_saved_and_read_again(
    tmp_path: Path, stored: dict[str, Any]
) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps(stored), encoding="utf-8")
    file = PreferencesFile(path)

    first = file.load()
    file.save(first)

    assert PreferencesFile(path).load() == first


def test_a_name_of_a_file_that_is_no_text_comes_back(path: Path) -> None:
    """Linux takes any bytes as the name of a folder."""
    name = os.fsdecode(b"/music/caf\xe9")
    JsonFile(path).write({"folder": name})
    again = JsonFile(path)
    assert (again.read(), again.problem) == ({"folder": name}, "")
    assert again.peek() == {"folder": name}
