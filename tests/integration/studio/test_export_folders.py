"""Hidden files of exports that were killed, found again at the next start."""

from pathlib import Path

from producer_studio.studio.export_folders import MAX_FOLDERS, ExportFolders

PART = f".{'a' * 32}.part.mp3"


def test_every_folder_is_swept_at_the_next_start(tmp_path: Path) -> None:
    first = ExportFolders(tmp_path / "state" / "list.json")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        first.remember(tmp_path / name)
        first.remember(tmp_path / name)
        (tmp_path / name / PART).touch()
        (tmp_path / name / "song.mp3").touch()

    assert ExportFolders(tmp_path / "state" / "list.json").delete_stale_files() == 2

    for name in ("one", "two"):
        assert [path.name for path in (tmp_path / name).iterdir()] == ["song.mp3"]


def test_the_list_does_not_grow_and_takes_damage(tmp_path: Path) -> None:
    folders = ExportFolders(tmp_path / "list.json")
    for number in range(MAX_FOLDERS + 5):
        folders.remember(tmp_path / str(number))
    last = tmp_path / str(MAX_FOLDERS + 4)
    last.mkdir()
    (last / PART).touch()
    assert folders.delete_stale_files() == 1

    for text in ("", "[]", '{"folders": 3}', '{"folders": [7, "relative", null]}'):
        (tmp_path / "list.json").write_text(text)
        assert folders.delete_stale_files() == 0
